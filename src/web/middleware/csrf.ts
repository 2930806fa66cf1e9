import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie, setCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import { HtmlEscapedCallbackPhase, resolveCallback } from "hono/utils/html";
import { problem, type Problem } from "../../domain/problem.js";
import type { Env } from "../env.js";
import { problemResponse } from "./problem-to-response.js";

export interface CrossSiteOptions {
  /** Signs form tokens; derived from the master key. */
  readonly secret: string;
  /** The address people type, when it differs from the one served. */
  readonly publicUrl: string | undefined;
}

/** Says no in the way of the address: a page to people, a problem to programs. */
export type Refuse = (c: Context<Env>, refused: Problem) => Response | Promise<Response>;

export const FORM_TOKEN = "form-token";
const FORM_BYTES_MAX = 1024 * 1024;
const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * One rule for every unsafe method: the call comes from one of our own pages. A browser says so in `Sec-Fetch-Site` and
 * `Origin`, which pages elsewhere cannot forge, and a form carries a token of this very session besides. Calls with a
 * bearer token carry nothing a browser adds by itself, so the rule does not concern them; neither do programs that send
 * JSON without any cookie.
 */
export function crossSite({ secret, publicUrl }: CrossSiteOptions, refuseWith: Refuse = (c, refused) => problemResponse(c, [refused])) {
  const formLimit = bodyLimit({ maxSize: FORM_BYTES_MAX, onError: (c) => refuseWith(c, problem("input.too_large", { maxBytes: FORM_BYTES_MAX })) });
  const cookie = publicUrl?.startsWith("https://") ? { name: "__Host-govpool-visitor", secure: true } : { name: "govpool-visitor", secure: false };

  /** What a token is bound to: the session, or for a visitor a cookie of their own. */
  const bound = (c: Context<Env>): string | undefined => {
    const sessionId = c.get("sessionId");
    if (sessionId !== null) return `session ${sessionId}`;
    const visitor = getCookie(c, cookie.name);
    return visitor === undefined || !/^[\w-]{22,64}$/.test(visitor) ? undefined : `visitor ${visitor}`;
  };
  const tokenOf = (binding: string): string => createHmac("sha256", secret).update(binding).digest("base64url");

  return createMiddleware<Env>(async (c, next) => {
    let given: string | undefined;
    c.set("formToken", () => {
      if (given !== undefined) return given;
      let binding = bound(c);
      if (binding === undefined) {
        const visitor = randomBytes(16).toString("base64url");
        setCookie(c, cookie.name, visitor, { httpOnly: true, sameSite: "Lax", path: "/", secure: cookie.secure });
        binding = `visitor ${visitor}`;
      }
      given = tokenOf(binding);
      return given;
    });
    if (SAFE.has(c.req.method) || c.get("signedInBy") === "bearer") return await next();

    const refuse = (reason: string) => refuseWith(c, problem("csrf.refused", { reason }));
    const site = c.req.header("sec-fetch-site");
    const origin = c.req.header("origin");
    if (site !== undefined && site !== "same-origin" && site !== "none") return await refuse("sec-fetch-site");
    if (origin !== undefined && origin !== new URL(publicUrl ?? c.req.url).origin) return await refuse("origin");

    const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    if (origin === undefined) {
      const program = type === "application/json" && site === undefined && c.req.header("cookie") === undefined;
      return program ? await next() : await refuse("origin");
    }
    if (type === "application/json" || (type === "" && c.req.method !== "POST")) return await next();

    const isRight = (token: string | null | undefined): boolean => {
      const binding = bound(c);
      return typeof token === "string" && binding !== undefined && equal(token, tokenOf(binding));
    };
    switch (type) {
      case "application/x-www-form-urlencoded":
        return await formLimit(c, async () => {
          if (isRight(new URLSearchParams(await c.req.text()).get(FORM_TOKEN))) await next();
          else c.res = await refuse("token");
        });
      case "multipart/form-data":
        // In the address, so that a file is not read before its sender is known.
        return isRight(c.req.query(FORM_TOKEN)) ? await next() : await refuse("token");
      default:
        return await refuse("content-type");
    }
  });
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Puts the token into every form a page posts, so that no page can forget it. While the page is a text yet: of an answer that
 * is made, the text would be read back through a stream, at half the price of the page.
 */
export const formTokens = createMiddleware<Env>(async (c, next) => {
  const { html } = c;
  c.html = (async (content: Parameters<typeof html>[0], ...rest: [never, never]) =>
    html(filled(c, await resolveCallback(await content, HtmlEscapedCallbackPhase.Stringify, false, {})), ...rest)) as unknown as typeof html;
  await next();
});

const filled = (c: Context<Env>, page: string): string =>
  page.replace(/<form\b[^>]*\bmethod="post"[^>]*>/gi, (tag) => {
    const token = c.get("formToken")();
    const addressed = /enctype="multipart\/form-data"/i.test(tag)
      ? tag.replace(/\baction="([^"#]*)"/i, (_, action: string) => `action="${action}${action.includes("?") ? "&amp;" : "?"}${FORM_TOKEN}=${token}"`)
      : tag;
    return `${addressed}<input type="hidden" name="${FORM_TOKEN}" value="${token}">`;
  });
