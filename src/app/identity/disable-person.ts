import type { PersonId, PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

/** Shuts somebody out: sessions and tokens die with it. What they did stays on the record. */
export async function disablePerson(deps: AppDeps, actor: Actor, pool: PoolId, person: PersonId): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "person.disable", { poolId: pool, personId: person });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    // Nobody's administrator outside this pool: only people who hold a role here can be shut out from here.
    const here = await tx.roleGrants.of(person);
    if (here.length === 0 || !(await tx.people.disable(person))) return refused(problem("object.not_found", { kind: "person" }));
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      onBehalfOf: person,
      act: "person.disable",
      objectKind: "person",
      objectId: person,
      before: { state: "active" },
      after: { state: "disabled" },
      policyVersion: allowed.value.policyVersion,
    });
    return ok();
  });
}
