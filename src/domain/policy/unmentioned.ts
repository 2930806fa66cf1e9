import { ACTIONS, partsOf, type Action } from "./action.js";
import type { PolicyRule } from "./rule.js";

/** `object.act` of a rule about access. */
const actOf = ({ model, cells: [, object = "", act = ""] }: PolicyRule): string => (model === "access" ? `${object}.${act}` : "");

/**
 * Acts of this release that no rule of a pool ever spoke of, though the shipped rules do: nobody may do them there, and nobody decided so. What people
 * took out of their rules was there once, and is their decision.
 *
 * @param heard `object.act` of all rules that were ever in force in the pool
 */
export function unmentioned(heard: ReadonlySet<string>, shipped: readonly PolicyRule[]): readonly Action[] {
  const spoken = new Set(shipped.map(actOf));
  return ACTIONS.filter((action) => {
    const { object, act } = partsOf(action);
    return spoken.has(`${object}.${act}`) && !heard.has(`${object}.${act}`);
  });
}

/** The shipped rules about these acts. */
export const rulesAbout = (acts: readonly Action[], shipped: readonly PolicyRule[]): readonly PolicyRule[] => {
  const asked = new Set(acts.map((action) => `${partsOf(action).object}.${partsOf(action).act}`));
  return shipped.filter((rule) => asked.has(actOf(rule)));
};
