import { z } from "@hono/zod-openapi";
import { declareLeadException, listLeadExceptions, withdrawLeadException } from "../../../app/duties/lead-exceptions.js";
import { readGaps, type DutyFault } from "../../../app/duties/read-gaps.js";
import type { LeadExceptionRow } from "../../../app/ports/duty.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { gapShown, leadExceptionInput, leadExceptionParam, leadExceptionQuery, leadExceptionShown } from "../../../contract/schemas/gap.js";
import { done } from "../../../contract/schemas/law.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPageOfAll } from "../shown-page.js";
import { iso, isoOrNull } from "../shown-request.js";

export const shownGap = ({ key, classId, units, resources, examples, contests, ...rest }: DutyFault): z.input<typeof gapShown> => ({
  ...rest,
  gap: key,
  class: classId,
  units: units.map(({ id }) => id),
  unitNames: units.map(({ names }) => names),
  resources: [...resources],
  examples: [...examples],
  contests: contests.map(({ id, state }) => ({ contest: id, state })),
});

const shownException = ({ id, classId, unitId, validFrom, validTo, basis, declaredAt, withdrawnAt }: LeadExceptionRow): z.input<typeof leadExceptionShown> => ({
  exception: id,
  class: classId,
  unit: unitId,
  from: validFrom,
  to: validTo,
  basis,
  declaredAt: iso(declaredAt),
  withdrawnAt: isoOrNull(withdrawnAt),
});

const list = defineRoute({
  method: "get",
  path: "/gaps",
  access: "gap.read",
  tag: "gaps",
  summary: "Duties that nobody has, or that two have, in some area",
  query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(50), after: z.string().max(400).optional(), kind: z.enum(["gap", "overlap"]).optional(), division: z.string().max(12).optional() }),
  response: pageOf(gapShown),
  async handle({ deps, actor, pool, query: { limit, after, kind, division } }) {
    const found = await readGaps(deps, actor, pool);
    if (!found.ok) return found;
    const rows = found.value
      .filter((row) => (kind === undefined || row.kind === kind) && (division === undefined || row.division === division) && (after === undefined || row.key > after))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    return ok({ body: { rows: rows.slice(0, limit).map(shownGap), next: rows.length > limit ? (rows[limit - 1]?.key ?? null) : null } });
  },
});

const exceptions = defineRoute({
  method: "get",
  path: "/lead-exceptions",
  access: "gap.read",
  tag: "gaps",
  summary: "Who may hold a function beside the unit that leads it, from when to when and by which law",
  query: leadExceptionQuery,
  response: pageOf(leadExceptionShown),
  async handle({ deps, actor, pool, query }) {
    const found = await listLeadExceptions(deps, actor, pool, { ended: query.ended === "true" });
    return shownPageOfAll(found, query, ({ id }) => String(id), shownException);
  },
});

const declare = defineRoute({
  method: "post",
  path: "/lead-exceptions",
  access: "lead-exception.declare",
  tag: "gaps",
  summary: "Let a second unit hold a function for a while, by a law",
  body: leadExceptionInput,
  status: 201,
  response: leadExceptionShown,
  problems: ["class.unknown", "lead.not_a_function", "lead.exception_too_long", "validity.reversed", "input.unknown_reference"],
  async handle({ deps, actor, pool, body }) {
    const made = await declareLeadException(deps, actor, pool, body);
    return made.ok ? ok({ body: shownException(made.value) }) : made;
  },
});

const withdraw = defineRoute({
  method: "post",
  path: "/lead-exceptions/{exception}/withdrawal",
  access: "lead-exception.withdraw",
  tag: "gaps",
  summary: "End an exception now",
  params: leadExceptionParam,
  response: done,
  async handle({ deps, actor, pool, params }) {
    const gone = await withdrawLeadException(deps, actor, pool, params.exception);
    return gone.ok ? ok({ body: { done: true as const } }) : gone;
  },
});

export const gapRoutes: readonly Route[] = [list, exceptions, declare, withdraw];
