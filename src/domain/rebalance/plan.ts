import type { Names } from "../catalogue/item.js";
import type { ClassId, PersonId, UnitId } from "../id.js";
import { DAY_MS, type Instant, type LocalDate } from "../instant.js";
import { problem, type Problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { ok, refused, type Result } from "../result.js";
import { stretches, type LoanTerms, type PartBack } from "./loan.js";

/** One loan of a plan: what would bind, whose it is, and why it is proposed. */
export interface PlannedLoan extends LoanTerms {
  readonly lender: UnitId;
  /** What people call the lender's resource. */
  readonly resource: string;
  readonly why: Names | null;
  /** What happens without it. */
  readonly without: Names | null;
}

/** What the plan is for: how much each of three things weighs. Null in a plan: nobody said. */
export interface PlanGoal {
  /** Fewest expected breaches. */
  readonly breaches: number;
  /** Shortest waits. */
  readonly wait: number;
  /** Even utilisation. */
  readonly evenness: number;
}

/** A declared thing the plan was made from, as it was declared then. */
export interface SeenThing {
  readonly kind: "resource" | "class" | "unit" | "quota";
  readonly id: string;
  readonly generation: number;
}

/** Made by hand, by the optimiser, or by a standing rule: the same thing. */
export const PLAN_ORIGINS = ["hand", "optimiser", "rule"] as const;
export type PlanOrigin = (typeof PLAN_ORIGINS)[number];

/** What an approval binds. */
export interface PlanContent {
  readonly title: string;
  readonly origin: PlanOrigin;
  readonly goal: PlanGoal | null;
  readonly loans: readonly PlannedLoan[];
  /** Of everything the loans rest on. */
  readonly seen: readonly SeenThing[];
}

/** States on record. What only time does (`expired`, `ended`) is read from the dates. */
export const KEPT_PLAN_STATES = ["draft", "proposed", "consented", "approved", "applied", "refused", "withdrawn"] as const;
export type KeptPlanState = (typeof KEPT_PLAN_STATES)[number];
export const PLAN_STATES = [...KEPT_PLAN_STATES, "ended", "expired"] as const;
export type PlanState = (typeof PLAN_STATES)[number];

/** `consent-last`: nobody who must consent is left. */
export const PLAN_EVENTS = ["edit", "propose", "consent", "consent-last", "approve", "apply", "take-back", "refuse", "withdraw"] as const;
export type PlanEvent = (typeof PLAN_EVENTS)[number];

const NOTHING: Readonly<Record<PlanEvent, null>> = { edit: null, propose: null, consent: null, "consent-last": null, approve: null, apply: null, "take-back": null, refuse: null, withdraw: null };

/** Every state and every event; null is a refusal. */
export const PLAN_TRANSITIONS: Readonly<Record<PlanState, Readonly<Record<PlanEvent, KeptPlanState | null>>>> = {
  draft: { ...NOTHING, edit: "draft", propose: "proposed", withdraw: "withdrawn" },
  proposed: { ...NOTHING, consent: "proposed", "consent-last": "consented", approve: "approved", refuse: "refused", withdraw: "withdrawn" },
  consented: { ...NOTHING, approve: "approved", refuse: "refused", withdraw: "withdrawn" },
  approved: { ...NOTHING, apply: "applied", withdraw: "withdrawn" },
  // Its loans come back; what was applied stays on record as applied.
  applied: { ...NOTHING, "take-back": "applied" },
  refused: NOTHING,
  withdrawn: NOTHING,
  ended: NOTHING,
  expired: { ...NOTHING, withdraw: "withdrawn" },
};

export function nextPlanState(state: PlanState, event: PlanEvent): Result<KeptPlanState> {
  const next = PLAN_TRANSITIONS[state][event];
  if (next !== null) return ok(next);
  // Whoever proposed it is told why its words stand; all else is an act that comes at the wrong time.
  if (event === "edit") return refused(problem("plan.bound", { state }));
  if (state === "expired") return refused(problem("plan.expired", {}));
  return refused(problem("object.transition_illegal", { kind: "plan", state, event }));
}

/** A proposal nobody applied for so long was made for another week. */
export const PROPOSAL_LIFE_MS = 7 * DAY_MS;
export const PLAN_LOANS_MAX = 200;
export const PLAN_TITLE_MAX = 200;

/** What a plan is at a moment: its state on record, unless time has ended it. */
export function planStateAt(kept: KeptPlanState, expiresAt: Instant | null, loans: readonly Pick<LoanTerms, "to">[], now: Instant, today: LocalDate): PlanState {
  const isOpen = kept === "proposed" || kept === "consented" || kept === "approved";
  if (isOpen && expiresAt !== null && expiresAt <= now) return "expired";
  if (kept === "applied" && loans.every(({ to }) => to < today)) return "ended";
  return kept;
}

/** The same content is the same text, to the last byte: whoever hashes it binds all of it. */
export function planText({ title, origin, goal, loans, seen }: PlanContent): string {
  const names = (text: Names | null): unknown => text && [text.zh, text.en];
  return JSON.stringify([
    "govpool-plan-1",
    title,
    origin,
    goal && [goal.breaches, goal.wait, goal.evenness],
    loans.map((loan) => [loan.classId, loan.lender, loan.resource, loan.lenderResource, loan.borrower, loan.amount, loan.from, loan.to, loan.legalBasis, names(loan.why), names(loan.without)]),
    [...seen].sort((a, b) => (seenKey(a) < seenKey(b) ? -1 : 1)).map(({ kind, id, generation }) => [kind, id, generation]),
  ]);
}

export const seenKey = ({ kind, id }: Pick<SeenThing, "kind" | "id">): string => `${kind} ${id}`;

/** What was declared anew since the plan was made, one problem each: a plan made from other facts is not applied. */
export function staleness(seen: readonly SeenThing[], now: readonly SeenThing[]): Problem[] {
  const current = new Map(now.map((one) => [seenKey(one), one.generation]));
  const known = new Set(seen.map(seenKey));
  return [
    ...seen.flatMap(({ kind, id, generation }) => {
      const there = current.get(seenKey({ kind, id }));
      if (there === undefined) return [problem("plan.thing_gone", { kind, id })];
      return there === generation ? [] : [problem("plan.thing_changed", { kind, id, seen: generation, now: there })];
    }),
    ...now.filter((one) => !known.has(seenKey(one))).map(({ kind, id }) => problem("plan.thing_new", { kind, id })),
  ];
}

const overlap = (a: Pick<LoanTerms, "from" | "to">, b: Pick<LoanTerms, "from" | "to">): boolean => a.from <= b.to && b.from <= a.to;

/** What a unit agreed to beforehand: so much of a class, per period, may be lent without its head being asked. */
export interface StandingLimit {
  readonly unitId: UnitId;
  readonly classId: ClassId;
  readonly amount: Amount;
  readonly generation: number;
}

/** Somebody lends, or would, so much of a class in each period of a term. */
export type Lending = Pick<PlannedLoan, "lender" | "classId" | "amount" | "from" | "to">;

/** A lender whose head must agree: on its fullest day it would lend more than it agreed to beforehand. */
export interface ConsentNeeded {
  readonly unitId: UnitId;
  readonly classId: ClassId;
  /** On that day, with what it has lent already. */
  readonly amount: Amount;
  readonly limit: Amount;
}

/** Whose heads must agree, and why. Without a standing limit nothing was agreed to. */
export function consentsNeeded(loans: readonly Lending[], limits: readonly StandingLimit[], lentAlready: readonly (Lending & { readonly parts?: readonly PartBack[] })[]): readonly ConsentNeeded[] {
  const found = new Map<string, ConsentNeeded>();
  for (const loan of loans) {
    const { lender: unitId, classId } = loan;
    const limit = limits.find((one) => one.unitId === unitId && one.classId === classId)?.amount ?? 0;
    const beside = [...loans, ...lentAlready.flatMap(stretches)].filter((other) => other.lender === unitId && other.classId === classId && overlap(other, loan));
    // A sum over days changes only where a term begins.
    const starts = beside.map(({ from }) => from).filter((day) => day >= loan.from && day <= loan.to);
    const amount = Math.max(...[loan.from, ...starts].map((day) => beside.reduce((sum, other) => (other.from <= day && day <= other.to ? sum + other.amount : sum), 0)));
    const key = `${unitId} ${classId}`;
    if (amount > limit && amount > (found.get(key)?.amount ?? 0)) found.set(key, { unitId, classId, amount, limit });
  }
  return [...found.values()];
}

/** Resources that two plans would both lend in the same days: by the code, with the other plan. */
export function contested(loans: readonly PlannedLoan[], others: readonly { readonly plan: number; readonly loans: readonly PlannedLoan[] }[]): readonly { readonly resource: string; readonly plan: number }[] {
  const found = new Map<string, { resource: string; plan: number }>();
  for (const { plan, loans: theirs } of others) {
    for (const loan of loans) {
      if (theirs.some((other) => other.lenderResource === loan.lenderResource && overlap(other, loan))) found.set(`${plan} ${loan.resource}`, { resource: loan.resource, plan });
    }
  }
  return [...found.values()];
}

/** Who did what to a plan, and when. */
export interface PlanMark {
  readonly by: PersonId;
  readonly at: Instant;
}
