import type { LoanId, ResourceId } from "../../domain/id.js";
import { dayNumberOf, parseLocalDate, type Instant, type LocalDate } from "../../domain/instant.js";
import { periodEnd, SLOTS_A_DAY, type Period, type PeriodKind } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { PartBack } from "../../domain/rebalance/loan.js";
import type { Closing, EngineEvent, LoanMove } from "../../scheduler/contract.js";
import { stillGiven } from "../../scheduler/loans.js";
import type { CarriedLoan, DeclaredResource, LivingLoan, LoanEnded } from "../ports/writer.js";

/** What a turn says of loans: what the engine moved, what is over, what came back before its time, and what is about to be booked. */
export type LoanNews = LoanMove | LoanEnded | { readonly kind: "announced"; readonly loan: LivingLoan } | { readonly kind: "brought-back"; readonly loan: LoanId; readonly from: LocalDate } | { readonly kind: "part-brought-back"; readonly loan: LoanId; readonly part: PartBack };

/**
 * The loans that are booked, as the newest turn leaves them. Turns on their way are ahead of the tables; when they are thrown
 * away, it is as the last durable one left it.
 */
export class LoanBook {
  #sure: ReadonlyMap<LoanId, LivingLoan> = new Map();
  #newest = new Map<LoanId, LivingLoan>();

  state(loans: readonly LivingLoan[]): void {
    this.#sure = new Map(loans.map((loan) => [loan.id, loan]));
    this.#newest = new Map(this.#sure);
  }

  hear(news: readonly LoanNews[]): void {
    tell(this.#newest, news);
  }

  durable(news: readonly LoanNews[]): void {
    if (news.length === 0) return;
    const sure = new Map(this.#sure);
    tell(sure, news);
    this.#sure = sure;
  }

  thrownAway(): void {
    this.#newest = new Map(this.#sure);
  }

  get all(): readonly LivingLoan[] {
    return [...this.#newest.values()];
  }

  get(id: LoanId): LivingLoan | undefined {
    return this.#newest.get(id);
  }

  /** The tables may not say yet which periods carry it, or how far. */
  of(declared: DeclaredResource): DeclaredResource {
    if (declared.loan === undefined) return declared;
    for (const loan of this.#newest.values()) if (loan.borrower === declared.id) return { ...declared, loan: carriedBy(loan) };
    return declared;
  }

  /** What came back before its time, and was held then: asked for again whenever time passes. */
  returns(): EngineEvent[] {
    return [...this.#newest.values()].flatMap((loan) => (comesBack(loan) ? [returned(loan)] : []));
  }

  /** Of those that come back, what these holds leave free. */
  freed(closings: readonly Closing[]): EngineEvent[] {
    if (closings.length === 0) return [];
    const resources = new Set(closings.map(({ allocation }) => allocation.resource));
    return [...this.#newest.values()].flatMap((loan) => (resources.has(loan.borrower) && comesBack(loan) ? [returned(loan)] : []));
  }

  /** Those of which nothing is lent in any period to come, from the day on that the lender has its own again. */
  over(now: Instant): LoanEnded[] {
    const today = dayNumberOf(now);
    return [...this.#newest.values()].flatMap(({ id, borrower, kind, to, backFrom, state, lent }): LoanEnded[] => {
      const back = backFrom === null ? parseLocalDate(to)! + 1 : parseLocalDate(backFrom)!;
      if (state === "applied" || today < back) return [];
      for (const [period, amount] of lent) if (amount > 0 && periodEnd(kind, period) > now) return [];
      return [{ kind: "ended", loan: id, borrower }];
    });
  }
}

function tell(loans: Map<LoanId, LivingLoan>, news: readonly LoanNews[]): void {
  for (const one of news) {
    if (one.kind === "announced") {
      loans.set(one.loan.id, one.loan);
      continue;
    }
    const loan = loans.get(one.loan);
    if (!loan) continue;
    switch (one.kind) {
      case "lent":
        loans.set(loan.id, { ...loan, state: "active", periods: one.amounts.map(({ period }) => period), lent: new Map(one.amounts.map(({ period, amount }) => [period, amount])) });
        break;
      case "returned":
        loans.set(loan.id, { ...loan, lent: less(loan.lent, one.amounts) });
        break;
      case "brought-back":
        loans.set(loan.id, { ...loan, state: "ending", backFrom: one.from });
        break;
      case "part-brought-back":
        // The tables may have said so already.
        if (!loan.parts.some(({ no }) => no === one.part.no)) loans.set(loan.id, { ...loan, parts: [...loan.parts, one.part] });
        break;
      case "refused":
      case "ended":
        loans.delete(loan.id);
    }
  }
}

function less(lent: ReadonlyMap<Period, Amount>, back: readonly { readonly period: Period; readonly amount: Amount }[]): ReadonlyMap<Period, Amount> {
  const left = new Map(lent);
  for (const { period, amount } of back) left.set(period, (left.get(period) ?? 0) - amount);
  return left;
}

const firstPeriodOf = (kind: PeriodKind, day: LocalDate): Period => parseLocalDate(day)! * (kind === "slot" ? SLOTS_A_DAY : 1);

/** Of this loan something is to go back as soon as nobody holds it. */
const comesBack = ({ state, parts }: LivingLoan): boolean => state === "ending" || (state === "active" && parts.length > 0);

export function carriedBy(loan: LivingLoan): CarriedLoan {
  const { kind, amount, periods, backFrom } = loan;
  const parts = partsOf(loan, periods).flatMap(({ period, lent, keeps }) => (keeps < amount ? [{ period, gives: stillGiven(amount, lent, keeps), keeps }] : []));
  return { amount, periods, until: backFrom === null ? null : firstPeriodOf(kind, backFrom), parts };
}

/** What is not held of the periods that are the lender's again, in whole or in part. */
export function returned(loan: LivingLoan): EngineEvent {
  const { id, lender, borrower, kind, amount, periods, backFrom, parts } = loan;
  const until = backFrom === null ? Infinity : firstPeriodOf(kind, backFrom);
  const to = { kind: "returned", loan: id, lender, borrower, amount } as const;
  if (parts.length === 0) return { ...to, periods: periods.filter((period) => period >= until) };
  const back = partsOf(loan, periods).flatMap(({ period, lent, keeps }) => {
    const kept = period >= until ? 0 : keeps;
    return kept < lent ? [{ period, lent, keeps: kept }] : [];
  });
  return { ...to, periods: back.map(({ period }) => period), parts: back };
}

const partsOf = ({ kind, amount, parts, lent }: LivingLoan, periods: readonly Period[]): readonly { readonly period: Period; readonly lent: Amount; readonly keeps: Amount }[] =>
  parts.length === 0 ? [] : periods.map((period) => ({ period, lent: lent.get(period) ?? 0, keeps: parts.reduce((left, part) => (firstPeriodOf(kind, part.from) <= period ? left - part.amount : left), amount) }));
