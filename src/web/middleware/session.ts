import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { loadActor, loadTokenActor } from "../../app/identity/load-actor.js";
import type { AppDeps } from "../../app/deps.js";
import type { SignInCall } from "../../app/ports/identity.js";
import { trusted, type PoolId } from "../../domain/id.js";
import { NO_POOL, type Channel, type FiledLanguage } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { Env } from "../env.js";
import { languageNamed, preferencesOf } from "../portal/preferences.js";
import { problemResponse } from "./problem-to-response.js";

/**
 * Who asks. A bearer token wins and cookies beside it count for nothing; a token that is not good is refused rather
 * than ignored. Everything is read anew: a session, role or mandate that ended is gone with the next call.
 */
export const session = (deps: Pick<AppDeps, "identity" | "store" | "vault">) =>
  createMiddleware<Env>(async (c, next) => {
    const pool = poolOf(c.req.path);
    const nobody = { kind: "anonymous", poolId: pool, channel: channelOf(c) } as const;
    c.set("sessionId", null);

    const authorization = c.req.header("authorization");
    if (authorization !== undefined) {
      const secret = /^Bearer +([\x21-\x7e]{20,200})$/i.exec(authorization)?.[1];
      const actor = secret === undefined ? null : await loadTokenActor(deps, secret, pool, channelOf(c), languageOf(c));
      c.set("actor", actor ?? nobody);
      c.set("signedInBy", actor ? "bearer" : "nobody");
      if (!actor) return problemResponse(c, [problem("identity.token_invalid", {})]);
      return await next();
    }

    const open = await deps.identity.sessionOf(c.req.raw.headers);
    const actor = open && (await loadActor(deps, open.personId, pool, channelOf(c), languageOf(c)));
    c.set("actor", actor ?? nobody);
    c.set("signedInBy", actor ? "cookie" : "nobody");
    c.set("sessionId", actor && open ? open.sessionId : null);
    await next();
    // Use prolongs the session, unless the answer itself began or ended one.
    const answered = new Set(c.res.headers.getSetCookie().map(nameOf));
    for (const cookie of open?.cookies ?? []) if (!answered.has(nameOf(cookie))) c.res.headers.append("set-cookie", cookie);
  });

const nameOf = (cookie: string): string => cookie.slice(0, cookie.indexOf("="));

/**
 * Only to know whose roles to load. Were this read otherwise than by the route, the roles would be those of another pool
 * than the thing's, and would count for nothing.
 */
const poolOf = (path: string): PoolId => {
  const name = /^(?:\/api\/v1)?\/pools\/([^/]+)/.exec(path)?.[1];
  return name === undefined ? NO_POOL : trusted<PoolId>(name);
};

function channelOf(c: Context): Channel {
  if (!c.req.path.startsWith("/api/")) return "portal";
  const named = c.req.header("govpool-channel");
  return named === "cli" || named === "replay" ? named : "api";
}

/**
 * Pages are in some language, so whoever files there chose it or went along with it. A program that names none says nothing
 * about anybody.
 */
const languageOf = (c: Context): FiledLanguage | undefined => (c.req.path.startsWith("/api/") ? languageNamed(c) : preferencesOf(c).language);

/** What signing in needs to know of a call. The address is the socket's: headers about it can be made up. */
export function signInCall(c: Context): SignInCall {
  let remoteAddress = "";
  try {
    remoteAddress = getConnInfo(c).remote.address ?? "";
  } catch {
    // No socket: an application under test, called in process. Such a call is from nowhere.
  }
  return { headers: c.req.raw.headers, remoteAddress };
}
