import { workAt } from "../../domain/demand/officers.js";
import { HALF_HOUR_MS } from "../../domain/instant.js";
import { stableShare } from "../../domain/stable-hash.js";
import type { DecidedRow } from "./sandbox.js";

export interface DueStep {
  readonly request: string;
  readonly step: string;
}

/**
 * When officers do what they were given: work held to half-hours in its own half-hour, a day's work in a half-hour of
 * that day which the request's own id decides, work of machines and outside systems as soon as it may begin.
 */
export class Schedule {
  readonly #byTime = new Map<number, Map<string, DueStep>>();
  readonly #timeOf = new Map<string, number>();

  constructor(
    readonly halfHours: readonly number[],
    readonly seed: number,
  ) {}

  get size(): number {
    return this.#timeOf.size;
  }

  /** A later decision on the same step replaces the earlier one: its hold had lapsed. */
  add(decided: DecidedRow, now: number): void {
    const key = `${decided.request}/${decided.step}`;
    this.#byTime.get(this.#timeOf.get(key) ?? -1)?.delete(key);
    this.#timeOf.delete(key);
    if (decided.outcome !== "granted") return;
    const at = this.#workAt(decided, now);
    const due = this.#byTime.get(at) ?? new Map<string, DueStep>();
    this.#byTime.set(at, due.set(key, { request: decided.request, step: decided.step }));
    this.#timeOf.set(key, at);
  }

  /** Takes out what is to be done by now. */
  take(now: number): DueStep[] {
    const taken: DueStep[] = [];
    for (const [at, due] of this.#byTime) {
      if (at > now) continue;
      for (const [key, step] of due) {
        taken.push(step);
        this.#timeOf.delete(key);
      }
      this.#byTime.delete(at);
    }
    return taken;
  }

  #workAt({ mode, slotted, startsAt, request, step }: DecidedRow, now: number): number {
    const begins = startsAt === null ? now : Math.max(Date.parse(startsAt), now - HALF_HOUR_MS);
    return mode !== "human" || slotted ? begins : workAt(this.halfHours, begins, Math.max(begins, now), stableShare(this.seed, request, step));
  }
}
