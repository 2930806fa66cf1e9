import { weekdayOf, type DayNumber } from "../instant.js";

/*
 * What will be asked, from what was asked: weekday profile × recent level × season × deadlines. Four numbers that anybody can work out
 * with a pencil, since a forecast that moves people must be one that can be argued with.
 *
 *   profile    the mean of each weekday over the history. A worked Saturday counts as a Monday and a holiday as a Sunday, as calendars have it;
 *              few samples lean on the mean of all worked days, or of all others
 *   level      what the last four weeks had, over what their profile would have had
 *   season     the same weeks a year ago against the weeks before them then, where the history reaches so far
 *   deadlines  a declared factor on the last working days before a declared date
 *
 * A day beyond three times the median of its kind counts as that: a storm is no level. How well it does is measured by making it again as it
 * would have been made one, two … eight weeks ago, each for seven days: `measured`.
 */

/** Days of history a profile is made of. */
export const PROFILE_DAYS = 91;
/** Days the recent level is made of. */
export const LEVEL_DAYS = 28;
/** Days of history the two tests and the profile read, without a season. */
export const HISTORY_DAYS = 147;
/** Fewer days with something asked say nothing. */
const HISTORY_DAYS_MIN = 28;
/** The same weekdays a year ago. */
const YEAR = 364;
/** A season is read over so many days around its date. */
const SEASON_DAYS = 29;
const SEASON_MOST = 2;
/** So many samples' weight has the mean of all worked days (or others) beside a weekday's own. */
const LEAN = 2;
/** Beyond so many times the median of its kind a day is a burst. */
const BURST = 3;
const WEEK = 7;
/** Weeks a forecast is tested on, each made from what was known when it began. */
export const TEST_WEEKS = 8;
/** Four of five days lie within the interval. */
const WITHIN = 0.8;

/** Amounts of consecutive days; days before the first are not known. */
export interface DailyAmounts {
  readonly first: DayNumber;
  readonly amounts: readonly number[];
}

/** A date on which something ends, and what people who put it off make of the days before. */
export interface Deadline {
  readonly day: DayNumber;
  /** Working days before and with it on which more come. */
  readonly days: number;
  /** Times as many as on other such days. */
  readonly factor: number;
}

export interface ForecastBasis {
  readonly isWorking: (day: DayNumber) => boolean;
  readonly deadlines: readonly Deadline[];
}

/** How much each weekday has beside others, Monday first. Only their proportions mean something. */
export type WeekProfile = readonly number[];

export interface ForecastDay {
  readonly day: DayNumber;
  readonly expected: number;
  /** Four of five days lie between; null: nothing was measured yet. */
  readonly low: number | null;
  readonly high: number | null;
}

/** The forecast held against what came. */
export interface ForecastError {
  /** Days that were forecast and came. */
  readonly days: number;
  /** Mean of |came − forecast| ÷ came, over days on which something came; null: there was none. */
  readonly mape: number | null;
  readonly mapeDays: number;
  /** Σ |came − forecast| ÷ Σ came: days on which nothing came count too. */
  readonly wape: number | null;
  /** Of four in five days, |came − forecast| ÷ √forecast is no more. */
  readonly spread: number;
}

const at = ({ first, amounts }: DailyAmounts, day: DayNumber): number | undefined => amounts[day - first];
const known = (series: DailyAmounts, from: DayNumber): DayNumber => Math.max(from, series.first);

/** The weekday a date behaves like: a make-up Saturday like a Monday, a holiday like a Sunday. */
function slotOf({ isWorking }: ForecastBasis, day: DayNumber): number {
  const weekday = weekdayOf(day);
  const worked = isWorking(day);
  return worked ? (weekday < 5 ? weekday : 0) : weekday < 5 ? 6 : weekday;
}

/** 1, or the largest factor of a deadline that the day is among the last working days of. */
function deadlineFactor({ isWorking, deadlines }: ForecastBasis, day: DayNumber): number {
  let factor = 1;
  for (const deadline of deadlines) {
    if (day > deadline.day || !isWorking(day)) continue;
    let before = 0;
    for (let next = day + 1; next <= deadline.day && before < deadline.days; next += 1) if (isWorking(next)) before += 1;
    if (before < deadline.days) factor = Math.max(factor, deadline.factor);
  }
  return factor;
}

/** From the 91 days before `today`. */
export function profileOf(series: DailyAmounts, basis: ForecastBasis, today: DayNumber): WeekProfile {
  const sums = new Array<number>(WEEK).fill(0);
  const counts = new Array<number>(WEEK).fill(0);
  const all = { worked: { sum: 0, count: 0 }, others: { sum: 0, count: 0 } };
  for (let day = known(series, today - PROFILE_DAYS); day < today; day += 1) {
    const amount = (at(series, day) ?? 0) / deadlineFactor(basis, day);
    const slot = slotOf(basis, day);
    sums[slot] = sums[slot]! + amount;
    counts[slot] = counts[slot]! + 1;
    const kind = slot < 5 ? all.worked : all.others;
    kind.sum += amount;
    kind.count += 1;
  }
  return sums.map((sum, slot) => {
    const { sum: total, count } = slot < 5 ? all.worked : all.others;
    return (sum + LEAN * (count === 0 ? 0 : total / count)) / (counts[slot]! + LEAN);
  });
}

const weightOf = (profile: WeekProfile, basis: ForecastBasis, day: DayNumber): number => (profile[slotOf(basis, day)] ?? 0) * deadlineFactor(basis, day);

