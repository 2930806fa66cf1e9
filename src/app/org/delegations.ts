import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import { parseLocalDate, startOfDay, type Instant } from "../../domain/instant.js";
import { actingFor, DOCUMENT_MAX, mayDelegate } from "../../domain/org/delegation.js";
import { actorIdOf, SYSTEM_PERSON, unitsHeld, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DelegationRow } from "../ports/delegation.js";
import { groundsOf } from "../request/act-on-case.js";
import { broughtBy, reconsiderWithoutOfficer } from "../work/without-officer-again.js";

export interface DelegationInput {
  readonly from: string;
  readonly to: string;
  readonly class: string;
  /** Law and article. */
  readonly basis: string;
  /** Number of the written instrument. */
  readonly document: string;
  /** First and last day; absent: from now, until withdrawn. */
  readonly validFrom?: string | undefined;
  readonly validTo?: string | undefined;
  /** The law that lets the other unit delegate further; absent: it may not. */
  readonly onwardBasis?: string | undefined;
}

/** Lets another unit act in this one's name (委托): decisions stay this unit's, by the other's officers. */
export async function declareDelegation(deps: AppDeps, actor: Actor, pool: PoolId, input: DelegationInput): Promise<Result<DelegationRow>> {
  const from = input.from as UnitId;
  const allowed = await deps.authorizer.may(actor, "delegation.declare", { poolId: pool, unitId: from, public: true });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  const checked = [groundsOf(input.basis, "basis"), groundsOf(input.document, "document", DOCUMENT_MAX), beginOf(input.validFrom, at), endOf(input.validTo)] as const;
  const [basis, document, validFrom, validTo] = checked;
  if (!basis.ok) return basis;
  if (!document.ok) return document;
  if (!validFrom.ok) return validFrom;
  if (!validTo.ok) return validTo;
  if (validTo.value !== null && validTo.value <= Math.max(validFrom.value, at)) return refused(problem("validity.reversed", {}, { field: "validTo" }));
  const onwardBasis = input.onwardBasis === undefined ? ok(null) : groundsOf(input.onwardBasis, "onwardBasis");
  if (!onwardBasis.ok) return refused(problem("delegation.basis_required", {}, { field: "onwardBasis" }));
  // Who works for the other unit too would lend to themselves.
  if (unitsHeld(actor).some((unit) => unit === input.to)) return refused(problem("delegation.to_oneself", {}, { field: "to" }));

  return await deps.store.transact(pool, async (tx): Promise<Result<DelegationRow>> => {
    // Two that are each right alone could make a chain together.
    await tx.pools.lockDeclaring();
    const [giver, taker, classes] = await Promise.all([tx.units.get(from), tx.units.get(input.to), tx.classes.all()]);
    if (!giver || giver.state !== "active") return refused(problem("input.unknown_reference", { kind: "unit", id: input.from.slice(0, 63) }, { field: "from" }));
    if (!taker || taker.state !== "active") return refused(problem("input.unknown_reference", { kind: "unit", id: input.to.slice(0, 63) }, { field: "to" }));
    if (taker.kind === "supplier") return refused(problem("supplier.is_no_organ", { unit: taker.id }, { field: "to" }));
    const cls = classes.find(({ id }) => id === input.class);
    if (!cls) return refused(problem("class.unknown", { class: input.class.slice(0, 160) }, { field: "class" }));
    if (cls.act !== "deciding" || (cls.kind !== "staff" && cls.kind !== "function")) return refused(problem("delegation.not_delegable", { class: cls.id }, { field: "class" }));
    if (cls.nonDelegable) {
      const { law, article } = cls.nonDelegable;
      return refused(problem("delegation.kept_by_law", { class: cls.id, lawZh: law.zh, lawEn: law.en, article }, { field: "class" }));
    }
    const declared = { from, to: taker.id, classId: cls.id, onward: onwardBasis.value !== null, validFrom: validFrom.value, validTo: validTo.value };
    const lawful = mayDelegate(declared, await tx.delegations.living());
    if (!lawful.ok) return lawful;
    const row = {
      ...declared,
      basis: basis.value,
      document: document.value,
      onwardBasis: onwardBasis.value,
      declaredBy: actor.kind === "person" ? actor.personId : (SYSTEM_PERSON as PersonId),
      declaredAt: at,
    };
    // A batch on its way refuses nobody any more for want of an officer of the other unit; its row comes before any request's.
    await tx.policies.raiseRevocations();
    const id = await tx.delegations.insert(row);
    await tx.commands.append(actorIdOf(actor), at, { kind: "delegation.declared" });
    const brings = actingFor(await tx.delegations.living()).filter(({ chain, validFrom: begins }) => chain.includes(id) && begins <= at);
    const stuck = brings.length === 0 ? [] : await tx.referrals.withoutOfficer({ units: brings.map((one) => one.from) });
    await reconsiderWithoutOfficer(tx, broughtBy(brings, stuck), { actor, at, policyVersion: allowed.value.policyVersion, because: { delegation: id } });
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "delegation.declare", objectKind: "delegation", objectId: String(id), after: row, policyVersion: allowed.value.policyVersion });
    return ok({ id, ...row, withdrawnAt: null });
  });
}

/** Takes it back. Nothing is given by it any more, not even in a batch that is on its way; what nobody began goes back. */
export async function withdrawDelegation(deps: AppDeps, actor: Actor, pool: PoolId, id: number, reason: string): Promise<Result<void>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    // Two who take it back at once take it back once.
    await tx.pools.lockDeclaring();
    const delegation = await tx.delegations.get(id);
    if (!delegation) return refused(problem("object.not_found", { kind: "delegation" }));
    const allowed = await deps.authorizer.may(actor, "delegation.withdraw", { poolId: pool, unitId: delegation.from, public: true });
    if (!allowed.ok) return allowed;
    const given = groundsOf(reason, "reason");
    if (!given.ok) return given;
    if (delegation.withdrawnAt !== null) return refused(problem("object.transition_illegal", { kind: "delegation", state: "withdrawn", event: "withdraw" }));
    await tx.policies.raiseRevocations();
    await tx.delegations.withdraw(id, actor.kind === "person" ? actor.personId : SYSTEM_PERSON, at, given.value);
    await tx.commands.append(actorIdOf(actor), at, { kind: "delegation.declared" });
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "delegation.withdraw",
      objectKind: "delegation",
      objectId: String(id),
      before: { from: delegation.from, to: delegation.to, class: delegation.classId },
      after: { reason: given.value },
      policyVersion: allowed.value.policyVersion,
    });
    return ok();
  });
}

/** Who acts for whom: open to everybody who may know of units, since the answer always names the organ behind it. */
export async function listDelegations(deps: AppDeps, actor: Actor, pool: PoolId, filter: { readonly unit?: string | undefined; readonly ended?: boolean | undefined }): Promise<Result<readonly DelegationRow[]>> {
  const allowed = await deps.authorizer.may(actor, "delegation.read", { poolId: pool, public: true });
  if (!allowed.ok) return allowed;
  return ok(await deps.store.read(pool).delegations.list({ unit: filter.unit as UnitId | undefined, ended: filter.ended }));
}

function beginOf(date: string | undefined, now: Instant): Result<Instant> {
  if (date === undefined) return ok(now);
  const day = parseLocalDate(date);
  return day === undefined ? refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "validFrom" })) : ok(Math.max(now, startOfDay(day)));
}

function endOf(date: string | undefined): Result<Instant | null> {
  if (date === undefined) return ok(null);
  const day = parseLocalDate(date);
  return day === undefined ? refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "validTo" })) : ok(startOfDay(day + 1));
}
