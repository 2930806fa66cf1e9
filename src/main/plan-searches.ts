import { randomUUID } from "node:crypto";
import type { PlanSearch, PlanSearches, SearchBook, SearchEnd, SearchWork } from "../app/ports/plan-search.js";
import type { Store } from "../app/ports/store.js";
import type { PoolId } from "../domain/id.js";
import { problem } from "../domain/problem.js";

/** Of each pool. */
const KEPT = 20;
/** Milliseconds between two words about how far it is; where nothing has changed, this shows that somebody lives. */
const TELL_EVERY_MS = 1_000;
/** What was asked for in a transaction that has not committed yet is not there to be worked on. */
const VISIBLE_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 20;

interface Job {
  readonly poolId: PoolId;
  readonly id: string;
  readonly work: SearchWork;
}

export interface PlanSearchesOptions {
  readonly store: Store;
  /** A bug on the way: logged in full, shown as interrupted. */
  readonly onFault: (error: unknown) => void;
}

const INTERRUPTED: SearchEnd = { state: "failed", problems: [problem("plan.search_interrupted", {})] };
const FIRST: PlanSearch["progress"] = { phase: "reading", percent: 0, classes: 0, solved: 0, moves: 0, gap: null };

/** Searches that this process was asked for, one after another: each keeps a processor busy. How far they are and what came of them is on record. */
export function createPlanSearches({ store, onFault }: PlanSearchesOptions): PlanSearches & { stop(): Promise<void> } {
  const jobs: Job[] = [];
  let current: Job | undefined;
  let wake = (): void => undefined;
  let resting: (() => void)[] = [];
  let stopped = false;

  const book = <T>(poolId: PoolId, work: (searches: SearchBook) => Promise<T>): Promise<T> => store.transact(poolId, ({ planSearches }) => work(planSearches));

  const search = async ({ poolId, id, work }: Job): Promise<void> => {
    if (!(await isVisible(store, poolId, id)) || stopped) return;
    let progress = FIRST;
    const telling = setInterval(() => {
      for (const one of [{ poolId, id, progress }, ...jobs.map((job) => ({ ...job, progress: FIRST }))]) book(one.poolId, (searches) => searches.progress(one.id, one.progress)).catch(onFault);
    }, TELL_EVERY_MS);
    const end = await work((more) => (progress = { ...progress, ...more })).catch((error: unknown) => {
      if (!stopped) onFault(error);
      return INTERRUPTED;
    });
    clearInterval(telling);
    if (!stopped) await book(poolId, (searches) => searches.finish(id, { ...progress, percent: 100 }, end));
  };

  // A loop of its own: work begun from within a request would inherit the request's transaction.
  const loop = (async (): Promise<void> => {
    while (!stopped) {
      current = jobs.shift();
      if (!current) {
        for (const resolve of resting) resolve();
        resting = [];
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      await search(current).catch(onFault);
    }
    for (const resolve of resting) resolve();
  })();

  return {
    async begin(poolId, one, work) {
      const begun: PlanSearch = { ...one, id: randomUUID(), progress: FIRST, end: null };
      if (!(await book(poolId, (searches) => searches.begin(begun, KEPT)))) return null;
      jobs.push({ poolId, id: begun.id, work });
      wake();
      return begun;
    },
    idle: () => (jobs.length === 0 && !current ? Promise.resolve() : new Promise((resolve) => resting.push(resolve))),
    async stop() {
      stopped = true;
      const left = [...(current ? [current] : []), ...jobs.splice(0)];
      wake();
      if (!current) await loop;
      // Whoever asked need not wait until it is noticed.
      for (const { poolId, id } of left) await book(poolId, (searches) => searches.finish(id, FIRST, INTERRUPTED)).catch(onFault);
    },
  };
}

async function isVisible(store: Store, poolId: PoolId, id: string): Promise<boolean> {
  for (let waited = 0; waited <= VISIBLE_WITHIN_MS; waited += LOOK_EVERY_MS) {
    if (await store.read(poolId).planSearches.get(id)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  // Rolled back.
  return false;
}
