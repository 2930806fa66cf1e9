import { randomUUID } from "node:crypto";
import type { PlanSearch, PlanSearches, SearchWork } from "../app/ports/plan-search.js";
import type { PoolId } from "../domain/id.js";
import { problem } from "../domain/problem.js";

/** Of each pool. */
const KEPT = 20;

interface Job {
  readonly poolId: PoolId;
  readonly id: string;
  readonly work: SearchWork;
}

/** Searches of this process, one after another: each keeps a processor busy. */
export function createPlanSearches(onFault: (error: unknown) => void): PlanSearches & { stop(): Promise<void> } {
  const kept = new Map<PoolId, PlanSearch[]>();
  const jobs: Job[] = [];
  let wake = (): void => undefined;
  let resting: (() => void)[] = [];
  let working = false;
  let stopped = false;

  const change = ({ poolId, id }: Job, next: (one: PlanSearch) => PlanSearch): void => {
    const list = kept.get(poolId) ?? [];
    kept.set(poolId, list.map((one) => (one.id === id ? next(one) : one)));
  };

  // A loop of its own: work begun from within a request would inherit the request's transaction.
  const loop = (async (): Promise<void> => {
    while (!stopped) {
      const job = jobs.shift();
      if (!job) {
        for (const resolve of resting) resolve();
        resting = [];
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      working = true;
      const end = await job.work((progress) => change(job, (one) => ({ ...one, progress: { ...one.progress, ...progress } }))).catch((error: unknown) => {
        if (!stopped) onFault(error);
        return { state: "failed" as const, problems: [problem("plan.search_interrupted", {})] };
      });
      change(job, (one) => ({ ...one, end, progress: { ...one.progress, percent: 100 } }));
      working = false;
    }
    for (const resolve of resting) resolve();
  })();

  return {
    begin(poolId, one, work) {
      const list = kept.get(poolId) ?? [];
      if (list.some(({ end }) => end === null)) return null;
      const search: PlanSearch = { ...one, id: randomUUID(), progress: { phase: "reading", percent: 0, classes: 0, solved: 0, moves: 0, gap: null }, end: null };
      kept.set(poolId, [search, ...list].slice(0, KEPT));
      jobs.push({ poolId, id: search.id, work });
      wake();
      return search;
    },
    get: (poolId, id) => kept.get(poolId)?.find((one) => one.id === id) ?? null,
    latest: (poolId) => kept.get(poolId)?.[0] ?? null,
    idle: () => (jobs.length === 0 && !working ? Promise.resolve() : new Promise((resolve) => resting.push(resolve))),
    async stop() {
      stopped = true;
      jobs.length = 0;
      wake();
      if (!working) await loop;
    },
  };
}
