import { canonicalRules, checkRules, parseRule, type PolicyRule } from "../../domain/policy/rule.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { PoolId } from "../../domain/id.js";
import type { AppDeps } from "../deps.js";
import type { PolicyEffect } from "../ports/policy.js";

/** Longest reason kept, in characters. */
export const REASON_MAX = 2_000;

/** More rules than this are refused: they are read whole when a version is opened. */
export const RULES_MAX = 20_000;

export interface PolicyProposal {
  readonly reason: string;
  /** The whole rule set, not a difference: what is approved is exactly what will be in force. */
  readonly rules: readonly PolicyRule[];
}

/** Proposes another rule set for the pool, and shows what it would change. Nothing is in force yet. */
export async function proposePolicy(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  proposal: PolicyProposal,
): Promise<Result<{ readonly version: number; readonly effect: PolicyEffect }>> {
  const allowed = await deps.authorizer.may(actor, "policy.propose", { poolId: pool });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.sign_in_required", {}));
  const checked = checkProposal(proposal);
  if (!checked.ok) return checked;

  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<{ version: number; effect: PolicyEffect }>> => {
    const active = await tx.policies.lockActive();
    if (!active) return refused(problem("object.not_found", { kind: "policy" }));
    const before = await tx.policies.rules(active.version);
    if (canonicalRules(before) === canonicalRules(proposal.rules)) return refused(problem("policy.no_change", {}));
    const effect = deps.policyWorkbench.compare(before, proposal.rules);
    const contentHash = deps.policyWorkbench.hash(proposal.rules);
    const version = await tx.policies.insert({
      baseVersion: active.version,
      state: "proposed",
      reason: proposal.reason,
      contentHash,
      proposedBy: actor.personId,
      proposedAt: at,
      rules: proposal.rules,
    });
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "policy.propose",
      objectKind: "policy",
      objectId: String(version),
      before: { version: active.version, contentHash: active.contentHash },
      after: { version, contentHash, reason: proposal.reason, added: effect.added.length, removed: effect.removed.length },
      policyVersion: allowed.value.policyVersion,
    });
    return ok({ version, effect });
  });
}

function checkProposal({ reason, rules }: PolicyProposal): Result<void> {
  // A rule set need not have come as text: each line is read as strictly as a line of the tables.
  const lines = rules.flatMap(({ model, cells, effect }, index) => {
    const read = parseRule(model, [...cells, effect], { field: `rules.${index}` });
    return read.ok ? [] : read.problems;
  });
  const problems = [...lines, ...checkRules(rules)];
  if (reason.trim() === "") problems.push(problem("input.missing", {}, { field: "reason" }));
  if (reason.length > REASON_MAX) problems.push(problem("input.too_long", { max: REASON_MAX }, { field: "reason" }));
  if (rules.length > RULES_MAX) problems.push(problem("input.out_of_range", { min: 1, max: RULES_MAX }, { field: "rules" }));
  return unlessRefused(problems, undefined);
}
