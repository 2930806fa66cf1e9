import { randomUUID } from "node:crypto";
import type { RequestIds } from "../../app/ports/serial.js";
import type { PoolId } from "../../domain/id.js";
import type { LocalDate } from "../../domain/instant.js";
import type { Connection } from "../connection.js";

/** Blocks grow with use: a quiet office leaves no large gaps, a busy process seldom asks. */
const BLOCK_FIRST = 8;
const BLOCK_MAX = 1_024;
/** Divisions × days a process remembers a block of; the oldest is forgotten, and leaves a gap. */
const BLOCKS_MAX = 4_096;

interface Block {
  next: number;
  end: number;
  size: number;
}

/**
 * Serials from blocks this process took, so that intake never queues on one row. A block is taken outside the
 * transaction of the request: a block that a rollback gave back would be handed out twice.
 */
export function requestIds({ side }: Connection): RequestIds {
  const blocks = new Map<string, Block>();
  const taking = new Map<string, Promise<void>>();

  async function take(key: string, pool: PoolId, division: string, date: LocalDate): Promise<void> {
    const size = Math.min(BLOCK_MAX, (blocks.get(key)?.size ?? BLOCK_FIRST / 2) * 2);
    const [row] = await side<{ end: number }[]>`
      insert into pool.request_serials as s (pool_id, division_code, date, next)
      values (${pool}, ${division}, ${date}, ${1 + size})
      on conflict (pool_id, division_code, date) do update set next = s.next + ${size}
      returning next as end`;
    if (!row) throw new Error("no block of serials was taken");
    if (blocks.size >= BLOCKS_MAX) {
      const [oldest] = blocks.keys();
      if (oldest !== undefined) blocks.delete(oldest);
    }
    blocks.set(key, { next: row.end - size, end: row.end, size });
  }

  return {
    unguessable: () => randomUUID(),
    async serial(pool, division, date) {
      const key = `${pool} ${division} ${date}`;
      for (;;) {
        const block = blocks.get(key);
        if (block && block.next < block.end) return block.next++;
        let waiting = taking.get(key);
        if (!waiting) {
          waiting = take(key, pool, division, date).finally(() => taking.delete(key));
          taking.set(key, waiting);
        }
        await waiting;
      }
    },
  };
}
