import type { Instant } from "../domain/instant.js";
import { periodEnd, type Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Assume } from "./assume.js";
import type { CapacityWindow, LentEvent, PeriodAmount, ResourceSupply, ReturnedEvent } from "./contract.js";
import type { ResourceTable } from "./state.js";

interface LoanParts {
  readonly resources: ResourceTable;
  readonly assume: Assume;
}

/**
 * The borrower's resource is there from now on, as full as if all of it were in use; what is lent makes it free. So a batch that is
 * thrown away leaves a resource of which nothing is free, and no capacity twice.
 *
 * @param declare States a resource, so that whoever waits looks at it.
 */
export function lend({ resources, assume }: LoanParts, { loan, lender, borrower, partial, periods }: LentEvent, declare: (supply: ResourceSupply) => void): void {
  const from = resources.indexOf(lender);
  if (from === undefined) throw new Error(`resource ${lender} was never declared`);
  const amount = borrower.loaned;
  if (amount === undefined) throw new Error(`loan ${loan}: resource ${borrower.id} is not said to be borrowed`);
  const least = partial ? Math.min(amount, borrower.limits.min) : amount;
  const amounts: PeriodAmount[] = [];
  const short: Period[] = [];
  for (const { period, capacity } of periods) {
    const free = Math.min(amount, capacity - resources.usedAt(from, period));
    if (free < least) short.push(period);
    else amounts.push({ period, amount: free });
  }
  if (amounts.length === 0 || (short.length > 0 && !partial)) {
    if (resources.indexOf(borrower.id) !== undefined) declare({ ...borrower, offered: false, capacity: { first: 0, amounts: [], peak: 0 } });
    return assume.refuseLoan({ kind: "refused", loan, borrower: borrower.id, periods: short });
  }
  declare(short.length === 0 ? borrower : { ...borrower, capacity: without(borrower.capacity, short) });
  const to = resources.indexOf(borrower.id)!;
  for (const { period } of periods) resources.setBooked(to, period, 0);
  assume.moveLoan({ kind: "lent", loan, lender, borrower: borrower.id, amounts }, new Map(periods.map(({ period, capacity }) => [period, capacity])));
}

/**
 * Periods that have ended keep what was lent in them: nobody can have it back.
 *
 * @param tell Says anew what the borrower's may give out: what has gone back counts as used there, and what it keeps must stay free.
 */
export function giveBack({ resources, assume }: LoanParts, { loan, lender, borrower, amount, periods, parts }: ReturnedEvent, now: Instant, tell: (window: CapacityWindow) => void): void {
  const from = resources.indexOf(borrower);
  if (from === undefined) return;
  const kind = resources.kindOf(from);
  const gone = parts && assume.returnedOf(loan);
  const window = parts && resources.windowOf(from);
  const amounts = periods.flatMap((period, at): PeriodAmount[] => {
    const part = parts?.[at];
    const left = part && part.lent - (gone?.get(period) ?? 0);
    const free = Math.min(amount - resources.usedAt(from, period), part ? left! - part.keeps : Infinity);
    const back = free > 0 && periodEnd(kind, period) > now ? free : 0;
    const told = window && period - window.first;
    // Nothing is given while who backs it is away.
    if (part && told !== undefined && window!.amounts[told]! > 0) window!.amounts[told] = stillGiven(amount, left! - back, part.keeps);
    return back > 0 ? [{ period, amount: back }] : [];
  });
  if (amounts.length > 0) assume.moveLoan({ kind: "returned", loan, lender, borrower, amounts }, NOTHING_TOLD);
  if (window) tell(window);
}

/** What the window of a borrower's says, so that with what was lent and went back it may give out what it keeps: above that, it is not given out any more. */
export const stillGiven = (amount: Amount, lent: Amount, keeps: Amount): Amount => (keeps === 0 ? 0 : amount - Math.max(0, lent - keeps));

const NOTHING_TOLD: ReadonlyMap<Period, Amount> = new Map();

/** Where nothing was lent it gives nothing, and the books will have no row to say so. */
function without(window: CapacityWindow, short: readonly Period[]): CapacityWindow {
  if (window === "unlimited") return window;
  const none = new Set(short);
  return { ...window, amounts: window.amounts.map((amount, at) => (none.has(window.first + at) ? 0 : amount)) };
}
