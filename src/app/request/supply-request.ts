import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { checkAnswers, checkMaterials } from "../../domain/request/answers.js";
import { supply } from "../../domain/request/case.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { actOnCase, groundsOf, type ActOutcome } from "./act-on-case.js";
import { keyOfApplicant } from "./applicant-key.js";
import { formOf } from "./form-of-request.js";
import { answerContext } from "./prepare-request.js";
import { openGiven, sealGiven } from "./sealed-answers.js";

export interface SupplyInput {
  readonly publicId: string;
  /** Fields that change; the others stay. */
  readonly answers?: Readonly<Record<string, unknown>> | undefined;
  readonly materials?: readonly string[] | undefined;
  readonly note?: string | undefined;
  readonly generation?: number | undefined;
}

/** The applicant gives what was asked for. The clock goes on, the working days of the pause do not count. */
export async function supplyRequest(deps: AppDeps, actor: Actor, pool: PoolId, input: SupplyInput): Promise<Result<ActOutcome>> {
  return await actOnCase(deps, actor, pool, { ...input, action: "request.supplement" }, async ({ tx, locked, doing }) => {
    const [map, item, key, record] = await Promise.all([
      tx.catalogue.poolMap(),
      tx.items.version(locked.item, locked.itemVersion),
      keyOfApplicant(tx, locked.applicantId),
      tx.requests.record(locked.publicId),
    ]);
    const act = supply(locked.file, map.calendar, doing);
    if (!act.ok) return act;
    if (!item || !key || record?.answersSealed == null) return refused(problem("object.not_found", { kind: "request" }));

    const note = input.note === undefined || input.note.trim() === "" ? ok(null) : groundsOf(input.note, "note");
    const before = openGiven(deps.vault, key, record.answersSealed);
    const answers = checkAnswers(await formOf(tx, item.guide.form, record.bundleCode), { ...before.answers, ...input.answers }, answerContext(map));
    const materials = checkMaterials(item.guide.materials, [...before.materials, ...(input.materials ?? [])]);
    const given = [note, answers, materials].flatMap((part: Result<unknown>) => (part.ok ? [] : part.problems));
    if (!note.ok || !answers.ok || !materials.ok) return unlessRefused(given, undefined as never);
    if (input.answers === undefined && input.materials === undefined && note.value === null) {
      return refused(problem("input.missing", {}, { field: "note" }));
    }
    const supplements = note.value === null ? before.supplements : [...before.supplements, note.value];
    const sealed = sealGiven(deps.vault, key, { answers: answers.value, materials: materials.value.ready, supplements });
    await tx.requests.replaceAnswers(locked.file.id, sealed);
    return ok({
      act: act.value,
      facts: {
        pausedWorkingDays: act.value.case.pausedWorkingDays,
        promisedDueAt: act.value.case.promisedDueAt,
        statutoryDueAt: act.value.case.statutoryDueAt,
        changed: Object.keys(input.answers ?? {}).sort(),
      },
    });
  });
}
