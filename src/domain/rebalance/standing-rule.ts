import { parseClassId, parseResourceCode, parseUnitId, type ClassId, type DivisionCode, type UnitId } from "../id.js";
import { DAY_MS, dayNumberOf, localDateOf, parseLocalDate, weekdayOf, type Instant, type LocalDate } from "../instant.js";
import { alertRuleOf, COMPARISONS, judge, type AlertRule } from "../pool/alert.js";
import { problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import { LOAN_DAYS_MAX } from "./loan.js";

/** A figure that passes a value, or days of every year. On and off have values of their own, so that what hovers between them changes nothing. */
export type RuleTrigger =
  /** `value` switches on, `clear` off; each for so many looks in a row. */
  | { readonly kind: "threshold"; readonly reading: AlertRule; readonly readings: number }
  /** Month and day, both included, every year; weekdays 1 = Monday … 7, none: all of them. */
  | { readonly kind: "schedule"; readonly from: string; readonly to: string; readonly weekdays: readonly number[] };

export type RuleAction =
  /** Resources that stand ready behind a cordon: lifted while the rule is on. */
  | { readonly kind: "open"; readonly resources: readonly string[] }
  | {
      readonly kind: "lend";
      readonly classId: ClassId;
      readonly lender: UnitId;
      readonly resource: string | null;
      readonly borrower: UnitId;
      readonly amount: Amount;
      /** Only while the lender's own utilisation of the class is below this; null: whatever it is. */
      readonly whileBelowPercent: number | null;
    };

export interface RuleLimits {
  readonly runsPerWeek: number;
  /** Between any two switches. */
  readonly coolDownMinutes: number;
  /** What was switched on stays on at least so long. */
  readonly minimumMinutes: number;
  /** A loan is never longer. */
  readonly termDays: number;
}

export interface StandingRule {
  readonly id: string;
  readonly title: string;
  readonly when: RuleTrigger;
  readonly does: RuleAction;
  /** `propose` drafts a plan for a person · `automatic` acts, within its limits. */
  readonly mode: "propose" | "automatic";
  /** Acts only while an emergency order in force allows rules. */
  readonly emergency: boolean;
  readonly limits: RuleLimits;
}

export const RULE_STATES = ["proposed", "active", "paused", "refused", "retired"] as const;
export type RuleState = (typeof RULE_STATES)[number];
/** Which limit kept a rule from acting. `refused`: what it would do is unlawful or not free just now. */
export const RULE_HOLDS = ["cool-down", "minimum-term", "runs", "standing-limit", "lender-busy", "no-order", "nothing-to-open", "refused"] as const;
export type RuleHold = (typeof RULE_HOLDS)[number];

const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const MONTH_DAY = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const MINUTES_MAX = 31 * 1_440;

/** `{ rule, title, when: { figure, class?, unit?, division?, comparison?, value, clear?, windowDays?, readings?, everyMinutes? } | { from, to, weekdays? }, open: [code] | lend: { class, lender, resource?, borrower, amount, whileBelowPercent? }, mode?, emergency?, limits? }` */
export function declareRule(record: unknown): Result<StandingRule> {
  const reader = new RecordReader(record, []);
  const id = reader.text("rule", 63);
  if (id !== "" && !NAME.test(id)) reader.refuse(problem("input.invalid", { expected: "a-z 0-9 -" }, reader.at("rule")));
  const title = reader.text("title", 200);
  const when = triggerOf(reader, id);
  const does = actionOf(reader);
  const mode = reader.oneOf("mode", ["propose", "automatic"] as const, "propose");
  const emergency = reader.flag("emergency", false);
  const given = reader.record("limits");
  const limits = {
    runsPerWeek: given?.optionalAmount("runsPerWeek", { min: 1, max: 100 }) ?? 2,
    coolDownMinutes: given?.optionalAmount("coolDownMinutes", { min: 1, max: MINUTES_MAX }) ?? 1_440,
    minimumMinutes: given?.optionalAmount("minimumMinutes", { min: 0, max: MINUTES_MAX }) ?? 0,
    termDays: given?.optionalAmount("termDays", { min: 1, max: LOAN_DAYS_MAX }) ?? 5,
  };
  given?.end();
  reader.end();
  return unlessRefused(reader.problems, { id, title, when, does, mode, emergency, limits } as StandingRule);
}

function triggerOf(reader: RecordReader, id: string): RuleTrigger | null {
  const when = reader.record("when");
  if (!when) return reader.refuse(problem("input.missing", {}, reader.at("when"))), null;
  if (when.has("from") || when.has("to")) {
    const [from, to] = [when.text("from", 5), when.text("to", 5)];
    // Of a leap year, so that 29 February is a day.
    for (const [field, day] of [["from", from], ["to", to]] as const) if (day !== "" && (!MONTH_DAY.test(day) || parseLocalDate(`2028-${day}`) === undefined)) when.refuse(problem("input.invalid", { expected: "MM-DD" }, when.at(field)));
    const weekdays = when.texts("weekdays", 1).map(Number);
    if (weekdays.some((day) => !Number.isInteger(day) || day < 1 || day > 7)) when.refuse(problem("input.out_of_range", { min: 1, max: 7 }, when.at("weekdays")));
    when.end();
    return { kind: "schedule", from, to, weekdays };
  }
  const number = (field: string): number | null => {
    const value = when.raw(field);
    return value === undefined ? null : typeof value === "number" ? value : Number(value);
  };
  const reading = alertRuleOf(id, {
    figure: when.text("figure", 40),
    class: when.optionalText("class", 160) as ClassId | null,
    unit: when.optionalText("unit", 160) as UnitId | null,
    division: when.optionalText("division", 12) as DivisionCode | null,
    comparison: when.oneOf("comparison", COMPARISONS, "above"),
    value: number("value") ?? Number.NaN,
    clear: number("clear"),
    windowDays: when.optionalAmount("windowDays") ?? 7,
    forMinutes: 0,
    intervalMinutes: when.optionalAmount("everyMinutes") ?? 15,
    enabled: true,
  });
  const readings = when.optionalAmount("readings", { min: 1, max: 1_000 }) ?? 1;
  when.end();
  if (reading.ok) return { kind: "threshold", reading: reading.value, readings };
  for (const one of reading.problems) when.refuse({ ...one, field: when.at(one.field ?? "figure").field });
  return null;
}

function actionOf(reader: RecordReader): RuleAction | null {
  const lend = reader.record("lend");
  const resources = reader.texts("open", 160);
  if ((lend === null) === (resources.length === 0)) return reader.refuse(problem("rule.one_action", {}, reader.at(lend ? "open" : "lend"))), null;
  if (!lend) return { kind: "open", resources };
  const action = {
    kind: "lend" as const,
    classId: lend.id("class", parseClassId),
    lender: lend.id("lender", parseUnitId),
    resource: lend.optionalId("resource", (text, field) => parseResourceCode(text, field)),
    borrower: lend.id("borrower", parseUnitId),
    amount: lend.amount("amount", { min: 1 }),
    whileBelowPercent: lend.optionalAmount("whileBelowPercent", { min: 1, max: 1_000 }),
  };
  lend.end();
  return action;
}

/** What is known of a rule between two looks. */
export interface RuleStanding {
  readonly isOn: boolean;
  /** Looks in a row that said the opposite. */
  readonly readings: number;
  readonly switchedAt: Instant | null;
  /** How often it was switched on in the last seven days. */
  readonly runs: number;
}

export interface RuleJudged {
  readonly turn: "on" | "off" | "held" | null;
  readonly held: RuleHold | null;
  readonly readings: number;
}

/** Whether a day is in its season. One that ends before it begins goes over new year. */
export function isInSeason({ from, to, weekdays }: Extract<RuleTrigger, { readonly kind: "schedule" }>, day: LocalDate): boolean {
  const at = day.slice(5);
  const inside = from <= to ? at >= from && at <= to : at >= from || at <= to;
  return inside && (weekdays.length === 0 || weekdays.includes(weekdayOf(parseLocalDate(day)!) + 1));
}

/**
 * What a look means. @param measured null: there was nothing to read, which says nothing
 * @param mayRun false: it is paused, retired, or its emergency is over; what is on is taken back at once, whatever its limits say
 */
export function judgeRule({ when, limits }: Pick<StandingRule, "when" | "limits">, { isOn, readings, switchedAt, runs }: RuleStanding, measured: number | null, now: Instant, mayRun: boolean): RuleJudged {
  if (!mayRun) return isOn ? { turn: "off", held: null, readings: 0 } : { turn: null, held: null, readings: 0 };
  const wants = wantsOn(when, isOn, measured, now);
  if (wants === null || wants === isOn) return { turn: null, held: null, readings: wants === null ? readings : 0 };
  const so = readings + 1;
  if (when.kind === "threshold" && so < when.readings) return { turn: null, held: null, readings: so };
  const since = switchedAt === null ? Infinity : now - switchedAt;
  if (since < limits.coolDownMinutes * 60_000) return { turn: "held", held: "cool-down", readings: so };
  if (isOn && since < limits.minimumMinutes * 60_000) return { turn: "held", held: "minimum-term", readings: so };
  if (!isOn && runs >= limits.runsPerWeek) return { turn: "held", held: "runs", readings: so };
  return { turn: isOn ? "off" : "on", held: null, readings: 0 };
}

function wantsOn(when: RuleTrigger, isOn: boolean, measured: number | null, now: Instant): boolean | null {
  if (when.kind === "schedule") return isInSeason(when, localDateOf(dayNumberOf(now)));
  if (measured === null) return null;
  const { turn } = judge(when.reading, { overSince: null, open: isOn }, measured, now);
  return isOn ? turn !== "resolve" : turn === "raise";
}

export const WEEK_MS = 7 * DAY_MS;
/** How often a season is looked at. */
const SEASON_MINUTES = 10;
export const lookEveryMs = ({ when }: Pick<StandingRule, "when">): number => (when.kind === "threshold" ? when.reading.intervalMinutes : SEASON_MINUTES) * 60_000;
