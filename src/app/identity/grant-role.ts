import type { PersonId, PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { actorIdOf, isPoolRole, SYSTEM_PERSON, type Actor, type GrantedRole, type HeldRole } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { RoleGrant } from "../ports/role-grant.js";
import type { Transaction } from "../ports/store.js";

/** Gives somebody a role. Their open sessions end, so that the new standing begins with a new sign-in. */
export async function grantRole(deps: AppDeps, actor: Actor, pool: PoolId, person: PersonId, held: HeldRole): Promise<Result<RoleGrant>> {
  const unitId = "unitId" in held ? held.unitId : null;
  const allowed = await deps.authorizer.may(actor, grantAction(held), { poolId: pool, unitId, personId: person });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);

  return await deps.store.transact(pool, (tx) => writeGrant(tx, { actor, at, policyVersion: allowed.value.policyVersion }, person, held));
}

/** The act itself, for whoever asked the policy already. */
export async function writeGrant(
  tx: Transaction,
  { actor, at, policyVersion }: { readonly actor: Actor; readonly at: Instant; readonly policyVersion: number },
  person: PersonId,
  held: HeldRole,
): Promise<Result<RoleGrant>> {
  const unitId = "unitId" in held ? held.unitId : null;
  await tx.roleGrants.lockPerson(person);
  const known = await tx.people.get(person);
  if (!known || known.state !== "active") return refused(problem("input.unknown_reference", { kind: "person", id: person }, { field: "person" }));
  const grants = await tx.roleGrants.of(person);
  const same = grants.find((grant) => grant.role === held.role && grant.unitId === unitId);
  if (same) return ok(same);
  const conflict = grants.find((grant) => excludes(held.role, grant.role));
  if (conflict) return refused(problem("role.conflict", { role: held.role, held: conflict.role }, { field: "role" }));
  const grant = await tx.roleGrants.insert(held, person, actor.kind === "person" ? actor.personId : SYSTEM_PERSON, at);
  if (!grant) throw new Error("a role that nobody holds could not be granted");
  await tx.people.endSessions(person);
  await tx.audit.append({
    occurredAt: at,
    actorId: actorIdOf(actor),
    onBehalfOf: person,
    act: grantAction(held),
    objectKind: "role-grant",
    objectId: String(grant.grantId),
    after: { personId: person, role: held.role, unitId },
    policyVersion,
  });
  return ok(grant);
}

const grantAction = ({ role }: HeldRole) => (isPoolRole(role) ? "role-grant.grant-pool-role" : "role-grant.grant-unit-role");

/**
 * Three administrators watch one another, so nobody is two of them; and who reads the whole record does none of the
 * work that stands in it.
 */
function excludes(role: GrantedRole, held: GrantedRole): boolean {
  if (role === held) return false;
  return (isPoolRole(role) && isPoolRole(held)) || role === "auditor" || held === "auditor";
}
