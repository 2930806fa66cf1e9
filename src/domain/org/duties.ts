import type { Level, Names } from "../catalogue/item.js";
import type { ClassId, DivisionCode, ItemCode, UnitId } from "../id.js";
import type { LocalDate } from "../instant.js";
import { competentUnit, type Competent, type Office, type Routing } from "../request/competence.js";
import type { Result } from "../result.js";
import { divisionChain, liesIn, type Division, type DivisionParents } from "./division.js";
import type { Unit } from "./unit.js";

/** A unit's authority over a class of functions, with its jurisdiction opened into divisions. */
export interface Lead {
  readonly code: string;
  readonly unitId: UnitId;
  readonly level: Level;
  readonly classId: ClassId;
  readonly jurisdiction: readonly DivisionCode[];
  /** Both included; null: open on that side. */
  readonly validFrom: LocalDate | null;
  readonly validTo: LocalDate | null;
}

/** A law lets a second unit hold a function beside the one that leads it, between two days (both included). */
export interface LeadException {
  readonly id: number;
  readonly classId: ClassId;
  readonly unitId: UnitId;
  readonly validFrom: LocalDate;
  readonly validTo: LocalDate;
  readonly basis: string;
}

/** Two units of one level lead one class of functions in one area (职责交叉). */
export interface Overlap {
  readonly classId: ClassId;
  readonly level: Level;
  readonly division: DivisionCode;
  /** The earlier resource first, by code. */
  readonly leads: readonly [Lead, Lead];
  /** The days both are in force. */
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

/** What an item needs of whoever answers for it. */
export interface Duty {
  readonly item: ItemCode;
  readonly names: Names;
  readonly line: string;
  readonly level: Level;
  /** Fixed holder. */
  readonly unit: UnitId | null;
  /** Classes of functions its recipe claims; `own`: only the competent unit's counts. */
  readonly functions: readonly { readonly class: ClassId; readonly own: boolean }[];
}

/**
 * Somebody has a right to a service that nobody answers for (职责缺位): `no-unit` there is no unit of the line and level,
 * `not-public` there is one and it is not open to the public, `no-function` the unit lacks the authority that a step asks,
 * `unheld` a class of functions nobody holds anywhere.
 */
export interface Gap {
  readonly reason: "no-unit" | "not-public" | "no-function" | "unheld";
  readonly division: DivisionCode;
  readonly level: Level | null;
  readonly line: string | null;
  readonly classId: ClassId | null;
  /** Who should, or nearly does. */
  readonly unit: UnitId | null;
  readonly items: readonly Pick<Duty, "item" | "names">[];
}

/** Pairs of leads that share an area and days from `today` on, and that no exception covers for all of those days. */
export function overlaps(leads: readonly Lead[], exceptions: readonly LeadException[], parents: DivisionParents, today: LocalDate): Overlap[] {
  const byArea = new Map<string, Lead[]>();
  const keyOf = ({ classId, level }: Lead, division: DivisionCode): string => `${classId} ${level} ${division}`;
  for (const lead of leads) for (const division of lead.jurisdiction) byArea.set(keyOf(lead, division), [...(byArea.get(keyOf(lead, division)) ?? []), lead]);
  const found = new Map<string, Overlap>();
  // Of two areas that meet, one lies in the other: it is found from the inner one outwards.
  for (const inner of leads) {
    for (const division of inner.jurisdiction) {
      for (const around of divisionChain(parents, division)) {
        for (const outer of byArea.get(keyOf(inner, around)) ?? []) {
          if (outer.unitId === inner.unitId) continue;
          const shared = sharedDays(inner, outer, today);
          if (!shared || exceptions.some((one) => covers(one, [inner, outer], shared))) continue;
          const pair = inner.code < outer.code ? ([inner, outer] as const) : ([outer, inner] as const);
          found.set(`${inner.classId} ${inner.level} ${division} ${pair[0].code} ${pair[1].code}`, { classId: inner.classId, level: inner.level, division, leads: pair, ...shared });
        }
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, overlap]) => overlap);
}

interface Days {
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

function sharedDays(a: Lead, b: Lead, today: LocalDate): Days | undefined {
  const from = [today, a.validFrom ?? today, b.validFrom ?? today].reduce((latest, day) => (day > latest ? day : latest));
  const ends = [a.validTo, b.validTo].filter((day) => day !== null);
  const to = ends.length === 0 ? null : ends.reduce((first, day) => (day < first ? day : first));
  return to !== null && to < from ? undefined : { from, to };
}

/** An exception has a last day, so it covers nothing that has none. */
const covers = ({ classId, unitId, validFrom, validTo }: LeadException, pair: readonly Lead[], { from, to }: Days): boolean =>
  pair.some((lead) => lead.classId === classId && lead.unitId === unitId) && validFrom <= from && to !== null && to <= validTo;

export interface DutyFacts {
  readonly duties: readonly Duty[];
  /** In force today. */
  readonly leads: readonly Lead[];
  readonly offices: readonly Office[];
  readonly routing: Routing;
  readonly units: readonly Unit[];
  readonly divisions: readonly Division[];
  readonly parents: DivisionParents;
  /** The pool's own. */
  readonly division: DivisionCode;
  readonly functionClasses: readonly ClassId[];
}

/** What nobody answers for, by area: items of one line and level that lack the same are one gap. */
export function gaps(facts: DutyFacts): Gap[] {
  const found = new Map<string, Gap & { items: Pick<Duty, "item" | "names">[] }>();
  const add = (gap: Omit<Gap, "items">, item?: Duty): void => {
    const key = gapKey(gap);
    const known = found.get(key) ?? { ...gap, items: [] };
    if (item) known.items.push({ item: item.item, names: item.names });
    found.set(key, known);
  };
  const holders = new Map<ClassId, Lead[]>();
  for (const lead of facts.leads) holders.set(lead.classId, [...(holders.get(lead.classId) ?? []), lead]);
  const holds = (classId: ClassId, area: DivisionCode, unit: UnitId | null): boolean =>
    (holders.get(classId) ?? []).some((lead) => (unit === null || lead.unitId === unit) && lead.jurisdiction.some((division) => liesIn(facts.parents, area, division)));
  // Items of one line, level and holder have one office at a place, but for those a rule names.
  const ruled = new Set([...facts.routing.routes, ...(facts.routing.ruled ?? []), ...(facts.routing.takers ?? [])].map((route) => route.item));
  const offices = new Map<string, Result<Competent>>();
  const officeOf = ({ item, line, level, unit }: Duty, area: DivisionCode): Result<Competent> => {
    const key = `${line} ${level} ${unit ?? ""} ${area} ${ruled.has(item) ? item : ""}`;
    const known = offices.get(key) ?? competentUnit({ item, line, level, ...(unit === null ? {} : { unit }) }, area, facts.offices, facts.parents, facts.routing);
    offices.set(key, known);
    return known;
  };
  for (const duty of facts.duties) {
    for (const area of areasOf(duty, facts)) {
      const about = { division: area, level: duty.level, line: duty.line };
      const office = officeOf(duty, area);
      if (!office.ok) {
        const closed = facts.units.find(({ id, line, level, division, state }) => state === "active" && (duty.unit === null ? line === duty.line && level === duty.level && division === area : id === duty.unit));
        add({ reason: closed ? "not-public" : "no-unit", classId: null, unit: closed?.id ?? duty.unit, ...about }, duty);
        continue;
      }
      // A task force holds nothing itself: it acts in its lead's name.
      const unit = (office.value.lead ?? office.value).id;
      for (const { class: classId, own } of duty.functions) {
        if (!holds(classId, area, own ? unit : null)) add({ reason: "no-function", classId, unit, ...about }, duty);
      }
    }
  }
  for (const classId of facts.functionClasses) {
    if ((holders.get(classId) ?? []).length === 0) add({ reason: "unheld", classId, unit: null, level: null, line: null, division: facts.division });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, gap]) => gap);
}

/** Names a gap for as long as it is there. */
export const gapKey = ({ reason, level, line, classId, division, unit }: Omit<Gap, "items">): string => [reason, level ?? "-", line ?? "-", classId ?? "-", division, unit ?? "-"].join(":");

export const overlapKey = ({ classId, level, division, leads: [a, b] }: Overlap): string => ["two-leads", level, classId, division, a.code, b.code].join(":");

/** Where the item is somebody's to serve: every division of its level, or its fixed holder's own. */
function areasOf({ level, unit }: Duty, { divisions, units, parents, division }: DutyFacts): readonly DivisionCode[] {
  if (unit !== null) return [units.find(({ id }) => id === unit)?.division ?? division];
  if (level === "prefecture") return [division];
  return divisions.filter((one) => one.level === level && liesIn(parents, one.code, division)).map(({ code }) => code);
}
