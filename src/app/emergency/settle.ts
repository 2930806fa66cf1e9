import { claimedByOrder, endOf, isInForce, isOver, orderStateAt, type EmergencyOrder } from "../../domain/emergency/order.js";
import type { PersonId, PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import { SYSTEM_PERSON, type Actor, type SystemActor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import type { EmergencyUse } from "../ports/emergency.js";
import { backFrom } from "../rebalance/bring-back-loan.js";
import { groundsOf, mayOnCase } from "../request/act-on-case.js";
import { standAnew } from "../request/priorities.js";
import { prioritiseEveryCase } from "./prioritise.js";

/** Uses taken back in one transaction. */
const PART_MAX = 100;

/**
 * Gives what orders in force give by themselves, and takes back what is left of those that are over: priority of whoever is not served falls back,
 * loans come back. What the writer has not answered yet is taken back at a later look; the order counts as settled when nothing is left.
 * @returns how many cases and uses were touched.
 */
export async function followEmergencies(deps: AppDeps, pool: PoolId): Promise<number> {
  const open = await deps.store.read(pool).emergencies.unsettled();
  if (open.length === 0) return 0;
  const now = await deps.clock.now(pool);
  let touched = 0;
  for (const order of open) {
    if (isInForce(order, now)) touched += await prioritiseEveryCase(deps, pool, order);
    if (isOver(order, now)) touched += await fallBack(deps, pool, order);
  }
  return touched;
}

async function fallBack(deps: AppDeps, pool: PoolId, { id }: EmergencyOrder): Promise<number> {
  const actor: SystemActor = { kind: "system", poolId: pool, task: "emergency" };
  const allowed = await deps.authorizer.may(actor, "emergency.settle", { poolId: pool });
  if (!allowed.ok) throw new Error(`emergency orders are not settled: ${allowed.problems[0].code}`);
  const done = await declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<number>> => {
    const order = await act.tx.emergencies.lock(id);
    if (!order || order.settledAt !== null || !isOver(order, act.at)) return ok(0);
    const uses = await act.tx.emergencies.standingUses(id, PART_MAX);
    const ended: number[] = [];
    for (const use of uses) if (await takenBack(act, order, use)) ended.push(use.id);
    await act.tx.emergencies.endUses(ended, act.at);
    if (ended.length === uses.length && uses.length < PART_MAX) {
      await act.tx.emergencies.settled(id, act.at);
      await act.tx.audit.append(entryOf(act, "emergency.settle", "emergency-order", String(id), { after: { document: order.document, as: orderStateAt(order, act.at), over: new Date(endOf(order)).toISOString() } }));
    }
    return ok(ended.length);
  });
  return done.ok ? done.value : 0;
}

/**
 * One use is taken back before its order is over: it was a mistake, or is not needed any more. Whoever may use the power may do that.
 * What a rule did, its own page ends.
 */
export async function takeBackUse(deps: AppDeps, actor: Actor, pool: PoolId, useId: number, reason: string): Promise<Result<EmergencyUse>> {
  const seen = await deps.authorizer.may(actor, "emergency.read", { poolId: pool });
  if (!seen.ok) return seen;
  const there = await deps.store.read(pool).emergencies.use(useId);
  if (!there) return refused(problem("object.not_found", { kind: "emergency-use" }));
  const action = there.power === "priority" ? ("emergency.prioritise" as const) : ("emergency.lend" as const);
  const owner = there.request ? await deps.store.read(pool).requests.ownership(there.request.publicId) : undefined;
  const allowed = owner ? await mayOnCase(deps, actor, pool, action, owner) : await deps.authorizer.may(actor, action, { poolId: pool });
  if (!allowed.ok) return refused(problem("access.forbidden", { action }));
  const grounds = groundsOf(reason, "reason");
  if (!grounds.ok) return grounds;
  return declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<EmergencyUse>> => {
    const order = (await act.tx.emergencies.lock(there.order))!;
    const use = (await act.tx.emergencies.use(useId))!;
    if (use.endedAt !== null || use.rule !== null) return refused(problem("emergency.not_to_take_back", {}));
    if (!(await takenBack(act, order, use))) return refused(problem("emergency.not_booked_yet", {}));
    await act.tx.emergencies.endUses([useId], act.at);
    await act.tx.audit.append(entryOf(act, action, "emergency-order", String(order.id), { before: { use: useId, counts: true }, after: { use: useId, counts: false, reason: grounds.value } }));
    return ok((await act.tx.emergencies.use(useId))!);
  });
}

/** False: the writer must answer first. */
async function takenBack(act: DeclaringAct, order: EmergencyOrder, { request, loan, rule }: EmergencyUse): Promise<boolean> {
  if (request) await fallsBack(act, order, request.publicId);
  // What rules did under it, they take back themselves: `app/rules`.
  if (!loan || rule !== null) return true;
  const row = await act.tx.loans.lock(loan.id);
  if (!row || row.state === "refused" || row.state === "ended" || row.state === "ending") return true;
  if (row.state === "applied") return false;
  const today = localDateOf(dayNumberOf(act.at));
  if (row.to >= today) await backFrom(act, row, "return", { from: row.from > today ? row.from : today, grounds: order.document, by: SYSTEM_PERSON as PersonId });
  return true;
}

async function fallsBack(act: DeclaringAct, order: EmergencyOrder, publicId: string): Promise<void> {
  const [locked] = await act.tx.requests.lock([publicId]);
  const ground = order.powers.priority?.ground;
  if (!locked || ground === undefined || isClosed(locked.file.status.state)) return;
  const given = (await act.tx.priorities.ofRequest(publicId)).find(({ code }) => code === ground);
  // Claimed and confirmed the ordinary way meanwhile, or withdrawn: that stands.
  if (given?.state !== "confirmed" || given.claimedBy !== claimedByOrder(order.id)) return;
  await act.tx.priorities.decide(locked.file.id, ground, { state: "withdrawn", by: act.actorId, at: act.at });
  await standAnew(act.tx, { id: locked.file.id, publicId }, await act.tx.priorities.classes(), act.actorId, act.at);
  await act.tx.audit.append(entryOf(act, "emergency.settle", "request", publicId, { before: { ground, state: "confirmed" }, after: { ground, state: "withdrawn", order: order.id, document: order.document } }));
}
