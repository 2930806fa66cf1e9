import type { PersonId, PoolId } from "../../domain/id.js";
import { creditCodeFault } from "../../domain/org/credit-code.js";
import { actorIdOf, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { normalised, textProblem } from "../../domain/text.js";
import type { AppDeps } from "../deps.js";
import type { Enterprise } from "../ports/enterprise.js";

const NAME_MAX = 200;

/** Makes an enterprise known, or changes its name. */
export async function declareEnterprise(deps: AppDeps, actor: Actor, pool: PoolId, enterprise: Enterprise): Promise<Result<"created" | "changed" | "unchanged">> {
  const allowed = await deps.authorizer.may(actor, "enterprise.declare", { poolId: pool, enterpriseCode: enterprise.code });
  if (!allowed.ok) return allowed;
  const kept = { ...enterprise, nameZh: normalised(enterprise.nameZh), nameEn: enterprise.nameEn === null ? null : normalised(enterprise.nameEn) };
  const checked = checkEnterprise(kept);
  if (!checked.ok) return checked;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx) => {
    const before = await tx.enterprises.get(kept.code);
    const outcome = await tx.enterprises.declare(kept);
    if (outcome !== "unchanged") {
      await tx.audit.append({
        occurredAt: at,
        actorId: actorIdOf(actor),
        act: "enterprise.declare",
        objectKind: "enterprise",
        objectId: kept.code,
        before,
        after: kept,
        policyVersion: allowed.value.policyVersion,
      });
    }
    return ok(outcome);
  });
}

function checkEnterprise({ code, nameZh, nameEn }: Enterprise): Result<void> {
  const problems: Problem[] = [];
  if (creditCodeFault(code) !== undefined) problems.push(problem("input.invalid", { expected: "GB 32100" }, { field: "code" }));
  if (nameZh === "") problems.push(problem("input.missing", {}, { field: "nameZh" }));
  for (const [field, text] of [["nameZh", nameZh], ["nameEn", nameEn ?? ""]] as const) {
    const found = textProblem(text, NAME_MAX, { field });
    if (found) problems.push(found);
  }
  return unlessRefused(problems, undefined);
}

/** Lets somebody act for an enterprise. */
export async function grantMandate(deps: AppDeps, actor: Actor, pool: PoolId, code: string, person: PersonId): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "mandate.grant", { poolId: pool, personId: person });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    if (!(await tx.enterprises.get(code))) return refused(problem("input.unknown_reference", { kind: "enterprise", id: code }, { field: "enterprise" }));
    if ((await tx.people.get(person))?.state !== "active") return refused(problem("input.unknown_reference", { kind: "person", id: person }, { field: "person" }));
    if (!(await tx.enterprises.grantMandate(code, person, actor.kind === "person" ? actor.personId : SYSTEM_PERSON))) return ok();
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      onBehalfOf: person,
      act: "mandate.grant",
      objectKind: "mandate",
      objectId: code,
      after: { personId: person, enterpriseCode: code },
      policyVersion: allowed.value.policyVersion,
    });
    return ok();
  });
}

/** Ends it: with the next call the person has no more to do with the enterprise's affairs. */
export async function revokeMandate(deps: AppDeps, actor: Actor, pool: PoolId, code: string, person: PersonId): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "mandate.revoke", { poolId: pool, personId: person });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    if (!(await tx.enterprises.revokeMandate(code, person))) return refused(problem("object.not_found", { kind: "mandate" }));
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      onBehalfOf: person,
      act: "mandate.revoke",
      objectKind: "mandate",
      objectId: code,
      before: { personId: person, enterpriseCode: code },
      policyVersion: allowed.value.policyVersion,
    });
    return ok();
  });
}
