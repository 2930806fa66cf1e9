import type { z } from "@hono/zod-openapi";
import { percentOf, pressureTable } from "../../../app/rebalance/pressure-table.js";
import type { PressureQuestion } from "../../../app/rebalance/pressure-question.js";
import { readPressure, type PressureRead, type PressureRow } from "../../../app/rebalance/read-pressure.js";
import { readPressureTrend } from "../../../app/rebalance/read-pressure-trend.js";
import { pressureQuery, pressureShown, pressureTrendParams, pressureTrendQuery, pressureTrendShown, type pressureRow } from "../../../contract/schemas/pressure.js";
import { parseClassId, parseDivisionCode, parseUnitId } from "../../../domain/id.js";
import { localDateOf, type DayNumber, type Instant } from "../../../domain/instant.js";
import type { ForecastError } from "../../../domain/rebalance/forecast.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, wantsCsv, type Route } from "../route.js";
import { tableFile } from "./import.js";

const PROBLEMS = ["usage.range_reversed", "usage.range_too_long"] as const;

const optional = <T>(text: string | undefined, field: string, parse: (text: string, field: string) => Result<T>): Result<T | undefined> => (text === undefined ? ok(undefined) : parse(text, field));

function questionOf(asked: { readonly [K in keyof PressureQuestion]?: string | undefined }): Result<PressureQuestion> {
  const classId = optional(asked.class, "class", parseClassId);
  if (!classId.ok) return classId;
  const unit = optional(asked.unit, "unit", parseUnitId);
  if (!unit.ok) return unit;
  const division = optional(asked.division, "division", parseDivisionCode);
  if (!division.ok) return division;
  return ok({ class: classId.value, unit: unit.value, division: division.value, from: asked.from, to: asked.to });
}

const said = ({ asOf, today, from, to }: { readonly asOf: Instant; readonly today: DayNumber; readonly from: DayNumber; readonly to: DayNumber }) => ({ asOf: new Date(asOf).toISOString(), today: localDateOf(today), from: localDateOf(from), to: localDateOf(to) });

const rounded = (amount: number | null): number | null => (amount === null ? null : Math.round(amount * 10) / 10);

const errorShown = (error: ForecastError | undefined) => (error === undefined ? null : { days: error.days, mapePercent: percentOf(error.mape), mapeDays: error.mapeDays, wapePercent: percentOf(error.wape) });

const shown = ({ classId, classNames, measure, unit, division, waiting, ...row }: PressureRow, { errors }: PressureRead): z.input<typeof pressureRow> => ({
  class: classId,
  classNames,
  measure,
  unit: unit?.id ?? null,
  unitNames: unit?.names ?? null,
  division: division?.code ?? null,
  divisionNames: division?.names ?? null,
  asked: row.asked,
  due: row.due,
  expected: rounded(row.expected),
  used: row.used,
  capacityBehind: row.capacityBehind,
  utilisationPercent: percentOf(row.utilisation),
  capacityAhead: row.capacityAhead,
  pressurePercent: percentOf(row.pressure),
  decisions: row.decisions,
  waitP50: row.waitP50,
  waitP90: row.waitP90,
  waiting: waiting.steps,
  waitingAmount: waiting.amount,
  breachesNow: waiting.breachesNow,
  breachesExpected: waiting.breachesExpected,
  undated: waiting.undated,
  overdrawn: row.overdrawn,
  error: errorShown(errors.get(classId)),
});

const read = defineRoute({
  method: "get",
  path: "/pressure",
  access: "pressure.read",
  tag: "rebalance",
  summary: "How hard each class is pressed at each unit and county, behind and ahead: demand, capacity, waits, breaches now and expected",
  query: pressureQuery,
  orCsv: true,
  response: pressureShown,
  problems: PROBLEMS,
  async handle({ deps, actor, pool, query: { by, ...asked }, language, context }) {
    const question = questionOf(asked);
    if (!question.ok) return question;
    const found = await readPressure(deps, actor, pool, question.value, by);
    if (!found.ok) return found;
    if (wantsCsv(context)) {
      const file = await tableFile(deps.tables, pressureTable(found.value), "csv", language);
      return file.ok ? ok({ body: { ...said(found.value), rows: [], next: null }, file: file.value }) : file;
    }
    return ok({ body: { ...said(found.value), rows: found.value.rows.map((row) => shown(row, found.value)), next: null } });
  },
});

const trend = defineRoute({
  method: "get",
  path: "/pressure/{class}/trend",
  access: "pressure.read",
  tag: "rebalance",
  summary: "One class over time: what was asked, what is expected with its interval, and what there is to meet it with",
  params: pressureTrendParams,
  query: pressureTrendQuery,
  response: pressureTrendShown,
  problems: PROBLEMS,
  async handle({ deps, actor, pool, params, query: { bucket, ...asked } }) {
    const classId = parseClassId(params.class, "class");
    if (!classId.ok) return classId;
    const question = questionOf(asked);
    if (!question.ok) return question;
    const found = await readPressureTrend(deps, actor, pool, { ...question.value, class: classId.value }, bucket);
    if (!found.ok) return found;
    const { error, buckets } = found.value;
    return ok({
      body: {
        ...said(found.value),
        error: errorShown(error),
        rows: buckets.map((one) => ({ ...one, from: localDateOf(one.from), to: localDateOf(one.to), expected: rounded(one.expected), low: rounded(one.low), high: rounded(one.high) })),
        next: null,
      },
    });
  },
});

export const pressureRoutes: readonly Route[] = [read, trend];
