import { randomUUID } from "node:crypto";
import { z } from "@hono/zod-openapi";
import type { SeenWhatIf } from "../../../app/whatif/redact.js";
import { beginWhatIf, cancelWhatIf, listWhatIfs, readWhatIf, removeWhatIf } from "../../../app/whatif/what-ifs.js";
import type { WhatIfRecord, WhatIfSummary } from "../../../app/ports/what-if.js";
import { whatIfFile, whatIfInput, whatIfPage, whatIfSchema, whatIfsQuery } from "../../../contract/schemas/what-if.js";
import { ok, type Result } from "../../../domain/result.js";
import type { Scenario } from "../../../domain/what-if/scenario.js";
import { problemTitle, problemTodo } from "../../../text/problems.js";
import type { Language } from "../../../text/text.js";
import { defineRoute, type Answer, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { whatIfFileOf } from "../../what-if-file.js";

const oneWhatIf = z.object({ whatIf: z.uuid() });
const iso = (at: number): string => new Date(at).toISOString();
/** A scenario with a trace in it has a line a request. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;

const shownSummary = ({ id, name, state, progress, problems, resultHash, askedBy, askedAt, endedAt }: WhatIfSummary, language: Language) => ({
  whatIf: id,
  name,
  state,
  progress,
  problems: problems.map((one) => ({
    code: one.code,
    title: problemTitle(language, one),
    detail: problemTodo(language, one),
    ...(one.field === undefined ? {} : { field: one.field }),
    facts: one.facts as Record<string, unknown>,
  })),
  resultHash,
  askedBy,
  askedAt: iso(askedAt),
  endedAt: endedAt === null ? null : iso(endedAt),
});

function shown(found: Result<WhatIfRecord & Partial<Pick<SeenWhatIf, "withheld">>>, language: Language, made = false): Result<Answer<z.input<typeof whatIfSchema>>> {
  if (!found.ok) return found;
  const { scenario, result, withheld = null, ...summary } = found.value;
  const body = { ...shownSummary(summary, language), scenario: { ...scenario }, result, withheld } as unknown as z.input<typeof whatIfSchema>;
  return ok({ body, ...(made && { location: `/what-ifs/${summary.id}` }) });
}

const begin = defineRoute({
  method: "post",
  path: "/what-ifs",
  access: "what-if.create",
  tag: "what-ifs",
  summary: "Play a scenario on a copy of the pool, beside the pool as it is; nothing in the pool is touched",
  body: whatIfInput,
  bodyBytesMax: BODY_BYTES_MAX,
  status: 202,
  response: whatIfSchema,
  problems: [
    "input.unknown_reference", "class.unknown", "division.unknown", "validity.reversed", "policy.rule_malformed", "quota.of_function", "scenario.empty", "scenario.day_past", "scenario.day_beyond",
    "scenario.drain_of_nobody", "scenario.not_lendable", "scenario.lent_to_itself", "scenario.trace_twice", "what-if.too_many_under_way", "what-if.too_many_kept",
  ],
  handle: async ({ deps, actor, body, language }) => shown(await beginWhatIf(deps, actor, { id: randomUUID(), scenario: body.scenario as Scenario }), language, true),
});

const list = defineRoute({
  method: "get",
  path: "/what-ifs",
  access: "what-if.read",
  tag: "what-ifs",
  summary: "What was played, the newest first",
  query: whatIfsQuery,
  response: whatIfPage,
  async handle({ deps, actor, query, language }) {
    const page = await listWhatIfs(deps, actor, query);
    return shownPage(page, (row) => shownSummary(row, language));
  },
});

const get = defineRoute({
  method: "get",
  path: "/what-ifs/{whatIf}",
  access: "what-if.read",
  tag: "what-ifs",
  summary: "One what-if: how far it is, and what came of it",
  params: oneWhatIf,
  response: whatIfSchema,
  handle: async ({ deps, actor, params, language }) => shown(await readWhatIf(deps, actor, params.whatIf), language),
});

const file = defineRoute({
  method: "get",
  path: "/what-ifs/{whatIf}/file",
  access: "what-if.read",
  tag: "what-ifs",
  summary: "Its figures as a table, or its scenario as a file",
  params: oneWhatIf,
  query: whatIfFile,
  file: true,
  response: z.unknown(),
  async handle({ deps, actor, params, query }) {
    const found = await readWhatIf(deps, actor, params.whatIf);
    return found.ok ? ok({ body: null, file: whatIfFileOf(deps, found.value, query.format) }) : found;
  },
});

const cancel = defineRoute({
  method: "post",
  path: "/what-ifs/{whatIf}/cancellation",
  access: "what-if.cancel",
  tag: "what-ifs",
  summary: "End one that waits or is played",
  params: oneWhatIf,
  response: whatIfSchema,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, params, language }) => shown(await cancelWhatIf(deps, actor, params.whatIf), language),
});

const remove = defineRoute({
  method: "delete",
  path: "/what-ifs/{whatIf}",
  access: "what-if.remove",
  tag: "what-ifs",
  summary: "Remove one with its result",
  problems: ["what-if.kept_by_plan"],
  params: oneWhatIf,
  response: z.object({ removed: z.string() }),
  async handle({ deps, actor, params }) {
    const removed = await removeWhatIf(deps, actor, params.whatIf);
    return removed.ok ? ok({ body: { removed: params.whatIf } }) : removed;
  },
});

export const whatIfRoutes: readonly Route[] = [begin, list, get, file, cancel, remove];
