import type { ResourceId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { Batch, EngineEvent } from "../../scheduler/contract.js";
import type { DeclaredResource, LivingLoan } from "../ports/writer.js";
import { LoanBook } from "../scheduling/loan-book.js";

/** The loans that run in a copy, as its writer would live with them: they end with their term, and what is called back goes when it is free. */
export class TwinLoans {
  readonly #book = new LoanBook();

  constructor(readonly begun: readonly LivingLoan[]) {
    this.#book.state(begun);
  }

  /** Asked for again whenever time passes. */
  returns(): EngineEvent[] {
    return this.#book.returns();
  }

  /** What a turn says of them: what must be said in the next one, and the dated resources of those that are over. */
  learn({ loans, closings }: Batch, now: Instant): { readonly freed: EngineEvent[]; readonly over: readonly ResourceId[] } {
    this.#book.hear(loans);
    const ended = this.#book.over(now);
    this.#book.hear(ended);
    return { freed: this.#book.freed(closings), over: ended.map(({ borrower }) => borrower) };
  }

  /** What a unit can use of a resource: of a borrowed one what is lent, of another what it has not lent. */
  usable(one: DeclaredResource, first: Period, amounts: readonly Amount[]): readonly Amount[] {
    const lent = this.#book.all.filter(({ borrower, lender }) => (one.loan ? borrower : lender) === one.id);
    if (!one.loan && lent.length === 0) return amounts;
    return amounts.map((amount, at) => {
      const moved = lent.reduce((sum, loan) => sum + (loan.lent.get(first + at) ?? 0), 0);
      return one.loan ? moved : Math.max(0, amount - moved);
    });
  }
}
