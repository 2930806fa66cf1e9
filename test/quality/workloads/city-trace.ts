import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { trusted, type UnitId } from "../../../src/domain/id.js";
import { DAY_MS } from "../../../src/domain/instant.js";
import { dice } from "../../bench/random.js";
import { sharedData } from "../../support/shared-data.js";
import { fiveMinutes, logNormal } from "../draws.js";
import { classOf, claimOf, endOfWorkday, MONDAY, numbered, PLACE, quotaOf, workdays, type Instance, type Supply } from "../instance.js";

/*
 * Every service request of a city of 600,000 in half a year (Boston, July to December 2011), as the shape of a load: when requests
 * come, for which department, and how long the city gave itself. How long the work took is not in it (its times are elapsed, not
 * worked), so minutes are drawn: log-normal around a median of each type of request, which is the city's and not the seed's.
 * Two batches that people entered afterwards are left out.
 */

interface Row {
  /** Milliseconds since the Monday on which the trace begins. */
  readonly at: number;
  readonly agency: string;
  readonly type: string;
  /** Days until its target; null: the city set none. */
  readonly dueDays: number | null;
}

/** 2011-07-04, a Monday. */
const FIRST = Date.UTC(2011, 6, 4);
const BATCHES = [
  ["2011-07-06T11:10", "2011-07-06T11:31"],
  ["2011-10-11T17:20", "2011-10-11T17:31"],
] as const;
const DEFAULT_DAYS = 10;
const MOST_DAYS = 15;
const LOAD = 0.97;
const MOST_MINUTES = 240;

let rows: readonly Row[] | undefined;

/** Null: the file is not there. */
function trace(): readonly Row[] | null {
  if (rows) return rows;
  const path = sharedData("requests-311.csv.gz");
  if (path === undefined) return null;
  const [head, ...lines] = gunzipSync(readFileSync(path)).toString("utf8").trimEnd().split("\n");
  const columns = head!.split(",");
  const [created, agency, type, target] = ["created_at", "agency", "type", "target_at"].map((name) => columns.indexOf(name)) as [number, number, number, number];
  rows = lines.flatMap((line): Row[] => {
    const cells = cellsOf(line);
    const at = cells[created]!;
    if (BATCHES.some(([from, to]) => at >= from && at < to)) return [];
    const days = cells[target] ? Math.ceil((Date.parse(`${cells[target]}Z`) - Date.parse(`${at}Z`)) / DAY_MS) : null;
    const since = Date.parse(`${at}Z`) - FIRST;
    return since < 0 ? [] : [{ at: since, agency: cells[agency]!, type: cells[type]!, dueDays: days !== null && days >= 0 ? days : null }];
  });
  return rows;
}

function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(",");
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "");
}

export interface TraceSize {
  readonly weeks: number;
  /** Weeks after 4 July. */
  readonly from: number;
}

/** Null: there is no file. */
export function cityTrace(seed: number, { weeks, from }: TraceSize): Instance | null {
  const all = trace();
  if (!all) return null;
  const roll = dice(seed * 7919 + 8);
  const days = weeks * 7;
  const lastDay = days + 21;
  const some = all.filter(({ at }) => at >= from * 7 * DAY_MS && at < (from * 7 + days) * DAY_MS);
  const review = classOf("staff.review");
  const names = [...new Set(some.map(({ agency }) => agency))].sort();
  const units = names.map((_, at): UnitId => trusted(`agency-${at}`));
  const medians = new Map<string, number>();
  for (const { type } of [...some].sort((a, b) => (a.type < b.type ? -1 : 1))) if (!medians.has(type)) medians.set(type, 5 + 5 * Math.floor(12 * dice(hash(type))() ** 2));
  const minutes = some.map(({ type }) => fiveMinutes(logNormal(roll, medians.get(type)!, 0.5), MOST_MINUTES));

  const supplies: Supply[] = units.map((unitId, unit) => {
    const work = some.reduce((sum, { agency }, at) => sum + (agency === names[unit] ? minutes[at]! : 0), 0);
    return { id: trusted(unit + 1), unitId, classId: review.id, traits: [], division: PLACE, amounts: workdays(lastDay, Math.max(MOST_MINUTES, Math.round(work / (weeks * 5) / LOAD))) };
  });
  const claims = new Map<string, ReturnType<typeof claimOf>[]>();
  const jobs = some.map(({ at, agency, dueDays }, row) => {
    const unit = units[names.indexOf(agency)]!;
    const key = `${unit} ${minutes[row]}`;
    let own = claims.get(key);
    if (!own) claims.set(key, (own = [claimOf(review.id, unit, minutes[row]!)]));
    const arrivesAt = MONDAY + at - from * 7 * DAY_MS;
    const due = Math.min(MOST_DAYS, Math.max(1, Math.round(((dueDays ?? DEFAULT_DAYS) * 5) / 7)));
    return { unit, arrivesAt, dueAt: endOfWorkday(MONDAY, arrivesAt, due), value: 1, expectedMinutes: minutes[row]!, claims: own, runsMs: null, usedPercent: 100, pause: null };
  });
  return {
    name: "trace",
    seed,
    startsAt: MONDAY,
    measureFrom: MONDAY + 7 * DAY_MS,
    measureTo: MONDAY + days * DAY_MS,
    endsAt: MONDAY + lastDay * DAY_MS,
    classes: [review],
    supplies,
    units,
    jobs: numbered(jobs),
    quotas: units.map((unitId) => quotaOf(unitId, review.id, "city")),
    horizonDays: 20,
    bucketMs: DAY_MS,
  };
}

function hash(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) >>> 0;
  return sum;
}
