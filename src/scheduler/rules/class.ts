import { staticRule } from "../rule.js";

/** Only supply of the class that is asked. Shapes start from the class's own resources, so this drops nobody by itself. */
export const ofClass = staticRule({
  name: "class",
  reads: ["classId"],
  keeps: (resource, claim) => resource.classId === claim.classId,
});
