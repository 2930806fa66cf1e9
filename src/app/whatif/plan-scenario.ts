import { SCENARIO_LIMITS, type Drain, type Scenario, type SupplyChange } from "../../domain/what-if/scenario.js";
import type { Demand } from "../../domain/demand/mapping.js";
import { trusted, type ClassId, type CohortId, type DivisionCode, type ResourceId, type UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, startOfDay, type DayNumber, type Instant } from "../../domain/instant.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { checkRules, ruleText, type PolicyRule } from "../../domain/policy/rule.js";
import { problem, type Problem } from "../../domain/problem.js";
import { unlessRefused, type Result } from "../../domain/result.js";
import { cohortTreeProblems } from "../../domain/quota/declare-cohort.js";
import type { QuotaRules } from "../../scheduler/quota-rules.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import type { DeclaredPool, DeclaredResource } from "../ports/writer.js";
import { Supply } from "../scheduling/supply.js";
import type { Cut, Extra, SupplyChanges } from "./changed-supply.js";
import { dayOf, rulesOf, scenarioProblems, spanOf, startOf } from "./check-scenario.js";
import { declaredOf, resourcesOf } from "./copied-pool.js";
import { coveredBy, expectedArrivals, SAME_DEMAND, type DemandChanges, type DemandRange } from "./demand.js";


/** A scenario with everything it names found in a copy: what is run. */
export interface PlannedScenario {
  readonly supply: SupplyChanges;
  readonly demand: DemandChanges;
  readonly rules: readonly PolicyRule[];
  /** Null: those of the copy. */
  readonly quotas: QuotaRules | null;
  readonly range: DemandRange;
  readonly until: Instant;
}

/** People and things: what a closed place lacks unless it is said otherwise. */
const CLOSED_KINDS = ["staff", "material"] as const;
const PERCENT = 100;

/** Finds what a scenario names, or says what is wrong with it: then nothing is run. */
export function planScenario(scenario: Scenario, copy: PoolCopy, demand: readonly Demand[]): Result<PlannedScenario> {
  const pool = declaredOf(copy);
  const today = dayNumberOf(copy.at);
  const classes = new Map<string, CapacityClass>(pool.classes.map((found) => [found.id, found]));
  const items = new Set(copy.items.map(({ guide }) => guide.item as string));
  const problems = scenarioProblems(scenario, {
    today,
    classes,
    hasUnit: (id) => copy.unitNames.has(id as UnitId),
    hasDivision: (code) => copy.map.divisions.has(code as DivisionCode),
    hasItem: (code) => items.has(code),
    hasResource: (code) => copy.resources.has(code),
    hasAsset: (code) => copy.assets.has(code),
    hasPolicy: () => copy.draftRules !== null,
  });
  const start = startOf(scenario, today);
  const last = start + scenario.days - 1;
  const range: DemandRange = { seed: scenario.seed, from: copy.at, first: today, last, calendar: copy.map.calendar };
  const changed = demandChanges(scenario, copy, start);
  const planned: PlannedScenario = {
    supply: problems.length > 0 ? { cuts: [], extras: [] } : new SupplyPlan(copy, pool, classes, start, problems).of(scenario.supply),
    demand: changed,
    rules: problems.length > 0 ? copy.rules : draftOf(scenario, copy, problems),
    quotas: problems.length > 0 ? null : quotasOf(scenario, copy, problems),
    range,
    until: startOfDay(last + 1),
  };
  if (problems.length === 0) {
    const requests = Math.ceil(Math.max(expectedArrivals(demand, range, SAME_DEMAND), expectedArrivals(demand, range, changed)));
    if (requests > SCENARIO_LIMITS.requestsMax) problems.push(problem("scenario.too_long", { requests, max: SCENARIO_LIMITS.requestsMax }, { field: "days" }));
  }
  return unlessRefused(problems, planned);
}

function demandChanges({ demand }: Scenario, { map }: PoolCopy, start: DayNumber): DemandChanges {
  const trace = demand.flatMap((change) => ("trace" in change ? [change.trace] : []))[0];
  return {
    surges: demand.flatMap((change) => ("surge" in change ? [{ factor: change.surge.factor, covers: coveredBy(change.surge.items, change.surge.divisions, map.parents), ...spanOf(change.surge, start) }] : [])),
    cliffs: demand.flatMap((change) =>
      "cliff" in change ? [{ share: change.cliff.share / PERCENT, covers: coveredBy(change.cliff.items, change.cliff.divisions, map.parents), day: dayOf(change.cliff.date, start), hours: change.cliff.hours }] : [],
    ),
    trace: trace
      ? { load: trace.load / PERCENT, rows: trace.rows.map(([at, type, district], row) => ({ id: String(row), at: Date.parse(`${at.slice(0, 19)}Z`), type, agency: "", district })).sort((a, b) => a.at - b.at) }
      : null,
  };
}

