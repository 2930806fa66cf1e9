import { staticRule } from "../rule.js";

/** Deciding stays with the competent organ, whatever the claim says; assisting acts may come from the whole pool. */
export const inScope = staticRule({
  name: "scope",
  reads: ["scope", "unitId"],
  keeps: (resource, claim, world) =>
    resource.unitId === claim.unitId || (claim.scope === "pool" && world.classOf(resource).act !== "deciding"),
});
