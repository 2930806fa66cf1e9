/**
 * What usage can be told apart by. `class` always is: amounts of two classes have no sum. `unit` is who used it (the unit
 * that answers for the claim), `supplier` whose resource it was.
 */
export const USAGE_DIMENSIONS = ["class", "period", "unit", "supplier", "item", "applicant", "request"] as const;
export type UsageDimension = (typeof USAGE_DIMENSIONS)[number];

export const USAGE_PERIODS = ["day", "month", "year"] as const;
export type UsagePeriod = (typeof USAGE_PERIODS)[number];

export const isUsageDimension = (word: string): word is UsageDimension => (USAGE_DIMENSIONS as readonly string[]).includes(word);
