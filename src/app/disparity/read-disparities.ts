import type { Names } from "../../domain/catalogue/item.js";
import { parseRange, rangeBefore, rangeOf, type ReadingPeriod, type ReadingRange } from "../../domain/disparity/period.js";
import { readDisparities, type Dimension, type GroupReading, type Measure, type Reading } from "../../domain/disparity/reading.js";
import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, startOfDay, type Instant } from "../../domain/instant.js";
import { isWorkingDay, type CalendarStack } from "../../domain/pool/calendar.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DecidedCase, DecidedIn, DisparitySettings } from "../ports/disparity.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Reading as StoreReading } from "../ports/store.js";
import { groupNames } from "./group-names.js";
import { settingsOf } from "./settings.js";

export interface NamedGroup extends GroupReading {
  readonly names: Names;
  readonly alarms: readonly Measure[];
}

export interface DisparitiesRead {
  readonly cases: number;
  readonly groups: readonly NamedGroup[];
  readonly settings: DisparitySettings;
  readonly range: ReadingRange;
  /** False: the period still runs. */
  readonly over: boolean;
  /** Periods that can be asked for, the newest first. */
  readonly ranges: readonly ReadingRange[];
  /** Whether the reader may see the cases behind the figures. */
  readonly mayOpenCases: boolean;
}

/** Periods offered for choice. */
const RANGES_SHOWN = 12;
/** What was received earlier counts from there: no limit of the law is longer. */
const WAIT_DAYS_MAX = 730;

/** How refusals and waits differ between groups of applicants in one period; the last that is over where none is named. */
export async function readDisparityWatch(deps: AppDeps, actor: Actor, pool: PoolId, period: string | undefined): Promise<Result<DisparitiesRead>> {
  const allowed = await deps.authorizer.may(actor, "disparity.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const mayOpenCases = (await deps.authorizer.may(actor, "request.read", { poolId: pool })).ok;
  const read = deps.store.read(pool);
  const [settings, now] = [await settingsOf(read), await deps.clock.now(pool)];
  const asked = await askedRange(deps, actor, pool, settings.period, period, now);
  if (!asked.ok) return asked;
  const [{ cases, groups, alarms }, nameOf] = await Promise.all([readingOf(read, settings, asked.value), groupNames(read)]);
  const named = groups.map((one): NamedGroup => ({
    ...one,
    names: nameOf(one.dimension, one.group),
    alarms: alarms.filter(({ dimension, group }) => dimension === one.dimension && group === one.group).map(({ measure }) => measure),
  }));
  return ok({ cases, groups: named, settings, range: asked.value, over: isOver(asked.value, now), ranges: offered(settings.period, now, mayOpenCases), mayOpenCases });
}

export interface DisparityCases extends Page<DecidedCase> {
  readonly period: string;
  readonly names: Names;
}

/** The cases a group's figures count. Who may see requests sees them, and not those of a group too small to be told apart. */
export async function listDisparityCases(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  { period, dimension, group }: { readonly period: string | undefined; readonly dimension: Dimension; readonly group: string },
  page: PageAsked,
): Promise<Result<DisparityCases>> {
  const allowed = await deps.authorizer.may(actor, "disparity.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const mayOpen = await deps.authorizer.may(actor, "request.read", { poolId: pool });
  if (!mayOpen.ok) return mayOpen;
  const read = deps.store.read(pool);
  const [settings, now] = [await settingsOf(read), await deps.clock.now(pool)];
  const asked = await askedRange(deps, actor, pool, settings.period, period, now);
  if (!asked.ok) return asked;
  const { groups } = await readingOf(read, settings, asked.value);
  // A group that is withheld and one that is not there are the same to a reader.
  if (groups.find((one) => one.dimension === dimension && one.group === group)?.cases == null) return refused(problem("disparity.too_few", { min: settings.minCases }));
  const found = await read.disparities.cases(await decidedIn(read, asked.value), dimension, group, page);
  return ok({ ...found, period: asked.value.name, names: (await groupNames(read))(dimension, group) });
}

/** The figures of a running period change from day to day, and what changed is one day's cases: only who may see those is shown it. */
async function askedRange(deps: AppDeps, actor: Actor, pool: PoolId, period: ReadingPeriod, name: string | undefined, now: Instant): Promise<Result<ReadingRange>> {
  const running = rangeOf(period, dayNumberOf(now));
  if (name === undefined) return ok(rangeBefore(period, running));
  const range = parseRange(period, name);
  if (!range || range.from > running.from) return refused(problem("input.invalid", { expected: `≤ ${running.name}` }, { field: "period" }));
  if (isOver(range, now)) return ok(range);
  const mayOpen = await deps.authorizer.may(actor, "request.read", { poolId: pool });
  return mayOpen.ok ? ok(range) : mayOpen;
}

const isOver = (range: ReadingRange, now: Instant): boolean => startOfDay(range.to) <= now;

function offered(period: ReadingPeriod, now: Instant, withRunning: boolean): readonly ReadingRange[] {
  const ranges = [rangeOf(period, dayNumberOf(now))];
  while (ranges.length < RANGES_SHOWN) ranges.push(rangeBefore(period, ranges.at(-1) as ReadingRange));
  return withRunning ? ranges : ranges.slice(1);
}

/** The figures of one period, whoever asks. */
export async function readingOf(read: StoreReading, settings: DisparitySettings, range: ReadingRange): Promise<Reading> {
  const strata = await read.disparities.strata(await decidedIn(read, range));
  return readDisparities(strata, { minCases: settings.minCases, ratio: settings.ratioPercent / 100 });
}

async function decidedIn(read: StoreReading, { from, to }: ReadingRange): Promise<DecidedIn> {
  const { calendar } = await read.catalogue.poolMap();
  return { from: startOfDay(from), to: startOfDay(to), calendar: workingDays(calendar, from - WAIT_DAYS_MAX, to) };
}

const workingDays = (calendar: CalendarStack, first: number, to: number) => ({ first, works: Array.from({ length: to - first }, (_, at) => isWorkingDay(calendar, first + at)) });