/** What the profile's days had on average, from `from` to before `to`, as a multiple of the profile; undefined where nothing is known. */
function levelBetween(series: DailyAmounts, profile: WeekProfile, basis: ForecastBasis, from: DayNumber, to: DayNumber): number | undefined {
  let [amount, weight] = [0, 0];
  for (let day = known(series, from); day < to; day += 1) {
    amount += at(series, day) ?? 0;
    weight += weightOf(profile, basis, day);
  }
  return weight === 0 ? undefined : amount / weight;
}

function seasonOf(series: DailyAmounts, profile: WeekProfile, basis: ForecastBasis, today: DayNumber, day: DayNumber): number {
  const half = (SEASON_DAYS - 1) / 2;
  if (series.first > today - YEAR - LEVEL_DAYS) return 1;
  const then = levelBetween(series, profile, basis, day - YEAR - half, day - YEAR + half + 1);
  const before = levelBetween(series, profile, basis, today - YEAR - LEVEL_DAYS, today - YEAR);
  if (!then || !before) return 1;
  return Math.min(SEASON_MOST, Math.max(1 / SEASON_MOST, then / before));
}

/** A storm of one day is no level: a day beyond three times the median of its kind counts as that. */
function withoutBursts(series: DailyAmounts, basis: ForecastBasis, today: DayNumber): DailyAmounts {
  const kinds = { worked: [] as number[], others: [] as number[] };
  const from = known(series, today - PROFILE_DAYS);
  for (let day = from; day < today; day += 1) kinds[slotOf(basis, day) < 5 ? "worked" : "others"].push(at(series, day) ?? 0);
  const most = (amounts: number[]): number => BURST * (amounts.sort((a, b) => a - b)[amounts.length >> 1] ?? 0) || Infinity;
  const limits = { worked: most(kinds.worked), others: most(kinds.others) };
  return {
    first: series.first,
    amounts: series.amounts.slice(0, Math.max(0, today - series.first)).map((amount, index) => {
      const day = series.first + index;
      return day < from ? amount : Math.min(amount, limits[slotOf(basis, day) < 5 ? "worked" : "others"] * deadlineFactor(basis, day));
    }),
  };
}

/** What is expected of the days from `today` on, said in its morning: what came before counts, and nothing else. */
function expectedOf(known: DailyAmounts, basis: ForecastBasis, today: DayNumber, days: number): number[] | undefined {
  if (today - known.first < HISTORY_DAYS_MIN) return undefined;
  const series = withoutBursts(known, basis, today);
  const profile = profileOf(series, basis, today);
  const level = levelBetween(series, profile, basis, today - LEVEL_DAYS, today) ?? 0;
  return Array.from({ length: days }, (_, ahead) => level * weightOf(profile, basis, today + ahead) * seasonOf(series, profile, basis, today, today + ahead));
}

/** How a cell's total of the last four weeks falls on the days ahead, by the profile of all that are like it. */
export function spreadAhead(lastWeeks: number, profile: WeekProfile, basis: ForecastBasis, today: DayNumber, days: number, season: (day: DayNumber) => number = () => 1): number[] {
  let weight = 0;
  for (let day = today - LEVEL_DAYS; day < today; day += 1) weight += weightOf(profile, basis, day);
  return Array.from({ length: days }, (_, ahead) => (weight === 0 ? 0 : (lastWeeks / weight) * weightOf(profile, basis, today + ahead) * season(today + ahead)));
}

/** The season of a class, for its cells. */
export const seasonAhead = (series: DailyAmounts, profile: WeekProfile, basis: ForecastBasis, today: DayNumber): ((day: DayNumber) => number) => (day) => seasonOf(series, profile, basis, today, day);

/**
 * The days from `today` on; undefined where fewer than four weeks are known.
 * @param series up to the day before `today`; what it has beyond is not looked at.
 */
export function forecast(series: DailyAmounts, basis: ForecastBasis, today: DayNumber, days: number, error: ForecastError | undefined): readonly ForecastDay[] | undefined {
  return expectedOf(series, basis, today, days)?.map((expected, ahead) => {
    const margin = error === undefined ? null : error.spread * Math.sqrt(expected);
    return { day: today + ahead, expected, low: margin === null ? null : Math.max(0, expected - margin), high: margin === null ? null : expected + margin };
  });
}

/** Forecasts of the last weeks, each made from what was known on its first morning, against what came. */
export function measured(series: DailyAmounts, basis: ForecastBasis, today: DayNumber, weeks = TEST_WEEKS): ForecastError | undefined {
  let [days, came, missed, shares, mapeDays] = [0, 0, 0, 0, 0];
  const margins: number[] = [];
  for (let week = weeks; week >= 1; week -= 1) {
    const origin = today - week * WEEK;
    for (const [ahead, expected] of (expectedOf(series, basis, origin, WEEK) ?? []).entries()) {
      const actual = at(series, origin + ahead);
      if (actual === undefined) continue;
      const off = Math.abs(actual - expected);
      days += 1;
      came += actual;
      missed += off;
      if (actual > 0) {
        shares += off / actual;
        mapeDays += 1;
      }
      if (expected > 0) margins.push(off / Math.sqrt(expected));
    }
  }
  if (days === 0) return undefined;
  margins.sort((a, b) => a - b);
  return {
    days,
    mape: mapeDays === 0 ? null : shares / mapeDays,
    mapeDays,
    wape: came === 0 ? null : missed / came,
    spread: margins[Math.min(margins.length - 1, Math.floor(margins.length * WITHIN))] ?? 0,
  };
}
