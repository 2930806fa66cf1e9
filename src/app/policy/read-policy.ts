import type { PoolId } from "../../domain/id.js";
import type { PolicyRule } from "../../domain/policy/rule.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { CaseOutcome, PolicyEffect, PolicyVersion } from "../ports/policy.js";

export interface PolicyDetail {
  readonly version: PolicyVersion;
  readonly rules: readonly PolicyRule[];
  /** Against the version it changes; null for a pool's first. */
  readonly effect: PolicyEffect | null;
  readonly cases: readonly CaseOutcome[];
  readonly matrix: string;
}

/** Versions of the pool's policy, newest first. */
export async function listPolicies(deps: AppDeps, actor: Actor, pool: PoolId): Promise<Result<readonly PolicyVersion[]>> {
  const allowed = await deps.authorizer.may(actor, "policy.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  return ok(await deps.store.read(pool).policies.list());
}

/** One version with everything a second person must see before approving. */
export async function readPolicy(deps: AppDeps, actor: Actor, pool: PoolId, version: number): Promise<Result<PolicyDetail>> {
  const allowed = await deps.authorizer.may(actor, "policy.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const { policies } = deps.store.read(pool);
  const found = await policies.get(version);
  if (!found) return refused(problem("object.not_found", { kind: "policy" }));
  const rules = await policies.rules(version);
  const { compare, cases, matrix } = deps.policyWorkbench;
  return ok({
    version: found,
    rules,
    effect: found.baseVersion === 0 ? null : compare(await policies.rules(found.baseVersion), rules),
    cases: cases(rules),
    matrix: matrix(rules),
  });
}
