import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";

/** The pool's clock: real time, or what a sandbox's clock was set to. */
export interface Clock {
  now(pool: PoolId): Promise<Instant>;
}
