import type { Arrival } from "../../domain/demand/arrivals.js";
import type { Asked } from "../../domain/demand/mapping.js";
import { firstFrom, workingMinutes } from "../../domain/demand/working-time.js";
import { DAY_MS, HALF_HOUR_MS, localDateOf, dayNumberOf } from "../../domain/instant.js";
import { applicationFor } from "./application.js";
import { COMPLETIONS_MAX, type DecidedRow, type ItemShown, type ReportShown, type Sandbox } from "./sandbox.js";
import { Schedule } from "./schedule.js";

export interface PlayOptions {
  readonly arrivals: readonly Arrival[];
  /** Monday 00:00 of the first week. */
  readonly start: number;
  readonly items: ReadonlyMap<string, ItemShown>;
  readonly asked: (arrival: Arrival) => Asked | undefined;
  readonly seed: number;
  /** Weeks in which the trace is as dense as it should be. */
  readonly fullWeeks: number;
  /** Pool time over real time; infinite: as fast as it goes. */
  readonly speed: number;
  /** Working days that requests are followed after the last one came. */
  readonly followDays: number;
  readonly onProgress: (state: { readonly now: number; readonly submitted: number; readonly worked: number; readonly open: number }) => void;
}

export interface Played {
  readonly submitted: number;
  /** Refused at the door, by code. */
  readonly refused: ReadonlyMap<string, number>;
  /** Minutes of working time from ready to begun, sorted. */
  readonly waits: readonly number[];
  /** Steps that waited at least half an hour, by what they waited for: `rule class`. */
  readonly reasons: ReadonlyMap<string, number>;
  /** The picture when most steps waited. */
  readonly worst: { readonly day: string; readonly waiting: ReportShown["waiting"] };
  readonly from: string;
  readonly to: string;
  readonly end: ReportShown;
}

export class WriterBehind extends Error {}

/** Applications handed in with one call. */
const FILED_TOGETHER = 100;
const HALF_HOUR_MINUTES = 30;
const WEEK_MS = 7 * DAY_MS;
/** Calls under way at once. */
const CONCURRENCY = 4;
/** A half-hour is looked at a minute after it began: only later ones can still be given away. */
const INTO_HALF_HOUR_MS = 60_000;
/** What follows at once from what was just done; chains are short. */
const PASSES_MAX = 12;
/** Days of working time asked for at once. */
const HORIZON_DAYS = 120;

/** Plays a trace in a sandbox: applicants and officers by the public API, time by the sandbox's clock. */
export async function play(sandbox: Sandbox, options: PlayOptions): Promise<Played> {
  const { arrivals, start, seed, speed, followDays } = options;
  const { halfHours, official } = await sandbox.workingTime(HORIZON_DAYS);
  const schedule = new Schedule(official, seed);
  const refused = new Map<string, number>();
  const waits: number[] = [];
  const reasons = new Map<string, number>();
  let worst: Played["worst"] = { day: localDateOf(dayNumberOf(start)), waiting: null };
  let [next, submitted, worked, seq, filings] = [0, 0, 0, 0, 0];
  let lastArrivalAt = start;
  let shownDay = "";
  const began = performance.now();

  const settle = async (at: number): Promise<readonly DecidedRow[]> => {
    if (!(await sandbox.setClock(at))) throw new WriterBehind();
    const decided = await sandbox.decided(seq);
    seq = decided.next;
    return decided.rows;
  };
  const note = (rows: readonly DecidedRow[], now: number): void => {
    for (const row of rows) {
      schedule.add(row, now);
      if (row.outcome !== "granted" || row.readyAt === null || row.startsAt === null) continue;
      const wait = workingMinutes(official, Date.parse(row.readyAt), Date.parse(row.startsAt));
      waits.push(wait);
      if (row.waitedFor && wait >= HALF_HOUR_MINUTES) add(reasons, `${row.waitedFor.rule} ${row.waitedFor.class}`);
    }
  };

  for (const tick of halfHours) {
    const followed = official[firstFrom(official, lastArrivalAt) + followDays * 13];
    if (next >= arrivals.length && (followed === undefined || tick > followed)) break;
    const now = tick + INTO_HALF_HOUR_MS;
    if (Number.isFinite(speed)) await pauseUntil(began + (now - start) / speed);
    note(await settle(now), now);

    // Whoever writes outside office hours is received when the office opens.
    const due: Arrival[] = [];
    if (official[firstFrom(official, tick)] === tick) {
      for (let arrival = arrivals[next]; arrival && start + arrival.after < tick + HALF_HOUR_MS; arrival = arrivals[next]) {
        due.push(arrival);
        next += 1;
      }
    }
    const applications = due.flatMap((arrival) => {
      const asked = options.asked(arrival);
      const item = asked && options.items.get(asked.item);
      return asked && item ? [applicationFor(item, asked)] : [];
    });
    await inParallel(piecesOf(applications, FILED_TOGETHER), async (piece) => {
      for (const code of await sandbox.file(piece, `replay-${seed}-${tick}-${(filings += 1)}`)) {
        if (code === undefined) submitted += 1;
        else add(refused, code);
      }
    });
    if (due.length > 0) lastArrivalAt = tick;

    for (let pass = 1; pass <= PASSES_MAX; pass += 1) {
      note(await settle(now + pass), now + pass);
      const steps = schedule.take(now + pass);
      if (steps.length === 0) break;
      await inParallel(piecesOf(steps, COMPLETIONS_MAX), async (call) => {
        worked += await sandbox.complete(call);
      });
    }

    const day = localDateOf(dayNumberOf(tick));
    if (day !== shownDay) {
      shownDay = day;
      const { waiting } = await sandbox.report(day, day);
      if (stepsOf(waiting) > stepsOf(worst.waiting)) worst = { day, waiting };
    }
    options.onProgress({ now: tick, submitted, worked, open: schedule.size });
  }

  // Of the weeks the trace fills; the last one may hold only a part of its layers.
  const [from, to] = [localDateOf(dayNumberOf(start)), localDateOf(dayNumberOf(start + Math.max(1, options.fullWeeks) * WEEK_MS) - 1)];
  return { submitted, refused, waits: waits.sort((a, b) => a - b), reasons, worst, from, to, end: await sandbox.report(from, to) };
}

const stepsOf = (waiting: ReportShown["waiting"]): number => (waiting ?? []).reduce((sum, { steps }) => sum + steps, 0);

const add = (counts: Map<string, number>, key: string): Map<string, number> => counts.set(key, (counts.get(key) ?? 0) + 1);

const piecesOf = <T>(all: readonly T[], size: number): (readonly T[])[] => Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>, width = CONCURRENCY): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) await work(all[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(width, all.length) }, one));
}

const pauseUntil = (at: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
