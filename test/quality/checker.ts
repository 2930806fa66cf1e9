import type { Instant } from "../../src/domain/instant.js";
import { CLAIMS_MAX } from "../../src/domain/pool/claim-id.js";
import { periodEnd, periodStart } from "../../src/domain/pool/period.js";
import type { Allocation, ClaimAsk } from "../../src/scheduler/contract.js";
import { amountIn, kindOf, mayServe, type Instance, type Job } from "./instance.js";
import type { Entry } from "./run.js";

/*
 * The hard rules once more, from what was declared and what was written down, in the order it happened. Shares no code with the
 * engine.
 */

export interface Verdict {
  readonly grants: number;
  /** Broken rules, in words. */
  readonly violations: readonly string[];
  /** Somebody who stood before, and asks one of the same classes, was passed without a ground. */
  readonly unexplained: number;
  /** Somebody was passed, on a ground. */
  readonly explained: ReadonlyMap<string, number>;
}

interface Line {
  readonly key: number;
  readonly job: Job;
  readonly attempt: number;
}

export function check(instance: Instance, log: readonly Entry[]): Verdict {
  const violations: string[] = [];
  const used = new Map<string, number>();
  const keys = new Map<Job, number>();
  const waiting = new Map<Job, number>();
  const lines = new Map<string, Queue>();
  const explained = new Map<string, number>();
  let unexplained = 0;
  let grants = 0;

  const lineOf = (name: string): Queue => {
    let line = lines.get(name);
    if (!line) lines.set(name, (line = new Queue(({ job, attempt }) => waiting.get(job) === attempt)));
    return line;
  };
  const sameAsk = new Map<readonly ClaimAsk[], string>();
  const namesOf = (job: Job): string[] => {
    let same = sameAsk.get(job.claims);
    if (!same) sameAsk.set(job.claims, (same = `same ${sameAsk.size}`));
    return [same, ...new Set(job.claims.map(({ classId }) => classId as string))];
  };

  for (const entry of log) {
    const { job, at } = entry;
    if (entry.kind === "asks") {
      waiting.set(job, entry.attempt);
      const line: Line = { key: entry.dueAt - job.expectedMinutes * 60_000, job, attempt: entry.attempt };
      keys.set(job, line.key);
      for (const name of namesOf(job)) lineOf(name).add(line);
    } else if (entry.kind === "leaves" || entry.kind === "refused") {
      waiting.delete(job);
    } else if (entry.kind === "returned") {
      const { resource, period, amount } = entry.allocation;
      if (entry.settled > amount) violations.push(`job ${job.id} settled ${entry.settled} of ${amount}`);
      used.set(`${resource}/${period}`, (used.get(`${resource}/${period}`) ?? 0) - amount + entry.settled);
    } else {
      grants += 1;
      const attempt = waiting.get(job);
      if (attempt === undefined) violations.push(`job ${job.id} was granted and does not wait`);
      const [same, ...classes] = namesOf(job);
      const first = lineOf(same!).first();
      if (first && first.job !== job) violations.push(`job ${job.id} before job ${first.job.id}, which asks exactly the same and stands before it`);
      waiting.delete(job);
      const mine: Line = { key: keys.get(job)!, job, attempt: entry.attempt };
      const passes = classes.some((name) => {
        const next = lineOf(name).first();
        return next !== undefined && before(next, mine);
      });
      if (passes && entry.passed === null) unexplained += 1;
      if (entry.passed) explained.set(entry.passed.ground, (explained.get(entry.passed.ground) ?? 0) + 1);
      checkGrant(instance, job, entry.allocations, at, violations);
      for (const { resource, period, amount } of entry.allocations) {
        const supply = instance.supplies[resource - 1];
        if (!supply) continue;
        const key = `${resource}/${period}`;
        const now = (used.get(key) ?? 0) + amount;
        used.set(key, now);
        if (supply.amounts !== "unlimited" && now > amountIn(instance, supply, period)) violations.push(`resource ${resource}, period ${period}: ${now} of ${amountIn(instance, supply, period)} given`);
      }
    }
  }
  return { grants, violations, unexplained, explained };
}

/** Everything a step asks, whole, from those who may serve it, in time that has not passed. */
function checkGrant(instance: Instance, job: Job, allocations: readonly Allocation[], now: Instant, violations: string[]): void {
  const broken = (words: string): void => void violations.push(`job ${job.id}: ${words}`);
  const starts = new Set<Instant>();
  job.claims.forEach((claim, ordinal) => {
    const parts = allocations.filter((one) => one.claim % CLAIMS_MAX === ordinal);
    const { period: kind } = kindOf(instance, claim.classId);
    const resources = new Set(parts.map(({ resource }) => resource));
    if (resources.size !== claim.count) broken(`claim ${ordinal} asks ${claim.count} different resources and has ${resources.size}`);
    for (const resource of resources) {
      const supply = instance.supplies[resource - 1];
      if (!supply || !mayServe(supply, claim)) broken(`resource ${resource} may not serve claim ${ordinal}`);
      const own = parts.filter((one) => one.resource === resource).sort((a, b) => a.period - b.period);
      if (!claim.spread && (own.length !== claim.slots || own.some(({ amount }) => amount !== claim.amount))) broken(`claim ${ordinal} is not whole at resource ${resource}`);
      if (own.some(({ period }, at) => at > 0 && period !== own[at - 1]!.period + 1) && !claim.spread) broken(`claim ${ordinal} has a gap`);
      for (const { period } of own) {
        if (periodEnd(kind, period) <= now) broken(`period ${period} of claim ${ordinal} has passed`);
        if (kind === "slot" && periodStart(kind, period) < now) broken(`half-hour ${period} of claim ${ordinal} has begun`);
      }
      if (claim.together && kind === "slot") starts.add(periodStart(kind, own[0]!.period));
    }
  });
  if (starts.size > 1) broken("claims that belong together begin at different times");
  if (allocations.some((one) => one.claim % CLAIMS_MAX >= job.claims.length || Math.floor(one.claim / CLAIMS_MAX) !== job.id)) broken("something is given that nobody asked");
}

const before = (a: Line, b: Line): boolean => a.key < b.key || (a.key === b.key && (a.job.arrivesAt < b.job.arrivesAt || (a.job.arrivesAt === b.job.arrivesAt && a.job.id < b.job.id)));

/** Those who wait, in the lawful order; who left is passed over when met. */
class Queue {
  readonly #heap: Line[] = [];

  constructor(readonly stands: (line: Line) => boolean) {}

  add(line: Line): void {
    const heap = this.#heap;
    heap.push(line);
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!before(heap[child]!, heap[parent]!)) return;
      [heap[child], heap[parent]] = [heap[parent]!, heap[child]!];
      child = parent;
    }
  }

  first(): Line | undefined {
    while (this.#heap.length > 0 && !this.stands(this.#heap[0]!)) this.#drop();
    return this.#heap[0];
  }

  #drop(): void {
    const heap = this.#heap;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    heap[0] = last;
    for (let parent = 0; ; ) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      if (least === parent) return;
      [heap[parent], heap[least]] = [heap[least]!, heap[parent]!];
      parent = least;
    }
  }
}
