import type { ClassId, DivisionCode, ItemCode, PersonId } from "../id.js";
import { DAY_MS, dayNumberOf, localDateOf, parseLocalDate, startOfDay, type Instant, type LocalDate } from "../instant.js";
import { problem, type Problem } from "../problem.js";
import { AMOUNT_MAX, type Amount } from "../quantity.js";

/*
 * Emergency response (应急响应) as dated orders.
 *
 * 《突发事件应对法》(revised 28 June 2024, in force since 1 November 2024). Cited by chapter, since the numbers of its articles changed with the
 * revision and were not at hand: chapter I (总则) asks that measures fit the danger; chapter V (应急处置与救援) has four levels of response, the
 * first the highest, and lets the government that leads act at once; chapter VI (事后恢复与重建) ends them when it is over. Here: every emergency
 * power is attached to one order with a scope and a sunset; one person enters it and another signs it; at the two highest levels it may have
 * effect at once and lapses when nobody else confirms it within a day; nothing that was done under it is left when it is over.
 */

/** 1 is the highest (Ⅰ级). */
export const RESPONSE_LEVELS = [1, 2, 3, 4] as const;
export type ResponseLevel = (typeof RESPONSE_LEVELS)[number];

/** Those at which an order may have effect before a second person has signed it. */
const AT_ONCE: ReadonlySet<ResponseLevel> = new Set([1, 2]);
export const CONFIRM_WITHIN_MS = DAY_MS;
/** What goes on longer is ordered anew, by people who look again. */
export const ORDER_DAYS_MAX = 30;
export const SCOPE_MAX = 200;

/** What may be done under an order. */
export interface EmergencyPowers {
  /** One officer gives a ground to be served before others; what proves it is owed. `everyCase`: whatever is asked in the scope has it at once. */
  readonly priority: { readonly ground: string; readonly everyCase: boolean } | null;
  /** So much of a class may a unit lend in each period, all its loans together, before its head is asked; the head is told afterwards. */
  readonly lend: readonly { readonly classId: ClassId; readonly amount: Amount }[];
  /** Standing rules that are marked so may act. */
  readonly rules: boolean;
}

export const EMERGENCY_POWERS = ["priority", "lend", "rule"] as const;
export type EmergencyPower = (typeof EMERGENCY_POWERS)[number];

export type EarlyEnd = "ended" | "replaced" | "withdrawn";

export interface EmergencyOrder {
  readonly id: number;
  /** Its number in the files (文号). */
  readonly document: string;
  readonly title: string;
  readonly level: ResponseLevel;
  readonly trigger: string;
  /** Empty: everywhere. Each with all beneath it. */
  readonly divisions: readonly DivisionCode[];
  /** Empty: every item. */
  readonly items: readonly ItemCode[];
  readonly powers: EmergencyPowers;
  readonly startsAt: Instant;
  readonly sunsetAt: Instant;
  readonly replaces: number | null;
  readonly enteredBy: PersonId;
  readonly enteredAt: Instant;
  /** In force before it is signed, until then; null: it waits for the signature. */
  readonly confirmBy: Instant | null;
  readonly signedBy: PersonId | null;
  readonly signedAt: Instant | null;
  /** Before its sunset; may lie ahead, where another takes its place. */
  readonly endedAt: Instant | null;
  readonly endedAs: EarlyEnd | null;
  readonly endedReason: string | null;
  /** All that was done under it has fallen back. */
  readonly settledAt: Instant | null;
}

/** `entered` waits for a signature · `ahead` signed, not begun · `unconfirmed` in force, not confirmed yet · `lapsed` nobody signed it in time · `sunset` its last day is over. */
export const ORDER_STATES = ["entered", "ahead", "unconfirmed", "in-force", "lapsed", "sunset", "ended", "replaced", "withdrawn"] as const;
export type OrderState = (typeof ORDER_STATES)[number];

type Dates = Pick<EmergencyOrder, "startsAt" | "sunsetAt" | "confirmBy" | "signedAt" | "endedAt" | "endedAs">;

/** From when on nothing of it counts, as things stand. */
export function endOf({ sunsetAt, confirmBy, signedAt, endedAt }: Dates): Instant {
  const unless = signedAt === null && confirmBy !== null ? Math.min(confirmBy, sunsetAt) : sunsetAt;
  return endedAt === null ? unless : Math.min(endedAt, unless);
}

