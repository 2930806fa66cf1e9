import type { ClassId, DivisionCode, UnitId } from "../id.js";
import { problem, type Problem } from "../problem.js";
import { ok, refused, type Result } from "../result.js";
import type { Instant } from "../instant.js";
import { FIGURES, type Figure } from "./figures.js";

export const COMPARISONS = ["above", "below"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** A threshold: which figure of which part of the pool, and when it is too much. */
export interface AlertRule {
  readonly id: string;
  readonly figure: Figure;
  readonly class: ClassId | null;
  readonly unit: UnitId | null;
  /** A county, by its six digits. */
  readonly division: DivisionCode | null;
  readonly comparison: Comparison;
  /** Percent for rates, minutes for waits, a count for the others. */
  readonly value: number;
  /** An alert is over when the figure has come back to this; between the two nothing changes. */
  readonly clear: number;
  /** Days the figure is taken over, ending today. The queue is of now. */
  readonly windowDays: number;
  /** How long it has to last. */
  readonly forMinutes: number;
  readonly intervalMinutes: number;
  readonly enabled: boolean;
}

export interface AlertRuleGiven {
  readonly figure: string;
  readonly class?: ClassId | null | undefined;
  readonly unit?: UnitId | null | undefined;
  readonly division?: DivisionCode | null | undefined;
  readonly comparison: Comparison;
  readonly value: number;
  readonly clear?: number | null | undefined;
  readonly windowDays: number;
  readonly forMinutes: number;
  readonly intervalMinutes: number;
  readonly enabled: boolean;
}

const LIMITS: Readonly<Record<Figure, { readonly max: number }>> = {
  utilisation: { max: 1_000 },
  queue: { max: 10_000_000 },
  "wait-p50": { max: 5_256_000 },
  "wait-p90": { max: 5_256_000 },
  "deadline-rate": { max: 100 },
  breaches: { max: 10_000_000 },
};

export const WINDOW_DAYS_MAX = 31;
export const INTERVAL_MINUTES_MAX = 1_440;
export const FOR_MINUTES_MAX = 10_080;

/** Every number that cannot be, each with its own refusal. */
export function alertRuleOf(id: string, given: AlertRuleGiven): Result<AlertRule> {
  const figure = FIGURES.find((one) => one === given.figure);
  if (figure === undefined) return refused(problem("alert.figure_unknown", { name: given.figure.slice(0, 40), known: FIGURES.join(", ") }, { field: "figure" }));
  const { max } = LIMITS[figure];
  const clear = given.clear ?? given.value;
  const wrong: Problem[] = [];
  for (const [field, value] of [["value", given.value], ...(given.clear == null ? [] : [["clear", clear] as const])] as const) {
    if (!Number.isFinite(value)) wrong.push(problem("alert.value_not_a_number", {}, { field }));
    else if (value < 0 || value > max) wrong.push(problem("alert.value_out_of_range", { figure, min: 0, max }, { field }));
  }
  if (wrong.length === 0 && (given.comparison === "above" ? clear > given.value : clear < given.value)) wrong.push(problem("alert.clear_beyond_value", { value: given.value, clear }, { field: "clear" }));
  for (const [field, value, min, most] of [
    ["intervalMinutes", given.intervalMinutes, 1, INTERVAL_MINUTES_MAX],
    ["windowDays", given.windowDays, 1, WINDOW_DAYS_MAX],
    ["forMinutes", given.forMinutes, 0, FOR_MINUTES_MAX],
  ] as const) {
    if (!Number.isInteger(value) || value < min || value > most) wrong.push(problem("alert.time_out_of_range", { min, max: most }, { field }));
  }
  const [first, ...rest] = wrong;
  if (first) return refused(first, ...rest);
  return ok({ ...given, id, figure, clear, class: given.class ?? null, unit: given.unit ?? null, division: given.division ?? null });
}

/** What is known of a rule between two looks. */
export interface AlertStanding {
  /** Since when it has been beyond its value without a break; null: it is not. */
  readonly overSince: Instant | null;
  readonly open: boolean;
}

export interface AlertJudged {
  readonly overSince: Instant | null;
  readonly turn: "raise" | "resolve" | "none";
}

/** @param measured null: the figure has no value, so nothing is beyond anything. */
export function judge(rule: AlertRule, { overSince, open }: AlertStanding, measured: number | null, now: Instant): AlertJudged {
  const { comparison, value, clear } = rule;
  const over = measured !== null && (comparison === "above" ? measured > value : measured < value);
  if (open) {
    const back = measured === null || (comparison === "above" ? measured <= clear : measured >= clear);
    return back ? { overSince: null, turn: "resolve" } : { overSince, turn: "none" };
  }
  if (!over) return { overSince: null, turn: "none" };
  const since = overSince ?? now;
  return { overSince: since, turn: now - since >= rule.forMinutes * 60_000 ? "raise" : "none" };
}
