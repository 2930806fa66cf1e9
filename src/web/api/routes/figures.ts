import type { z } from "@hono/zod-openapi";
import { deadlineRate, figuresTable } from "../../../app/figures/figures-table.js";
import { listFigureRows, readFigures, type FigureRowsRead, type FiguresOf } from "../../../app/figures/read-figures.js";
import type { FigureScope } from "../../../app/ports/figures.js";
import { figureRowsParams, figureRowsQuery, figureRowsShown, figuresQuery, figuresShown } from "../../../contract/schemas/figures.js";
import { parseClassId, parseDivisionCode, parseUnitId } from "../../../domain/id.js";
import { localDateOf } from "../../../domain/instant.js";
import { FIGURES, type Figure } from "../../../domain/pool/figures.js";
import { ok, type Result } from "../../../domain/result.js";
import { figureDefinitions } from "../../../text/figures.js";
import { voiceOf } from "../../../text/voice.js";
import { defineRoute, wantsCsv, type Route } from "../route.js";
import { tableFile } from "./import.js";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function scopeOf({ class: cls, unit, division }: { readonly class?: string | undefined; readonly unit?: string | undefined; readonly division?: string | undefined }): Result<FigureScope> {
  const [classId, unitId, code] = [cls === undefined ? ok(undefined) : parseClassId(cls, "class"), unit === undefined ? ok(undefined) : parseUnitId(unit, "unit"), division === undefined ? ok(undefined) : parseDivisionCode(division, "division")];
  if (!classId.ok) return classId;
  if (!unitId.ok) return unitId;
  if (!code.ok) return code;
  return ok({ class: classId.value, unit: unitId.value, division: code.value });
}

export const shownFigures = (row: FiguresOf) => ({
  utilisationPercent: row.utilisation?.percent ?? null,
  used: row.utilisation?.amounts?.used ?? null,
  capacity: row.utilisation?.amounts?.capacity ?? null,
  queue: row.queue,
  decisions: row.decisions,
  waitP50: row.waitP50,
  waitP90: row.waitP90,
  closed: row.closed,
  missed: row.missed,
  deadlineRatePercent: deadlineRate(row),
  breaches: row.breaches,
});

const read = defineRoute({
  method: "get",
  path: "/figures",
  access: "overview.read",
  tag: "figures",
  summary: "Utilisation, queue, waits, deadlines and breaches over a range, by class, unit or county, each with its definition",
  query: figuresQuery,
  orCsv: true,
  response: figuresShown,
  problems: ["usage.range_reversed", "usage.range_too_long"],
  async handle({ deps, actor, pool, query: { by, from, to, ...filter }, language, context }) {
    const scope = scopeOf(filter);
    if (!scope.ok) return scope;
    const found = await readFigures(deps, actor, pool, { by, from, to, ...scope.value });
    if (!found.ok) return found;
    const { t } = voiceOf(language);
    const body = {
      asOf: new Date(found.value.asOf).toISOString(),
      from: localDateOf(found.value.from),
      to: localDateOf(found.value.to),
      definitions: Object.fromEntries(FIGURES.map((figure) => [figure, t(figureDefinitions[figure])])) as Record<Figure, string>,
      whole: shownFigures(found.value.whole),
      rows: found.value.rows.map((row) => ({ key: row.key, names: row.names, ...shownFigures(row) })),
      next: null,
    };
    if (!wantsCsv(context)) return ok({ body });
    const file = await tableFile(deps.tables, figuresTable(found.value), "csv", language);
    return file.ok ? ok({ body, file: file.value }) : file;
  },
});

const NOTHING = { step: null, seq: null, readyAt: null, decidedAt: null, minutes: null, request: null, state: null, receivedAt: null, promisedDueAt: null, closedAt: null };

const shownRows = (found: FigureRowsRead): z.input<typeof figureRowsShown>["rows"] =>
  found.which === "waits"
    ? found.page.rows.map((row) => ({ ...NOTHING, number: row.number, itemNames: row.itemNames, unitNames: row.unitNames, step: row.stepName, seq: row.seq, readyAt: iso(row.readyAt), decidedAt: iso(row.decidedAt), minutes: row.minutes }))
    : found.page.rows.map((row) => ({ ...NOTHING, number: row.number, itemNames: row.itemNames, unitNames: row.unitNames, request: row.publicId, state: row.state, receivedAt: iso(row.receivedAt), promisedDueAt: iso(row.promisedDueAt), closedAt: iso(row.closedAt) }));

const rows = defineRoute({
  method: "get",
  path: "/figures/{rows}",
  access: "overview.read",
  tag: "figures",
  summary: "The rows a figure is made of, one by one: waits, requests closed, closed late, and dates broken",
  params: figureRowsParams,
  query: figureRowsQuery,
  response: figureRowsShown,
  problems: ["usage.range_reversed", "usage.range_too_long"],
  async handle({ deps, actor, pool, params, query: { limit, after, from, to, ...filter } }) {
    const scope = scopeOf(filter);
    if (!scope.ok) return scope;
    const found = await listFigureRows(deps, actor, pool, params.rows, { from, to, ...scope.value }, { limit, after });
    return found.ok ? ok({ body: { rows: shownRows(found.value), next: found.value.page.next } }) : found;
  },
});

export const figuresRoutes: readonly Route[] = [read, rows];
