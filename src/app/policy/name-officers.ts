import type { PersonId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { openName } from "../identity/load-actor.js";

/** Names of those who proposed, approved and activated: a change of policy names its people to whoever may read it. */
export async function nameOfficers(deps: AppDeps, actor: Actor, persons: readonly PersonId[]): Promise<Result<ReadonlyMap<string, string>>> {
  const allowed = await deps.authorizer.may(actor, "policy.read", { poolId: actor.poolId });
  if (!allowed.ok) return allowed;
  const found = await deps.store.read(actor.poolId).people.some([...new Set(persons)]);
  return ok(new Map(found.map((person) => [person.personId, openName(deps.vault, person, "name") ?? ""])));
}
