import type { PoolCopy } from "../../src/app/ports/pool-copy.js";
import type { DeclaredResource } from "../../src/app/ports/writer.js";
import type { ItemGuide, RecipeStep } from "../../src/domain/catalogue/item.js";
import { trusted, type CalendarId, type ClassId, type DivisionCode, type ItemCode, type PoolId, type ResourceId, type UnitId } from "../../src/domain/id.js";
import type { CapacityClass } from "../../src/domain/pool/class.js";
import type { Calendar } from "../../src/domain/pool/calendar.js";
import type { KnownDemand } from "../../src/domain/demand/known-demand.js";
import { NO_ROUTING } from "../../src/domain/request/competence.js";
import { createAllocationRules } from "../../src/casbin/allocation-rules.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";

/** Monday 2 March 2026, midnight in Xingyi. */
export const MONDAY = "2026-03-02";
export const MONDAY_MIDNIGHT = Date.parse("2026-03-01T16:00:00Z");

const files = readPolicyFiles();
if (!files.ok) throw new Error("policy files");
export const RULES = files.value.rules;
export const rules = createAllocationRules(files.value);

const names = (id: string) => ({ zh: `${id}名`, en: id });

/** Nine to twelve and half past one to five, Monday to Friday. */
const OFFICE: Calendar = {
  id: trusted<CalendarId>("office"),
  layer: "prefecture",
  base: null,
  names: names("office"),
  week: Object.fromEntries((["mon", "tue", "wed", "thu", "fri"] as const).map((day) => [day, [{ from: 18, to: 24 }, { from: 27, to: 34 }]])),
  days: new Map(),
  breaks: null,
};

const classOf = (id: string, over: Partial<CapacityClass> = {}): CapacityClass => ({
  id: trusted<ClassId>(id),
  kind: "staff",
  names: names(id),
  measure: "minute",
  period: "day",
  horizonDays: 10,
  per: "asset",
  lend: "work",
  act: "assisting",
  consumable: false,
  limits: { min: 1, max: 10_000, step: 1 },
  source: null,
  generation: 1,
  ...over,
});

export const CLASSES = [
  classOf("staff.review"),
  classOf("function.licensing", { kind: "function", measure: "case", period: "none", horizonDays: null, per: "unit", lend: "none", act: "deciding" }),
];

let nextId = 0;

/** `minutes` of reviewing a day at a unit. */
export function reviewer(unit: string, minutes: number, division = "522301"): DeclaredResource {
  return {
    id: trusted<ResourceId>((nextId += 1)),
    unitId: trusted<UnitId>(unit),
    classId: trusted<ClassId>("staff.review"),
    traits: [],
    jurisdiction: [division],
    unitDivision: trusted<DivisionCode>(division),
    limits: { min: 1, max: 10_000, step: 1 },
    earmark: null,
    offered: true,
    automated: false,
    generation: 1,
    total: minutes,
    derived: false,
    reserved: 0,
    overcommitPercent: 100,
    validFrom: null,
    validTo: null,
    state: "published",
    calendarId: OFFICE.id,
    assets: [],
  };
}

/** One step that takes so many minutes of the competent unit's own reviewers. */
export const reviewed = (minutes: number, scope: "competent" | "pool" = "competent"): RecipeStep => ({
  step: "review",
  stage: "review",
  names: names("review"),
  mode: "human",
  after: [],
  claims: [{ class: trusted<ClassId>("staff.review"), amount: minutes, scope }],
});

export function item(code: string, steps: readonly RecipeStep[], { line = "market-regulation", promisedDays = 2 } = {}): ItemGuide {
  return {
    item: trusted<ItemCode>(code),
    names: names(code),
    taskType: "licence",
    audience: ["person"],
    theme: "other",
    themeNames: names("other"),
    lifeEvents: [],
    line,
    level: "county",
    basis: [],
    statutoryDays: 20,
    promisedDays,
    visits: 0,
    modes: [],
    conditions: [],
    materials: [],
    fee: { fen: 0 },
    result: names("result"),
    form: [],
    recipe: { steps },
    source: "test",
  };
}

/** Xingyi with its bureaus `market` and `health`, Anlong with `anlong`; no request is open and nothing is booked. */
export function tinyCopy(resources: readonly DeclaredResource[], items: readonly ItemGuide[], over: Partial<PoolCopy> = {}): PoolCopy {
  const units = [
    { id: trusted<UnitId>("market"), line: "market-regulation", division: "522301" },
    { id: trusted<UnitId>("health"), line: "health", division: "522301" },
    { id: trusted<UnitId>("anlong"), line: "market-regulation", division: "522328" },
  ].map((unit) => ({ ...unit, division: trusted<DivisionCode>(unit.division), level: "county" as const, names: names(unit.id) }));
  const parents = new Map([["522300", null], ["522301", "522300"], ["522328", "522300"]].map(([code, parent]) => [trusted<DivisionCode>(code!), parent === null ? null : trusted<DivisionCode>(parent!)]));
  const places = new Map(units.map(({ id, division, line, level }) => [id, { unitId: id, parentId: null, divisionCode: division, line, level }]));
  return {
    poolId: trusted<PoolId>("tiny"),
    at: MONDAY_MIDNIGHT,
    pieces: [
      { kind: "pool", pool: { classes: CLASSES, divisions: parents, zones: new Map(), calendars: [OFFICE], calendarId: OFFICE.id, units: places, policyVersion: 1 } },
      { kind: "resources", resources },
    ],
    map: { offices: units, parents, divisions: new Map([...parents.keys()].map((code) => [code, names(code)])), calendar: [OFFICE], routing: NO_ROUTING },
    unitNames: new Map(units.map(({ id, names: of }) => [id, of])),
    places: {
      units: places,
      classes: new Map(CLASSES.map(({ id, kind, act }) => [id, { kind, act }])),
    },
    rules: RULES,
    draftRules: null,
    items: items.map((guide) => ({ guide, guessed: false })),
    requests: [],
    resources: new Map(),
    assets: new Map(),
    ...over,
  };
}

/** A year's requests of items in Xingyi: 250 are one a working day. */
export const demandOf = (...rows: readonly (readonly [item: string, perYear: number, division?: string])[]): KnownDemand => ({
  from: "table",
  rows: rows.map(([code, perYear, division = "522301"]) => ({ item: code, division, perYear })),
});
