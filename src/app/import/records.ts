import type { ItemGuide } from "../../domain/catalogue/item.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { TableRecord } from "../ports/import.js";
import type { ITEM_COLUMNS } from "./layouts.js";

/** An item's guide as one row: lists of things stand as JSON in their cells, so that nothing is lost on the way out and in. */
export const itemRow = (guide: ItemGuide): Record<(typeof ITEM_COLUMNS)[number], string> => ({
  item: guide.item,
  name_zh: guide.names.zh,
  name_en: guide.names.en,
  task_type: guide.taskType,
  audience: guide.audience.join(";"),
  theme: guide.theme,
  theme_zh: guide.themeNames.zh,
  theme_en: guide.themeNames.en,
  life_events: guide.lifeEvents.join(";"),
  line: guide.line,
  level: guide.level,
  holder: guide.unit ?? "",
  statutory_days: String(guide.statutoryDays),
  promised_days: String(guide.promisedDays),
  visits: String(guide.visits),
  modes: guide.modes.join(";"),
  fee_fen: String(guide.fee.fen),
  fee_basis: guide.fee.basis ?? "",
  result_zh: guide.result.zh,
  result_en: guide.result.en,
  basis: JSON.stringify(guide.basis),
  conditions: JSON.stringify(guide.conditions),
  materials: JSON.stringify(guide.materials),
  form: JSON.stringify(guide.form),
  recipe: JSON.stringify(guide.recipe),
  source: guide.source,
});

/** The row as a declaration, in the fields of a manifest. Empty cells are absent fields. */
export function itemDeclaration(row: TableRecord): Result<Record<string, unknown>> {
  const of = (field: string): unknown => (row[field] === "" ? undefined : row[field]);
  const names = (zh: string, en: string): unknown => (of(zh) === undefined && of(en) === undefined ? undefined : { zh: of(zh), en: of(en) });
  const lists: Record<string, unknown> = {};
  for (const field of ["basis", "conditions", "materials", "form", "recipe"]) {
    const cell = of(field);
    if (cell === undefined) continue;
    try {
      lists[field] = JSON.parse(String(cell));
    } catch {
      return refused(problem("input.invalid", { expected: "JSON" }, { field }));
    }
  }
  const result = names("result_zh", "result_en");
  return ok({
    item: of("item"),
    names: names("name_zh", "name_en"),
    taskType: of("task_type"),
    audience: of("audience"),
    theme: of("theme"),
    themeNames: names("theme_zh", "theme_en"),
    lifeEvents: of("life_events"),
    line: of("line"),
    level: of("level"),
    unit: of("holder"),
    limits: { statutory: of("statutory_days"), promised: of("promised_days") },
    visits: of("visits"),
    modes: of("modes"),
    fee: { fen: of("fee_fen") ?? "0", basis: of("fee_basis") },
    result: result === undefined ? undefined : { names: result },
    ...lists,
    source: of("source"),
  });
}
