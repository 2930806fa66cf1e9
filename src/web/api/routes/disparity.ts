import { z } from "@hono/zod-openapi";
import { DISPARITY_LAYOUT, disparityRows } from "../../../app/disparity/disparity-table.js";
import { listDisparityAlarms } from "../../../app/disparity/list-alarms.js";
import { listDisparityCases, readDisparityWatch, type NamedGroup } from "../../../app/disparity/read-disparities.js";
import { declareDisparitySettings, readDisparitySettings } from "../../../app/disparity/settings.js";
import { pageOf } from "../../../contract/schemas/common.js";
import {
  disparityAlarm,
  disparityAlarmsQuery,
  disparityCase,
  disparityCasesQuery,
  disparityGroup,
  disparityQuery,
  disparityReading,
  disparitySettings,
  disparitySettingsSent,
  disparityTableQuery,
} from "../../../contract/schemas/disparity.js";
import { localDateOf } from "../../../domain/instant.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, TABLE_TYPES, type Route } from "../route.js";
import { iso, isoOrNull } from "../shown-request.js";

const shownGroup = ({ refusal, wait, alarms, ...group }: NamedGroup): z.input<typeof disparityGroup> => ({
  ...group,
  refusalRatio: refusal?.ratio ?? null,
  refusalLow: refusal?.low ?? null,
  refusalHigh: refusal?.high ?? null,
  waitRatio: wait?.ratio ?? null,
  waitLow: wait?.low ?? null,
  waitHigh: wait?.high ?? null,
  alarms: [...alarms],
});

const reading = defineRoute({
  method: "get",
  path: "/disparity",
  access: "disparity.read",
  tag: "disparity",
  summary: "How refusals and waits differ between districts, languages, channels and kinds of applicant, small groups withheld",
  query: disparityQuery,
  response: disparityReading,
  async handle({ deps, actor, pool, query: { period, limit, after } }) {
    const found = await readDisparityWatch(deps, actor, pool, period);
    if (!found.ok) return found;
    const { groups, range, over, cases, settings } = found.value;
    const start = /^\d{1,6}$/.test(after ?? "") ? Number(after) : 0;
    return ok({
      body: {
        period: range.name,
        from: localDateOf(range.from),
        to: localDateOf(range.to - 1),
        over,
        cases: cases < settings.minCases ? null : cases,
        minCases: settings.minCases,
        ratioPercent: settings.ratioPercent,
        rows: groups.slice(start, start + limit).map(shownGroup),
        next: start + limit < groups.length ? String(start + limit) : null,
      },
    });
  },
});

const table = defineRoute({
  method: "get",
  path: "/disparity/table",
  access: "disparity.read",
  tag: "disparity",
  summary: "The same as a CSV file",
  query: disparityTableQuery,
  file: true,
  response: z.unknown(),
  async handle({ deps, actor, pool, query: { period }, language }) {
    const found = await readDisparityWatch(deps, actor, pool, period);
    if (!found.ok) return found;
    const content = deps.tables.writeCsv(DISPARITY_LAYOUT, disparityRows(found.value, language), language);
    return ok({ body: null, file: { name: `disparity-${found.value.range.name}.csv`, type: TABLE_TYPES[0], content } });
  },
});

const cases = defineRoute({
  method: "get",
  path: "/disparity/cases",
  access: "request.read",
  tag: "disparity",
  summary: "The decided cases that one group's figures count, without applicants and grounds",
  query: disparityCasesQuery,
  response: pageOf(disparityCase),
  problems: ["disparity.too_few"],
  async handle({ deps, actor, pool, query: { period, dimension, group, limit, after } }) {
    const found = await listDisparityCases(deps, actor, pool, { period, dimension, group }, { limit, after });
    if (!found.ok) return found;
    const rows = found.value.rows.map(({ publicId, refused, receivedAt, closedAt, ...rest }) => ({
      ...rest,
      request: publicId,
      outcome: refused ? ("rejected" as const) : ("completed" as const),
      receivedAt: iso(receivedAt),
      closedAt: iso(closedAt),
    }));
    return ok({ body: { rows, next: found.value.next } });
  },
});

const alarms = defineRoute({
  method: "get",
  path: "/disparity/alarms",
  access: "disparity.read",
  tag: "disparity",
  summary: "Alarms, open ones first",
  query: disparityAlarmsQuery,
  response: pageOf(disparityAlarm),
  async handle({ deps, actor, pool, query: { limit, after } }) {
    const found = await listDisparityAlarms(deps, actor, pool, { limit, after });
    if (!found.ok) return found;
    const rows = found.value.rows.map(({ id, raisedAt, seenAt, resolvedAt, ...rest }) => ({ ...rest, alarm: id, raisedAt: iso(raisedAt), seenAt: iso(seenAt), resolvedAt: isoOrNull(resolvedAt) }));
    return ok({ body: { rows, next: found.value.next } });
  },
});

const settings = defineRoute({
  method: "get",
  path: "/disparity/settings",
  access: "disparity.read",
  tag: "disparity",
  summary: "How the pool watches: length of readings, fewest cases, threshold",
  response: disparitySettings,
  async handle({ deps, actor, pool }) {
    const found = await readDisparitySettings(deps, actor, pool);
    return found.ok ? ok({ body: found.value, generation: found.value.generation }) : found;
  },
});

const declare = defineRoute({
  method: "put",
  path: "/disparity/settings",
  access: "disparity.declare",
  tag: "disparity",
  summary: "Set how the pool watches",
  body: disparitySettingsSent,
  ifMatch: true,
  response: disparitySettings,
  async handle({ deps, actor, pool, body, ifMatch }) {
    const done = await declareDisparitySettings(deps, actor, pool, { ...body, generation: ifMatch });
    return done.ok ? ok({ body: done.value, generation: done.value.generation }) : done;
  },
});

export const disparityRoutes: readonly Route[] = [reading, table, cases, alarms, settings, declare];
