import { dayNumberOf, type Instant } from "../domain/instant.js";
import type { Amount } from "../domain/quantity.js";

/*
 * What waits of a unit's own, and how much of it has to be served now.
 *
 * Whoever borrows and can wait no longer goes in the lawful order, as long as each lender keeps what it needs now: the most, over the
 * days ahead, of what is due by then beyond a quarter of what its own gives until then at its best: the rest is for closed days and for who
 * has not come yet. Of a class without days it is what has waited for a quarter of the time it has, or longer.
 */

/** Days ahead whose work is reckoned with. */
const DAYS = 20;
/** Of the days ahead, the part that a lender is expected to have for what waits today. */
const COUNTED_ON = 1 / 4;
/** Of the time from arrival to the key, the part after which nobody is made to wait for somebody else's share. */
const PATIENCE = 1 / 4;

/** The moment from which a step that asks something without days can wait no longer. */
export const patienceEnds = (arrivedAt: Instant, keyAt: Instant): Instant => arrivedAt + PATIENCE * Math.max(0, keyAt - arrivedAt);

/** The last day on which a step with this key may be begun. */
export const lastDayOf = (keyAt: Instant): number => dayNumberOf(keyAt - 1);

/** Of one account. */
export class WaitingOwn {
  /** By the last day. */
  private readonly days = new Map<number, Amount>();
  /** Without days: in the order of when their patience ends. */
  private readonly ends: Instant[] = [];
  private readonly amounts: Amount[] = [];
  private needed: { readonly day: number; readonly aDay: Amount; readonly amount: Amount } | undefined;

  addOn(day: number, amount: Amount): void {
    const sum = (this.days.get(day) ?? 0) + amount;
    if (sum === 0) this.days.delete(day);
    else this.days.set(day, sum);
    this.needed = undefined;
  }

  add(endsAt: Instant, amount: Amount): void {
    const at = placeOf(this.ends, endsAt);
    this.ends.splice(at, 0, endsAt);
    this.amounts.splice(at, 0, amount);
  }

  remove(endsAt: Instant, amount: Amount): void {
    let at = placeOf(this.ends, endsAt);
    while (this.amounts[at] !== amount && this.ends[at] === endsAt) at += 1;
    if (this.ends[at] !== endsAt) throw new Error("quota: what leaves was not waiting");
    this.ends.splice(at, 1);
    this.amounts.splice(at, 1);
  }

  /** Of what waits, what must be served on the day, so that the days after it are enough for the rest. */
  neededOn(day: number, aDay: Amount): Amount {
    if (this.needed?.day === day && this.needed.aDay === aDay) return this.needed.amount;
    const due = new Float64Array(DAYS);
    for (const [last, amount] of this.days) if (last < day + DAYS) due[Math.max(0, last - day)]! += amount;
    let most = 0;
    let sum = 0;
    for (let ahead = 0; ahead < DAYS; ahead += 1) {
      sum += due[ahead]!;
      most = Math.max(most, sum - ahead * aDay * COUNTED_ON);
    }
    this.needed = { day, aDay, amount: most };
    return most;
  }

  /** Of what waits, what can wait no longer and would find room in what is left. */
  neededNow(now: Instant, left: Amount): Amount {
    let sum = 0;
    for (let at = 0; sum < left && at < this.ends.length && this.ends[at]! <= now; at += 1) if (sum + this.amounts[at]! <= left) sum += this.amounts[at]!;
    return sum;
  }
}

/** The first place whose value is not less. */
function placeOf(sorted: readonly number[], value: number): number {
  let low = 0;
  for (let high = sorted.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
