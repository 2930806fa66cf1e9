import type { Instant } from "../domain/instant.js";

/** When unstarted holds lapse: steps by instant. Instants are period ends, so there are few. */
export class Lapses {
  private readonly byInstant = new Map<Instant, Set<number>>();
  private readonly instantOf = new Map<number, Instant>();

  set(step: number, at: Instant | null): void {
    this.clear(step);
    if (at === null) return;
    let steps = this.byInstant.get(at);
    if (!steps) this.byInstant.set(at, (steps = new Set()));
    steps.add(step);
    this.instantOf.set(step, at);
  }

  clear(step: number): void {
    const at = this.instantOf.get(step);
    if (at === undefined) return;
    this.instantOf.delete(step);
    const steps = this.byInstant.get(at)!;
    steps.delete(step);
    if (steps.size === 0) this.byInstant.delete(at);
  }

  /** Steps whose instant has come, in no order. */
  due(now: Instant): number[] {
    const due: number[] = [];
    for (const [at, steps] of this.byInstant) if (at <= now) due.push(...steps);
    return due;
  }
}
