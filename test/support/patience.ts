/** How long a test waits for what must come. Nothing is slow because of it, and no machine is too slow for it: it ends a wait for what never comes. */
export const PATIENCE_MS = 600_000;
