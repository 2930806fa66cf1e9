import { createHash, randomUUID } from "node:crypto";
import type { Context, Hono } from "hono";
import type { AppDeps } from "../../app/deps.js";
import type { PoolSummary } from "../../app/ports/pool-directory.js";
import { parsePoolId, type PoolId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, type Result } from "../../domain/result.js";
import { problemTexts } from "../../text/problems.js";
import type { Env } from "../env.js";
import type { Frame, Room } from "./frame.js";
import { frameOf } from "./frame-of.js";
import { openEntries } from "./room-entries.js";
import { NotFoundPage, RefusedPage } from "./pages/error/page.js";

type Problems = readonly [Problem, ...Problem[]];
type Html = Parameters<Context["html"]>[0];

/** What a page's handler is given. */
export interface PageCall {
  readonly c: Context<Env>;
  readonly deps: AppDeps;
  readonly actor: Actor;
  readonly pool: PoolId;
  readonly poolSummary: PoolSummary;
  readonly frame: Frame;
  /** A parameter of the path; the route names it, so it is there. */
  param(name: string): string;
  /** A parameter of the query; empty when it is absent. */
  query(name: string): string;
  /** Fields of a posted form; the last of several wins, and files are left out. */
  readonly form: Readonly<Record<string, string>>;
}

/** A page, a refusal, or another address (303). */
export type PageAnswer =
  | { readonly kind: "page"; readonly html: Html; readonly status?: 200 | 409 | 412 | 422 }
  | { readonly kind: "go"; readonly to: string; readonly flash?: { readonly name: string; readonly value: string; readonly path: string } }
  | { readonly kind: "refused"; readonly problems: Problems }
  | { readonly kind: "response"; readonly response: Response };

export const page = (html: Html, status?: 200 | 409 | 412 | 422): PageAnswer => (status === undefined ? { kind: "page", html } : { kind: "page", html, status });
export const go = (to: string): PageAnswer => ({ kind: "go", to });
export const refuse = (problems: Problems): PageAnswer => ({ kind: "refused", problems });

export interface PageRoute {
  readonly method: "get" | "post";
  /** Below `/pools/:pool`. */
  readonly path: string;
  /** What the use case behind it asks the policy; a test holds every page to a rule. */
  readonly access: Action;
  readonly room: Room;
  /** The room's entry this page stands under. */
  readonly here?: string;
  readonly handle: (call: PageCall) => Promise<PageAnswer>;
}

/** Where a visitor goes who must sign in first. */
const signInPath = (frame: Frame): string => `/sign-in?back=${encodeURIComponent(frame.path)}`;

export const PORTAL_BASE = "/pools/:pool";

export function mountPages(app: Hono<Env>, deps: AppDeps, version: string, routes: readonly PageRoute[]): void {
  for (const route of routes) {
    app.on(route.method.toUpperCase(), `${PORTAL_BASE}${route.path}`, async (c) => {
      const parsed = parsePoolId(c.req.param("pool") ?? "");
      const poolSummary = parsed.ok ? await deps.pools.find(parsed.value) : undefined;
      const frame = frameOf(c, { version, pool: poolSummary, room: route.room, ...(route.here === undefined ? {} : { here: route.here }) });
      if (poolSummary === undefined) return c.html(NotFoundPage({ frame: frameOf(c, { version }) }), 404);
      const actor = c.get("actor");
      // Before the thing is looked for, so that the answer says nothing about it.
      if (await deps.authorizer.needsSignIn(actor, route.access)) return c.redirect(signInPath(frame), 303);
      const form = route.method === "post" ? await formOf(c) : {};
      const nul = Object.entries(form).find(([, value]) => value.includes("\u0000"));
      // Nobody can type one, and PostgreSQL answers it with an error (22021) wherever a field is looked up.
      if (nul) return await refusedResponse(c, frame, [problem("input.forbidden_character", { codePoint: "U+0000" }, { field: nul[0] })]);
      const entries = await openEntries(deps, actor, poolSummary.id, route.room);
      const entered: Frame = { ...frame, entries, badges: await badgesOf(deps, actor, poolSummary.id, route.room, entries) };
      const call: PageCall = {
        c,
        deps,
        actor,
        pool: poolSummary.id,
        poolSummary,
        frame: entered,
        param: (name) => c.req.param(name) ?? "",
        query: (name) => c.req.query(name) ?? "",
        form,
      };
      return await answered(c, entered, await route.handle(call));
    });
  }
}

