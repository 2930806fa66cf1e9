import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, startOfDay, type LocalDate } from "../../domain/instant.js";
import { actorIdOf, type SystemActor } from "../../domain/policy/subject.js";
import { forcedGround } from "../../domain/pool/order.js";
import { dayBefore, sparedBy, type AgreementContent } from "../../domain/rebalance/agreement.js";
import { ok, type Result } from "../../domain/result.js";
import { DRAINABLE, takeOut, type Target } from "../drain/declare-drain.js";
import { takeBack } from "../drain/lift-drain.js";
import type { AgreedResource, Agreement } from "../ports/agreement.js";
import type { Transaction } from "../ports/store.js";
import type { AgreementAct } from "./agreements.js";

/*
 * What is held when an agreement says less than it did goes by the machinery of drains: to its own time elsewhere where that can be, else it is
 * listed with who must be told.
 */

export const agreementsSystem = (poolId: PoolId): SystemActor => ({ kind: "system", poolId, task: "agreements" });

const offeredUnder = async (tx: Transaction, { provider, classes }: AgreementContent): Promise<readonly AgreedResource[]> =>
  (await tx.agreements.resources(provider, classes.map(({ classId }) => classId))).filter(({ state }) => state === "published");

/**
 * Its published resources from a day to the last one of the term. A resource has one drain at a time: somebody's own stays as it is, and what is
 * held on other days goes on its account.
 */
export async function drainDays({ tx, actorId, at, policyVersion }: AgreementAct, content: AgreementContent, from: LocalDate, until: LocalDate, reason: string): Promise<Result<readonly number[]>> {
  if (from >= until) return ok([]);
  const today = localDateOf(dayNumberOf(at));
  const [first, last] = [parseLocalDate(from)!, parseLocalDate(until)!];
  const targets: Target[] = [];
  for (const { id, code } of await offeredUnder(tx, content)) {
    const there = await tx.drains.inForce("resource", code);
    if (there === null || (there.to !== null && there.to < today)) {
      const covered = (await tx.drains.covered("resource", code)).filter(({ kind }) => DRAINABLE.has(kind));
      if (covered.length > 0) targets.push({ named: { targetKind: "resource", target: code }, unitId: content.provider, policyVersion, covered });
    } else {
      const leaving = { resource: id, from: Math.max(at, startOfDay(first)), to: startOfDay(last), whatFitsStays: false };
      await tx.commands.append(actorId, at, { kind: "resource.evacuated", resources: [leaving], ground: forcedGround("drain", there.id) });
    }
  }
  if (targets.length === 0) return ok([]);
  const made = await takeOut(tx, targets, { actor: agreementsSystem(tx.poolId), at, kind: "drain", days: { from: first, to: last - 1 }, reason, ground: content.instrument });
  return made.ok ? ok(made.value.map(({ id }) => id)) : made;
}

/** What was away for the agreement's sake is back. */
export async function liftDrains({ tx, at, policyVersion }: AgreementAct, content: AgreementContent): Promise<void> {
  const actor = agreementsSystem(tx.poolId);
  for (const { code } of await tx.agreements.resources(content.provider, content.classes.map(({ classId }) => classId))) {
    const found = await tx.drains.inForce("resource", code);
    if (found?.declaredBy === actorIdOf(actor)) await takeBack(tx, found, { actor, at, reason: content.instrument, policyVersion });
  }
}

/**
 * Nothing is away, but what is held outside what it serves now is moved: other places and items, classes that are not bought any more, resources
 * below the standard, what is above the day's amount, days before its first. Where nothing is narrower nothing is done.
 */
export async function drainWhatIsOutside({ tx, actorId, at, policyVersion }: AgreementAct, before: AgreementContent, after: AgreementContent): Promise<readonly number[]> {
  const today = localDateOf(dayNumberOf(at));
  const from = before.from > today ? before.from : today;
  if (before.until <= from) return [];
  const leaving = (await offeredUnder(tx, before)).flatMap((one) => {
    const spares = sparedBy(before, after, one);
    return spares === undefined ? [] : [{ ...one, spares }];
  });
  if (leaving.length === 0) return [];
  const by = actorIdOf(agreementsSystem(tx.poolId));
  // What one of them holds is not to be moved to another, and then once more.
  await tx.commands.append(actorId, at, { kind: "resource.declared", resources: leaving.map(({ id }) => id) });
  const made: number[] = [];
  for (const { id, code, spares } of leaving) {
    const covered = (await tx.drains.covered("resource", code)).filter(({ resource }) => resource === id);
    const row = { kind: "drain", targetKind: "resource", target: code, unitId: after.provider, from, to: dayBefore(before.until), reason: after.instrument, ground: after.instrument, spares, declaredBy: by, declaredAt: at } as const;
    const drain = await tx.drains.insert(row, covered);
    // What somebody filed before the agreement named items does not say its item to the scheduler: the tables do.
    const spared = spares.items.length === 0 ? [] : await tx.drains.heldWithin(id, spares);
    await tx.commands.append(actorId, at, {
      kind: "resource.evacuated",
      resources: [{ resource: id, from: Math.max(at, startOfDay(parseLocalDate(from)!)), to: startOfDay(parseLocalDate(before.until)!), whatFitsStays: true, spared }],
      ground: forcedGround("drain", drain),
    });
    await tx.audit.append({ occurredAt: at, actorId, act: "drain.declare", objectKind: "drain", objectId: String(drain), after: { ...row, resources: [code] }, policyVersion });
    made.push(drain);
  }
  return made;
}

/** The days that the version before had and this one has not, and what it held outside what this one serves. */
export async function drainWhatIsLess(act: AgreementAct, before: Pick<Agreement, "content"> | undefined, { content }: Pick<Agreement, "content">): Promise<Result<readonly number[]>> {
  if (!before) return ok([]);
  const days = await drainDays(act, content, content.until, before.content.until, content.instrument);
  return days.ok ? ok([...days.value, ...(await drainWhatIsOutside(act, before.content, content))]) : days;
}
