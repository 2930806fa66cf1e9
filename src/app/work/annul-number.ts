import type { PersonId, PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { actorIdOf, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { mayWorkOn } from "../persons/may-work.js";
import { groundsOf, isPublicId, mayOnCase } from "../request/act-on-case.js";
import { keyOfApplicant } from "../request/applicant-key.js";
import { sealGrounds } from "../request/sealed-answers.js";
import type { StepRef } from "./start-step.js";

export interface Annulment extends StepRef {
  /** As the applicant will read them. */
  readonly grounds: string;
  /** Law and article that allow it. */
  readonly basis: string;
  readonly generation?: number | undefined;
}

export interface Annulled {
  readonly publicId: string;
  readonly number: string;
  readonly step: string;
  readonly annulledAt: Instant;
}

/**
 * Annuls a number that law sets and that was granted (撤销): what the step used of it goes back, and whoever is next in the
 * order of acceptance gets it. The request stays as it ended, with the annulment on its record.
 */
export async function annulNumber(deps: AppDeps, actor: Actor, pool: PoolId, annulment: Annulment): Promise<Result<Annulled>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<Annulled>> => {
    const [locked] = isPublicId(annulment.publicId) ? await tx.requests.lock([annulment.publicId]) : [];
    if (!locked) return refused(problem("object.not_found", { kind: "step" }));
    const permission = await mayOnCase(deps, actor, pool, "step.annul", locked);
    if (!permission.ok) return permission;
    const step = locked.file.steps.find(({ name }) => name === annulment.step);
    if (!step) return refused(problem("object.not_found", { kind: "step" }));
    if (annulment.generation !== undefined && annulment.generation !== locked.generation) {
      return refused(problem("object.generation_stale", { expected: annulment.generation, actual: locked.generation }));
    }
    const persons = await mayWorkOn(deps, tx, actor, pool, locked, step.id, at);
    if (!persons.ok) return persons;
    const [grounds, basis] = [groundsOf(annulment.grounds, "grounds"), groundsOf(annulment.basis, "basis")];
    if (!grounds.ok) return grounds;
    if (!basis.ok) return basis;
    const numbered = (await tx.numbers.ofRequest(locked.publicId)).find((one) => one.step === step.id);
    if (numbered?.annulled) return refused(problem("number.annulled_already", { step: step.name }));
    // While the request goes on there is another way: it is rejected, and what was not granted was never used.
    if (!isClosed(locked.file.status.state)) return refused(problem("number.request_open", { state: locked.file.status.state }));
    if (!numbered || numbered.settled.length === 0) return refused(problem("number.none_granted", { step: step.name }));

    const key = await keyOfApplicant(tx, locked.applicantId);
    await tx.numbers.annul(step.id, { basis: basis.value, by: actor.kind === "person" ? actor.personId : (SYSTEM_PERSON as PersonId), at });
    await Promise.all([
      tx.audit.append({
        occurredAt: at,
        actorId: actorIdOf(actor),
        act: "step.annul",
        objectKind: "request",
        objectId: locked.publicId,
        before: { state: locked.file.status.state, step: step.name, number: "granted" },
        after: {
          state: locked.file.status.state,
          step: step.name,
          number: "annulled",
          basis: basis.value,
          ...(key === null ? {} : { groundsSealed: sealGrounds(deps.vault, key, grounds.value) }),
        },
        policyVersion: permission.value.policyVersion,
      }),
      tx.commands.append(actorIdOf(actor), at, { kind: "number.annulled", step: step.id, uses: numbered.settled }),
    ]);
    return ok({ publicId: locked.publicId, number: locked.number, step: step.name, annulledAt: at });
  });
}
