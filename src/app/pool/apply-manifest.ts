import type { PoolId } from "../../domain/id.js";
import { Calendars } from "../../domain/pool/calendars.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, unlessRefused, type Result } from "../../domain/result.js";
import { writeAlertRules } from "../alerts/write-alert-rules.js";
import { writeBundles, writeItems } from "../catalogue/write-items.js";
import type { AppDeps } from "../deps.js";
import { incomplete } from "../onboarding/checklist.js";
import { newlyPublic, writeUnits } from "../org/write-units.js";
import type { ShareKind } from "../../domain/quota/proposal.js";
import type { ShareWish } from "../quota/carry-out.js";
import { nothingShared, proposeShares, withoutOvercommit, type DeclaredShares, type ProposedShares } from "../quota/manifest-shares.js";
import { writeCohorts, writeQuotas, writeSharing } from "../quota/write-quotas.js";
import { seedPolicy } from "../policy/seed-policy.js";
import { MANIFEST_NOUNS, type ManifestNoun, type ManifestReader, type ManifestRecords } from "../ports/manifest.js";
import { declaring, type Change, type DeclaringAct, type RowOutcome } from "./declaring.js";
import { readManifest, thereIn, type ManifestDeclarations } from "./read-manifest.js";
import { writeReorganisations } from "../reorganise/manifest-reorganisations.js";
import { writeAgreements } from "../rebalance/manifest-agreements.js";
import { limitsTheyMaySet, writeStandingLimits } from "../rebalance/manifest-standing-limits.js";
import { writeTaskForces } from "../rebalance/manifest-task-forces.js";
import { writeAssets } from "./write-assets.js";
import { writeCalendars, writeClasses, writeDivisions, writePriorityClasses, writeTraits, writeZones } from "./write-basics.js";
import { writePool } from "./write-pool.js";
import { writeResources } from "./write-resources.js";

export type AppliedNoun = ManifestNoun | "divisions" | "zones";

export interface ApplyReport {
  readonly poolId: PoolId;
  readonly dryRun: boolean;
  /** In the order they were written. */
  readonly nouns: readonly (Readonly<Record<Change, number>> & { readonly noun: AppliedNoun })[];
  /** What was said of quotas, cohorts, limits and overcommit, and waits for a second person; null: nothing. No number on a dry run. */
  readonly proposed: { readonly proposal: number | null; readonly hash: string; readonly isNew: boolean; readonly changes: readonly { readonly kind: ShareKind; readonly id: string }[] } | null;
  /** What was or would be created or changed, by name; at most `NAMED_MAX` of each noun. */
  readonly changes: readonly { readonly noun: AppliedNoun; readonly key: string; readonly change: Change }[];
}

const NAMED_MAX = 200;
/** New rows that make a difference to how the database plans. */
const BULK = 500;

type ApplyDeps = Pick<AppDeps, "store" | "authorizer" | "pools" | "policyWorkbench" | "manifests">;

/**
 * Applies declarations to their pool, which is made when it does not exist: all of them in one transaction, or none.
 * Nothing that a manifest leaves out is removed. The same manifest again finds everything unchanged.
 *
 * @param dryRun does everything, reports, and rolls back.
 */
export async function applyManifest(deps: ApplyDeps, actor: Actor, poolId: PoolId, records: ManifestRecords, { dryRun = false } = {}): Promise<Result<ApplyReport>> {
  const exists = (await deps.pools.find(poolId)) !== undefined;
  const allowed = await mayApply(deps, actor, poolId, exists, records);
  if (!allowed.ok) return allowed;
  const report = await declaring(
    deps,
    actor,
    poolId,
    allowed.value,
    async (act) => {
      const declared = await readManifest(thereIn(act.tx), poolId, records, deps.manifests);
      if (!declared.ok) return declared;
      const theirs = actor.kind === "system" || !exists ? ok() : await limitsTheyMaySet(deps, act, declared.value.standingLimits);
      if (!theirs.ok) return theirs;
      const held = actor.kind === "person" && exists ? await heldBack(act, declared.value) : { now: declared.value, later: NOTHING_SHARED, wishes: [] };
      const outcomes = await writeManifest(deps, { ...act, overcommitApproved: actor.kind === "system" || !exists }, held.now);
      if (!outcomes.ok) return outcomes;
      const proposed = actor.kind === "person" ? await proposeShares(deps, act, actor.personId, held.later, held.wishes) : ok(null);
      if (!proposed.ok) return proposed;
      const units = outcomes.value.find(([noun]) => noun === "units")?.[1] ?? [];
      // What the release or an operator loads may say of itself that it is public; a person keeps to the checklist.
      const missing = actor.kind === "system" ? [] : await incomplete(act.tx, newlyPublic(units));
      return unlessRefused(missing, reportOf(poolId, dryRun, outcomes.value, proposed.value));
    },
    { rollBack: dryRun },
  );
  if (report.ok && !exists && !dryRun) deps.pools.forget();
  return report;
}

const NOTHING_SHARED: DeclaredShares = { cohorts: [], quotas: [], sharing: undefined };

/** What a person's manifest says of an existing pool at once, and what of it needs a second person first. */
async function heldBack(act: DeclaringAct, declared: ManifestDeclarations): Promise<{ readonly now: ManifestDeclarations; readonly later: DeclaredShares; readonly wishes: readonly ShareWish[] }> {
  const { rows, wishes } = await withoutOvercommit(act.tx, declared.resources);
  const now = { ...declared, resources: rows };
  return (await nothingShared(act.tx)) ? { now, later: NOTHING_SHARED, wishes } : { now: { ...now, ...NOTHING_SHARED }, later: declared, wishes };
}

