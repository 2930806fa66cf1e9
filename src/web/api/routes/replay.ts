import { randomBytes } from "node:crypto";
import { z } from "@hono/zod-openapi";
import { createSandbox } from "../../../app/replay/create-sandbox.js";
import { fileTogether } from "../../../app/replay/file-together.js";
import { readClock, setClock } from "../../../app/replay/pool-clock.js";
import { removeSandbox } from "../../../app/replay/remove-sandbox.js";
import { decidedSteps, replayReport } from "../../../app/replay/replay-report.js";
import { clockQuery, clockSchema, clockSetting, decidedQuery, decidedSchema, filedSchema, filingInput, newSandbox, replayReportSchema, reportQuery, sandboxSchema } from "../../../contract/schemas/replay.js";
import { parsePoolId } from "../../../domain/id.js";
import { parseLocalDate } from "../../../domain/instant.js";
import { problem } from "../../../domain/problem.js";
import { ok, refused } from "../../../domain/result.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import { defineRoute, type Route } from "../route.js";

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** Names have 63 characters at most; the tail keeps sandboxes of one pool apart. */
const sandboxName = (pool: string): string => `${pool.slice(0, 40)}-sandbox-${randomBytes(4).toString("hex")}`;

const make = defineRoute({
  method: "post",
  path: "/sandboxes",
  access: "sandbox.create",
  tag: "sandboxes",
  summary: "Copy what the pool declares into a sandbox with a clock of its own",
  body: newSandbox,
  // The copy is a transaction of another pool: it cannot join the one in which answers are kept. The name makes it happen once.
  readOnly: true,
  status: 201,
  response: sandboxSchema,
  problems: ["object.exists", "sandbox.of_sandbox"],
  async handle({ deps, actor, pool, body }) {
    const id = parsePoolId(body.pool ?? sandboxName(pool), "pool");
    if (!id.ok) return id;
    const at = Date.parse(body.at);
    const made = await createSandbox(deps, actor, pool, { id: id.value, at, silo: body.silo });
    return made.ok ? ok({ body: { pool: made.value.id, copiedFrom: pool, at: iso(at), silo: body.silo } }) : made;
  },
});

const remove = defineRoute({
  method: "delete",
  path: "/sandbox",
  access: "sandbox.remove",
  tag: "sandboxes",
  summary: "Remove a sandbox with everything in it",
  // Where the answer would be kept is what is removed; a second call finds no pool.
  readOnly: true,
  response: z.object({ removed: z.string() }),
  problems: ["sandbox.required"],
  async handle({ deps, actor, pool }) {
    const removed = await removeSandbox(deps, actor, pool);
    return removed.ok ? ok({ body: { removed: pool } }) : removed;
  },
});

const read = defineRoute({
  method: "get",
  path: "/clock",
  access: "clock.read",
  tag: "sandboxes",
  summary: "The pool's time, how far its writer is, and when people work",
  query: clockQuery,
  response: clockSchema,
  async handle({ deps, actor, pool, query }) {
    const found = await readClock(deps, actor, pool, query.days);
    if (!found.ok) return found;
    const { at, workedUpTo, halfHours, official } = found.value;
    return ok({ body: { at: iso(at), workedUpTo: isoOrNull(workedUpTo), halfHours: halfHours.map(iso), official: official.map(iso) } });
  },
});

const set = defineRoute({
  method: "put",
  path: "/clock",
  access: "clock.set",
  tag: "sandboxes",
  summary: "Move a sandbox's clock forward; answers when everything asked before has been decided",
  body: clockSetting,
  // The same time set twice is set once, so no key is needed; and it waits for the writer, who sees only what is committed.
  readOnly: true,
  response: clockSchema,
  problems: ["sandbox.required", "clock.backwards"],
  async handle({ deps, actor, pool, body }) {
    const moved = await setClock(deps, actor, pool, Date.parse(body.at));
    return moved.ok ? ok({ body: { at: iso(moved.value.at), workedUpTo: isoOrNull(moved.value.workedUpTo), halfHours: [], official: [] } }) : moved;
  },
});

const fileMany = defineRoute({
  method: "post",
  path: "/filed-requests",
  access: "replay.submit",
  tag: "sandboxes",
  summary: "In a sandbox: hand in up to 500 applications at once; each has its own outcome",
  body: filingInput,
  response: filedSchema,
  problems: ["sandbox.required"],
  async handle({ deps, actor, pool, body, language }) {
    const filed = await fileTogether(deps, actor, pool, body.requests);
    if (!filed.ok) return filed;
    return ok({
      body: {
        rows: filed.value.map(({ request, number, problems }) => ({
          request,
          number,
          problems: problems.map((one) => ({ code: one.code, title: problemTitle(language, one), detail: problemTodo(language, one), ...(one.field === undefined ? {} : { field: one.field }) })),
        })),
      },
    });
  },
});

const decided = defineRoute({
  method: "get",
  path: "/decided-steps",
  access: "replay.run",
  tag: "sandboxes",
  summary: "Decisions in the order they were made: what a player of officers follows",
  query: decidedQuery,
  response: decidedSchema,
  async handle({ deps, actor, pool, query }) {
    const found = await decidedSteps(deps, actor, pool, query.after);
    if (!found.ok) return found;
    const rows = found.value.map((one) => ({ ...one, readyAt: isoOrNull(one.readyAt), decidedAt: iso(one.decidedAt), startsAt: isoOrNull(one.startsAt) }));
    return ok({ body: { rows, next: rows.at(-1)?.seq ?? query.after } });
  },
});

/** Days of one report at most: each is added up over every resource. */
const REPORT_DAYS_MAX = 92;

const report = defineRoute({
  method: "get",
  path: "/replay-report",
  access: "sandbox.read",
  tag: "sandboxes",
  summary: "What became of a trace: states, breaches, what waits and why, how far the pool was used",
  query: reportQuery,
  response: replayReportSchema,
  async handle({ deps, actor, pool, query }) {
    const [from, to] = [parseLocalDate(query.from) ?? 0, parseLocalDate(query.to) ?? 0];
    if (to < from || to - from >= REPORT_DAYS_MAX) return refused(problem("input.out_of_range", { min: from, max: from + REPORT_DAYS_MAX - 1 }, { field: "to" }));
    const made = await replayReport(deps, actor, pool, { from, to });
    return made.ok ? ok({ body: { ...made.value, byState: { ...made.value.byState }, waiting: made.value.waiting ? [...made.value.waiting] : null, classes: [...made.value.classes] } }) : made;
  },
});

export const replayRoutes: readonly Route[] = [make, remove, read, set, fileMany, decided, report];
