import type { Names } from "../../domain/catalogue/item.js";
import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import { actorIdOf, isPoolRole, isUnitRole, type Actor, type GrantedRole, type HeldRole } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Enterprise } from "../ports/enterprise.js";
import { grantRole } from "./grant-role.js";
import { declareEnterprise, grantMandate } from "./mandates.js";
import { newPerson } from "./new-person.js";

/** A plainly invented person for demonstration, as `persons.yaml` declares one. */
export interface PreparedPerson {
  readonly person: string;
  readonly role: "applicant" | "agent" | GrantedRole;
  readonly unit?: UnitId;
  readonly enterprise?: Enterprise;
  readonly names: Names;
  readonly note?: Names;
}

/**
 * Makes a prepared person known with their role. They have no password; only demo mode lets anybody step into them.
 * Doing it again changes nothing.
 */
export async function preparePerson(deps: AppDeps, actor: Actor, pool: PoolId, prepared: PreparedPerson): Promise<Result<"created" | "unchanged">> {
  const held = heldRole(prepared);
  if (!held.ok) return held;
  const allowed = await deps.authorizer.may(actor, "person.invite", { poolId: pool, unitId: prepared.unit ?? null });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  const { personId, outcome } = await deps.store.transact(pool, async (tx): Promise<{ personId: PersonId; outcome: "created" | "unchanged" }> => {
    const known = await tx.people.prepared(prepared.person);
    if (known) return { personId: known.personId, outcome: "unchanged" };
    const person = newPerson(deps.vault, {
      name: prepared.names.zh,
      latinName: prepared.names.en,
      preparedAs: prepared.person,
      preparedNote: prepared.note ?? null,
    });
    await tx.people.insert(person);
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      onBehalfOf: person.personId,
      act: "person.invite",
      objectKind: "person",
      objectId: person.personId,
      after: { preparedAs: prepared.person },
      policyVersion: allowed.value.policyVersion,
    });
    return { personId: person.personId, outcome: "created" };
  });
  if (held.value) {
    const granted = await grantRole(deps, actor, pool, personId, held.value);
    if (!granted.ok) return granted;
  }
  if (prepared.enterprise) {
    const declared = await declareEnterprise(deps, actor, pool, prepared.enterprise);
    if (!declared.ok) return declared;
    const mandated = await grantMandate(deps, actor, pool, prepared.enterprise.code, personId);
    if (!mandated.ok) return mandated;
  }
  return ok(outcome);
}

function heldRole({ role, unit, enterprise }: PreparedPerson): Result<HeldRole | null> {
  if (isUnitRole(role)) return unit === undefined ? refused(problem("role.unit_required", { role }, { field: "unit" })) : ok({ role, unitId: unit });
  if (isPoolRole(role)) return ok({ role });
  return role === "agent" && enterprise === undefined ? refused(problem("input.missing", {}, { field: "enterprise" })) : ok(null);
}