/** What an order is at a moment. Time ends it by itself: nothing has to run for its powers to be gone. */
export function orderStateAt(order: Dates, now: Instant): OrderState {
  if (endOf(order) <= now) {
    if (order.endedAs !== null && order.endedAt !== null && order.endedAt <= endOf(order)) return order.endedAs;
    return order.signedAt === null ? "lapsed" : "sunset";
  }
  if (order.signedAt === null) return order.confirmBy === null ? "entered" : "unconfirmed";
  return order.startsAt > now ? "ahead" : "in-force";
}

/** Whether its powers may be used. */
export const isInForce = (order: Dates, now: Instant): boolean => order.startsAt <= now && ["in-force", "unconfirmed"].includes(orderStateAt(order, now));
export const isOver = (order: Dates, now: Instant): boolean => endOf(order) <= now;

/** The last day on which something under it may be agreed for. */
export const lastDayOf = (order: Dates): LocalDate => localDateOf(dayNumberOf(endOf(order) - 1));

export interface OrderDays {
  /** Absent: from now. */
  readonly from?: string | undefined;
  /** The last day, included. */
  readonly until: string;
}

export interface OrderTimes {
  readonly startsAt: Instant;
  readonly sunsetAt: Instant;
  readonly confirmBy: Instant | null;
  readonly problems: readonly Problem[];
}

/** When an order begins and ends, or why it cannot. */
export function orderTimes({ from, until, level, atOnce }: OrderDays & { readonly level: ResponseLevel; readonly atOnce: boolean }, now: Instant): OrderTimes {
  const problems: Problem[] = [];
  const today = dayNumberOf(now);
  const first = from === undefined ? today : parseLocalDate(from);
  const last = parseLocalDate(until);
  if (first === undefined) problems.push(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" }));
  else if (first < today) problems.push(problem("emergency.begins_past", { today: localDateOf(today) }, { field: "from" }));
  if (last === undefined) problems.push(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "until" }));
  else if (last < today) problems.push(problem("emergency.sunset_past", { today: localDateOf(today) }, { field: "until" }));
  else if (first !== undefined && last < first) problems.push(problem("validity.reversed", {}, { field: "until" }));
  else if (first !== undefined && last - first + 1 > ORDER_DAYS_MAX) problems.push(problem("emergency.too_long", { days: last - first + 1, max: ORDER_DAYS_MAX }, { field: "until" }));
  if (atOnce && !AT_ONCE.has(level)) problems.push(problem("emergency.level_waits", { level }, { field: "atOnce" }));
  if (atOnce && first !== undefined && first > today) problems.push(problem("emergency.not_at_once", {}, { field: "from" }));
  const startsAt = Math.max(now, startOfDay(first ?? today));
  return { startsAt, sunsetAt: startOfDay((last ?? today) + 1), confirmBy: atOnce ? now + CONFIRM_WITHIN_MS : null, problems };
}

/** What is wrong with the powers alone; whether ground and classes are there is the caller's to ask. */
export function powerProblems({ priority, lend, rules }: EmergencyPowers, items: readonly string[]): Problem[] {
  // Before others means before somebody: who is everybody is before nobody.
  if (priority?.everyCase === true && items.length === 0) return [problem("emergency.every_case_of_what", {}, { field: "items" })];
  if (priority === null && lend.length === 0 && !rules) return [problem("emergency.no_power", {}, { field: "powers" })];
  return lend.flatMap(({ classId, amount }, at): Problem[] => {
    const field = { field: `powers.lend.${at}.amount` };
    if (lend.findIndex((one) => one.classId === classId) < at) return [problem("input.duplicate", { kind: "class", id: classId }, { field: `powers.lend.${at}.class` })];
    if (amount < 0) return [problem("amount.negative", { value: String(amount) }, field)];
    if (!Number.isInteger(amount)) return [problem("amount.fractional", { value: String(amount) }, field)];
    if (amount === 0) return [problem("amount.zero", {}, field)];
    return amount > AMOUNT_MAX ? [problem("amount.too_large", { max: AMOUNT_MAX }, field)] : [];
  });
}

/** Who claimed a ground that an order gave: the same in the tables and for `verify`. */
export const claimedByOrder = (order: number): string => `emergency-order:${order}`;
