import type { PersonId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { openName } from "../identity/load-actor.js";

/** Names of those who proposed, approved and activated: whoever may read what was decided may know who decided it. */
export async function nameOfficers(deps: Pick<AppDeps, "store" | "authorizer" | "vault">, actor: Actor, persons: readonly PersonId[], action: Action = "policy.read"): Promise<Result<ReadonlyMap<string, string>>> {
  const allowed = await deps.authorizer.may(actor, action, { poolId: actor.poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const found = await deps.store.read(actor.poolId).people.some([...new Set(persons)]);
  return ok(new Map(found.map((person) => [person.personId, openName(deps.vault, person, "name") ?? ""])));
}
