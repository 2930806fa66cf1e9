import { DAY_MS, HALF_HOUR_MS, type Instant } from "../../../src/domain/instant.js";
import type { Instance, Job } from "../instance.js";
import type { Run, Served } from "../run.js";
import { Books } from "./books.js";

/** A job that stands in line, with the due date it has by now. */
export interface Waiting {
  readonly job: Job;
  readonly dueAt: Instant;
}

/** What a policy may do at a moment at which something changed. */
export interface Moment {
  readonly now: Instant;
  /** Somebody came, left or ended, or a period began: not only the time for which the policy asked. */
  readonly news: boolean;
  readonly instance: Instance;
  /** By arrival. */
  readonly waiting: readonly Waiting[];
  /** What holds something that comes back, with when. */
  readonly running: ReadonlyMap<Job, Served>;
  /** Gives the job what it asks, now; false: it does not fit. */
  start(waiting: Waiting): boolean;
  }

export interface Policy {
  readonly name: string;
  /** Answers when it wants to be asked again although nothing happened; null: not before something does. */
  serve(moment: Moment): Instant | null;
}

/** One policy on one instance: arrivals, endings, pauses, and the beginning of days and half-hours. */
export function simulate(instance: Instance, policy: Policy): Run {
  const { jobs } = instance;
  const books = new Books(instance);
  const served: (Served | undefined)[] = new Array<Served | undefined>(jobs.length).fill(undefined);
  const running = new Map<Job, Served>();
  const events = new Times();
  const grid = instance.classes.some(({ period }) => period === "slot") ? HALF_HOUR_MS : instance.classes.some(({ period }) => period === "day") ? DAY_MS : null;
  if (grid !== null) for (let at = instance.startsAt; at < instance.endsAt; at += grid) events.add(at, { kind: "clock" });
  for (const job of jobs) events.add(job.arrivesAt, { kind: "arrives", job });

  let waiting: Waiting[] = [];
  let gone = new Set<Job>();
  const begin = (one: Waiting, now: Instant): boolean => {
    const got = books.give(one.job, now);
    if (!got) return false;
    served[one.job.id - 1] = got;
    gone.add(one.job);
    if (one.job.runsMs !== null) {
      running.set(one.job, got);
      events.add(got.done, { kind: "ends", job: one.job });
    }
    return true;
  };
  for (let now = events.next(); now !== undefined && now < instance.endsAt; now = events.next()) {
    let news = false;
    for (const event of events.take(now)) {
      if (event.kind === "again") continue;
      news = true;
      if (event.kind === "clock") continue;
      const { job } = event;
      if (event.kind === "arrives") {
        waiting.push({ job, dueAt: job.dueAt });
        if (job.pause) events.add(job.pause.at, { kind: "pauses", job });
      } else if (event.kind === "ends") {
        books.giveBack(job, running.get(job)!);
        running.delete(job);
      } else if (event.kind === "pauses") {
        if (served[job.id - 1]) continue;
        waiting = waiting.filter((one) => one.job !== job);
        events.add(now + job.pause!.forMs, { kind: "returns", job });
      } else {
        // Its place is that of its arrival.
        const at = waiting.findIndex((one) => one.job.id > job.id);
        waiting.splice(at < 0 ? waiting.length : at, 0, { job, dueAt: job.dueAt + job.pause!.forMs });
      }
    }
    const at = now;
    const again = policy.serve({
      now,
      news,
      instance,
      waiting,
      running,
      start: (one) => begin(one, at),
    });
    if (again !== null) events.add(again, { kind: "again" });
    if (gone.size > 0) {
      waiting = waiting.filter(({ job }) => !gone.has(job));
      gone = new Set();
    }
  }
  return { policy: policy.name, served };
}

type Event = { readonly kind: "clock" } | { readonly kind: "again" } | { readonly kind: "arrives" | "ends" | "pauses" | "returns"; readonly job: Job };

/** Events by time, in the order they were added at one time. */
export class Times<E = Event> {
  readonly #times: Instant[] = [];
  readonly #events = new Map<Instant, E[]>();

  add(at: Instant, event: E): void {
    const there = this.#events.get(at);
    if (there) return void there.push(event);
    this.#events.set(at, [event]);
    this.#times.push(at);
    for (let child = this.#times.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (this.#times[parent]! <= this.#times[child]!) break;
      this.#swap(parent, child);
      child = parent;
    }
  }

  next(): Instant | undefined {
    return this.#times[0];
  }

  take(at: Instant): readonly E[] {
    const last = this.#times.pop()!;
    if (this.#times.length > 0) {
      this.#times[0] = last;
      for (let parent = 0; ; ) {
        let least = parent;
        for (const child of [2 * parent + 1, 2 * parent + 2]) if (child < this.#times.length && this.#times[child]! < this.#times[least]!) least = child;
        if (least === parent) break;
        this.#swap(parent, least);
        parent = least;
      }
    }
    const events = this.#events.get(at)!;
    this.#events.delete(at);
    return events;
  }

  #swap(a: number, b: number): void {
    [this.#times[a], this.#times[b]] = [this.#times[b]!, this.#times[a]!];
  }
}
