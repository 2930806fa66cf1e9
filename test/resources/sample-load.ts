import { competentUnit } from "../../src/domain/request/competence.js";
import { openJurisdiction } from "../../src/domain/org/jurisdiction.js";
import { parentsOf } from "../../src/domain/org/division.js";
import type { ItemGuide, RecipeClaim } from "../../src/domain/catalogue/item.js";
import type { DivisionCode, UnitId } from "../../src/domain/id.js";
import type { Unit } from "../../src/domain/org/unit.js";
import { Calendars } from "../../src/domain/pool/calendars.js";
import { capacityByPeriod } from "../../src/domain/pool/capacity-by-period.js";
import type { ResourceDeclaration } from "../../src/domain/pool/declare-resource.js";
import { around, COUNTIES, type Sample } from "./sample.js";

/** The year the load is measured in, as days since 1970. */
const FIRST_DAY = Date.UTC(2026, 0, 1) / 86_400_000;
const DAYS = 365;

/** What one resource offers in a year; a gate offers everything. */
export interface Supplied {
  readonly resource: ResourceDeclaration;
  readonly perYear: number;
  readonly open: readonly DivisionCode[];
}

/** What a year of demand asks, by who answers for it and where it comes from. */
export interface Asked {
  readonly item: ItemGuide;
  readonly claim: RecipeClaim;
  readonly unit: UnitId;
  readonly county: string;
  readonly division: DivisionCode;
  readonly perYear: number;
}

export function supplyOf({ register, resources, assets }: Sample): Supplied[] {
  const calendars = new Calendars(register.calendars.values());
  return resources.map((resource) => {
    const unit = register.units.get(resource.unitId);
    const capacityClass = register.classes.get(resource.classId);
    if (!unit || !capacityClass) throw new Error(resource.code);
    const backing = assets.filter(({ resource: code }) => code === resource.code).map((asset) => ({ ...asset, state: "in-service" as const }));
    const calendarId = resource.calendarId ?? unit.calendarId ?? register.pool.calendarId;
    const capacity = capacityByPeriod({ ...resource, calendarId, state: "published" }, capacityClass, backing, calendars, FIRST_DAY, DAYS);
    const perYear = capacity === "unlimited" ? Number.POSITIVE_INFINITY : capacity.amounts.reduce((sum, amount) => sum + amount, 0);
    return { resource, perYear, open: openJurisdiction(resource.jurisdiction, register.zones) };
  });
}

export function demandOf({ register, items, demand }: Sample): Asked[] {
  const parents = parentsOf(register.divisions.values());
  const offices = [...register.units.values()];
  const byCode = new Map(items.map((item) => [item.item as string, item]));
  return demand.flatMap(({ item: code, division, perYear }) => {
    const item = byCode.get(code);
    if (!item) throw new Error(`demand for ${code}`);
    const competent = competentUnit(item, division as DivisionCode, offices as readonly Unit[], parents);
    if (!competent.ok) throw new Error(`${code} at ${division}: ${competent.problems[0].code}`);
    return item.recipe.steps.flatMap(({ claims }) =>
      claims.map((claim) => ({ item, claim, unit: competent.value.id, county: division.slice(0, 6), division: division as DivisionCode, perYear: perYear * claim.amount * (claim.slots ?? 1) * (claim.count ?? 1) })),
    );
  });
}

/** The static rules that need no scheduler: class, traits, earmark, whose, where. */
export const mayServe = ({ resource, open }: Supplied, { claim, unit, division }: Pick<Asked, "claim" | "unit" | "division">): boolean =>
  resource.classId === claim.class &&
  (claim.traits ?? []).every((trait) => resource.traits.includes(trait)) &&
  (claim.purpose === undefined || resource.earmark === claim.purpose) &&
  (claim.scope === "pool" || resource.unitId === unit) &&
  (open.some((code) => around(division).includes(code)));

