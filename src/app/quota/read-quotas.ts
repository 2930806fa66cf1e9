import type { PoolId } from "../../domain/id.js";
import type { DayNumber } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { problem } from "../../domain/problem.js";
import { quotaKey, type Cohort, type Sharing } from "../../domain/quota/quota.js";
import { promises, type Promised } from "../../domain/quota/within-capacity.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { RecordedEntry } from "../ports/audit-trail.js";
import { quotaLines, readBoard, type QuotaLine } from "./quota-board.js";

type ReadDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

export interface QuotaOverview {
  readonly day: DayNumber;
  readonly cohorts: readonly Cohort[];
  readonly lines: readonly QuotaLine[];
  readonly classes: readonly CapacityClass[];
  /** Of each tree and class, what is promised and what there is. */
  readonly promised: readonly Promised[];
}

/** Every quota with how its unit stands, and the tree of cohorts they belong to. */
export async function readQuotas({ store, authorizer, clock }: ReadDeps, actor: Actor, poolId: PoolId, { day }: { readonly day?: DayNumber | undefined } = {}): Promise<Result<QuotaOverview>> {
  const allowed = await authorizer.may(actor, "quota.read", { poolId });
  if (!allowed.ok) return allowed;
  const reading = store.read(poolId);
  const board = await readBoard(reading, await clock.now(poolId), day);
  return ok({
    day: board.day,
    cohorts: board.cohorts,
    lines: quotaLines(board),
    classes: [...board.classes.values()],
    promised: promises(board.quotas, board.cohorts, board.quotas.length === 0 ? [] : await reading.quotas.ownCapacities()),
  });
}

export async function readQuota(deps: ReadDeps, actor: Actor, poolId: PoolId, key: string): Promise<Result<QuotaLine & { readonly class: CapacityClass }>> {
  const all = await readQuotas(deps, actor, poolId);
  if (!all.ok) return all;
  const line = all.value.lines.find(({ quota }) => quotaKey(quota) === key);
  const found = line && all.value.classes.find(({ id }) => id === line.quota.classId);
  return line && found ? ok({ ...line, class: found }) : refused(problem("object.not_found", { kind: "quota" }));
}

export async function readCohorts({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly Cohort[]>> {
  const allowed = await authorizer.may(actor, "cohort.read", { poolId });
  return allowed.ok ? ok(await store.read(poolId).quotas.cohorts()) : allowed;
}

export async function readCohort(deps: ReadDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<Cohort>> {
  const all = await readCohorts(deps, actor, poolId);
  if (!all.ok) return all;
  const found = all.value.find((cohort) => cohort.id === id);
  return found ? ok(found) : refused(problem("object.not_found", { kind: "cohort" }));
}

export async function readSharing({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId): Promise<Result<Sharing>> {
  const allowed = await authorizer.may(actor, "sharing.read", { poolId });
  return allowed.ok ? ok(await store.read(poolId).quotas.sharing()) : allowed;
}

/** Changes of quotas, cohorts and limits shown at once. */
const CHANGES = 50;

/** What was changed lately, newest first: each can be undone by a new change. */
export async function readQuotaChanges({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId): Promise<Result<readonly RecordedEntry[]>> {
  const allowed = await authorizer.may(actor, "quota.read", { poolId });
  return allowed.ok ? ok(await store.read(poolId).auditTrail.ofKinds(["quota", "cohort", "sharing", "overcommit"], CHANGES)) : allowed;
}
