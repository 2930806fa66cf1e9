import type { PoolId } from "../../domain/id.js";
import type { LocalDate } from "../../domain/instant.js";

/** The two names of a request: one that cannot be guessed and one that can be read out. */
export interface RequestIds {
  /** A random UUID: what URLs carry. */
  unguessable(): string;
  /**
   * The next serial of a division and day. Each is given once; gaps are normal, since processes take them in blocks.
   * @param division six digits
   */
  serial(pool: PoolId, division: string, date: LocalDate): Promise<number>;
}
