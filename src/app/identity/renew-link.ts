import type { PersonId, PoolId } from "../../domain/id.js";
import { actorIdOf, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { LINK_LIFE_MS } from "./invite-person.js";
import { hashSecret, newSecret } from "./secret.js";

/**
 * Another link for somebody who lost theirs or forgot the password. Whoever gives it out could use it, so nobody gets
 * one for a person who holds roles that the giver could not grant: those go back to who granted them.
 */
export async function renewLink(deps: AppDeps, actor: Actor, pool: PoolId, person: PersonId): Promise<Result<{ readonly secret: string }>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<{ readonly secret: string }>> => {
    const [found, grants] = [await tx.people.get(person), await tx.roleGrants.of(person)];
    const allowed = await deps.authorizer.may(actor, "person.invite", { poolId: pool, unitId: grants[0]?.unitId ?? null });
    if (!allowed.ok) return allowed;
    if (!found || found.state !== "active" || found.loginName === null) return refused(problem("object.not_found", { kind: "person" }));
    for (const grant of grants) {
      const act = grant.unitId === null ? "role-grant.grant-pool-role" : "role-grant.grant-unit-role";
      const mayGrant = await deps.authorizer.may(actor, act, { poolId: pool, unitId: grant.unitId, personId: person });
      if (!mayGrant.ok) return mayGrant;
    }
    const secret = newSecret();
    await tx.people.insertPasswordLink({
      secretHash: hashSecret(secret),
      personId: person,
      poolId: pool,
      createdBy: actor.kind === "person" ? actor.personId : SYSTEM_PERSON,
      lifeMs: LINK_LIFE_MS,
    });
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      onBehalfOf: person,
      act: "person.invite",
      objectKind: "person",
      objectId: person,
      after: { link: "renewed" },
      policyVersion: allowed.value.policyVersion,
    });
    return ok({ secret });
  });
}
