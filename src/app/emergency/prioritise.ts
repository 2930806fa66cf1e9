import { claimedByOrder, type EmergencyOrder } from "../../domain/emergency/order.js";
import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor, type SystemActor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Owed } from "../ports/emergency.js";
import type { LockedCase } from "../ports/request.js";
import type { Transaction } from "../ports/store.js";
import { groundsOf, mayOnCase } from "../request/act-on-case.js";
import { standAnew } from "../request/priorities.js";
import { requestNamed } from "../request/request-named.js";
import { divisionsOf, isIn, orderGiving } from "./orders.js";

/** Cases given a ground in one act: one transaction, one batch of the writer. */
export const CASES_MAX = 100;

/** A case that is served first under an order. */
export interface PrioritisedCase {
  readonly number: string;
  readonly item: string;
  readonly division: string | null;
  readonly owed: Owed | null;
}

/**
 * One officer gives cases the order's ground, all or none: nobody claims it first, and what proves it is owed.
 *
 * @param trial asks everything and leaves nothing behind
 */
export async function prioritise(deps: AppDeps, actor: Actor, pool: PoolId, id: number, { requests, reason }: { readonly requests: readonly string[]; readonly reason: string }, { trial = false }: { readonly trial?: boolean } = {}): Promise<Result<readonly PrioritisedCase[]>> {
  const seen = await deps.authorizer.may(actor, "emergency.read", { poolId: pool });
  if (!seen.ok) return seen;
  const grounds = groundsOf(reason, "reason");
  if (!grounds.ok) return grounds;
  if (requests.length === 0) return refused(problem("input.missing", {}, { field: "requests" }));
  if (requests.length > CASES_MAX) return refused(problem("emergency.too_many", { max: CASES_MAX }, { field: "requests" }));
  const read = deps.store.read(pool);
  const named: string[] = [];
  for (const [at, name] of requests.entries()) {
    const found = await requestNamed(read, name);
    if (!found) return refused(problem("object.not_found", { kind: "request" }, { field: `requests.${at}` }));
    named.push(found.publicId);
  }
  const at = await deps.clock.now(pool);
  return await (trial ? deps.store.rehearse : deps.store.transact)(pool, async (tx): Promise<Result<readonly PrioritisedCase[]>> => {
    const order = await orderGiving(tx, id, "priority", at);
    if (!order.ok) return order;
    const locked = await tx.requests.lock([...new Set(named)]);
    let policyVersion = 0;
    for (const one of locked) {
      const allowed = await mayOnCase(deps, actor, pool, "emergency.prioritise", one);
      // Whoever may not read the case is told no more than that it is not there.
      if (!allowed.ok) return (await mayOnCase(deps, actor, pool, "request.read", one)).ok ? refused(problem("access.forbidden", { action: "emergency.prioritise" })) : refused(problem("object.not_found", { kind: "request" }));
      ({ policyVersion } = allowed.value);
    }
    const problems = await casesProblems(tx, order.value, locked);
    if (problems.length > 0) return unlessRefused(problems, undefined as never);
    const owed = await give(tx, order.value, locked, { actorId: actorIdOf(actor), at, reason: grounds.value, policyVersion });
    return ok(locked.map(({ number, item, division }) => ({ number, item, division, owed })));
  });
}

async function casesProblems(tx: Transaction, order: EmergencyOrder, cases: readonly LockedCase[]): Promise<Problem[]> {
  const within = await divisionsOf(tx, order);
  const problems: Problem[] = [];
  for (const one of cases) {
    const { state } = one.file.status;
    if (isClosed(state)) problems.push(problem("request.over", { state }));
    else if (!isIn(within, one.division) || (order.items.length > 0 && !order.items.includes(one.item))) problems.push(problem("emergency.out_of_scope", { document: order.document, id: one.number }));
    else if ((await tx.priorities.ofRequest(one.publicId)).some(({ code, state: claimed }) => code === order.powers.priority!.ground && (claimed === "claimed" || claimed === "confirmed"))) problems.push(problem("priority.claimed_already", { code: order.powers.priority!.ground }));
  }
  return problems;
}

async function give(tx: Transaction, order: EmergencyOrder, cases: readonly LockedCase[], { actorId, at, reason, policyVersion }: { readonly actorId: string; readonly at: number; readonly reason: string; readonly policyVersion: number }): Promise<Owed | null> {
  const classes = await tx.priorities.classes();
  const ground = order.powers.priority!.ground;
  const owed = classes.find(({ code }) => code === ground)?.evidenceRequired === true ? "evidence" : null;
  for (const one of cases) {
    await tx.priorities.claim(one.file.id, { code: ground, by: claimedByOrder(order.id), at, evidenceSealed: null });
    await tx.priorities.decide(one.file.id, ground, { state: "confirmed", by: actorId, at });
    await standAnew(tx, { id: one.file.id, publicId: one.publicId }, classes, actorId, at);
  }
  await tx.emergencies.recordUses(cases.map((one) => ({ order: order.id, power: "priority", by: actorId, at, request: one.file.id, loan: null, rule: null, reason, owed })));
  await tx.audit.append(...cases.map((one) => ({ occurredAt: at, actorId, act: "emergency.prioritise" as const, objectKind: "request", objectId: one.publicId, after: { ground, order: order.id, document: order.document }, policyVersion })));
  return owed;
}

/** Whatever is asked in the scope of an order that says so gets its ground. @returns how many did. */
export async function prioritiseEveryCase(deps: AppDeps, pool: PoolId, order: EmergencyOrder): Promise<number> {
  if (order.powers.priority?.everyCase !== true) return 0;
  const read = deps.store.read(pool);
  const found = await read.emergencies.withoutGround({ order: order.id, divisions: await divisionsOf(read, order), items: order.items, ground: order.powers.priority.ground }, CASES_MAX);
  if (found.length === 0) return 0;
  const actor: SystemActor = { kind: "system", poolId: pool, task: "emergency" };
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx) => {
    const still = await orderGiving(tx, order.id, "priority", at);
    if (!still.ok) return 0;
    const locked = await tx.requests.lock(found);
    const fit: LockedCase[] = [];
    for (const one of locked) if ((await casesProblems(tx, still.value, [one])).length === 0) fit.push(one);
    if (fit.length > 0) await give(tx, still.value, fit, { actorId: actorIdOf(actor), at, reason: still.value.trigger, policyVersion: await deps.authorizer.version(pool) });
    return fit.length;
  });
}
