import type { PoolId } from "../../domain/id.js";
import { SYSTEM_PERSON } from "../../domain/policy/subject.js";
import type { AppDeps } from "../deps.js";

/**
 * A new release brings rules for what it newly does. A pool that still has a former release's rules, unchanged, gets
 * them at the start; once people have changed their rules, only people change them. Sandboxes keep what they copied.
 *
 * @returns the version now in force when it changed.
 */
export async function followRelease(deps: Pick<AppDeps, "store" | "clock" | "policyWorkbench">, pool: PoolId): Promise<number | null> {
  const { defaults, hash, compare } = deps.policyWorkbench;
  const contentHash = hash(defaults);
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx) => {
    const active = await tx.policies.lockActive();
    if (!active || active.proposedBy !== SYSTEM_PERSON || active.contentHash === contentHash) return null;
    // In force here before: this process is the older release of a rolling update, and leaves the newer rules alone.
    if ((await tx.policies.list()).some((version) => version.contentHash === contentHash)) return null;
    const { withdraws } = compare(await tx.policies.rules(active.version), defaults);
    const version = await tx.policies.insert({
      baseVersion: active.version,
      state: "proposed",
      reason: "release",
      contentHash,
      proposedBy: SYSTEM_PERSON,
      proposedAt: at,
      rules: defaults,
    });
    await tx.policies.activate(version, SYSTEM_PERSON, at);
    if (withdraws) await tx.policies.raiseRevocations();
    await tx.commands.append("system:release", at, { kind: "policy.activated", version });
    await tx.audit.append({
      occurredAt: at,
      actorId: "system:release",
      act: "policy.activate",
      objectKind: "policy",
      objectId: String(version),
      before: { version: active.version, contentHash: active.contentHash },
      after: { version, contentHash, withdraws },
      policyVersion: version,
    });
    return version;
  });
}
