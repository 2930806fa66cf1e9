import { staticRule } from "../rule.js";

/** Every trait the claim names. */
export const hasTraits = staticRule({
  name: "traits",
  reads: ["traits"],
  keeps: (resource, claim) => claim.traits.every((trait) => resource.traits.includes(trait)),
});
