import { createHmac } from "node:crypto";
import { lookup as lookUp } from "node:dns";
import { request as requestPlain, type RequestOptions } from "node:http";
import { request as requestSecure } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import type { WebhookAnswer, WebhookMessage, WebhookSender } from "../app/ports/webhook.js";
import { problem } from "../domain/problem.js";
import { ok, refused, type Result } from "../domain/result.js";

/** Milliseconds one attempt may take in all. */
const SEND_MS_MAX = 10_000;
const URL_MAX = 500;
/** Receivers know a secret by this beginning (Standard Webhooks); the rest is base64. */
export const SECRET_PREFIX = "whsec_";

/** Addresses that are nobody's, somebody's own network, or this machine (RFC 6890 and its IPv6 companions). */
const INTERNAL = new BlockList();
for (const [net, bits] of [
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16], ["172.16.0.0", 12], ["192.0.0.0", 24], ["192.0.2.0", 24],
  ["192.88.99.0", 24], ["192.168.0.0", 16], ["198.18.0.0", 15], ["198.51.100.0", 24], ["203.0.113.0", 24], ["224.0.0.0", 4], ["240.0.0.0", 4],
] as const) INTERNAL.addSubnet(net, bits, "ipv4");
for (const [net, bits] of [["::", 96], ["64:ff9b::", 96], ["64:ff9b:1::", 48], ["100::", 64], ["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["fc00::", 7], ["fe80::", 10], ["fec0::", 10], ["ff00::", 8]] as const) INTERNAL.addSubnet(net, bits, "ipv6");

/** An IPv4 address written as IPv6 is judged as what it is: the list does so itself. */
export const isInternal = (address: string): boolean => INTERNAL.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");

class Internal extends Error {}

/** Sends as Standard Webhooks 1.0 says: id, time and body signed together, so that a receiver can tell old ones from new. */
export function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64")}`;
}

/** @param allowedHosts `host` or `host:port`: may be internal, and without https, because the operator says so. */
export function createWebhookSender({ allowedHosts }: { readonly allowedHosts: readonly string[] }): WebhookSender {
  const allowed = ({ host, hostname }: URL): boolean => allowedHosts.includes(host) || allowedHosts.includes(hostname);

  const parsed = (text: string): Result<URL> => {
    const url = text.length <= URL_MAX && URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !["http:", "https:"].includes(url.protocol) || url.username !== "" || url.password !== "" || url.hash !== "") return refused(problem("webhook.url_invalid", {}, { field: "url" }));
    if (allowed(url)) return ok(url);
    if (url.protocol !== "https:") return refused(problem("webhook.not_https", { host: url.host }, { field: "url" }));
    const literal = url.hostname.replace(/^\[|\]$/g, "");
    if ((isIP(literal) > 0 && isInternal(literal)) || literal === "localhost" || /\.(localhost|local|internal)\.?$/.test(literal)) return refused(problem("webhook.address_private", { host: url.host }, { field: "url" }));
    return ok(url);
  };

  return {
    check(text) {
      const url = parsed(text);
      return url.ok ? ok(url.value.href) : url;
    },
    async send(message) {
      const url = parsed(message.url);
      if (!url.ok) return { error: url.problems[0].code };
      return await post(url.value, message, allowed(url.value) ? undefined : outsideOnly);
    },
  };
}

/** The address that was looked up is the address that is called: a name cannot point elsewhere in between. */
const outsideOnly: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 4);
    if (addresses.some(({ address }) => isInternal(address))) return callback(new Internal("webhook.address_private"), "", 4);
    const [first] = addresses;
    if (options.all) return (callback as unknown as (error: null, all: typeof addresses) => void)(null, addresses);
    return first ? callback(null, first.address, first.family) : callback(new Internal("no address"), "", 4);
  });
};

function post(url: URL, { id, at, body, secret }: WebhookMessage, lookup: LookupFunction | undefined): Promise<WebhookAnswer> {
  const seconds = Math.floor(at / 1_000);
  const options: RequestOptions = {
    method: "POST",
    agent: false,
    headers: {
      "content-type": "application/cloudevents+json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "user-agent": "govpool",
      "webhook-id": id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": signature(secret, id, seconds, body),
    },
    signal: AbortSignal.timeout(SEND_MS_MAX),
    ...(lookup ? { lookup } : {}),
  };
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void => resolve({ error: error instanceof Internal ? error.message : error.name === "AbortError" || error.name === "TimeoutError" ? "timeout" : (error.code ?? "network") });
    const sent = (url.protocol === "https:" ? requestSecure : requestPlain)(url, options, (response) => {
      // What it says beyond its status is of no use here, and may have no end.
      resolve({ status: response.statusCode ?? 0 });
      response.destroy();
    });
    sent.on("error", fail);
    sent.end(body);
  });
}
