import { staticRule } from "../rule.js";

/** The pool's policy lets this unit's class serve that unit's claim. Asked once per (unit, class), not per resource. */
export const policyAllows = staticRule({
  name: "policy",
  reads: ["unitId", "classId", "scope", "purpose"],
  keeps: (resource, claim, world) =>
    world.policyAllows({
      claimUnit: claim.unitId,
      resourceUnit: resource.unitId,
      classId: claim.classId,
      scope: claim.scope,
      purpose: claim.purpose,
    }),
});
