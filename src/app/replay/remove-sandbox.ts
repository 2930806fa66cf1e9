import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

/** Removes a sandbox whole. The pool it was copied from keeps the record that it was. */
export async function removeSandbox(deps: Pick<AppDeps, "store" | "authorizer" | "pools" | "clock">, actor: Actor, sandbox: PoolId): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "sandbox.remove", { poolId: sandbox });
  if (!allowed.ok) return allowed;
  const source = await deps.store.read(sandbox).pools.copiedFrom();
  const removed = await deps.store.transact(sandbox, ({ pools }) => pools.removeSandbox());
  if (!removed || source === null) return refused(problem("sandbox.required", {}));
  deps.pools.forget();
  const at = await deps.clock.now(source);
  await deps.store.transact(source, ({ audit }) =>
    audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "sandbox.remove", objectKind: "pool", objectId: sandbox, before: { copiedFrom: source }, policyVersion: allowed.value.policyVersion }),
  );
  return ok();
}
