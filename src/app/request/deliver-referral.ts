import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type SystemActor } from "../../domain/policy/subject.js";
import { dueDates } from "../../domain/request/deadline.js";
import { agreedClasses } from "../../domain/request/competence.js";
import { forItem, planSteps } from "../../domain/request/plan.js";
import type { AppDeps } from "../deps.js";
import type { LeavingRequest } from "../ports/referral.js";

/** Referrals one pass takes along. */
const BATCH_MAX = 100;

/**
 * Brings requests that left this pool to the one that is competent, each in one transaction there and one here: in that
 * order, so that none is lost, and under their own public id, so that one sent twice is one request. Gives how many arrived.
 */
export async function deliverReferrals(deps: AppDeps, from: PoolId): Promise<number> {
  let arrived = 0;
  for (const leaving of await deps.store.read(from).referrals.undelivered(BATCH_MAX)) {
    if (!(await received(deps, from, leaving))) continue;
    const at = await deps.clock.now(from);
    await deps.store.transact(from, (tx) => tx.referrals.delivered(leaving.requestId, leaving.ordinal, at));
    arrived += 1;
  }
  return arrived;
}

/** True: it is there, now or since an earlier try. */
async function received(deps: AppDeps, from: PoolId, leaving: LeavingRequest): Promise<boolean> {
  const { publicId, toPoolId } = leaving;
  const owned = await deps.store.read(from).requests.ownership(publicId);
  const record = await deps.store.read(from).requests.record(publicId);
  if (!owned || !record) throw new Error(`request ${publicId} was referred and is gone`);
  const actor: SystemActor = { kind: "system", poolId: toPoolId, task: `referral from ${from}` };
  return await deps.store.transact(toPoolId, async (tx): Promise<boolean> => {
    if (await tx.requests.ownership(publicId)) return true;
    const [map, item] = await Promise.all([tx.catalogue.poolMap(true), tx.items.published(owned.item)]);
    // Its catalogue changed since: it waits for the next pass, and the sender's list shows it.
    if (!item) return false;
    const due = dueDates(map.calendar, owned.receivedAt, item.guide);
    const steps = planSteps(item.guide.recipe, due.promisedDueAt, forItem(item.guide.item, agreedClasses(map.routing, item.guide.item)));
    if (!steps.ok) return false;
    const submitted = await tx.requests.submit({
      applicantId: owned.applicantId,
      filedBy: leaving.filedBy,
      enterpriseCode: owned.enterpriseCode,
      channel: record.channel,
      language: record.language,
      // The receipt of the wrong office is the receipt: queue and limits count from it.
      receivedAt: owned.receivedAt,
      bundle: null,
      limited: false,
      policyVersion: await deps.authorizer.version(toPoolId),
      actorId: actorIdOf(actor),
      routingMark: map.routing.mark,
      requests: [
        {
          publicId,
          number: owned.number,
          item: item.code,
          itemVersion: item.version,
          itemGeneration: item.generation,
          unitId: leaving.toUnitId,
          leadUnitId: null,
          division: owned.division,
          ...due,
          answersSealed: leaving.answersSealed,
          statusSecretHash: leaving.statusSecretHash,
          waitsFor: [],
          steps: steps.value,
          ...(record.occurredAt === null ? {} : { ranked: { from: record.occurredAt, dueAt: dueDates(map.calendar, record.occurredAt, item.guide).promisedDueAt } }),
        },
      ],
    });
    if (submitted.kind !== "stored") return false;
    await tx.referrals.cameFrom(publicId, from);
    await tx.audit.append({
      occurredAt: await deps.clock.now(toPoolId),
      actorId: leaving.actorId,
      act: "request.refer",
      objectKind: "request",
      objectId: publicId,
      before: { pool: from, unit: owned.unitId },
      after: { pool: toPoolId, unit: leaving.toUnitId, reason: leaving.reason, receivedAt: new Date(owned.receivedAt).toISOString() },
      policyVersion: await deps.authorizer.version(toPoolId),
    });
    return true;
  });
}
