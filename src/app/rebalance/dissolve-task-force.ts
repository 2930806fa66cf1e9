import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, startOfDay, parseLocalDate, type Instant, type LocalDate } from "../../domain/instant.js";
import { parentsOf } from "../../domain/org/division.js";
import { forcedGround } from "../../domain/pool/order.js";
import { actorIdOf, SYSTEM_PERSON, type Actor, type SystemActor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import { lawfulUnit, routed, type Routing } from "../../domain/request/competence.js";
import type { Transaction } from "../ports/store.js";
import type { TaskForce } from "../ports/task-force.js";
import { officesOf } from "../reorganise/answers.js";
import { referCases } from "../reorganise/refer-cases.js";
import { groundsOf } from "../request/act-on-case.js";
import { onTaskForce, type TaskForceDeps } from "./task-forces.js";

interface Dissolving {
  readonly by: PersonId;
  readonly actorId: string;
  readonly at: Instant;
  readonly policyVersion: number;
  readonly reason: string;
}

/**
 * Ends it now: it takes no new case, what nobody works on is its lead organ's again, with its number, its place and its dates, and
 * what it was given goes back. What somebody works on stays until they are done; the rhythm sees to the rest.
 */
export async function dissolveTaskForce(deps: TaskForceDeps, actor: Actor, poolId: PoolId, id: string, reason: string): Promise<Result<TaskForce>> {
  const grounds = groundsOf(reason, "reason");
  if (!grounds.ok) return grounds;
  return onTaskForce(deps, actor, poolId, id, "task-force.dissolve", "dissolve", ({ content }) => ({ unitId: content.parent }), async ({ tx, by, at, policyVersion }, force) => {
    const dissolving = { by, actorId: actorIdOf(actor), at, policyVersion, reason: grounds.value };
    await tx.taskForces.close(force.id, "dissolving", dissolving.actorId, grounds.value, at);
    const left = await handBack(tx, force, dissolving);
    return ok({ before: { state: force.state }, after: { state: "dissolving", reason: grounds.value, ...left } });
  });
}

/** Those whose last day is over, and those that wait for somebody to be done. By whichever process is there. */
export async function dissolveDueTaskForces(deps: TaskForceDeps, poolId: PoolId): Promise<number> {
  const now = await deps.clock.now(poolId);
  const due = await deps.store.read(poolId).taskForces.due(localDateOf(dayNumberOf(now)));
  const actor: SystemActor = { kind: "system", poolId, task: "task-forces" };
  let ended = 0;
  for (const id of due) {
    const policyVersion = await deps.authorizer.version(poolId);
    ended += await deps.store.transact(poolId, async (tx): Promise<number> => {
      await tx.pools.lockDeclaring();
      const force = await tx.taskForces.lock(id);
      const at = await deps.clock.now(poolId);
      const today = localDateOf(dayNumberOf(at));
      if (!force || !(force.state === "dissolving" || (force.state === "active" && force.content.until < today))) return 0;
      const dissolving: Dissolving = { by: SYSTEM_PERSON as PersonId, actorId: actorIdOf(actor), at, policyVersion, reason: force.closed?.reason ?? force.content.until };
      const entry = { occurredAt: at, actorId: dissolving.actorId, act: "task-force.dissolve", objectKind: "task-force", objectId: id as string, policyVersion };
      if (force.state === "active") await tx.taskForces.close(force.id, "dissolving", dissolving.actorId, dissolving.reason, at);
      const left = await handBack(tx, force, dissolving);
      const over = left.inHand.length === 0 && left.coming.length === 0;
      if (over) await end(tx, force.id, dissolving);
      if (over || force.state === "active" || left.handedOver.length > 0) {
        await tx.audit.append({ ...entry, before: { state: force.state }, after: { state: over ? "dissolved" : "dissolving", ...left } });
      }
      return over ? 1 : 0;
    });
  }
  return ended;
}

/** What became of its cases and its loans in one pass: for the record. */
interface HandedBack {
  readonly handedOver: readonly { readonly number: string; readonly to: UnitId }[];
  /** Numbers of cases somebody works on. */
  readonly inHand: readonly string[];
  /** Loans of which something is still with it. */
  readonly coming: readonly number[];
}

async function handBack(tx: Transaction, { id, content }: TaskForce, dissolving: Dissolving): Promise<HandedBack> {
  const { at } = dissolving;
  const today = localDateOf(dayNumberOf(at));
  const [cases, leadOf] = [await tx.taskForces.openCases(id), await leadFinder(tx)];
  const byLead = new Map<UnitId, typeof cases>();
  for (const one of cases) {
    if (one.inHand) continue;
    const lead = await leadOf(one);
    byLead.set(lead, [...(byLead.get(lead) ?? []), one]);
  }
  const handedOver: { number: string; to: UnitId }[] = [];
  for (const [to, of] of byLead) {
    const went = await referCases(tx, of.map(({ publicId }) => publicId), id, to, { ...dissolving, reorganisation: null, basis: content.basis }, "task-force");
    handedOver.push(...of.filter(({ publicId }) => went.includes(publicId)).map(({ number }) => ({ number, to })));
  }
  await bringLoansBack(tx, id, today, dissolving);
  const coming = await tx.taskForces.notBack(id);
  const numbers = new Set(handedOver.map(({ number }) => number));
  return { handedOver, inHand: cases.filter(({ number }) => !numbers.has(number)).map(({ number }) => number), coming };
}

/** Who is competent now: a reform may have come between; where nobody is, whoever carries on the lead it was taken for. */
async function leadFinder(tx: Transaction): Promise<(of: { readonly item: string; readonly version: number; readonly division: string; readonly lead: UnitId }) => Promise<UnitId>> {
  const [units, divisions, routing] = [await tx.units.all(), await tx.divisions.all(), await tx.reorganisations.routing()];
  const [offices, parents] = [officesOf(units), parentsOf(divisions)];
  const living = new Set(units.filter(({ state }) => state === "active").map((unit) => unit.id));
  const onward = (unit: UnitId, rules: Routing): UnitId => routed(rules, unit, null);
  return async ({ item, version, division, lead }) => {
    const found = await tx.items.version(item, version);
    const office = found && lawfulUnit(found.guide, division as never, offices, parents, routing);
    const then = onward(lead, routing);
    // It was lawfully taken: as long as that organ is there, it stays with it.
    return living.has(then) || office?.ok !== true ? then : office.value.id;
  };
}

/** Those of which something may still be with it. What was begun stays, and goes back when it ends. */
async function bringLoansBack(tx: Transaction, id: UnitId, today: LocalDate, { by, actorId, at, policyVersion, reason }: Dissolving): Promise<void> {
  for (const loan of await tx.loans.ofTaskForce(id)) {
    if (loan.state !== "active" || loan.to < today) continue;
    // One that has not begun comes back whole.
    const from = loan.from > today ? loan.from : today;
    await tx.loans.lock(Number(loan.id));
    await tx.loans.bringBack(loan.id, { from, as: "returned", grounds: reason, by, at });
    await tx.audit.append({ occurredAt: at, actorId, act: "loan.return", objectKind: "loan", objectId: String(loan.id), before: { state: loan.state }, after: { state: "ending", from, grounds: reason, taskForce: id }, policyVersion });
    const empty = { resource: loan.resource, from: startOfDay(parseLocalDate(from)!), to: null, whatFitsStays: false };
    await tx.commands.append(actorId, at, { kind: "loan.brought-back", loan: loan.id, from }, { kind: "resource.evacuated", resources: [empty], ground: forcedGround("loan", loan.id) });
  }
}

async function end(tx: Transaction, id: UnitId, { by, actorId, at, policyVersion }: Dissolving): Promise<void> {
  for (const grant of await tx.roleGrants.list({ unitId: id })) {
    if (!(await tx.roleGrants.revoke(grant.grantId, by, at))) continue;
    await tx.audit.append({ occurredAt: at, actorId, onBehalfOf: grant.personId, act: "role-grant.revoke-unit-role", objectKind: "role-grant", objectId: String(grant.grantId), before: { role: grant.role, unitId: id }, policyVersion });
  }
  await tx.taskForces.end(id, at);
  await tx.commands.append(actorId, at, { kind: "pool.declared" }, { kind: "quota.declared" });
}
