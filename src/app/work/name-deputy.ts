import { parsePersonId, type PoolId } from "../../domain/id.js";
import { actorIdOf, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { reconsiderStep } from "../../domain/request/case.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { mayBeNamed } from "../persons/may-work.js";
import { actOnCase, groundsOf, type ActOutcome } from "../request/act-on-case.js";

export interface DeputyInput {
  readonly publicId: string;
  readonly step: string;
  /** Who holds the post for this step. */
  readonly person: string;
  readonly reason: string;
  readonly generation?: number | undefined;
}

/**
 * The head names who holds the post of an officer who takes no part, for this one step (代办). The step goes back into the
 * queue with its old place.
 */
export async function nameDeputy(deps: AppDeps, actor: Actor, pool: PoolId, input: DeputyInput): Promise<Result<ActOutcome>> {
  return await actOnCase(deps, actor, pool, { ...input, action: "step.name-deputy" }, async ({ tx, locked, doing }) => {
    const step = locked.file.steps.find(({ name }) => name === input.step);
    if (!step) return refused(problem("object.not_found", { kind: "step" }));
    const person = parsePersonId(input.person, "person");
    if (!person.ok) return person;
    const reason = groundsOf(input.reason, "reason");
    if (!reason.ok) return reason;
    const stuck = (await tx.referrals.withoutOfficer({ units: [locked.unitId] })).some((one) => one.step === step.id);
    const [post] = stuck ? await tx.referrals.barredPosts(step.id, locked.unitId) : [];
    if (!post) return refused(problem("step.not_without_officer", {}));
    const named = await mayBeNamed(tx, person.value, [locked.unitId], step.id, "person");
    if (!named.ok) return named;
    const act = reconsiderStep(locked.file, step.id);
    if (!act.ok) return act;
    const by = actor.kind === "person" ? actor.personId : SYSTEM_PERSON;
    await tx.referrals.nameDeputy(step.id, post.assetId, { person: person.value, reason: reason.value, by, at: doing.at });
    return ok({ act: act.value, facts: { step: step.name, post: post.code, deputy: person.value, reason: reason.value, by: actorIdOf(actor) } });
  });
}
