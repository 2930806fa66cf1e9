import { breath } from "../app/scheduling/breath.js";
import type { Rhythm } from "../app/scheduling/pace.js";

/** The time of this machine, and its event loop. */
export const RHYTHM: Rhythm = { nowMs: () => performance.now(), breathe: breath };