/** The rules in force, or of the version that is named, with those that the scenario adds and without those it removes. */
function draftOf({ policy }: Scenario, { rules, draftRules }: PoolCopy, problems: Problem[]): readonly PolicyRule[] {
  const base = (policy?.version === undefined ? rules : (draftRules ?? rules)).filter(({ model }) => model === "allocation");
  const known = new Set(base.map(ruleText));
  const removed = rulesOf(policy?.remove).map(ruleText);
  removed.forEach((text, at) => void (known.has(text) || problems.push(problem("scenario.rule_absent", { rule: text }, { field: `policy.remove.${at}` }))));
  const drafted = [...base.filter((rule) => !removed.includes(ruleText(rule))), ...rulesOf(policy?.add)];
  const others = rules.filter(({ model }) => model !== "allocation");
  problems.push(...checkRules([...others, ...drafted]).map((found): Problem => ({ ...found, field: "policy" })));
  return [...others, ...drafted];
}

const HALF_LIFE_DAYS = 7;

/** The quotas in force, with those that the scenario sets and without those it removes. */
function quotasOf({ quotas }: Scenario, { pieces }: PoolCopy, problems: Problem[]): QuotaRules | null {
  if (!quotas) return null;
  const inForce = pieces.find((piece) => piece.kind === "quotas")?.book.rules ?? { halfLifeDays: HALF_LIFE_DAYS, cohorts: [], quotas: [] };
  const cohorts = new Map(inForce.cohorts.map((one) => [one.id as string, one]));
  for (const { cohort, parent } of quotas.cohorts) cohorts.set(cohort, { id: cohort as CohortId, parent: (parent ?? null) as CohortId | null });
  for (const [id, found] of cohortTreeProblems(cohorts)) {
    const at = quotas.cohorts.findIndex(({ cohort }) => cohort === id);
    problems.push({ ...found, field: at < 0 ? "quotas.cohorts" : `quotas.cohorts.${at}.parent` });
  }
  quotas.set.forEach(({ cohort }, at) => void (cohorts.has(cohort) || problems.push(problem("input.unknown_reference", { kind: "cohort", id: cohort }, { field: `quotas.set.${at}.cohort` }))));
  const rules = new Map(inForce.quotas.map((rule) => [`${rule.unitId} ${rule.classId}`, rule]));
  quotas.remove.forEach(({ unit, class: classId }, at) => {
    if (!rules.delete(`${unit} ${classId}`)) problems.push(problem("input.unknown_reference", { kind: "quota", id: `${unit}:${classId}` }, { field: `quotas.remove.${at}` }));
  });
  for (const { unit, class: classId, cohort, nominal, borrowingLimit = null, lendingLimit = null, weight } of quotas.set) {
    rules.set(`${unit} ${classId}`, { unitId: unit as UnitId, classId: classId as ClassId, cohort: cohort as CohortId, nominal, borrowingLimit, lendingLimit, weight });
  }
  return { halfLifeDays: quotas.halfLifeDays ?? inForce.halfLifeDays, cohorts: [...cohorts.values()], quotas: [...rules.values()] };
}

/** Cuts and additions, resource by resource. */
class SupplyPlan {
  readonly #all: readonly DeclaredResource[];
  readonly #supply: Supply;
  #nextId: number;

  constructor(
    private readonly copy: PoolCopy,
    pool: DeclaredPool,
    private readonly classes: ReadonlyMap<string, CapacityClass>,
    private readonly start: DayNumber,
    private readonly problems: Problem[],
  ) {
    this.#all = resourcesOf(copy).filter(({ offered }) => offered);
    this.#supply = new Supply(pool, dayNumberOf(copy.at));
    this.#nextId = resourcesOf(copy).reduce((most, { id }) => Math.max(most, id), 0);
  }

