/*
 *   asked ─► held ─► confirmed ─► ended
 *     │        ├────────┴──► released
 *     └► refused └► expired
 *
 * `held` waits to be confirmed until its hold ends; a claim without such a moment is `confirmed` when it is granted.
 */
export const DIRECT_CLAIM_STATES = ["asked", "held", "confirmed", "released", "refused", "expired", "ended"] as const;
export type DirectClaimState = (typeof DIRECT_CLAIM_STATES)[number];

/** What the scheduler made of a direct claim's step; everything else is an act of the claimant. */
export type DirectOutcome = "held" | "confirmed" | "refused" | "expired" | "ended";

export const isOpen = (state: DirectClaimState): boolean => state === "asked" || state === "held" || state === "confirmed";

/** Open direct claims of one unit at most: a hoard is not a booking. */
export const OPEN_CLAIMS_MAX = 200;
/** Minutes an unconfirmed hold may keep others out at most. */
export const HOLD_MINUTES_MAX = 24 * 60;
/** Minutes an unconfirmed hold lasts when the claimant does not say. */
export const HOLD_MINUTES_USUAL = 30;
