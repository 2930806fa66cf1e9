import { unitRule } from "../rule.js";

/**
 * The pool's policy lets this unit's class serve that unit's claim. Asked once per (unit, class), not per resource. Whoever
 * acts in another's name is asked about as that one.
 */
export const policyAllows = unitRule({
  name: "policy",
  reads: ["unitId", "classId", "scope", "purpose"],
  keeps: (resource, claim, world) =>
    world.policyAllows({
      claimUnit: claim.unitId,
      resourceUnit: world.delegated(claim.unitId, resource.unitId, claim.classId) ? claim.unitId : resource.unitId,
      classId: claim.classId,
      scope: claim.scope,
      purpose: claim.purpose,
    }),
});
