import type { Rule, ShapeField, ShapeFacts } from "../rule.js";
import type { ClaimAsk } from "../contract.js";
import { SCORE_READS } from "../score.js";
import { inAgreement } from "./agreement.js";
import { mayBeAutomated } from "./automation.js";
import { ofClass } from "./class.js";
import { meetsEarmark } from "./earmark.js";
import { inJurisdiction } from "./jurisdiction.js";
import { policyAllows } from "./policy.js";
import { inScope } from "./scope.js";
import { hasTraits } from "./traits.js";
import { isOffered } from "./validity.js";

/** In the order they run; each resource is counted at the first rule that drops it. Policy last: it asks outside. */
export const RULES: readonly Rule[] = [
  ofClass,
  isOffered,
  hasTraits,
  inJurisdiction,
  inScope,
  mayBeAutomated,
  inAgreement,
  meetsEarmark,
  policyAllows,
];

/** Everything a rule or a score reads of a claim, each once, in a fixed order. */
export const SHAPE_FIELDS: readonly ShapeField[] = [
  ...new Set([...RULES.flatMap((rule) => rule.reads), ...SCORE_READS]),
].sort();

/** Only the fields of the shape: a rule that reads another finds nothing there. */
export function shapeFacts(claim: ClaimAsk): ShapeFacts {
  const facts: Partial<Record<ShapeField, unknown>> = {};
  for (const field of SHAPE_FIELDS) facts[field] = field === "traits" ? [...claim.traits].sort() : claim[field];
  return facts as ShapeFacts;
}

/** One text per shape. Values are names and codes, which hold neither of the separators; only a purpose is free text. */
export function shapeKey(claim: ShapeFacts): string {
  let key = "";
  for (const field of SHAPE_FIELDS) {
    const value = claim[field];
    if (typeof value === "boolean") key += value ? "a" : "";
    else if (typeof value === "string") key += field === "purpose" ? JSON.stringify(value) : value;
    else if (value !== null) key += value.length < 2 ? value.join() : [...value].sort().join();
    key += "|";
  }
  return key;
}
