import { staticRule } from "../rule.js";

/** The place of the matter lies in a division the resource answers for. */
export const inJurisdiction = staticRule({
  name: "jurisdiction",
  reads: ["division"],
  keeps: (resource, claim, { divisions }) =>
    divisions.lineOf(claim.division).some((division) => (resource.jurisdiction as readonly string[]).includes(division)),
});
