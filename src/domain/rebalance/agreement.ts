import type { Names } from "../catalogue/item.js";
import type { ClassId, DivisionCode, ItemCode, TraitId, UnitId } from "../id.js";
import { DAY_MS, parseLocalDate, type Instant, type LocalDate } from "../instant.js";
import type { Unit } from "../org/unit.js";
import type { Absence } from "../pool/capacity-by-period.js";
import type { CapacityClass } from "../pool/class.js";
import { problem, type Problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { ok, refused, type Result } from "../result.js";

/** What is bought of one class. */
export interface AgreedClass {
  readonly classId: ClassId;
  /** The most that all the provider's resources of the class may give in one period. */
  readonly perPeriod: Amount;
  /** The most in the whole term; null: as much as the periods give. */
  readonly inTotal: Amount | null;
  /** For one unit of the class's measure. */
  readonly priceFen: Amount;
}

/** What an agreement says; a change of it is another version. */
export interface AgreementContent {
  readonly names: Names;
  readonly provider: UnitId;
  /** The organ that buys, and pays. */
  readonly purchaser: UnitId;
  /** Contract number, and the rule it rests on. */
  readonly instrument: string;
  readonly from: LocalDate;
  /** The first day on which it does not hold any more. */
  readonly until: LocalDate;
  /** Where matters may lie that it serves. */
  readonly divisions: readonly DivisionCode[];
  /** Cases of these items alone; empty: of all that ask the classes. */
  readonly items: readonly ItemCode[];
  /** Its standard: what every resource under it must have. */
  readonly traits: readonly TraitId[];
  /** What else is promised, in words. */
  readonly quality: string | null;
  /** Days between saying that it ends early and its last day. */
  readonly noticeDays: number;
  readonly classes: readonly AgreedClass[];
}

/** While it was suspended nothing was offered under it. */
export interface Suspension {
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
  readonly resumedAt: Instant | null;
  readonly resumedBy: string | null;
}

/** `replaced` by the version that followed · `ended` before its time or after its last day. */
export const AGREEMENT_STATES = ["proposed", "active", "suspended", "replaced", "ended", "refused", "withdrawn"] as const;
export type AgreementState = (typeof AGREEMENT_STATES)[number];

export const AGREEMENT_EVENTS = ["approve", "refuse", "withdraw", "suspend", "resume", "replace", "end"] as const;
export type AgreementEvent = (typeof AGREEMENT_EVENTS)[number];

const NOTHING: Readonly<Record<AgreementEvent, null>> = { approve: null, refuse: null, withdraw: null, suspend: null, resume: null, replace: null, end: null };

/** Every state and every event; null is a refusal. */
export const AGREEMENT_TRANSITIONS: Readonly<Record<AgreementState, Readonly<Record<AgreementEvent, AgreementState | null>>>> = {
  proposed: { ...NOTHING, approve: "active", refuse: "refused", withdraw: "withdrawn" },
  active: { ...NOTHING, suspend: "suspended", replace: "replaced", end: "ended" },
  suspended: { ...NOTHING, resume: "active", end: "ended" },
  replaced: NOTHING,
  ended: NOTHING,
  refused: NOTHING,
  withdrawn: NOTHING,
};

export function nextAgreementState(state: AgreementState, event: AgreementEvent): Result<AgreementState> {
  const next = AGREEMENT_TRANSITIONS[state][event];
  return next === null ? refused(problem("object.transition_illegal", { kind: "agreement", state, event })) : ok(next);
}

/** Years that one agreement lasts at most: whoever buys services budgets them for three (政府购买服务管理办法 art. 24). */
export const AGREEMENT_YEARS_MAX = 3;
const DAYS_A_YEAR = 366;

/**
 * Whether a class may be bought at all: work and things by the day or the half-hour, of which nothing decides. Accepting, deciding,
 * signing, inspecting and penalising stay with officers; authority, money and data are nobody's to sell.
 */
export const servesUnderAgreement = ({ kind, act, period }: Pick<CapacityClass, "kind" | "act" | "period">): boolean =>
  act !== "deciding" && ((kind === "staff" && act === "assisting") || kind === "material") && (period === "day" || period === "slot");

/** What an agreement is judged by. */
export interface AgreementSetting {
  readonly today: LocalDate;
  readonly provider: Pick<Unit, "id" | "kind" | "state"> | null;
  readonly purchaser: Pick<Unit, "id" | "kind" | "state"> | null;
  readonly classes: ReadonlyMap<string, Pick<CapacityClass, "id" | "kind" | "act" | "period">>;
  readonly divisions: ReadonlySet<string>;
  readonly items: ReadonlySet<string>;
  readonly traits: ReadonlySet<string>;
  /** Other agreements in force, or suspended, of the same provider that have some of the classes on the same days. */
  readonly others: readonly { readonly agreement: string; readonly classId: ClassId }[];
}

/** Everything that keeps it from being agreed. */
export function agreementProblems(content: AgreementContent, { today, provider, purchaser, classes, divisions, items, traits, others }: AgreementSetting): readonly Problem[] {
  const problems: Problem[] = [];
  const unknown = (kind: string, id: string, field: string): void => void problems.push(problem("input.unknown_reference", { kind, id }, { field }));
  if (provider?.state !== "active") unknown("unit", content.provider, "provider");
  else if (provider.kind !== "supplier") problems.push(problem("agreement.provider_is_organ", { unit: provider.id }, { field: "provider" }));
  if (purchaser?.state !== "active") unknown("unit", content.purchaser, "purchaser");
  else if (purchaser.kind !== undefined) problems.push(problem("agreement.purchaser_is_no_organ", { unit: purchaser.id }, { field: "purchaser" }));
  problems.push(...termProblems(content, today));
  content.classes.forEach(({ classId, perPeriod, inTotal }, at) => {
    const field = { field: `classes.${at}.class` };
    const found = classes.get(classId);
    if (!found) unknown("class", classId, field.field);
    else if (!servesUnderAgreement(found)) problems.push(problem("agreement.class_not_assisting", { class: classId }, field));
    if (inTotal !== null && inTotal < perPeriod) problems.push(problem("agreement.total_below_period", { class: classId, total: inTotal, period: perPeriod }, { field: `classes.${at}.inTotal` }));
    const other = others.find((one) => one.classId === classId);
    if (other) problems.push(problem("agreement.overlaps", { other: other.agreement, class: classId }, field));
  });
  content.divisions.forEach((code, at) => { if (!divisions.has(code)) unknown("division", code, `divisions.${at}`); });
  content.items.forEach((code, at) => { if (!items.has(code)) unknown("item", code, `items.${at}`); });
  content.traits.forEach((id, at) => { if (!traits.has(id)) unknown("trait", id, `traits.${at}`); });
  return problems;
}

function termProblems({ from, until }: AgreementContent, today: LocalDate): Problem[] {
  const first = parseLocalDate(from) ?? 0;
  const end = parseLocalDate(until) ?? 0;
  if (end <= first) return [problem("agreement.term_reversed", { from, until }, { field: "until" })];
  if (until <= today) return [problem("agreement.term_past", { until, today }, { field: "until" })];
  if (end - first > AGREEMENT_YEARS_MAX * DAYS_A_YEAR) return [problem("agreement.term_too_long", { years: AGREEMENT_YEARS_MAX }, { field: "until" })];
  return [];
}

/** The first day without it when somebody ends it today. */
export const firstDayWithout = ({ noticeDays, until }: Pick<AgreementContent, "noticeDays" | "until">, today: LocalDate): LocalDate => {
  const after = new Date(Date.parse(`${today}T00:00:00Z`) + (noticeDays + 1) * DAY_MS).toISOString().slice(0, 10);
  return after < until ? after : until;
};

/** What stays with a resource whose agreement says less than before: what lies in these places and is of these items; no items: of all. */
export interface Spared {
  readonly divisions: readonly string[];
  readonly items: readonly string[];
}

const NOTHING_SPARED: Spared = { divisions: [], items: [] };

/** What a new version leaves of what one resource serves; undefined: all of it, as far as the term goes. */
export function sparedBy(before: AgreementContent, after: AgreementContent, { classId, traits }: { readonly classId: ClassId; readonly traits: readonly TraitId[] }): Spared | undefined {
  const [was, is] = [before.classes.find((one) => one.classId === classId), after.classes.find((one) => one.classId === classId)];
  if (!is || after.traits.some((trait) => !traits.includes(trait))) return NOTHING_SPARED;
  const isAsWide =
    after.from <= before.from &&
    before.divisions.every((code) => after.divisions.includes(code)) &&
    (after.items.length === 0 || (before.items.length > 0 && before.items.every((code) => after.items.includes(code)))) &&
    (!was || is.perPeriod >= was.perPeriod);
  return isAsWide ? undefined : { divisions: after.divisions, items: after.items };
}

/** The last day of what does not hold on `day` any more. */
export const dayBefore = (day: LocalDate): LocalDate => new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);

/** Before the first day nothing is given, nor from the day on that is without it. */
export const outsideTerm = (from: LocalDate, until: LocalDate): readonly Absence[] => [{ from: "1949-10-01", to: dayBefore(from) }, { from: until, to: null }];
