import type { PersonId } from "../../domain/id.js";
import { dayNumberOf, type Instant } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { handOver } from "../../domain/request/case.js";
import type { Drained } from "../ports/drain.js";
import type { Transaction } from "../ports/store.js";
import { mayBeNamed } from "../persons/may-work.js";
import { stepAudit } from "../work/step-record.js";

interface Handing {
  readonly actor: Actor;
  readonly at: Instant;
  readonly policyVersion: number;
  readonly drain: number;
}

/**
 * What an officer who is away has begun goes on in the hands of a colleague of the same resource, who may do it: the request keeps
 * number, place and dates, and only who does it changes (P9). Where nobody may, it stays, and is somebody's to hand over.
 * Answers what was handed over.
 */
export async function handOverWork(tx: Transaction, covered: readonly Drained[], { actor, at, policyVersion, drain }: Handing): Promise<readonly string[]> {
  const handed: string[] = [];
  for (const { resource, asset } of covered) {
    if (asset === null) continue;
    const posts = await tx.assets.ofResource(resource);
    const gone = new Set(await tx.drains.awayOn(resource, dayNumberOf(at)));
    const away = posts.find(({ id }) => id === asset)?.personId;
    if (away == null) continue;
    const colleagues = posts.flatMap(({ id, personId, state }) => (id !== asset && personId !== null && personId !== away && state === "in-service" && !gone.has(id) ? [personId] : []));
    for (const { publicId, step: stepId } of await tx.drains.begunBy(away, resource)) {
      const [locked] = await tx.requests.lock([publicId]);
      const step = locked?.file.steps.find(({ id }) => id === stepId);
      if (!locked || !step) continue;
      const units = [locked.unitId, ...(locked.servingByStep.get(stepId) ?? [])];
      let to: PersonId | undefined;
      for (const one of colleagues) if (to === undefined && (await mayBeNamed(tx, one, units, stepId, "to")).ok) to = one;
      const act = to === undefined ? undefined : handOver(locked.file, stepId, to);
      if (to === undefined || !act?.ok) continue;
      await tx.requests.save([{ file: act.value.case, changed: act.value.changed, at }]);
      await tx.audit.append(stepAudit({ act: "step.hand-over", actor, locked, step, after: act.value.case, at, policyVersion, facts: { from: step.startedBy, to, drain, by: actorIdOf(actor) } }));
      handed.push(`${locked.number}/${step.name}`);
    }
  }
  return handed;
}