const ASKED: Readonly<Record<ManifestNoun, readonly Action[]>> = {
  pool: ["division.declare", "zone.declare"],
  calendars: ["calendar.declare"],
  classes: ["class.declare"],
  traits: ["trait.declare"],
  priorities: ["priority-class.declare"],
  units: ["unit.declare", "unit.publish"],
  agreements: ["agreement.propose"],
  resources: ["resource.declare", "resource.publish"],
  assets: ["asset.declare"],
  items: ["item.declare", "item.publish"],
  bundles: ["bundle.declare", "bundle.publish"],
  cohorts: ["cohort.declare"],
  quotas: ["quota.declare"],
  sharing: ["sharing.declare"],
  "alert-rules": ["alert.declare"],
  // Whose limits are changed is asked one by one.
  "standing-limits": [],
  "task-forces": ["task-force.propose"],
  reorganisations: ["reorganisation.declare"],
};

/** A manifest speaks for the pool, so whoever applies it needs the pool's word for every noun in it. */
async function mayApply({ authorizer }: ApplyDeps, actor: Actor, poolId: PoolId, exists: boolean, records: ManifestRecords): Promise<Result<number>> {
  const actions = [exists ? ("pool.declare" as const) : ("pool.create" as const), ...MANIFEST_NOUNS.flatMap((noun) => (records[noun].length > 0 && !(noun === "task-forces" && actor.kind === "system") ? ASKED[noun] : []))];
  // A process proposes no task force; that is refused where it is read, at its file and line.
  let policyVersion = 0;
  for (const action of actions) {
    const allowed = await authorizer.may(actor, action, { poolId, public: exists });
    if (!allowed.ok) return allowed;
    ({ policyVersion } = allowed.value);
  }
  return ok(policyVersion);
}

export type Outcomes = readonly (readonly [AppliedNoun, readonly RowOutcome[]])[];

/** What others rest on comes first. */
export async function writeManifest({ policyWorkbench }: Pick<ApplyDeps, "policyWorkbench">, act: DeclaringAct, declared: ManifestDeclarations, { guessed = false } = {}): Promise<Result<Outcomes>> {
  const { pool, register } = declared;
  const zones = (pool?.declaration.zones ?? []).map((declaration) => ({ declaration, place: pool?.place ?? {} }));
  const items = declared.items.map((row) => ({ ...row, declaration: { guide: row.declaration, guessed, publish: true } }));
  const steps: readonly (readonly [AppliedNoun, () => Promise<Result<readonly RowOutcome[]>>])[] = [
    ["calendars", () => writeCalendars(act, declared.calendars)],
    ["pool", async () => (pool ? await writePool(act, pool, new Calendars(register.calendars.values())) : ok([]))],
    ["divisions", () => writeDivisions(act, declared.divisions)],
    ["zones", () => writeZones(act, zones)],
    ["classes", () => writeClasses(act, declared.classes)],
    ["traits", () => writeTraits(act, declared.traits)],
    ["priorities", () => writePriorityClasses(act, declared.priorities)],
    ["units", () => writeUnits(act, declared.units)],
    ["agreements", () => writeAgreements(act, declared.agreements, new Set(declared.items.map(({ declaration }) => declaration.item)))],
    ["resources", () => writeResources(act, declared.resources)],
    ["assets", () => writeAssets(act, declared.assets)],
    ["items", () => writeItems(act, items)],
    ["bundles", () => writeBundles(act, declared.bundles)],
    ["cohorts", () => writeCohorts(act, declared.cohorts)],
    ["quotas", () => writeQuotas(act, declared.quotas)],
    ["sharing", () => writeSharing(act, declared.sharing)],
    ["alert-rules", () => writeAlertRules(act, declared.alertRules)],
    ["standing-limits", () => writeStandingLimits(act, declared.standingLimits)],
    ["reorganisations", () => writeReorganisations(act, declared.reorganisations)],
    ["task-forces", () => writeTaskForces(act, declared.taskForces)],
  ];
  const outcomes: [AppliedNoun, readonly RowOutcome[]][] = [];
  for (const [noun, write] of steps) {
    const outcome = await write();
    if (!outcome.ok) return outcome;
    if (outcome.value.length > 0) outcomes.push([noun, outcome.value]);
  }
  const created = outcomes.reduce((sum, [, rows]) => sum + rows.filter(({ change }) => change === "created").length, 0);
  if (created >= BULK) await act.tx.pools.analyse();
  // No pool is ever without rules; one that has rules keeps them.
  await seedPolicy(policyWorkbench, act.tx, act.at);
  return ok(outcomes);
}

function reportOf(poolId: PoolId, dryRun: boolean, outcomes: Outcomes, shares: ProposedShares | null): ApplyReport {
  const count = (rows: readonly RowOutcome[], change: Change) => rows.filter((row) => row.change === change).length;
  return {
    poolId,
    dryRun,
    nouns: outcomes.map(([noun, rows]) => ({ noun, created: count(rows, "created"), changed: count(rows, "changed"), unchanged: count(rows, "unchanged") })),
    proposed: shares && { proposal: dryRun && shares.isNew ? null : shares.proposal.id, hash: shares.proposal.hash, isNew: shares.isNew, changes: shares.changes.slice(0, NAMED_MAX).map(({ kind, id }) => ({ kind, id })) },
    changes: outcomes.flatMap(([noun, rows]) =>
      rows
        .filter(({ change }) => change !== "unchanged")
        .slice(0, NAMED_MAX)
        .map(({ key, change }) => ({ noun, key, change })),
    ),
  };
}
