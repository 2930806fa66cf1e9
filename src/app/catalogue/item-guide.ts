import type { ItemGuide, Names } from "../../domain/catalogue/item.js";
import type { DivisionCode, PoolId } from "../../domain/id.js";
import { dayNumberOf, type Instant } from "../../domain/instant.js";
import { divisionChain } from "../../domain/org/division.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { workingDaysBetween, type CalendarStack } from "../../domain/pool/calendar.js";
import { competentUnit, routed } from "../../domain/request/competence.js";
import { dueDates } from "../../domain/request/deadline.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { PoolMap, RecentCourse } from "../ports/catalogue.js";

export interface Counter {
  readonly unit: string;
  readonly names: Names;
  readonly division: DivisionCode;
  readonly divisionNames: Names | null;
  readonly address: string | null;
  readonly phone: string | null;
}

/** How long it takes today, from what lately happened; working days from receipt to close, pauses left out. */
export interface Course {
  readonly unit: string;
  /** How many completions the figures rest on. */
  readonly completed: number;
  readonly p50Days: number | null;
  readonly p90Days: number | null;
  /** Requests for the same item at the same unit that are not finished. */
  readonly open: number;
}

export interface GuideView {
  readonly guide: ItemGuide;
  readonly version: number;
  readonly guessed: boolean;
  /** Offices that answer for it, at the place asked for or everywhere. */
  readonly offices: readonly Counter[];
  /** Of the office at the place; undefined when no place was named, or nobody answers for it there. */
  readonly course: Course | undefined;
  /** Dates of a request filed this moment. */
  readonly ifFiledNow: { readonly promisedDueAt: Instant; readonly statutoryDueAt: Instant };
  readonly bundles: readonly { readonly code: string; readonly names: Names }[];
}

/** The guide of an item (办事指南), with where to go and how long it takes today. */
export async function itemGuide(deps: AppDeps, actor: Actor, pool: PoolId, code: string, division?: string): Promise<Result<GuideView>> {
  const read = deps.store.read(pool);
  const [item, map, bundles, now] = await Promise.all([read.items.published(code), read.catalogue.poolMap(), read.bundles.all(), deps.clock.now(pool)]);
  const offices = item ? officesFor(map, item.guide, division) : [];
  const allowed = await deps.authorizer.may(actor, "item.read", { poolId: pool, public: item !== null && answeredFor(map, item.guide) });
  if (!item) return refused(problem("object.not_found", { kind: "item" }));
  if (!allowed.ok) return allowed;
  const place = division === undefined ? undefined : map.divisions.has(division as DivisionCode) ? (division as DivisionCode) : undefined;
  if (division !== undefined && place === undefined) {
    return refused(problem("input.unknown_reference", { kind: "division", id: division.slice(0, 40) }, { field: "division" }));
  }
  const office = place === undefined ? undefined : competentUnit(item.guide, place, map.offices, map.parents, map.routing);
  const unit = office?.ok === true ? office.value.id : undefined;
  const [recent, contacts] = await Promise.all([
    unit === undefined ? undefined : read.catalogue.recentCourse(item.code, unit),
    read.units.some(offices.map(({ id }) => id)),
  ]);
  return ok({
    guide: item.guide,
    version: item.version,
    guessed: item.guessed,
    offices: contacts.map((one) => ({
      unit: one.id,
      names: one.names,
      division: one.division,
      divisionNames: map.divisions.get(one.division) ?? null,
      address: one.address,
      phone: one.phone,
    })),
    course: recent && unit !== undefined ? courseOf(map.calendar, unit, recent) : undefined,
    ifFiledNow: dueDates(map.calendar, now, item.guide),
    bundles: bundles.filter(({ members }) => members.some((member) => member.item === item.code)).map((one) => ({ code: one.code, names: one.names })),
  });
}

/** Offices a guide lists at most: a prefecture has a dozen counties. */
const OFFICES_MAX = 40;

function officesFor(map: PoolMap, guide: ItemGuide, division: string | undefined): readonly PoolMap["offices"][number][] {
  const chain = division === undefined ? undefined : divisionChain(map.parents, division as DivisionCode);
  const lawful = [...map.offices, ...map.routing.former]
    .filter((office) => (guide.unit === undefined ? office.line === guide.line && office.level === guide.level : office.id === guide.unit))
    .filter((office) => chain === undefined || chain.includes(office.division));
  const ruled = (map.routing.ruled ?? []).filter((one) => one.item === guide.item && (chain === undefined || chain.includes(one.division))).map(({ to }) => to);
  const answering = new Set<string>([...lawful.map(({ id }) => id), ...ruled].map((id) => routed(map.routing, id, guide.item)));
  return map.offices.filter(({ id }) => answering.has(id)).slice(0, OFFICES_MAX);
}

const answeredFor = (map: PoolMap, guide: ItemGuide): boolean => officesFor(map, guide, undefined).length > 0;

function courseOf(stack: CalendarStack, unit: string, { completed, open }: RecentCourse): Course {
  const days = completed
    .map(({ receivedAt, closedAt, pausedWorkingDays }) => Math.max(0, workingDaysBetween(stack, dayNumberOf(receivedAt), dayNumberOf(closedAt)) - pausedWorkingDays))
    .toSorted((a, b) => a - b);
  /** The smallest number of days within which that share was finished. */
  const within = (share: number): number | null => days[Math.ceil(days.length * share) - 1] ?? null;
  return { unit, completed: days.length, p50Days: within(0.5), p90Days: within(0.9), open };
}
