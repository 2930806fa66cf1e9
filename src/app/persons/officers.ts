import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { openName } from "../identity/load-actor.js";

export interface Officer {
  readonly personId: PersonId;
  readonly name: string;
  /** As it is written in Latin letters, where that was given. */
  readonly latinName: string | null;
}

/** Those who work for a unit, by name, for those of the unit who name one another in rules about persons. */
export async function officersOf(deps: AppDeps, actor: Actor, pool: PoolId, unitId: UnitId): Promise<Result<readonly Officer[]>> {
  const allowed = await deps.authorizer.may(actor, "recusal.read", { poolId: pool, unitId });
  if (!allowed.ok) return allowed;
  const read = deps.store.read(pool);
  const roles = (await read.roleGrants.list({ unitId })).filter(({ role }) => role === "clerk" || role === "unit-head");
  const people = await read.people.some([...new Set(roles.map(({ personId }) => personId))]);
  return ok(people.map((one) => ({ personId: one.personId, name: openName(deps.vault, one, "name") ?? "", latinName: openName(deps.vault, one, "latinName") })).toSorted((a, b) => (a.name < b.name ? -1 : 1)));
}
