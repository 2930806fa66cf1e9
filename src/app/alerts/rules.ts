import type { PoolId } from "../../domain/id.js";
import { alertRuleOf, type AlertRuleGiven } from "../../domain/pool/alert.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AlertRuleRow } from "../ports/alert.js";
import type { Transaction } from "../ports/store.js";
import { tellTurn } from "./tell-turn.js";

export const RULES_MAX = 200;

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

export async function listAlertRules({ store, authorizer }: Deps, actor: Actor, pool: PoolId): Promise<Result<readonly AlertRuleRow[]>> {
  const allowed = await authorizer.may(actor, "alert.read", { poolId: pool });
  return allowed.ok ? ok(await store.read(pool).alerts.rules()) : allowed;
}

/** A threshold, new or changed. What was known of its standing is forgotten; an alert that is open stays until the next look. */
export async function declareAlertRule(deps: Deps, actor: Actor, pool: PoolId, id: string, given: AlertRuleGiven): Promise<Result<AlertRuleRow>> {
  const allowed = await deps.authorizer.may(actor, "alert.declare", { poolId: pool });
  if (!allowed.ok) return allowed;
  const rule = alertRuleOf(id, given);
  if (!rule.ok) return rule;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<AlertRuleRow>> => {
    const known = await knownScope(tx, given);
    if (!known.ok) return known;
    const rules = await tx.alerts.rules();
    const before = rules.find((one) => one.id === id);
    if (!before && rules.length >= RULES_MAX) return refused(problem("alert.too_many_rules", { max: RULES_MAX }));
    const generation = await tx.alerts.saveRule(rule.value);
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "alert.declare", objectKind: "alert-rule", objectId: id, ...(before ? { before } : {}), after: rule.value, policyVersion: allowed.value.policyVersion });
    return ok({ ...rule.value, generation, checkedAt: null, measured: null, overSince: null });
  });
}

/** What it watched is watched no more: an open alert of it is over. */
export async function removeAlertRule(deps: Deps, actor: Actor, pool: PoolId, id: string): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "alert.declare", { poolId: pool });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    if (!(await tx.alerts.removeRule(id))) return refused(problem("object.not_found", { kind: "alert-rule" }));
    const open = await tx.alerts.openOf(id);
    if (open) {
      await tx.alerts.resolve(open.id, at);
      await tellTurn(tx, pool, { ...open, resolvedAt: at }, "resolved", at);
    }
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "alert.declare", objectKind: "alert-rule", objectId: id, after: { removed: true }, policyVersion: allowed.value.policyVersion });
    return ok(undefined);
  });
}

/** A threshold about nobody would never be passed. */
async function knownScope(tx: Transaction, { class: cls, unit, division }: AlertRuleGiven): Promise<Result<void>> {
  if (cls != null && !(await tx.classes.all()).some((one) => one.id === cls)) return refused(problem("class.unknown", { class: cls }, { field: "class" }));
  if (unit != null && !(await tx.units.get(unit))) return refused(problem("input.unknown_reference", { kind: "unit", id: unit }, { field: "unit" }));
  if (division != null && !(await tx.divisions.all()).some(({ code }) => code === division)) return refused(problem("division.unknown", { division }, { field: "division" }));
  return ok(undefined);
}