/** How much waits behind an entry. */
async function badgesOf(deps: AppDeps, actor: Actor, pool: PoolId, room: Room, entries: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const read = deps.store.read(pool);
  const heads = actor.kind === "person" ? actor.roles.flatMap((held) => (held.role === "unit-head" ? [held.unitId] : [])) : [];
  const contesting = room === "desk" ? heads : [null];
  return {
    ...(room === "centre" && entries.includes("alerts") ? { alerts: await read.alerts.unacknowledged() } : {}),
    ...(room !== "hall" && entries.includes("contests") && contesting.length > 0 ? { contests: await read.contests.waiting(contesting) } : {}),
  };
}

async function answered(c: Context<Env>, frame: Frame, answer: PageAnswer): Promise<Response> {
  // Pages show one person's matters: no shared cache may keep them.
  c.header("cache-control", "no-store");
  switch (answer.kind) {
    case "page":
      return await c.html(answer.html, answer.status ?? 200);
    case "go":
      return c.redirect(answer.to, 303);
    case "response":
      return answer.response;
    case "refused":
      return await refusedResponse(c, frame, answer.problems);
  }
}

/** A refusal as a page. What somebody may not know of looks exactly like what is not there. */
export async function refusedResponse(c: Context<Env>, frame: Frame, problems: Problems): Promise<Response> {
  const [first] = problems;
  const { status } = problemTexts[first.code];
  if (first.code === "access.sign_in_required") return c.redirect(signInPath(frame), 303);
  // A form that came from elsewhere, or from a session that ended, tells of nothing; its sender must know what to do.
  if (status === 404 || (status === 403 && first.code !== "csrf.refused")) return await c.html(NotFoundPage({ frame }), 404);
  if ("retryAfterSeconds" in first.facts) c.header("retry-after", String(first.facts.retryAfterSeconds));
  return await c.html(RefusedPage({ frame, problems }), status);
}

/** Repeated fields (checkboxes) become a comma-separated list: no value of ours holds a comma. */
async function formOf(c: Context<Env>): Promise<Readonly<Record<string, string>>> {
  const type = c.req.header("content-type") ?? "";
  if (!type.startsWith("application/x-www-form-urlencoded")) return {};
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(await c.req.text())) {
    const before = fields.get(name);
    // Browsers send CRLF for a line break typed into a textarea.
    const text = value.replaceAll("\r\n", "\n");
    fields.set(name, before === undefined ? text : `${before},${text}`);
  }
  return Object.fromEntries(fields);
}

/** One key per form shown: a second click, or a reload of the answer, has no second effect. */
export const freshKey = (): string => randomUUID();

/** The generation a form was shown with; 0 (which matches nothing) when it is missing or altered. */
export const generationOf = (form: Readonly<Record<string, string>>): number => (/^\d{1,15}$/.test(form["generation"] ?? "") ? Number(form["generation"]) : 0);

/** Does the act of a form once and goes where it leads; gives the problems back for the form to show. */
export async function once(call: PageCall, work: () => Promise<Result<string>>): Promise<{ readonly to: string } | { readonly problems: Problems }> {
  const key = call.form["key"] ?? "";
  if (!/^[\x21-\x7e]{8,128}$/.test(key)) return { problems: [problem("idempotency.key_required", {})] };
  const answer = await call.deps.idempotency.once(
    {
      pool: call.pool,
      personId: actorIdOf(call.actor),
      route: `page ${new URL(call.c.req.url).pathname}`,
      key,
      bodyHash: createHash("sha256").update(JSON.stringify(call.form)).digest("hex"),
    },
    async () => {
      const done = await work();
      return done.ok ? ok({ status: 303, body: "", headers: { location: done.value } }) : done;
    },
  );
  return answer.kind === "refused" ? { problems: answer.problems } : { to: answer.answer.headers["location"] ?? "/" };
}