const add = (sums: Map<string, number>, key: string, amount: number) => sums.set(key, (sums.get(key) ?? 0) + amount);

/** Demand over capacity, by class: of staff, counters and whatever else has a limit. */
export function loadByClass(supply: readonly Supplied[], asked: readonly Asked[]): Map<string, { asked: number; offered: number; load: number }> {
  const wanted = new Map<string, number>();
  const offered = new Map<string, number>();
  for (const { claim, perYear } of asked) add(wanted, claim.class, perYear);
  for (const { resource, perYear } of supply) add(offered, resource.classId, perYear);
  return new Map([...wanted].map(([id, amount]) => [id, { asked: amount, offered: offered.get(id) ?? 0, load: amount / (offered.get(id) ?? 0) }]));
}

/** Demand of a county over the capacity its own units hold, for one class. */
export function loadByCounty(sample: Sample, supply: readonly Supplied[], asked: readonly Asked[], classId: string): Map<string, number> {
  const offered = new Map<string, number>();
  for (const { resource, perYear } of supply) {
    if (resource.classId === classId) add(offered, sample.register.units.get(resource.unitId)?.division.slice(0, 6) ?? "", perYear);
  }
  const wanted = new Map<string, number>();
  for (const { claim, county, item, perYear } of asked) if (claim.class === classId && item.level === "county") add(wanted, county, perYear);
  return new Map(COUNTIES.map((county) => [county, (wanted.get(county) ?? 0) / (offered.get(county) ?? 0)]));
}

/**
 * Whether the pool can carry a class at all (Hall's condition): for every set of counties, what they ask is within
 * what all resources that may serve any of them offer. Gives the highest ratio and the counties it is found at.
 */
export function tightest(supply: readonly Supplied[], asked: readonly Asked[], classId: string, trait?: string): { load: number; counties: readonly string[] } {
  const wants = COUNTIES.map((county) => asked.filter(({ claim, county: at }) => claim.class === classId && at === county && (trait === undefined || claim.traits?.some((one) => one === trait))).reduce((sum, { perYear }) => sum + perYear, 0));
  const able = supply.filter(({ resource }) => resource.classId === classId && (trait === undefined || resource.traits.some((one) => one === trait)));
  const reach = able.map(({ open, perYear }) => ({ perYear, mask: COUNTIES.reduce((mask, county, i) => (open.some((code) => code === "522300" || code === county || code.startsWith(county)) ? mask | (1 << i) : mask), 0) }));
  let worst = { load: 0, counties: [] as string[] };
  for (let set = 1; set < 1 << COUNTIES.length; set += 1) {
    const wanted = wants.reduce((sum, want, i) => (set & (1 << i) ? sum + want : sum), 0);
    const offered = reach.reduce((sum, { mask, perYear }) => (mask & set ? sum + perYear : sum), 0);
    if (wanted > 0 && wanted / offered > worst.load) worst = { load: wanted / offered, counties: COUNTIES.filter((_, i) => set & (1 << i)) };
  }
  return worst;
}

/** Demand over capacity where only the competent unit's own may serve: the pool cannot help there. Highest first. */
export function loadOfCompetent(supply: readonly Supplied[], asked: readonly Asked[]): { unit: string; what: string; load: number }[] {
  const groups = new Map<string, Asked[]>();
  for (const one of asked) {
    if (one.claim.scope !== "competent") continue;
    const key = [one.unit, one.claim.class, one.claim.traits ?? "", one.claim.purpose ?? ""].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (!first) return [];
      const offered = supply.filter((one) => mayServe(one, first)).reduce((sum, { perYear }) => sum + perYear, 0);
      return [{ unit: first.unit as string, what: `${first.claim.class} ${first.claim.purpose ?? ""}`.trim(), load: group.reduce((sum, { perYear }) => sum + perYear, 0) / offered }];
    })
    .sort((a, b) => b.load - a.load);
}
