import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { actOnCase, type ActOutcome } from "./act-on-case.js";
import { moved, wordsOf } from "./refer-request.js";

export interface DesignationInput {
  readonly publicId: string;
  /** The unit that handles this one request. */
  readonly unit: string;
  readonly reason: string;
  readonly basis: string;
  readonly generation?: number | undefined;
}

/**
 * A unit above the competent one names another to handle this request (指定管辖), because every officer of the first takes no
 * part. Receipt, number and place stay; nothing else of the first unit's business moves.
 */
export async function designateUnit(deps: AppDeps, actor: Actor, pool: PoolId, input: DesignationInput): Promise<Result<ActOutcome>> {
  return await actOnCase(deps, actor, pool, { ...input, action: "request.designate" }, async (acting) => {
    const { tx, locked } = acting;
    const words = wordsOf(input);
    if (!words.ok) return words;
    const stuck = await tx.referrals.withoutOfficer({ units: [locked.unitId] });
    if (!stuck.some(({ publicId }) => publicId === locked.publicId)) return refused(problem("step.not_without_officer", {}));
    const map = await tx.catalogue.poolMap(true);
    const office = map.offices.find(({ id }) => id === input.unit);
    if (!office) return refused(problem("input.unknown_reference", { kind: "unit", id: input.unit.slice(0, 63) }, { field: "unit" }));
    if (map.routing.takers?.some(({ unit }) => unit === office.id)) return refused(problem("task-force.takes_no_referral", { unit: office.id }, { field: "unit" }));
    if (office.id === locked.unitId) return refused(problem("referral.already_competent", { unit: office.id }, { field: "unit" }));
    return await moved(acting, office, "designation", words.value);
  });
}
