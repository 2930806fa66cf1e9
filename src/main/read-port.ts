import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { QueueView } from "../app/scheduling/deps.js";
import type { QueueSnapshot } from "../app/ports/queue-reader.js";
import type { ReadPort } from "../app/ports/writer.js";
import { trusted, type StepId } from "../domain/id.js";
import type { OffersAsked } from "../scheduler/offers-asked.js";

/**
 * The writer's inside window: rank, expected date and reasons, from the engine's memory. For this product's own web
 * processes only: it listens on loopback or the cluster's inside, and asks for the token in the writer's row.
 */
export async function openReadPort(view: QueueView, host: string): Promise<{ at: ReadPort; close: () => Promise<void> }> {
  const token = randomBytes(24).toString("base64url");
  const expected = Buffer.from(`Bearer ${token}`);
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? "");
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return void response.writeHead(401).end();
    const tell = (answer: unknown): void => {
      if (answer === undefined) return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(JSON.stringify({ at: view.now(), value: answer }));
    };
    if (request.method !== "POST" || request.url !== "/offers") return tell(request.method === "GET" ? answerTo(view, request.url ?? "") : undefined);
    // What cannot be answered is left to the limit on the other side.
    bodyOf(request)
      .then(async (body) => tell(await view.offers(JSON.parse(body) as OffersAsked)))
      .catch(() => response.destroy());
  });
  server.headersTimeout = 2_000;
  server.requestTimeout = 2_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  return { at: { host, port: (server.address() as AddressInfo).port, token }, close: () => closed(server) };
}

function answerTo(view: QueueView, url: string): unknown {
  if (url === "/queue") return { rows: view.queueSummary(), ...view.counts() } satisfies QueueSnapshot;
  const [, what, first, second] = /^\/(waiting|ahead|compare)\/(\d{1,15})(?:\/(\d{1,15}))?$/.exec(url) ?? [];
  if (what === undefined || (what === "compare") !== (second !== undefined)) return undefined;
  const step = trusted<StepId>(Number(first));
  if (what === "compare") return view.compare(step, trusted<StepId>(Number(second)));
  return (what === "ahead" ? view.ahead(step) : view.whyWaiting(step)) ?? null;
}

/** Characters of a question; the web process that asks has already bounded its claims. */
const BODY_MAX = 256 * 1024;

async function bodyOf(request: IncomingMessage): Promise<string> {
  request.setEncoding("utf8");
  let body = "";
  for await (const chunk of request as AsyncIterable<string>) {
    body += chunk;
    if (body.length > BODY_MAX) throw new Error("too long a question");
  }
  return body;
}

async function closed(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
