import type { PersonId, PoolId, UnitId } from "../id.js";
import type { Actor, HeldRole, Role } from "./subject.js";

/**
 * How somebody in a role stands to a thing. Computed by us from the row that was loaded, never from the URL.
 *
 * `self` it is the actor's own · `agent` it belongs to an enterprise the actor may act for · `own` it belongs to the
 * unit the role is held for · `serving` that unit works on it for another · `ancestor` that unit stands above the one
 * it belongs to · `pool` it lies in the pool the role is held for (for unit roles: and belongs to no unit) ·
 * `public` it is published · `other` none of these.
 */
export const RELATIONS = ["self", "agent", "own", "serving", "ancestor", "pool", "public", "other"] as const;
export type Relation = (typeof RELATIONS)[number];

/** What the policy may know of a thing. Every value comes from the loaded row. */
export interface ObjectFacts {
  readonly poolId: PoolId;
  /** The unit it belongs to. */
  readonly unitId?: UnitId | null;
  /** Units whose people work on it though it belongs to another: holders of its allocations. */
  readonly servingUnitIds?: readonly UnitId[];
  /** Whose it is: the applicant of a request, the holder of a draft, a token, a session. */
  readonly personId?: PersonId | null;
  /** Credit code of the enterprise it concerns. */
  readonly enterpriseCode?: string | null;
  /** Anybody may know of it: a published item, an active unit. */
  readonly public?: boolean;
}

/** One question's worth of standing: a role and a relation. */
export interface Standing {
  readonly role: Role;
  readonly relation: Relation;
}

/**
 * Every standing the actor has towards the thing. `ancestors` are the units above `facts.unitId`.
 * A thing of another pool is `other` to every role but the public one.
 */
export function standingsOf(actor: Actor, facts: ObjectFacts, ancestors: readonly UnitId[]): readonly Standing[] {
  const everybody: Standing = { role: "public", relation: facts.public === true ? "public" : "other" };
  if (actor.kind === "anonymous") return [everybody];
  const here = facts.poolId === actor.poolId;
  if (actor.kind === "system") return [everybody, { role: "system", relation: here ? "pool" : "other" }];

  const mandated = facts.enterpriseCode != null && actor.mandates.some((m) => m.enterpriseCode === facts.enterpriseCode);
  const personal = facts.personId != null && facts.personId === actor.personId;
  // What an enterprise files is the enterprise's: a former agent has no claim on it.
  const own = personal && facts.enterpriseCode == null;
  const standings: Standing[] = [everybody, { role: "applicant", relation: own ? "self" : "other" }];
  if (actor.mandates.length > 0) standings.push({ role: "agent", relation: mandated ? "agent" : "other" });
  for (const held of actor.roles) {
    const relation = here ? relationOf(held, facts, ancestors) : "other";
    standings.push({ role: held.role, relation });
    // A second standing, so that a rule can keep officers away from their own case.
    if (personal || mandated) standings.push({ role: held.role, relation: "self" });
  }
  return standings;
}

function relationOf(held: HeldRole, facts: ObjectFacts, ancestors: readonly UnitId[]): Relation {
  if (!("unitId" in held) || facts.unitId == null) return "pool";
  if (held.unitId === facts.unitId) return "own";
  if (facts.servingUnitIds?.includes(held.unitId) === true) return "serving";
  return ancestors.includes(held.unitId) ? "ancestor" : "other";
}