  of(changes: readonly SupplyChange[]): SupplyChanges {
    const cuts: Cut[] = [];
    const extras: Extra[] = [];
    changes.forEach((change, at) => {
      if ("drain" in change) cuts.push(...this.#drained(change.drain, `supply.${at}.drain`));
      else if ("add" in change) extras.push(...this.#added(change.add, `supply.${at}.add`));
      else {
        const lent = this.#lent(change.lend, `supply.${at}.lend`);
        extras.push(...lent);
        cuts.push(...lent.flatMap(({ from }) => (from ? [from.cut] : [])));
      }
    });
    return { cuts, extras };
  }

  #drained(drain: Drain, field: string): Cut[] {
    const span = spanOf(drain, this.start);
    const knownOn = drain.noticeDays === undefined ? -Infinity : span.first - drain.noticeDays;
    if (drain.asset !== undefined) {
      const { resource, place } = this.copy.assets.get(drain.asset)!;
      // What a declared total is made of is not known by asset: who drains the one there is drains the resource.
      if (place === null) this.problems.push(problem("scenario.asset_not_counted", { asset: drain.asset }, { field: `${field}.asset` }));
      return place === null ? [] : [{ resource, ...span, lacks: { asset: place }, knownOn }];
    }
    const resource = drain.resource === undefined ? undefined : this.copy.resources.get(drain.resource);
    const kinds: readonly string[] | undefined = drain.kinds ?? (resource !== undefined || drain.class !== undefined ? undefined : CLOSED_KINDS);
    const hit = this.#all.filter(
      ({ id, unitId, classId }) =>
        (resource === undefined || id === resource) &&
        (drain.unit === undefined || unitId === drain.unit) &&
        (drain.class === undefined || classId === drain.class) &&
        (kinds === undefined || kinds.includes(this.classes.get(classId)?.kind ?? "")),
    );
    if (hit.length === 0) this.problems.push(problem("scenario.drain_of_nobody", {}, { field }));
    return hit.map(({ id }) => ({ resource: id, ...span, lacks: { amount: Infinity }, knownOn }));
  }

  #added({ unit, class: classId, count, amount, ...dates }: Extract<SupplyChange, { add: unknown }>["add"], field: string): Extra[] {
    const like = this.#of(unit, classId).find(({ loan }) => loan === undefined) ?? this.#all.find((one) => one.classId === classId && one.loan === undefined);
    const own = like?.unitId === unit;
    const given = amount ?? (like && this.#usual(like));
    if (!like || given === undefined) {
      this.problems.push(problem("scenario.nothing_of_class", { unit, class: classId }, { field }));
      return [];
    }
    const { first, last } = spanOf(dates, this.start);
    return Array.from({ length: count }, () => ({
      declared: {
        ...like,
        ...this.#standing(unit, own ? like : undefined),
        id: this.#newId(),
        generation: 1,
        derived: false,
        assets: [],
        total: given === Infinity ? null : given,
        reserved: 0,
        overcommitPercent: PERCENT,
        validFrom: localDateOf(first),
        validTo: last === Infinity ? null : localDateOf(last),
      },
      from: null,
    }));
  }

  #lent({ class: classId, lender, borrower, resource, count, amount = Infinity, ...dates }: Extract<SupplyChange, { lend: unknown }>["lend"], field: string): Extra[] {
    const span = spanOf(dates, this.start);
    const named = resource === undefined ? undefined : this.copy.resources.get(resource);
    const of = this.#of(lender, classId).filter(({ id, loan }) => loan === undefined && (named === undefined || id === named));
    if (of.length < count) {
      this.problems.push(problem("scenario.too_few_to_lend", { unit: lender, class: classId, has: of.length, count }, { field: `${field}.count` }));
      return [];
    }
    const there = this.#of(borrower, classId).find(({ loan }) => loan === undefined);
    return of.slice(0, count).map((one): Extra => {
      const cut: Cut = { resource: one.id, ...span, lacks: { amount }, knownOn: -Infinity, lends: true };
      return { declared: { ...one, ...this.#standing(borrower, there), id: this.#newId(), generation: 1 }, from: { lender: one, cut } };
    });
  }

  #of(unit: string, classId: string): readonly DeclaredResource[] {
    return this.#all.filter((one) => one.unitId === unit && one.classId === classId);
  }

  /** What it gives on its best day; Infinity: a gate without a number. */
  #usual(one: DeclaredResource): number {
    const window = this.#supply.window(one);
    return window === "unlimited" ? Infinity : window.peak;
  }

  /** Whose it is and where it serves: as what the unit has of the class, else its own division. */
  #standing(unit: string, like: DeclaredResource | undefined): Pick<DeclaredResource, "unitId" | "unitDivision" | "jurisdiction"> {
    if (like) return { unitId: like.unitId, unitDivision: like.unitDivision, jurisdiction: like.jurisdiction };
    const unitId = unit as UnitId;
    const division = this.copy.places.units.get(unitId)!.divisionCode;
    return { unitId, unitDivision: division, jurisdiction: [division] };
  }

  #newId(): ResourceId {
    return trusted((this.#nextId += 1));
  }
}
