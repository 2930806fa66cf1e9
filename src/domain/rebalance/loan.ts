import type { ClassId, ResourceId, UnitId } from "../id.js";
import { DAY_MS, parseLocalDate, type LocalDate } from "../instant.js";
import type { Unit } from "../org/unit.js";
import type { CapacityClass } from "../pool/class.js";
import type { Resource } from "../pool/resource.js";
import { problem, type Problem } from "../problem.js";
import { AMOUNT_MAX, type Amount } from "../quantity.js";
import { ok, refused, type Result } from "../result.js";

/** What is proposed, and what binds once approved. */
export interface LoanTerms {
  readonly classId: ClassId;
  readonly lenderResource: ResourceId;
  readonly borrower: UnitId;
  /** Per period. */
  readonly amount: Amount;
  /** Both included. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** The rule that allows persons upward. */
  readonly legalBasis: string | null;
  /** In each period what is free of the amount then, as of a day that is already half given; otherwise all of it in all periods, or nothing. */
  readonly partial?: boolean;
}

/**
 * `applied` on its way to the writer · `active` booked for its whole term · `refused` something of it was not free any more ·
 * `ending` its last day is over or was brought forward, and work that was started on it goes on · `ended` nothing of it is lent.
 */
export const LOAN_STATES = ["applied", "active", "refused", "ending", "ended"] as const;
export type LoanState = (typeof LOAN_STATES)[number];

export const LOAN_EVENTS = ["book", "refuse", "recall", "return", "part", "end"] as const;
export type LoanEvent = (typeof LOAN_EVENTS)[number];

/** Every state and every event; null is a refusal. What was brought back may be brought back no second time: the first day that was said stands. */
export const LOAN_TRANSITIONS: Readonly<Record<LoanState, Readonly<Record<LoanEvent, LoanState | null>>>> = {
  applied: { book: "active", refuse: "refused", recall: null, return: null, part: null, end: null },
  active: { book: null, refuse: null, recall: "ending", return: "ending", part: "active", end: "ended" },
  refused: { book: null, refuse: null, recall: null, return: null, part: null, end: null },
  ending: { book: null, refuse: null, recall: null, return: null, part: null, end: "ended" },
  ended: { book: null, refuse: null, recall: null, return: null, part: null, end: null },
};

export function nextLoanState(state: LoanState, event: LoanEvent): Result<LoanState> {
  const next = LOAN_TRANSITIONS[state][event];
  return next === null ? refused(problem("object.transition_illegal", { kind: "loan", state, event })) : ok(next);
}

/** Why nothing of it is lent any more. */
export type LoanEnd = "term" | "recalled" | "returned";

/** A part that goes back while the rest stays lent: so much of each period from that day on. */
export interface PartBack {
  /** Counted from 1 in its loan. */
  readonly no: number;
  readonly from: LocalDate;
  readonly amount: Amount;
}

/** What the borrower keeps of each period of that day, when these parts go back. */
export const keptOn = (amount: Amount, parts: readonly PartBack[], day: LocalDate): Amount => parts.reduce((left, part) => (part.from <= day ? left - part.amount : left), amount);

/** Terms of which parts go back, as days in which the same amount is lent. */
export function stretches<T extends Pick<LoanTerms, "from" | "to" | "amount">>(loan: T & { readonly parts?: readonly PartBack[] }): readonly T[] {
  const { parts = [] } = loan;
  const starts = [loan.from, ...parts.map(({ from }) => from).filter((day) => day > loan.from && day <= loan.to)].sort();
  return [...new Set(starts)].map((from, at, all) => {
    const next = all[at + 1];
    return { ...loan, from, to: next === undefined ? loan.to : laterBy(next, -1), amount: keptOn(loan.amount, parts, from) };
  });
}

/** Days between a recall and the first day on which the lender has its own again. */
export const RECALL_NOTICE_DAYS = 3;

/** Each is looked at for each period that carries the loan. */
export const PARTS_MAX = 20;

/** The writer looks at all of them at every half-hour. */
export const STANDING_MAX = 2_000;

/** A longer one is a reorganisation, and is renewed by whoever approves loans. */
export const LOAN_DAYS_MAX = 366;

/** What a loan of the same class binds, as far as another one must agree with it. */
export interface StandingLoan extends Pick<LoanTerms, "from" | "to" | "borrower" | "classId"> {
  readonly lender: UnitId;
}

/** What lawful terms are judged by. */
export interface LoanSetting {
  readonly today: LocalDate;
  readonly class: Pick<CapacityClass, "id" | "kind" | "lend" | "act" | "period" | "consumable">;
  /** `borrowed`: it is the dated resource of another loan. */
  readonly resource: Pick<Resource, "code" | "unitId" | "classId" | "limits" | "state" | "validFrom" | "validTo"> & { readonly borrowed: boolean };
  readonly lender: Pick<Unit, "id" | "level" | "state" | "kind">;
  readonly borrower: Pick<Unit, "id" | "level" | "state" | "kind">;
  /** The borrower is a task force: each of its acts is done in the name of a member that may decide. */
  readonly ofTaskForce?: boolean;
  /** All of the pool that stand, and others of the same proposal; those of other classes are not looked at. */
  readonly standing: readonly StandingLoan[];
}

