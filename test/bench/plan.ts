import type { BenchServer } from "./database.js";
import type { Emit } from "./figure.js";
import type { WorldKind } from "./world.js";

/** How one run is made: what was asked for on the command line, and what follows from it. */
export interface Plan {
  readonly quick: boolean;
  readonly seed: number;
  readonly kind: WorldKind;
  /** Seconds each throughput is measured; null: as the figure's own plan says. */
  readonly seconds: number | null;
  /** Seconds before that, in which plans, shapes and caches fill. */
  readonly warmUpSeconds: number | null;
  readonly server: () => Promise<BenchServer>;
  readonly emit: Emit;
}

export const SIZES = { "1e4": 10_000, "1e5": 100_000, "1e6": 1_000_000 } as const;
export type SizeName = keyof typeof SIZES;
