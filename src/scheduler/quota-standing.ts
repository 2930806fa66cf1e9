import type { ClassId } from "../domain/id.js";
import type { Lane } from "./queue.js";
import type { QuotaBook } from "./quota-book.js";
import { isDated, type UnitAccounts } from "./quota-tree.js";

/** How a unit stands to others who want the same: whether it would have to borrow, and how much it has borrowed. */
export interface Standing {
  readonly unit: UnitAccounts;
  readonly borrows: boolean;
  readonly share: number;
  /** Its head can wait no longer, and would still be in time. */
  readonly lasts: boolean;
}

/** Of what a lane asks of the classes; undefined: nothing of it is charged to a quota. O(periods). */
export function standingOf(quota: QuotaBook, lane: Lane, classes: readonly ClassId[]): Standing | undefined {
  let standing: Standing | undefined;
  for (const [at, account] of quota.accountsOf(lane).entries()) {
    if (!account || !classes.includes(account.rule.classId)) continue;
    const { ask, count } = lane.claims[at]!;
    const least = ask.spread ? 1 : ask.amount * count;
    const [first, end] = account.tree.span;
    let own = false;
    for (let period = first; period < end && !own; period += 1) own = account.tree.isOpen(period) && account.tree.roomAt(account, period, true) >= least;
    if (!standing || !own) standing = { unit: account.unit, borrows: !own, share: quota.shareOf(account.unit, account.rule.weight === 0), lasts: quota.cannotWait(lane, isDated(account.tree.kind) ? quota.now : 0, quota.now) };
  }
  return standing;
}
