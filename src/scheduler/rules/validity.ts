import { staticRule } from "../rule.js";

/** Published and not retired. Dates of validity are capacity 0 outside them, which is the calendar's to say. */
export const isOffered = staticRule({
  name: "validity",
  reads: [],
  keeps: (resource) => resource.offered,
});
