import type { PoolId } from "../domain/id.js";
import type { Sql } from "./connection.js";
import { COMMAND_CHANNEL } from "./queries/command.js";

export interface CommandBell {
  /** Tells the pool's writer that a command was committed. */
  ring(pool: PoolId): void;
}

/**
 * Rings after the commit, on another connection, and while it rings whatever else is committed is told by one more notice.
 *
 * A notice sent inside the transaction makes PostgreSQL take one lock of the whole cluster for the time of the COMMIT, so
 * that no two acts would ever reach the disk together. A bell that is lost with its process costs a second: writers look
 * by themselves that often.
 */
export function commandBell(side: Sql): CommandBell {
  const ringing = new Map<PoolId, { again: boolean }>();

  async function notify(pool: PoolId, state: { again: boolean }): Promise<void> {
    try {
      do {
        state.again = false;
        await side`select pg_notify(${COMMAND_CHANNEL}, ${pool})`;
      } while (state.again);
    } catch {
      // The database is away, or we are closing: the writer will look.
    } finally {
      ringing.delete(pool);
    }
  }

  return {
    ring(pool) {
      const known = ringing.get(pool);
      if (known) {
        known.again = true;
        return;
      }
      const state = { again: false };
      ringing.set(pool, state);
      void notify(pool, state);
    },
  };
}
