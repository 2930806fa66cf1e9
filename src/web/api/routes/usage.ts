import type { z } from "@hono/zod-openapi";
import { readUsage } from "../../../app/usage/read-usage.js";
import { usageTable } from "../../../app/usage/usage-table.js";
import type { UsageRow } from "../../../app/ports/usage.js";
import { usageQuery, usageShown, type usageRow } from "../../../contract/schemas/usage.js";
import { parseClassId, parseItemCode, parseUnitId } from "../../../domain/id.js";
import { localDateOf } from "../../../domain/instant.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, wantsCsv, type Route } from "../route.js";
import { amountOf } from "../shown-register.js";
import { tableFile } from "./import.js";

const shown = ({ item, request, measure, held, settled, returned, lapsed, annulled, ...rest }: UsageRow): z.input<typeof usageRow> => ({
  ...rest,
  measure,
  item: item === null ? null : { item: item.code, names: item.names },
  request: request === null ? null : { request: request.publicId, number: request.number },
  held: amountOf(measure, held),
  settled: amountOf(measure, settled),
  returned: amountOf(measure, returned),
  lapsed: amountOf(measure, lapsed),
  annulled: amountOf(measure, annulled),
});

const optional = <T>(text: string | undefined, field: string, parse: (text: string, field: string) => Result<T>): Result<T | undefined> => (text === undefined ? ok(undefined) : parse(text, field));

const read = defineRoute({
  method: "get",
  path: "/usage",
  access: "usage.read",
  tag: "usage",
  summary: "What was used, by whom, of what: the statement of a unit, an item or an applicant. It equals the ledger",
  query: usageQuery,
  orCsv: true,
  response: usageShown,
  problems: ["usage.range_reversed", "usage.range_too_long", "usage.dimension_unknown"],
  async handle({ deps, actor, pool, query: { limit, after, by, period, from, to, applicant, ...filter }, language, context }) {
    const [unit, supplier, item, classId] = [optional(filter.unit, "unit", parseUnitId), optional(filter.supplier, "supplier", parseUnitId), optional(filter.item, "item", parseItemCode), optional(filter.class, "class", parseClassId)];
    for (const part of [unit, supplier, item, classId]) if (!part.ok) return part;
    const value = <T>(part: Result<T>): T | undefined => (part.ok ? part.value : undefined);
    const found = await readUsage(deps, actor, pool, { by, period, from, to, applicant, unit: value(unit), supplier: value(supplier), item: value(item), class: value(classId) });
    if (!found.ok) return found;
    if (wantsCsv(context)) {
      const file = await tableFile(deps.tables, usageTable(found.value, by), "csv", language);
      return file.ok ? ok({ body: { rows: [], next: null, from: "", to: "" }, file: file.value }) : file;
    }
    const { rows, next } = await found.value.page({ limit, after });
    return ok({ body: { from: localDateOf(found.value.from), to: localDateOf(found.value.to), rows: rows.map(shown), next } });
  },
});

export const usageRoutes: readonly Route[] = [read];
