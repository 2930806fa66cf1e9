/** `kinship` a relative of the party · `interest` the officer's own interest · `relation` another tie that may sway · `ordered` the head ordered it. */
export const RECUSAL_GROUNDS = ["kinship", "interest", "relation", "ordered"] as const;
export type RecusalGround = (typeof RECUSAL_GROUNDS)[number];
