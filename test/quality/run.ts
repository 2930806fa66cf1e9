import type { Instant } from "../../src/domain/instant.js";
import type { Allocation, Passed } from "../../src/scheduler/contract.js";
import type { Instance, Job } from "./instance.js";

/** What became of one job. */
export interface Served {
  /** When its date was fixed. */
  readonly decidedAt: Instant;
  readonly begins: Instant;
  readonly done: Instant;
  readonly taken: readonly Pick<Allocation, "resource" | "period" | "amount">[];
}

/** How one policy served one instance. */
export interface Run {
  readonly policy: string;
  /** By job, in the order of the instance. Undefined: never. */
  readonly served: readonly (Served | undefined)[];
}

/** What somebody who watches the engine from outside can write down, in order. */
export type Entry =
  | { readonly kind: "asks"; readonly at: Instant; readonly job: Job; readonly dueAt: Instant; readonly attempt: number }
  | { readonly kind: "leaves"; readonly at: Instant; readonly job: Job }
  | { readonly kind: "granted"; readonly at: Instant; readonly job: Job; readonly attempt: number; readonly passed: Passed | null; readonly allocations: readonly Allocation[] }
  | { readonly kind: "returned"; readonly at: Instant; readonly job: Job; readonly allocation: Allocation; readonly settled: number }
  | { readonly kind: "refused"; readonly at: Instant; readonly job: Job };

/** When it is due, pauses it made applied. */
export const dueOf = (job: Job, served: Served | undefined): Instant => (job.pause && (!served || served.begins > job.pause.at) ? job.dueAt + job.pause.forMs : job.dueAt);

export const onTime = (job: Job, served: Served | undefined): boolean => served !== undefined && served.done <= dueOf(job, served);

/** A request is on time when all its parts are. */
export function valueOf(jobs: readonly Job[], { served }: Pick<Run, "served">): number {
  const late = new Set<number>();
  for (const job of jobs) if (!onTime(job, served[job.id - 1])) late.add(job.request);
  return jobs.reduce((sum, job) => sum + (late.has(job.request) ? 0 : job.value), 0);
}

export const without = (instance: Instance, keeps: (job: Job) => boolean): Instance => ({
  ...instance,
  jobs: instance.jobs.filter(keeps).map((job, at) => ({ ...job, id: at + 1 })),
});
