import { staticRule } from "../rule.js";

/** Earmarked money serves its purpose and no other, and a purpose is paid from no other money. */
export const meetsEarmark = staticRule({
  name: "earmark",
  reads: ["purpose"],
  keeps: (resource, claim, world) =>
    resource.earmark === null
      ? claim.purpose === null || world.classOf(resource).kind !== "funds"
      : resource.earmark === claim.purpose,
});
