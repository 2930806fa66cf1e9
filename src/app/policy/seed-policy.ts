import type { PolicyWorkbench } from "../ports/policy.js";
import type { Transaction } from "../ports/store.js";
import type { Instant } from "../../domain/instant.js";
import { SYSTEM_PERSON } from "../../domain/policy/subject.js";

/**
 * Gives a new pool its first policy: the rules the release brings. Called in the transaction that makes the pool, so
 * that no pool is ever without rules. A pool that has a policy keeps it.
 */
export async function seedPolicy(workbench: PolicyWorkbench, tx: Transaction, at: Instant): Promise<void> {
  if ((await tx.policies.lockActive()) !== null) return;
  const rules = workbench.defaults;
  const version = await tx.policies.insert({
    baseVersion: 0,
    state: "active",
    reason: "release",
    contentHash: workbench.hash(rules),
    proposedBy: SYSTEM_PERSON,
    proposedAt: at,
    rules,
  });
  await tx.audit.append({
    occurredAt: at,
    actorId: "system:release",
    act: "policy.activate",
    objectKind: "policy",
    objectId: String(version),
    after: { contentHash: workbench.hash(rules) },
    policyVersion: version,
  });
}
