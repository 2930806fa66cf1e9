import type { ClaimRecord } from "../ports/decision.js";

/** What a claim asks, in the words of its class. */
export type ClaimAsked = Pick<ClaimRecord, "ordinal" | "classId" | "classNames" | "kind" | "measure" | "period" | "amount" | "slots" | "count" | "traits" | "scope" | "purpose">;

export const asked = ({ ordinal, classId, classNames, kind, measure, period, amount, slots, count, traits, scope, purpose }: ClaimRecord): ClaimAsked => ({
  ordinal,
  classId,
  classNames,
  kind,
  measure,
  period,
  amount,
  slots,
  count,
  traits,
  scope,
  purpose,
});
