import type { Instant } from "../domain/instant.js";

/** When unstarted holds end: steps by instant. Instants are period ends, and those of holds to be confirmed: few. */
export class Lapses {
  private readonly byInstant = new Map<Instant, Set<number>>();
  private readonly instantOf = new Map<number, Instant>();
  /** The first of the instants; undefined: to be looked for. */
  private first: Instant | undefined;

  set(step: number, at: Instant | null): void {
    this.clear(step);
    if (at === null) return;
    let steps = this.byInstant.get(at);
    if (!steps) {
      this.byInstant.set(at, (steps = new Set()));
      if (this.first !== undefined && at < this.first) this.first = at;
    }
    steps.add(step);
    this.instantOf.set(step, at);
  }

  clear(step: number): void {
    const at = this.instantOf.get(step);
    if (at === undefined) return;
    this.instantOf.delete(step);
    const steps = this.byInstant.get(at)!;
    steps.delete(step);
    if (steps.size > 0) return;
    this.byInstant.delete(at);
    if (at === this.first) this.first = undefined;
  }

  /** Infinity: nothing ends. */
  next(): Instant {
    if (this.first === undefined) {
      this.first = Infinity;
      for (const at of this.byInstant.keys()) if (at < this.first) this.first = at;
    }
    return this.first;
  }

  /** Steps whose instant has come, in no order. */
  due(now: Instant): number[] {
    const due: number[] = [];
    for (const [at, steps] of this.byInstant) if (at <= now) due.push(...steps);
    return due;
  }
}
