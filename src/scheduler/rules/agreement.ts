import { staticRule } from "../rule.js";

/**
 * What is bought serves what it was bought for. A claim carries its item as its purpose where an agreement names items; what nobody's
 * case asks carries none.
 */
export const inAgreement = staticRule({
  name: "agreement",
  reads: ["purpose"],
  keeps: ({ agreement }, { purpose }) =>
    agreement === undefined || (agreement.inForce && (agreement.items === null || (purpose !== null && agreement.items.includes(purpose)))),
});
