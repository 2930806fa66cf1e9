import type { PoolId } from "../domain/id.js";
import type { Reading, Store, Transaction } from "../app/ports/store.js";
import type { Connection, Sql } from "./connection.js";
import { auditLog } from "./queries/audit.js";
import { commandLog } from "./queries/command.js";

/** Deadlock and serialization failure: nothing was done, the same work may be tried again. */
const RETRYABLE = new Set(["40P01", "40001"]);
const ATTEMPTS_MAX = 5;

export function createStore({ sql }: Connection): Store {
  return {
    async transact<T>(pool: PoolId, work: (tx: Transaction) => Promise<T>): Promise<T> {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return (await sql.begin((t) => work(transaction(t as unknown as Sql, pool)))) as T;
        } catch (error) {
          if (attempt >= ATTEMPTS_MAX || !RETRYABLE.has((error as { code?: string }).code ?? "")) throw error;
        }
      }
    },
    read: (pool) => reading(sql, pool),
  };
}

/** One line per noun: the repositories that read. */
function reading(_sql: Sql, poolId: PoolId): Reading {
  return { poolId };
}

function transaction(sql: Sql, poolId: PoolId): Transaction {
  return {
    ...reading(sql, poolId),
    audit: auditLog(sql, poolId),
    commands: commandLog(sql, poolId),
  };
}
