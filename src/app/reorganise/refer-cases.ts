import type { UnitId } from "../../domain/id.js";
import { refer } from "../../domain/request/case.js";
import type { Referral } from "../ports/referral.js";
import type { Reforming } from "../ports/reorganisation.js";
import type { Transaction } from "../ports/store.js";

/** Cases locked at a time. */
const AT_ONCE = 100;

/**
 * Open cases go to another unit, each with its number, its dates and its place in the queue; what nobody began is asked for anew.
 * A case somebody works on stays until they are done. Gives those that went.
 */
export async function referCases(tx: Transaction, publicIds: readonly string[], from: UnitId, to: UnitId, { by, actorId, at, basis, reason, policyVersion }: Reforming, kind: Referral["kind"] = "reorganisation"): Promise<readonly string[]> {
  const went: string[] = [];
  for (let begin = 0; begin < publicIds.length; begin += AT_ONCE) {
    for (const { file, publicId, unitId } of await tx.requests.lock(publicIds.slice(begin, begin + AT_ONCE))) {
      const { promisedDueAt, statutoryDueAt } = file;
      const act = refer(file, { promisedDueAt, statutoryDueAt });
      if (!act.ok || unitId !== from) continue;
      await tx.referrals.move(file.id, { kind, fromUnitId: from, toUnitId: to, toPoolId: null, reason, basis, actorId: by, at }, act.value.open);
      await tx.requests.save([{ file: act.value.case, changed: act.value.changed, at }]);
      await tx.audit.append({
        occurredAt: at, actorId, act: "request.refer", objectKind: "request", objectId: publicId,
        before: { state: file.status.state }, after: { state: act.value.case.status.state, from, to, reason, basis }, policyVersion,
      });
      await tx.commands.append(actorId, at, ...act.value.commands);
      went.push(publicId);
    }
  }
  return went;
}
