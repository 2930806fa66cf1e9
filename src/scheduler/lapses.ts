import type { Instant } from "../domain/instant.js";
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
