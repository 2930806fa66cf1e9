import { trusted, type ClassId, type DivisionCode, type ResourceId, type TraitId, type UnitId } from "../../src/domain/id.js";
import { CHINA_OFFSET_MS, DAY_MS, dayNumberOf, type Instant } from "../../src/domain/instant.js";
import { periodAt, periodEnd, periodStart, SLOTS_A_DAY, type Period } from "../../src/domain/pool/period.js";
import type { CapacityClass, Kind } from "../../src/domain/pool/class.js";
import { PLAIN_CLAIM, type ClaimAsk } from "../../src/scheduler/contract.js";
import type { QuotaRule } from "../../src/scheduler/quota-rules.js";

/*
 * A workload as everybody sees it: the engine, the baselines, the bound and the checker. Generators make instances and know none of
 * these; none of these knows a generator.
 */

/** What one resource gives, in all periods of the instance. */
export interface Supply {
  readonly id: ResourceId;
  readonly unitId: UnitId;
  readonly classId: ClassId;
  readonly traits: readonly TraitId[];
  readonly division: DivisionCode;
  /** From the instance's first period on; one amount where the class has no periods that pass. */
  readonly amounts: readonly number[] | "unlimited";
}

export interface Job {
  /** Its place in the instance plus one. */
  readonly id: number;
  readonly unit: UnitId;
  readonly arrivesAt: Instant;
  readonly dueAt: Instant;
  /** What it is worth when it is done by then. */
  readonly value: number;
  readonly expectedMinutes: number;
  /** Jobs that ask the same share one array. */
  readonly claims: readonly ClaimAsk[];
  /** How long it keeps what comes back when it is done; null: its periods say when it is done. */
  readonly runsMs: number | null;
  /** Of what it asks, so many hundredths are used. */
  readonly usedPercent: number;
  /** Unless its work began by `at`, it leaves then, comes back, and is due so much later. */
  readonly pause: { readonly at: Instant; readonly forMs: number } | null;
  /** Requests that were cut into several: done when all of them are. */
  readonly request: number;
}

export interface Instance {
  readonly name: string;
  readonly seed: number;
  readonly startsAt: Instant;
  /** What is due before is warm-up and counts nowhere. */
  readonly measureFrom: Instant;
  /** What is due later has no answer yet and counts nowhere. */
  readonly measureTo: Instant;
  /** The last work is done by then, or never. */
  readonly endsAt: Instant;
  readonly classes: readonly CapacityClass[];
  readonly supplies: readonly Supply[];
  readonly units: readonly UnitId[];
  /** By arrival. */
  readonly jobs: readonly Job[];
  /** Of one class; none: nobody has a share of anything. */
  readonly quotas: readonly QuotaRule[];
  /** Open days ahead that are given away. */
  readonly horizonDays: number;
  /** The bound's buckets. */
  readonly bucketMs: number;
}

/** 2026-03-02, a Monday, 00:00 in China. */
export const MONDAY: Instant = Date.UTC(2026, 2, 2) - CHINA_OFFSET_MS;
export const PLACE: DivisionCode = trusted("522301");

export function classOf(id: string, rest: Partial<CapacityClass> = {}): CapacityClass {
  return {
    id: trusted(id),
    kind: id.split(".")[0] as Kind,
    names: { zh: id, en: id },
    measure: "minute",
    period: "day",
    horizonDays: 20,
    per: "unit",
    lend: "none",
    act: "assisting",
    consumable: false,
    limits: { min: 1, max: 1_000_000, step: 1 },
    source: null,
    generation: 1,
    ...rest,
  };
}

/** What a unit may use: nominally its own or an amount, borrowing what others leave. */
export const quotaOf = (unitId: UnitId, classId: ClassId, cohort: string, nominal: QuotaRule["nominal"] = "own", borrowingLimit: number | null = null): QuotaRule => ({
  unitId,
  classId,
  cohort: trusted(cohort),
  nominal,
  borrowingLimit,
  lendingLimit: null,
  weight: 1,
});

export const claimOf = (classId: ClassId, unitId: UnitId, amount: number, rest: Partial<ClaimAsk> = {}): ClaimAsk => ({
  ...PLAIN_CLAIM,
  classId,
  amount,
  scope: "pool",
  division: PLACE,
  unitId,
  ...rest,
});

/** Whether a supply may serve a claim, by what both declare. */
export const mayServe = (supply: Supply, claim: ClaimAsk): boolean =>
  supply.classId === claim.classId &&
  supply.division === claim.division &&
  (claim.scope !== "competent" || supply.unitId === claim.unitId) &&
  claim.traits.every((trait) => supply.traits.includes(trait));

export const kindOf = (instance: Instance, classId: ClassId): CapacityClass => instance.classes.find(({ id }) => id === classId)!;

/** What a supply gives in a period. */
export function amountIn(instance: Instance, supply: Supply, period: Period): number {
  if (supply.amounts === "unlimited") return Number.MAX_SAFE_INTEGER;
  const { period: kind } = kindOf(instance, supply.classId);
  return supply.amounts[period - firstPeriod(kind, instance.startsAt)] ?? 0;
}

export const firstPeriod = (kind: CapacityClass["period"], startsAt: Instant): Period => periodAt(kind, startsAt);

/** When work in this period begins and is done, decided at `now`. */
export const workOf = (kind: CapacityClass["period"], from: Period, to: Period, now: Instant): { readonly begins: Instant; readonly done: Instant } =>
  kind === "none" || kind === "fiscal-year" ? { begins: now, done: now } : { begins: Math.max(now, periodStart(kind, from)), done: periodEnd(kind, to) };

export const daysBetween = (from: Instant, to: Instant): number => dayNumberOf(to - 1) - dayNumberOf(from) + 1;

/** Amounts of so many days of a week that is closed on Saturday and Sunday; the first is a Monday. */
export const workdays = (days: number, amount: number): number[] => Array.from({ length: days }, (_, day) => (day % 7 < 5 ? amount : 0));

/** Half-hours of such days: open from nine to twelve and from two to half past five. */
export const workSlots = (days: number, pieces: number): number[] =>
  Array.from({ length: days * SLOTS_A_DAY }, (_, slot) => {
    const at = slot % SLOTS_A_DAY;
    return Math.floor(slot / SLOTS_A_DAY) % 7 < 5 && ((at >= 18 && at < 24) || (at >= 28 && at < 35)) ? pieces : 0;
  });
export const SLOTS_OPEN_A_DAY = 13;

/** The end of the n-th workday after a moment; the day itself is not counted. */
export function endOfWorkday(startsAt: Instant, from: Instant, days: number): Instant {
  let day = Math.floor((from - startsAt) / DAY_MS);
  for (let left = days; left > 0; ) {
    day += 1;
    if (day % 7 < 5) left -= 1;
  }
  return startsAt + (day + 1) * DAY_MS;
}

/** Jobs in the order of their arrival, numbered in it. */
export const numbered = (jobs: readonly Omit<Job, "id" | "request">[]): Job[] =>
  [...jobs].sort((a, b) => a.arrivesAt - b.arrivesAt).map((job, at) => ({ ...job, id: at + 1, request: at + 1 }));

export const measured = (instance: Instance): Job[] =>
  instance.jobs.filter(({ dueAt, pause }) => {
    const due = dueAt + (pause?.forMs ?? 0);
    return due > instance.measureFrom && due <= instance.measureTo;
  });
