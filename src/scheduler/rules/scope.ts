import { unitRule } from "../rule.js";

/**
 * Deciding stays with the competent organ, whatever the claim says, or with whom it has delegated the act to (委托);
 * assisting acts may come from the whole pool.
 */
export const inScope = unitRule({
  name: "scope",
  reads: ["scope", "unitId", "classId"],
  keeps: (resource, claim, world) =>
    resource.unitId === claim.unitId ||
    (claim.scope === "pool" && world.classOf(resource).act !== "deciding") ||
    world.delegated(claim.unitId, resource.unitId, claim.classId) !== undefined,
  unitsKept: (claim, world) =>
    claim.scope === "pool" && world.classOf(claim).act !== "deciding" ? "all" : [claim.unitId, ...world.delegates(claim.unitId, claim.classId)],
});
