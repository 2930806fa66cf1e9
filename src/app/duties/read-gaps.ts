import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, DivisionCode, PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type LocalDate } from "../../domain/instant.js";
import type { ContestState } from "../../domain/org/contest.js";
import { liesIn, parentsOf } from "../../domain/org/division.js";
import { gapKey, gaps, overlapKey, overlaps, type Gap, type Lead, type Overlap } from "../../domain/org/duties.js";
import { openJurisdiction } from "../../domain/org/jurisdiction.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Reading } from "../ports/store.js";
import { officesOf } from "../reorganise/answers.js";

/** Items named in one row; the count says how many there are. */
const EXAMPLES = 5;

/** A duty nobody has, or two have, in one area. */
export interface DutyFault {
  /** The same for as long as the fault is there. */
  readonly key: string;
  readonly kind: "gap" | "overlap";
  readonly reason: Gap["reason"] | "two-leads";
  readonly classId: ClassId | null;
  readonly line: string | null;
  readonly level: Gap["level"];
  readonly division: DivisionCode;
  readonly divisionNames: Names;
  readonly units: readonly { readonly id: UnitId; readonly names: Names }[];
  /** Of an overlap: the resources behind it. */
  readonly resources: readonly string[];
  readonly items: number;
  readonly examples: readonly Names[];
  /** Of an overlap: its last day; null: it has none. */
  readonly until: LocalDate | null;
  /** Contests about it that are open or whose ruling stands. */
  readonly contests: readonly { readonly id: number; readonly state: ContestState }[];
}

/** What is wrong with who does what, over the whole pool, as it is declared now. */
export async function readGaps({ store, authorizer, clock }: Pick<AppDeps, "store" | "authorizer" | "clock">, actor: Actor, pool: PoolId): Promise<Result<readonly DutyFault[]>> {
  const allowed = await authorizer.may(actor, "gap.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  return ok(await dutyFaults(store.read(pool), localDateOf(dayNumberOf(await clock.now(pool)))));
}

type Read = Pick<Reading, "duties" | "units" | "divisions" | "zones" | "pools" | "classes" | "reorganisations" | "contests">;

/** As `readGaps`, for whoever may know already: also of a state that is only being tried. */
export async function dutyFaults(reading: Read, today: LocalDate): Promise<readonly DutyFault[]> {
  const [duties, declared, exceptions, units, divisions, zones, pool, classes, routing, marks] = [
    await reading.duties.items(),
    await reading.duties.leads(today),
    await reading.duties.exceptions({ ended: false }),
    await reading.units.all(),
    await reading.divisions.all(),
    await reading.zones.all(),
    await reading.pools.get(),
    await reading.classes.all(),
    await reading.reorganisations.routing(),
    await reading.contests.marks(),
  ];
  const parents = parentsOf(divisions);
  const zoneById = new Map<string, (typeof zones)[number]>(zones.map((zone) => [zone.id, zone]));
  const leads = declared.map((lead): Lead => ({ ...lead, jurisdiction: openJurisdiction(lead.jurisdiction, zoneById) }));
  const inForce = leads.filter(({ validFrom }) => validFrom === null || validFrom <= today);
  const names = {
    unit: new Map(units.map((unit) => [unit.id, unit.names])),
    division: new Map(divisions.map(({ code, names: both }) => [code, both])),
  };
  const functionClasses = classes.filter(({ kind }) => kind === "function").map(({ id }) => id);
  const missing = gaps({ duties, leads: inForce, offices: officesOf(units), routing, units, divisions, parents, division: pool?.division ?? ("" as DivisionCode), functionClasses });
  const contested = (division: DivisionCode, classId: ClassId | null, items: readonly string[]): DutyFault["contests"] =>
    marks
      .filter((mark) => (liesIn(parents, division, mark.division) || liesIn(parents, mark.division, division)) && (mark.item === null ? mark.classId === classId : items.includes(mark.item)))
      .map(({ id, state }) => ({ id, state }));
  return [
    ...missing.map((gap) => ({ ...gapFault(gap, names), contests: contested(gap.division, gap.classId, gap.items.map(({ item }) => item)) })),
    ...overlaps(leads, exceptions, parents, today).map((overlap) => ({
      ...overlapFault(overlap, names),
      contests: contested(overlap.division, overlap.classId, duties.filter(({ functions }) => functions.some((one) => one.class === overlap.classId)).map(({ item }) => item)),
    })),
  ];
}

interface NameBook {
  readonly unit: ReadonlyMap<UnitId, Names>;
  readonly division: ReadonlyMap<DivisionCode, Names>;
}

const said = <K extends string>(names: ReadonlyMap<K, Names>, key: K): Names => names.get(key) ?? { zh: key, en: key };

const gapFault = (gap: Gap, { unit, division }: NameBook): Omit<DutyFault, "contests"> => ({
  key: gapKey(gap),
  kind: "gap",
  reason: gap.reason,
  classId: gap.classId,
  line: gap.line,
  level: gap.level,
  division: gap.division,
  divisionNames: said(division, gap.division),
  units: gap.unit === null ? [] : [{ id: gap.unit, names: said(unit, gap.unit) }],
  resources: [],
  items: gap.items.length,
  examples: gap.items.slice(0, EXAMPLES).map((item) => item.names),
  until: null,
});

const overlapFault = (overlap: Overlap, { unit, division }: NameBook): Omit<DutyFault, "contests"> => ({
  key: overlapKey(overlap),
  kind: "overlap",
  reason: "two-leads",
  classId: overlap.classId,
  line: null,
  level: overlap.level,
  division: overlap.division,
  divisionNames: said(division, overlap.division),
  units: overlap.leads.map(({ unitId }) => ({ id: unitId, names: said(unit, unitId) })),
  resources: overlap.leads.map(({ code }) => code),
  items: 0,
  examples: [],
  until: overlap.to,
});
