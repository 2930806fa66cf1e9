import type { PoolId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import type { PolicyRule } from "../../domain/policy/rule.js";
import type { Actor } from "../../domain/policy/subject.js";
import { rulesAbout, unmentioned } from "../../domain/policy/unmentioned.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { PolicyEffect } from "../ports/policy.js";
import type { Reading } from "../ports/store.js";
import { proposePolicy } from "./propose-policy.js";

/** Acts that came with a release to a pool whose people changed its rules: they stay refused until somebody says who may. */
export interface NewActs {
  readonly acts: readonly Action[];
  /** What the release's rules say of them. */
  readonly rules: readonly PolicyRule[];
}

type Deps = Pick<AppDeps, "policyWorkbench">;

/** Without asking who asks: for the log of a start. */
export async function newActs({ policyWorkbench: { defaults } }: Deps, reading: Reading): Promise<NewActs> {
  const acts = unmentioned(await reading.policies.actsHeard(), defaults);
  return { acts, rules: rulesAbout(acts, defaults) };
}

export interface NewActsTried extends NewActs {
  /** What taking the release's rules about them over would change; null: there is nothing to take over. */
  readonly effect: PolicyEffect | null;
}

/** What the release brought and the pool's rules do not know, and what the release's rules about it would change: tried, not made. */
export async function readNewActs(deps: AppDeps, actor: Actor, pool: PoolId): Promise<Result<NewActsTried>> {
  const allowed = await deps.authorizer.may(actor, "policy.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const reading = deps.store.read(pool);
  const found = await newActs(deps, reading);
  const active = found.acts.length === 0 ? null : await reading.policies.activeRules();
  return ok({ ...found, effect: active && deps.policyWorkbench.compare(active, [...active, ...found.rules]) });
}

/** Proposes the pool's own rules with the release's about what they do not know: approved and activated like any other change. */
export async function takeOverNewActs(deps: AppDeps, actor: Actor, pool: PoolId, reason: string): Promise<Result<{ readonly version: number }>> {
  const allowed = await deps.authorizer.may(actor, "policy.propose", { poolId: pool });
  if (!allowed.ok) return allowed;
  const reading = deps.store.read(pool);
  const { rules } = await newActs(deps, reading);
  const active = await reading.policies.activeRules();
  if (rules.length === 0 || !active) return refused(problem("policy.no_change", {}));
  return await proposePolicy(deps, actor, pool, { reason, rules: [...active, ...rules] });
}
