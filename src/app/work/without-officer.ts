import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import { ancestorsOf } from "../../domain/org/tree.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { StepWithoutOfficer } from "../ports/referral.js";

/** One task of the head: a step whose every officer takes no part, with the lawful exits. */
export interface HeadTask extends StepWithoutOfficer {
  /** Its own unit's head may name one of these officers. */
  readonly deputies: readonly PersonId[];
  /** The unit is beneath the one asked about: its head may designate another unit. */
  readonly beneath: boolean;
}

/** What lies on the head's desk because rules about persons left nobody: of the unit itself, and of the units beneath it. */
export async function stepsWithoutOfficer(deps: AppDeps, actor: Actor, pool: PoolId, unit: string): Promise<Result<readonly HeadTask[]>> {
  const unitId = unit as UnitId;
  const allowed = await deps.authorizer.may(actor, "work-queue.read", { poolId: pool, unitId });
  if (!allowed.ok) return allowed;
  const read = deps.store.read(pool);
  const units = await read.units.all();
  const parents = new Map(units.map(({ id, parent }) => [id, parent]));
  const beneath = units.filter(({ id }) => ancestorsOf(parents, id).includes(unitId)).map(({ id }) => id);
  const stuck = await read.referrals.withoutOfficer({ units: [unitId, ...beneath] });
  const officers = stuck.some((one) => one.unitId === unitId) ? await read.roleGrants.list({ unitId }) : [];
  const people = [...new Set(officers.filter(({ role }) => role === "clerk" || role === "unit-head").map(({ personId }) => personId))];
  return ok(
    await Promise.all(
      stuck.map(async (one): Promise<HeadTask> => {
        const own = one.unitId === unitId;
        const free = own ? await Promise.all(people.map(async (person) => ((await read.recusals.groundsAgainst(one.step, person)).length === 0 ? [person] : []))) : [];
        return { ...one, deputies: free.flat(), beneath: !own };
      }),
    ),
  );
}
