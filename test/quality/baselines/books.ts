import type { Instant } from "../../../src/domain/instant.js";
import { HALF_HOUR_MS } from "../../../src/domain/instant.js";
import { periodAt, type Period, type PeriodKind } from "../../../src/domain/pool/period.js";
import type { ClaimAsk } from "../../../src/scheduler/contract.js";
import { firstPeriod, kindOf, mayServe, workOf, type Instance, type Job, type Supply } from "../instance.js";
import type { Served } from "../run.js";

interface Place {
  readonly supply: Supply;
  readonly free: Float64Array;
  readonly first: Period;
}

/**
 * What is free in an instance, for policies that give what can begin now and nothing ahead. Written from the declarations alone:
 * it shares nothing with the engine.
 */
export class Books {
  readonly #places: readonly Place[];
  readonly #able = new Map<ClaimAsk, readonly Place[]>();

  constructor(readonly instance: Instance) {
    this.#places = instance.supplies.map((supply) => ({
      supply,
      free: Float64Array.from(supply.amounts === "unlimited" ? [] : supply.amounts),
      first: firstPeriod(kindOf(instance, supply.classId).period, instance.startsAt),
    }));
  }

  /** Everything the job asks, beginning now, or nothing. */
  give(job: Job, now: Instant): Served | undefined {
    const taken: { resource: Supply["id"]; period: Period; amount: number }[] = [];
    const used: { place: Place; at: number; amount: number }[] = [];
    let begins = now;
    let done = job.runsMs === null ? now : now + job.runsMs;
    for (const claim of job.claims) {
      const { period: kind } = kindOf(this.instance, claim.classId);
      const from = this.#periodFrom(kind, now);
      const chosen = this.#choose(claim, kind, from);
      if (!chosen) {
        for (const { place, at, amount } of used) place.free[at]! += amount;
        return undefined;
      }
      for (const place of chosen) {
        for (let period = from; period < from + claim.slots; period += 1) {
          taken.push({ resource: place.supply.id, period, amount: claim.amount });
          if (place.supply.amounts === "unlimited") continue;
          place.free[period - place.first]! -= claim.amount;
          used.push({ place, at: period - place.first, amount: claim.amount });
        }
      }
      const work = workOf(kind, from, from + claim.slots - 1, now);
      begins = Math.max(begins, work.begins);
      done = Math.max(done, work.done);
    }
    return { decidedAt: now, begins, done, taken };
  }

  /** What comes back when the work is done. */
  giveBack(job: Job, served: Served): void {
    for (const { resource, period, amount } of served.taken) {
      const place = this.#places[resource - 1]!;
      if (place.supply.amounts !== "unlimited" && kindOf(this.instance, place.supply.classId).period === "none" && job.runsMs !== null) place.free[period - place.first]! += amount;
    }
  }

  /** As others gave it. */
  take(served: Served, sign: 1 | -1 = 1): void {
    for (const { resource, period, amount } of served.taken) {
      const place = this.#places[resource - 1]!;
      if (place.supply.amounts !== "unlimited") place.free[period - place.first]! -= sign * amount;
    }
  }

  freeIn(supply: Supply, period: Period): number {
    const place = this.#places[supply.id - 1]!;
    return place.free[period - place.first] ?? 0;
  }

  /** Half-hours that have begun are not given any more; a day is, until it ends. */
  #periodFrom(kind: PeriodKind, now: Instant): Period {
    return kind === "slot" ? periodAt(kind, now + HALF_HOUR_MS - 1) : periodAt(kind, now);
  }

  /** The least used of its own unit first, then of others. */
  #choose(claim: ClaimAsk, kind: PeriodKind, from: Period): readonly Place[] | undefined {
    let able = this.#able.get(claim);
    if (!able) this.#able.set(claim, (able = this.#places.filter(({ supply }) => mayServe(supply, claim))));
    const fits = able.filter((place) => {
      if (place.supply.amounts === "unlimited") return true;
      for (let period = from; period < from + claim.slots; period += 1) if ((place.free[period - place.first] ?? 0) < claim.amount) return false;
      return true;
    });
    if (fits.length < claim.count) return undefined;
    if (fits.length === 1) return fits;
    const foreign = ({ supply }: Place): number => (supply.unitId === claim.unitId ? 0 : 1);
    return fits.sort((a, b) => foreign(a) - foreign(b) || (b.free[from - b.first] ?? 0) - (a.free[from - a.first] ?? 0) || a.supply.id - b.supply.id).slice(0, claim.count);
  }
}
