import { declareBundle, type BundleDeclaration } from "../../domain/catalogue/declare-bundle.js";
import type { ItemGuide } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import { declareUnit, type UnitDeclaration } from "../../domain/org/declare-unit.js";
import type { Division } from "../../domain/org/division.js";
import { readReorganisation, type ReorganisationDraft } from "../../domain/org/reorganisation.js";
import type { AlertRule } from "../../domain/pool/alert.js";
import type { Calendar } from "../../domain/pool/calendar.js";
import { declareAlertRule } from "../../domain/pool/declare-alert-rule.js";
import { declareAsset, type AssetDeclaration, type BackedResource } from "../../domain/pool/declare-asset.js";
import { declareCalendar } from "../../domain/pool/declare-calendar.js";
import { declareClass, type ClassDeclaration } from "../../domain/pool/declare-class.js";
import { declarePool, type PoolDeclaration } from "../../domain/pool/declare-pool.js";
import { declarePriorityClass, type PriorityClass } from "../../domain/pool/priority-class.js";
import { declareResource, type ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import { declareTrait } from "../../domain/pool/declare-trait.js";
import type { Register, Trait } from "../../domain/pool/register.js";
import { declareAgreement, type AgreementDeclaration } from "../../domain/rebalance/declare-agreement.js";
import { declareStandingLimit, type StandingLimitDeclaration } from "../../domain/rebalance/declare-standing-limit.js";
import { declareTaskForce, type TaskForceDeclaration } from "../../domain/rebalance/declare-task-force.js";
import { declareCohort, type CohortDeclaration } from "../../domain/quota/declare-cohort.js";
import { declareQuota, type QuotaDeclaration } from "../../domain/quota/declare-quota.js";
import { declareSharing, type SharingDeclaration } from "../../domain/quota/declare-sharing.js";
import { problem, type Problem } from "../../domain/problem.js";
import { refused, unlessRefused, type Result } from "../../domain/result.js";
import { readItem } from "../catalogue/read-item.js";
import type { ManifestReader, ManifestRecords, ManifestRow } from "../ports/manifest.js";
import type { Reading } from "../ports/store.js";
import type { DeclaredRow } from "./declaring.js";
import { readRegister } from "./register.js";

/** Everything a manifest declares, read by the rule set of each noun against what is there and what it brings itself. */
export interface ManifestDeclarations {
  readonly pool: DeclaredRow<PoolDeclaration> | undefined;
  readonly divisions: readonly DeclaredRow<Division>[];
  readonly calendars: readonly DeclaredRow<Calendar>[];
  readonly classes: readonly DeclaredRow<ClassDeclaration>[];
  readonly traits: readonly DeclaredRow<Trait>[];
  readonly priorities: readonly DeclaredRow<PriorityClass>[];
  readonly units: readonly DeclaredRow<UnitDeclaration>[];
  readonly resources: readonly DeclaredRow<ResourceDeclaration>[];
  readonly assets: readonly DeclaredRow<AssetDeclaration>[];
  readonly items: readonly DeclaredRow<ItemGuide>[];
  readonly bundles: readonly DeclaredRow<BundleDeclaration>[];
  readonly cohorts: readonly DeclaredRow<CohortDeclaration>[];
  readonly quotas: readonly DeclaredRow<QuotaDeclaration>[];
  readonly sharing: DeclaredRow<SharingDeclaration> | undefined;
  readonly alertRules: readonly DeclaredRow<AlertRule>[];
  readonly standingLimits: readonly DeclaredRow<StandingLimitDeclaration>[];
  readonly agreements: readonly DeclaredRow<AgreementDeclaration>[];
  readonly reorganisations: readonly DeclaredRow<ReorganisationDraft>[];
  readonly taskForces: readonly DeclaredRow<TaskForceDeclaration>[];
  /** As it will be. */
  readonly register: Register;
}

/** Enough to mend a folder in one go. */
const PROBLEMS_MAX = 500;

/** What a manifest may refer to besides itself. */
export interface ThereAlready {
  register(): Promise<Result<Register>>;
  itemCodes(): Promise<ReadonlySet<string>>;
  resourcesByCodes(codes: readonly string[]): Promise<ReadonlyMap<string, BackedResource>>;
}

export const thereIn = (reading: Reading): ThereAlready => ({
  register: () => readRegister(reading),
  itemCodes: () => reading.items.codes(),
  resourcesByCodes: (codes) => reading.resources.byCodes(codes),
});

/** For a manifest that stands for a whole pool. */
export const NOTHING_THERE: ThereAlready = {
  register: () => Promise.resolve(refused(problem("object.not_found", { kind: "pool" }))),
  itemCodes: () => Promise.resolve(new Set<string>()),
  resourcesByCodes: () => Promise.resolve(new Map<string, BackedResource>()),
};

export async function readManifest(already: ThereAlready, poolId: PoolId, records: ManifestRecords, { nationalDivisions }: Pick<ManifestReader, "nationalDivisions">): Promise<Result<ManifestDeclarations>> {
  const problems: Problem[] = [];
  const read = <D>(rows: readonly ManifestRow[], parse: (record: unknown) => Result<D>) => readRows(rows, parse, problems);

  const [pool, second] = read(records.pool, declarePool);
  if (second) problems.push(problem("manifest.pool_twice", {}, second.place));
  if (pool && pool.declaration.id !== poolId) problems.push(problem("input.invalid", { expected: poolId }, { ...pool.place, field: "pool" }));
  const there = await already.register();
  if (!there.ok && records.pool.length === 0) problems.push(problem("manifest.no_pool", {}));

  const divisions = pool ? nationalDivisions(pool.declaration.divisionsRoot, pool.declaration.divisionNames) : [];
  if (pool && divisions.length === 0) problems.push(problem("division.unknown", { division: pool.declaration.divisionsRoot }, { ...pool.place, field: "divisions.root" }));
  const calendars = read(records.calendars, declareCalendar);
  const classes = read(records.classes, declareClass);
  const traits = read(records.traits, declareTrait);
  const priorities = read(records.priorities, declarePriorityClass);
  const base: Register = {
    pool: { id: poolId, division: pool?.declaration.division ?? ("" as never), calendarId: pool?.declaration.calendarId ?? null, ...(there.ok && !pool ? there.value.pool : {}) },
    divisions: over(there, "divisions", divisions, ({ code }) => code),
    zones: over(there, "zones", pool?.declaration.zones ?? [], ({ id }) => id),
    calendars: over(there, "calendars", declarationsOf(calendars), ({ id }) => id),
    classes: over(there, "classes", declarationsOf(classes).map((one) => ({ ...one, generation: 0 })), ({ id }) => id),
    traits: over(there, "traits", declarationsOf(traits), ({ id }) => id),
    units: there.ok ? there.value.units : new Map(),
  };
  if (pool) problems.push(...zoneProblems(pool, base));

  // A document that is wrong is missing from the register; whatever names it would be blamed for nothing.
  const whole = problems.length === 0;
  const units = read(whole ? records.units : [], (record) => declareUnit(record, base));
  const register: Register = { ...base, units: new Map([...base.units, ...units.map(({ declaration }) => [declaration.id, { ...declaration, state: "active", generation: 0 }] as const)]) };
  const unitsWhole = whole && problems.length === 0;
  const resources = read(unitsWhole ? records.resources : [], (record) => declareResource(record, register));
  const backed = unitsWhole && problems.length === 0 ? await backedResources(already, records.assets, resources) : undefined;
  const assets = backed ? read(records.assets, (record) => declareAsset(record, register, (code) => backed.get(code))) : [];
  const items = read(unitsWhole ? records.items : [], (record) => readItem(record, register));
  const codes = new Set([...(await already.itemCodes()), ...items.map(({ declaration }) => declaration.item as string)]);
  const bundles = read(items.length === records.items.length ? records.bundles : [], (record) => declareBundle(record, (code) => codes.has(code)));

  const cohorts = read(records.cohorts, declareCohort);
  const quotas = read(unitsWhole ? records.quotas : [], (record) => declareQuota(record, register));
  const [sharing, another] = read(records.sharing, declareSharing);
  const alertRules = read(unitsWhole ? records["alert-rules"] : [], (record) => declareAlertRule(record, register));
  const standingLimits = read(unitsWhole ? records["standing-limits"] : [], (record) => declareStandingLimit(record, register));
  // What it names may be gone by the time it is made: that is tried when somebody looks, and when it is decided.
  const reorganisations = read(records.reorganisations, readReorganisation);
  const taskForces = read(unitsWhole ? records["task-forces"] : [], declareTaskForce);
  const agreements = read(unitsWhole ? records.agreements : [], declareAgreement);
  if (another) problems.push(problem("input.duplicate", { kind: "sharing", id: poolId }, another.place));

  return unlessRefused(problems.slice(0, PROBLEMS_MAX), {
    pool,
    divisions: divisions.map((declaration) => ({ declaration, place: {} })),
    calendars,
    classes,
    traits,
    priorities,
    units,
    resources,
    assets,
    items,
    bundles,
    cohorts,
    quotas,
    sharing,
    alertRules,
    standingLimits,
    agreements,
    reorganisations,
    taskForces,
    register,
  });
}

function readRows<D>(rows: readonly ManifestRow[], parse: (record: unknown) => Result<D>, problems: Problem[]): DeclaredRow<D>[] {
  return rows.flatMap(({ record, file, line, lineOf }) => {
    const declared = parse(record);
    if (declared.ok) return [{ declaration: declared.value, place: { file, line } }];
    problems.push(...declared.problems.map((found) => ({ ...found, file, line: found.field === undefined ? line : lineOf(found.field) })));
    return [];
  });
}

const declarationsOf = <D>(rows: readonly DeclaredRow<D>[]): D[] => rows.map(({ declaration }) => declaration);

type Shelf = Exclude<keyof Register, "pool">;
type Entry<S extends Shelf> = Register[S] extends ReadonlyMap<string, infer V> ? V : never;

/** What is there, under what is declared. */
function over<S extends Shelf>(there: Result<Register>, shelf: S, declared: readonly Entry<S>[], keyOf: (one: Entry<S>) => string): ReadonlyMap<string, Entry<S>> {
  const known = there.ok ? (there.value[shelf] as ReadonlyMap<string, Entry<S>>) : new Map<string, Entry<S>>();
  return new Map([...known, ...declared.map((one) => [keyOf(one), one] as const)]);
}

function zoneProblems({ declaration, place }: DeclaredRow<PoolDeclaration>, { divisions }: Register): Problem[] {
  const unknown = declaration.zones.flatMap(({ townships }, i) => townships.filter((code) => !divisions.has(code)).map((division) => problem("division.unknown", { division }, { ...place, field: `zones.${i}.townships` })));
  return divisions.has(declaration.division) ? unknown : [...unknown, problem("division.unknown", { division: declaration.division }, { ...place, field: "division" })];
}

/** The resources that assets name, from this manifest and from the pool. */
async function backedResources(already: ThereAlready, assets: readonly ManifestRow[], resources: readonly DeclaredRow<ResourceDeclaration>[]): Promise<ReadonlyMap<string, BackedResource>> {
  const declared = new Map<string, BackedResource>(declarationsOf(resources).map((one) => [one.code, one]));
  const named = assets.map(({ record }) => String((record as { resource?: unknown }).resource ?? "").trim());
  const elsewhere = [...new Set(named)].filter((code) => code !== "" && code.length < 100 && !declared.has(code));
  return new Map<string, BackedResource>([...(await already.resourcesByCodes(elsewhere)), ...declared]);
}
