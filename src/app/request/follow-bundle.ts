import type { Instant } from "../../domain/instant.js";
import { actorIdOf, SYSTEM_PERSON } from "../../domain/policy/subject.js";
import { release, withdraw, type Act } from "../../domain/request/case.js";
import { dueDates } from "../../domain/request/deadline.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import { requestText } from "../../text/request.js";
import type { LockedCase } from "../ports/request.js";
import type { Transaction } from "../ports/store.js";

/**
 * What the end of some requests means for the others of their bundles: a request whose predecessors are all completed
 * begins; one whose predecessor ended otherwise can never begin, and ends too.
 */
export async function followBundle(tx: Transaction, ended: readonly LockedCase[], policyVersion: number, at: Instant): Promise<void> {
  const bundles = [...new Set(ended.flatMap(({ bundleRequestId }) => bundleRequestId ?? []))].sort();
  for (const bundle of bundles) {
    // One end can bring about the next: each round ends at least one request, so there are no more rounds than requests.
    while (await followOnce(tx, bundle, policyVersion, at));
  }
}

async function followOnce(tx: Transaction, bundle: string, policyVersion: number, at: Instant): Promise<boolean> {
  const siblings = await tx.requests.lockBundle(bundle);
  const stateOf = new Map(siblings.map(({ item, file }) => [item, file.status.state]));
  const waiting = siblings.filter(
    ({ waitsFor, file }) => waitsFor.length > 0 && !isClosed(file.status.state) && file.steps.every(({ state }) => state === "blocked"),
  );
  const doing = { by: SYSTEM_PERSON, at };
  let closedOne = false;
  for (const sibling of waiting) {
    const before = sibling.waitsFor.map((item) => stateOf.get(item));
    if (before.every((state) => state === "completed")) {
      await apply(tx, sibling, await released(tx, sibling, at), "request.submit", { released: true }, policyVersion, at);
    } else if (before.some((state) => state === "rejected" || state === "withdrawn")) {
      const { zh, en } = requestText["bundle.predecessor_ended"];
      const act = withdraw(sibling.file, `${zh} ${en}`, doing);
      if (!act.ok) throw new Error(`request ${sibling.number} cannot end with its bundle: ${act.problems[0].code}`);
      await apply(tx, sibling, act.value, "request.withdraw", { because: "bundle.predecessor_ended" }, policyVersion, at);
      closedOne = true;
    }
  }
  return closedOne;
}

async function released(tx: Transaction, sibling: LockedCase, at: Instant): Promise<Act> {
  const [item, map] = await Promise.all([tx.items.version(sibling.item, sibling.itemVersion), tx.catalogue.poolMap()]);
  if (!item) throw new Error(`request ${sibling.number} has no item version ${sibling.item} ${sibling.itemVersion}`);
  return release(sibling.file, dueDates(map.calendar, at, item.guide));
}

async function apply(
  tx: Transaction,
  { publicId, file }: LockedCase,
  act: Act,
  name: "request.submit" | "request.withdraw",
  facts: Readonly<Record<string, unknown>>,
  policyVersion: number,
  at: Instant,
): Promise<void> {
  const actorId = actorIdOf({ kind: "system", poolId: tx.poolId, task: "bundle" });
  await Promise.all([
    tx.requests.save([{ file: act.case, changed: act.changed, at }]),
    tx.audit.append({
      occurredAt: at,
      actorId,
      act: name,
      objectKind: "request",
      objectId: publicId,
      before: { state: file.status.state },
      after: { state: act.case.status.state, ...facts },
      policyVersion,
    }),
    tx.commands.append(actorId, at, ...act.commands),
  ]);
}
