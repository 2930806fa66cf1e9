import type { PoolId, UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { RoleGrant } from "../ports/role-grant.js";
import { openName } from "./load-actor.js";

export interface NamedGrant extends RoleGrant {
  readonly personName: string;
  readonly disabled: boolean;
}

/** Who holds which role, in one unit or in the whole pool. Officers' names are no secret to those who appoint them. */
export async function listRoleGrants(deps: AppDeps, actor: Actor, pool: PoolId, unitId: UnitId | null): Promise<Result<readonly NamedGrant[]>> {
  const allowed = await deps.authorizer.may(actor, "role-grant.read", { poolId: pool, unitId });
  if (!allowed.ok) return allowed;
  const { people, roleGrants } = deps.store.read(pool);
  const grants = await roleGrants.list(unitId === null ? {} : { unitId });
  const persons = new Map((await people.some(grants.map(({ personId }) => personId))).map((person) => [person.personId, person]));
  return ok(
    grants.map((grant) => {
      const person = persons.get(grant.personId);
      return { ...grant, personName: (person && openName(deps.vault, person, "name")) ?? "—", disabled: person?.state !== "active" };
    }),
  );
}
