import type { Instant } from "../domain/instant.js";
import type { CapacityClass } from "../domain/pool/class.js";
import { periodEnd, periodStart, type Period, type PeriodKind } from "../domain/pool/period.js";
import type { Allocation } from "./contract.js";
import { roomyFloats } from "./typed-arrays.js";

/** No instant. */
const NEVER = 0;
/** Of a list, how many may have left it before it is made anew. */
const LEFT_MAX = 1_024;

interface Listed {
  /** Who was put here; some have left since, or came back and stand here twice. */
  steps: number[];
  count: number;
}

/** When unstarted holds end: steps by instant. Instants are period ends, and those of holds to be confirmed: few. */
export class Lapses {
  private readonly byInstant = new Map<Instant, Listed>();
  private instantOf = new Float64Array(64);
  /** The first of the instants; undefined: to be looked for. */
  private first: Instant | undefined;

  set(step: number, at: Instant | null): void {
    this.clear(step);
    if (at === null) return;
    let listed = this.byInstant.get(at);
    if (!listed) {
      this.byInstant.set(at, (listed = { steps: [], count: 0 }));
      if (this.first !== undefined && at < this.first) this.first = at;
    }
    this.instantOf = roomyFloats(this.instantOf, step + 1);
    this.instantOf[step] = at;
    listed.count += 1;
    listed.steps.push(step);
    if (listed.steps.length > 2 * listed.count + LEFT_MAX) listed.steps = this.those(at, listed);
  }

  clear(step: number): void {
    const at = this.instantOf[step] ?? NEVER;
    if (at === NEVER) return;
    this.instantOf[step] = NEVER;
    const listed = this.byInstant.get(at)!;
    listed.count -= 1;
    if (listed.count > 0) return;
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
    for (const [at, listed] of this.byInstant) {
      if (at > now) continue;
      listed.steps = this.those(at, listed);
      for (const step of listed.steps) due.push(step);
    }
    return due;
  }

  private those(at: Instant, { steps }: Listed): number[] {
    return [...new Set(steps)].filter((step) => this.instantOf[step] === at);
  }
}

/**
 * The end of the first period that can lapse, and not before the end of the period the work begins in:
 * a morning's hold of a step that begins at two o'clock is not lost at noon.
 *
 * @param kindOf What the allocation's period is; null: it does not end by itself.
 */
export function lapseOf(allocations: readonly Allocation[], kindOf: (allocation: Allocation) => PeriodKind | null): Instant | null {
  const latest = new LatestBeginning();
  for (let at = 0; at < allocations.length; at += 1) {
    const allocation = allocations[at]!;
    // A claim begins with its first period.
    if (at > 0 && allocations[at - 1]!.claim === allocation.claim) continue;
    const kind = kindOf(allocation);
    if (kind !== null) latest.add(kind, allocation.period);
  }
  return latest.lapse();
}

/** Of the periods claims begin with: the end of the first, and the end of the one that begins last. */
export class LatestBeginning {
  private first: Instant | null = null;
  private begins = -Infinity;
  private beginsEnd = -Infinity;

  add(kind: PeriodKind, period: Period): void {
    const start = periodStart(kind, period);
    const end = periodEnd(kind, period);
    if (this.first === null || end < this.first) this.first = end;
    if (start > this.begins || (start === this.begins && end < this.beginsEnd)) {
      this.begins = start;
      this.beginsEnd = end;
    }
  }

  lapse(): Instant | null {
    return this.first === null ? null : Math.max(this.first, this.beginsEnd);
  }
}

/** Money stays held until it is spent or given back, and an authority does not run out by waiting. */
export const canLapse = (cls: CapacityClass): boolean => cls.kind !== "funds" && (cls.period === "slot" || cls.period === "day");
