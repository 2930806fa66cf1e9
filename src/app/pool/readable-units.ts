import type { PoolId, UnitId } from "../../domain/id.js";
import { ancestorsOf } from "../../domain/org/tree.js";
import type { Action } from "../../domain/policy/action.js";
import { type Actor, unitsHeld } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";

/**
 * The units whose things the actor may see in a list: undefined for all of the pool, else those the actor's roles
 * reach. A refusal when there are none.
 */
export async function readableUnits({ authorizer, store }: Pick<AppDeps, "authorizer" | "store">, actor: Actor, poolId: PoolId, action: Action): Promise<Result<readonly UnitId[] | undefined>> {
  const whole = await authorizer.may(actor, action, { poolId });
  if (whole.ok) return ok(undefined);
  const held = unitsHeld(actor);
  if (held.length === 0) return whole;

  const units = await store.read(poolId).units.all();
  const parents = new Map(units.map(({ id, parent }) => [id, parent]));
  const readable = new Set<UnitId>();
  for (const unitId of held) {
    if ((await authorizer.may(actor, action, { poolId, unitId })).ok) readable.add(unitId);
    const beneath = units.filter(({ id }) => ancestorsOf(parents, id).includes(unitId)).map(({ id }) => id);
    // Every unit beneath stands in the same relation, so one answer is everyone's.
    const [first] = beneath;
    if (first !== undefined && (await authorizer.may(actor, action, { poolId, unitId: first })).ok) for (const id of beneath) readable.add(id);
  }
  return readable.size > 0 ? ok([...readable]) : whole;
}

/** Narrows a list to the units asked for; a unit the actor may not see gives an empty list, as if it had nothing. */
export function within(readable: readonly UnitId[] | undefined, asked: string | undefined): readonly UnitId[] | undefined {
  if (asked === undefined) return readable;
  const unit = asked as UnitId;
  return readable === undefined || readable.includes(unit) ? [unit] : [];
}
