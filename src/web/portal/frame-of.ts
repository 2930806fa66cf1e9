import type { Context } from "hono";
import type { PoolSummary } from "../../app/ports/pool-directory.js";
import { isUnitRole, type Actor } from "../../domain/policy/subject.js";
import { voiceOf } from "../../text/voice.js";
import type { Env } from "../env.js";
import type { Frame, Room } from "./frame.js";
import { preferencesOf } from "./preferences.js";

/** The rooms somebody works in. Seeing a door is no permission: every page behind it asks the policy. */
export function roomsOf(actor: Actor): readonly Room[] {
  if (actor.kind !== "person") return ["hall"];
  const roles = actor.roles.map(({ role }) => role);
  return ["hall", ...(roles.some((role) => isUnitRole(role)) ? ["desk" as const] : []), ...(roles.some((role) => !isUnitRole(role)) ? ["centre" as const] : [])];
}

export interface FrameFacts {
  readonly version: string;
  readonly pool?: PoolSummary | undefined;
  readonly room?: Room;
  readonly here?: string;
}

/** The frame around a page, from who asks and what they chose. */
export function frameOf(c: Context<Env>, { version, pool, room, here }: FrameFacts): Frame {
  const preferences = preferencesOf(c);
  const actor = c.get("actor") as Actor | undefined;
  const { pathname, search } = new URL(c.req.url);
  return {
    voice: voiceOf(preferences.language),
    preferences,
    // A form that came back with problems lies under its own address, which answers no GET: come back to its page.
    path: c.req.method === "GET" ? `${pathname}${search}` : localReferer(c, pathname),
    version,
    ...(pool === undefined ? {} : { pool: { id: pool.id, names: pool.names, sandbox: pool.sandbox } }),
    ...(actor?.kind === "person" ? { person: { name: (preferences.language === "en" ? actor.latinName : undefined) ?? actor.displayName } } : {}),
    rooms: actor === undefined ? ["hall"] : roomsOf(actor),
    ...(room === undefined ? {} : { room }),
    ...(here === undefined ? {} : { here }),
  };
}

function localReferer(c: Context, fallback: string): string {
  const referer = c.req.header("referer");
  if (referer === undefined || !URL.canParse(referer)) return fallback;
  const { pathname, search, host } = new URL(referer);
  return host === new URL(c.req.url).host ? `${pathname}${search}` : fallback;
}
