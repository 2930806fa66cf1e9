import type { PoolId } from "../../domain/id.js";

/** What an operator's monitor asks of the database. */
export interface PoolHealth {
  readonly pool: PoolId;
  readonly epoch: number;
  readonly lastSeq: number;
  /** Milliseconds since the writer last renewed its lease; null: nobody has it. */
  readonly leaseAgeMs: number | null;
  /** Commands not yet taken by the writer, and the age of the oldest. */
  readonly commandsWaiting: number;
  readonly oldestCommandMs: number;
  readonly requests: Readonly<Record<string, number>>;
}

export interface Health {
  /** Throws when the database cannot be reached. */
  pools(): Promise<readonly PoolHealth[]>;
}
