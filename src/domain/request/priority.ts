/** `claimed` waits for an officer · `confirmed` counts · `declined` does not · `withdrawn` no longer. */
export const PRIORITY_STATES = ["claimed", "confirmed", "declined", "withdrawn"] as const;
export type PriorityState = (typeof PRIORITY_STATES)[number];