/** Everything that keeps the terms from being lawful. Whether the amount is free is the writer's to say. */
export function loanProblems(terms: LoanTerms, setting: LoanSetting): readonly Problem[] {
  const { class: cls, resource, lender, borrower } = setting;
  const problems = [...amountProblems(terms, resource), ...termProblems(terms, setting)];
  if (resource.classId !== terms.classId || cls.id !== terms.classId) problems.push(problem("loan.class_of_resource", { resource: resource.code, class: resource.classId }, { field: "classId" }));
  const deciders = cls.kind === "staff" && setting.ofTaskForce === true;
  if (cls.lend === "none" && !deciders) problems.push(problem("loan.not_lendable", { class: cls.id }, { field: "classId" }));
  else if (cls.kind === "staff" && cls.act !== "assisting" && !deciders) problems.push(problem("loan.deciding_act", { class: cls.id }, { field: "classId" }));
  // What has no periods, or is used up, cannot come back when the term is over.
  else if (cls.consumable || (cls.period !== "day" && cls.period !== "slot")) problems.push(problem("loan.does_not_come_back", { class: cls.id }, { field: "classId" }));
  if (resource.borrowed || resource.unitId !== lender.id) problems.push(problem("loan.not_owned", { resource: resource.code }, { field: "lenderResource" }));
  if (resource.state !== "published" || lender.state !== "active") problems.push(problem("loan.not_offered", { resource: resource.code }, { field: "lenderResource" }));
  // What was bought for one purpose would serve another under the borrower's name.
  if (lender.kind === "supplier") problems.push(problem("agreement.not_lent", { resource: resource.code }, { field: "lenderResource" }));
  if (borrower.kind === "supplier") problems.push(problem("supplier.claims_nothing", { unit: borrower.id }, { field: "borrower" }));
  if (borrower.state !== "active") problems.push(problem("loan.borrower_retired", { unit: borrower.id }, { field: "borrower" }));
  if (borrower.id === lender.id) problems.push(problem("loan.to_itself", { unit: lender.id }, { field: "borrower" }));
  else {
    const loop = lendingLoop(terms, lender.id, setting.standing);
    if (loop) problems.push(problem("loan.loop", { class: cls.id, path: loop.join(" → ") }, { field: "borrower" }));
  }
  if (cls.kind === "staff" && borrower.level === "prefecture" && lender.level !== "prefecture" && !terms.legalBasis?.trim()) {
    problems.push(problem("loan.persons_upward", { lender: lender.id, borrower: borrower.id }, { field: "legalBasis" }));
  }
  return problems;
}

function amountProblems({ amount }: LoanTerms, { limits }: LoanSetting["resource"]): Problem[] {
  const field = { field: "amount" };
  if (amount < 0) return [problem("amount.negative", { value: String(amount) }, field)];
  if (!Number.isInteger(amount)) return [problem("amount.fractional", { value: String(amount) }, field)];
  if (amount === 0) return [problem("amount.zero", {}, field)];
  if (amount > AMOUNT_MAX) return [problem("amount.too_large", { max: AMOUNT_MAX }, field)];
  // Nothing could ever be given of less than the least claim.
  if (amount < limits.min) return [problem("loan.below_least_claim", { min: limits.min }, field)];
  return [];
}

function termProblems({ from, to }: LoanTerms, { today, resource }: LoanSetting): Problem[] {
  const first = parseLocalDate(from);
  const last = parseLocalDate(to);
  if (first === undefined) return [problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" })];
  if (last === undefined) return [problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "to" })];
  if (last < first) return [problem("loan.term_reversed", { from, to }, { field: "to" })];
  const problems: Problem[] = [];
  if (from < today) problems.push(problem("loan.term_past", { from, today }, { field: "from" }));
  if (last - first + 1 > LOAN_DAYS_MAX) problems.push(problem("loan.term_too_long", { days: last - first + 1, max: LOAN_DAYS_MAX }, { field: "to" }));
  const { validFrom, validTo } = resource;
  if ((validFrom !== null && from < validFrom) || (validTo !== null && to > validTo)) {
    problems.push(problem("loan.beyond_validity", { resource: resource.code, validFrom: validFrom ?? "…", validTo: validTo ?? "…" }, { field: "to" }));
  }
  return problems;
}

const overlap = (a: Pick<LoanTerms, "from" | "to">, b: Pick<LoanTerms, "from" | "to">): boolean => a.from <= b.to && b.from <= a.to;

/**
 * Who would lend to whom until it comes back to the lender: units of which each lends the class to the next while it
 * borrows it. Undefined: it does not come back. Only loans that overlap the terms count, each with the terms themselves.
 */
export function lendingLoop(terms: Pick<LoanTerms, "classId" | "borrower" | "from" | "to">, lender: UnitId, standing: readonly StandingLoan[]): readonly UnitId[] | undefined {
  const lends = new Map<UnitId, UnitId[]>();
  for (const loan of standing) {
    if (loan.classId !== terms.classId || !overlap(loan, terms)) continue;
    const to = lends.get(loan.lender);
    if (to) to.push(loan.borrower);
    else lends.set(loan.lender, [loan.borrower]);
  }
  const cameFrom = new Map<UnitId, UnitId>([[terms.borrower, lender]]);
  const open = [terms.borrower];
  for (let unit = open.shift(); unit !== undefined; unit = open.shift()) {
    for (const next of lends.get(unit) ?? []) {
      if (next === lender) {
        const path = [unit, lender];
        while (path[0] !== lender) path.unshift(cameFrom.get(path[0]!)!);
        return path;
      }
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, unit);
      open.push(next);
    }
  }
  return undefined;
}

/** The first day the lender may have again when it recalls today. */
export const firstRecallDay = (today: LocalDate): LocalDate => laterBy(today, RECALL_NOTICE_DAYS);

/** The terms that continue a loan: approved as any other. */
export const renewal = (terms: LoanTerms, to: LocalDate): LoanTerms => ({ ...terms, from: laterBy(terms.to, 1), to });

const laterBy = (date: LocalDate, days: number): LocalDate => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
