import { staticRule } from "../rule.js";

/**
 * A machine exercises an authority only where its holder has declared that the act may be automated. Money is no
 * authority: paying carries out what an officer has decided.
 */
export const mayBeAutomated = staticRule({
  name: "automation",
  reads: ["automatic"],
  keeps: (resource, claim, world) => {
    if (!claim.automatic || resource.automated) return true;
    const { act, kind } = world.classOf(resource);
    return act !== "deciding" || kind === "funds";
  },
});
