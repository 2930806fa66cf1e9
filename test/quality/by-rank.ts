import type { Instant } from "../../src/domain/instant.js";
import type { Instance, Job } from "./instance.js";
import type { Run } from "./run.js";

/*
 * Dates from the place in the queue alone: so many before it, and so many grants an hour so far. If grants come independently of one
 * another, the wait has a gamma distribution; its quantiles by Wilson and Hilferty.
 */

const Z = [-1.2816, 0, 1.2816] as const;
const TAILS = [0.1, 0.5, 0.9] as const;

/** How often those who ask the same, whatever amount, were granted so far. */
export class Rates {
  readonly #grants = new Map<string, Float64Array>();
  readonly #first = new Map<string, Instant>();

  constructor(instance: Instance, served: Run["served"]) {
    const all = new Map<string, number[]>();
    for (const job of instance.jobs) {
      const key = keyOf(job);
      if (!this.#first.has(key)) this.#first.set(key, job.arrivesAt);
      const at = served[job.id - 1]?.decidedAt;
      if (at === undefined) continue;
      const some = all.get(key);
      if (some) some.push(at);
      else all.set(key, [at]);
    }
    for (const [key, some] of all) this.#grants.set(key, Float64Array.from(some).sort());
  }

  /** Milliseconds from one grant to the next, as it was by then. */
  before(job: Job, at: Instant): number {
    const grants = this.#grants.get(keyOf(job)) ?? new Float64Array();
    let low = 0;
    for (let high = grants.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (grants[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return (at - this.#first.get(keyOf(job))!) / Math.max(1, low);
  }
}

const keyOf = ({ claims }: Job): string => claims.map(({ classId, unitId, scope, traits, count, slots }) => `${classId} ${unitId} ${scope} ${traits.join()} ${count} ${slots}`).join("/");

/** A tenth, half and nine tenths of such waits are shorter. */
export const waitsOf = (rank: number, eachMs: number): readonly number[] => Z.map((z) => Math.max(0, rank * eachMs * (1 - 1 / (9 * rank) + z / (3 * Math.sqrt(rank))) ** 3));

/** What three quantiles are worth against what came: the less the better, and least for the true ones. */
export const pinball = (came: number, told: readonly number[]): number =>
  told.reduce((sum, quantile, at) => sum + (came >= quantile ? TAILS[at]! * (came - quantile) : (1 - TAILS[at]!) * (quantile - came)), 0);
