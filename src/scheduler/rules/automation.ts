import { staticRule } from "../rule.js";

/** A machine exercises an authority only where its holder has declared that the act may be automated. */
export const mayBeAutomated = staticRule({
  name: "automation",
  reads: ["automatic"],
  keeps: (resource, claim, world) => !claim.automatic || resource.automated || world.classOf(resource).act !== "deciding",
});
