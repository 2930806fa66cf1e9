import { setImmediate as immediate } from "node:timers/promises";
import type { Rhythm } from "../app/scheduling/pace.js";

/** The time of this machine, and its event loop. */
export const RHYTHM: Rhythm = { nowMs: () => performance.now(), breathe: () => immediate() };
