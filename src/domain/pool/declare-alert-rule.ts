import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { refused, type Result } from "../result.js";
import { alertRuleOf, COMPARISONS, FOR_MINUTES_MAX, INTERVAL_MINUTES_MAX, WINDOW_DAYS_MAX, type AlertRule } from "./alert.js";
import { classAt, divisionAt, unitAt } from "./references.js";
import type { Register } from "./register.js";

const NAME = /^[a-z0-9][a-z0-9-]{1,62}$/;

/** What a document leaves out is what the API takes for it. */
const WINDOW_DAYS = 7;
const INTERVAL_MINUTES = 5;

/** `{ alertRule, figure, class?, unit?, division?, comparison, value, clear?, windowDays?, forMinutes?, intervalMinutes?, enabled? }` */
export function declareAlertRule(record: unknown, register: Register): Result<AlertRule> {
  const reader = new RecordReader(record, []);
  const id = reader.text("alertRule", 63);
  if (id !== "" && !NAME.test(id)) reader.refuse(problem("input.invalid", { expected: NAME.source }, reader.at("alertRule")));
  const given = {
    figure: reader.text("figure", 60),
    class: reader.has("class") ? (classAt(reader, "class", register)?.id ?? null) : null,
    unit: reader.has("unit") ? (unitAt(reader, "unit", register)?.id ?? null) : null,
    division: reader.has("division") ? divisionAt(reader, "division", register) : null,
    comparison: reader.oneOf("comparison", COMPARISONS),
    value: numberAt(reader, "value") ?? Number.NaN,
    clear: numberAt(reader, "clear"),
    windowDays: reader.optionalAmount("windowDays", { min: 1, max: WINDOW_DAYS_MAX }) ?? WINDOW_DAYS,
    forMinutes: reader.optionalAmount("forMinutes", { max: FOR_MINUTES_MAX }) ?? 0,
    intervalMinutes: reader.optionalAmount("intervalMinutes", { min: 1, max: INTERVAL_MINUTES_MAX }) ?? INTERVAL_MINUTES,
    enabled: reader.flag("enabled", true),
  };
  reader.end();
  const [first, ...rest] = reader.problems;
  return first ? refused(first, ...rest) : alertRuleOf(id, given);
}

/** A rate may have a fraction. What is no number is for the rule itself to refuse. */
function numberAt(reader: RecordReader, field: string): number | null {
  const value = reader.raw(field);
  if (value === undefined) return null;
  return typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
}
