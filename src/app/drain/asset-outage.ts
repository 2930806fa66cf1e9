import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import { forcedGround } from "../../domain/pool/order.js";
import { outageReason } from "../../text/outage.js";
import type { DeclaringAct } from "../pool/declaring.js";
import type { AssetRow } from "../ports/asset.js";
import { DRAINABLE } from "./declare-drain.js";
import { handOverWork } from "./hand-over-work.js";

/**
 * An asset put out of service, or retired, failed for whoever was to be served with it: what there is no room for any more is moved and listed,
 * as if somebody had reported the failure. Where somebody had, that stands.
 */
export async function failOver({ tx, actor, actorId, at, policyVersion }: DeclaringAct, asset: AssetRow): Promise<void> {
  const covered = (await tx.drains.covered("asset", asset.code)).filter(({ kind }) => DRAINABLE.has(kind));
  if (covered.length === 0 || (await tx.drains.inForce("asset", asset.code))) return;
  const row = { kind: "failover", targetKind: "asset", target: asset.code, unitId: asset.unitId, from: localDateOf(dayNumberOf(at)), to: null, reason: outageReason.out, ground: null, declaredBy: actorId, declaredAt: at } as const;
  const id = await tx.drains.insert(row, covered);
  await tx.commands.append(actorId, at, { kind: "resource.evacuated", resources: covered.map(({ resource }) => ({ resource, from: at, to: null, whatFitsStays: true })), ground: forcedGround("drain", id) });
  const handed = await handOverWork(tx, covered, { actor, at, policyVersion, drain: id });
  await tx.audit.append({
    occurredAt: at, actorId, act: "drain.report-failure", objectKind: "drain", objectId: String(id),
    after: { ...row, resources: covered.map(({ code }) => code), handedOver: handed }, policyVersion,
  });
}

/** An asset that serves again failed no longer: what was reported, by whomever, is over. */
export async function endFailure({ tx, actorId, at, policyVersion }: DeclaringAct, asset: AssetRow): Promise<void> {
  const drain = await tx.drains.inForce("asset", asset.code);
  if (drain?.kind !== "failover") return;
  await tx.drains.lift(drain.id, actorId, at, outageReason.back);
  await tx.audit.append({
    occurredAt: at, actorId, act: "drain.lift", objectKind: "drain", objectId: String(drain.id),
    before: { kind: drain.kind, targetKind: drain.targetKind, target: drain.target, from: drain.from, to: drain.to }, after: { reason: outageReason.back }, policyVersion,
  });
}
