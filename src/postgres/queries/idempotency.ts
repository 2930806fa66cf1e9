import type { Idempotency, IdempotencyScope, StoredAnswer } from "../../app/ports/idempotency.js";
import { problem } from "../../domain/problem.js";
import type { Sql } from "../connection.js";

/** What `once` needs of the store: a transaction that use cases called inside `work` join. */
export type Ambient = <T>(scope: IdempotencyScope, work: (sql: Sql) => Promise<T>) => Promise<T>;

class RolledBack<T> {
  constructor(readonly outcome: T) {}
}

export function idempotency(transact: Ambient): Idempotency {
  return {
    async once(scope, work) {
      try {
        return await transact(scope, async (sql) => {
          const found = await seen(sql, scope);
          if (found.answer) {
            if (found.bodyHash !== scope.bodyHash) return { kind: "refused", problems: [problem("idempotency.key_reused", {})] } as const;
            return { kind: "done", answer: found.answer, replayed: true } as const;
          }
          if (!found.mine) return { kind: "refused", problems: [problem("idempotency.in_flight", {})] } as const;
          const result = await work();
          // Throwing is the only way to make the transaction forget what the use case wrote before it refused.
          if (!result.ok) throw new RolledBack({ kind: "refused", problems: result.problems } as const);
          await keep(sql, scope, result.value);
          return { kind: "done", answer: result.value, replayed: false } as const;
        });
      } catch (error) {
        if (error instanceof RolledBack) return error.outcome as Awaited<ReturnType<Idempotency["once"]>>;
        throw error;
      }
    },
  };
}

/**
 * Takes the key for this transaction and looks for an earlier answer. The advisory lock ends with the transaction: a
 * second call meanwhile is told "in flight" instead of waiting on a connection. Two statements, sent together: the
 * second sees what was committed until the key was taken; within one, an answer committed just before would be missed
 * and the act done again.
 */
async function seen(sql: Sql, { pool, personId, route, key }: IdempotencyScope): Promise<{ mine: boolean; bodyHash?: string; answer?: StoredAnswer }> {
  const name = [pool, personId, route, key].join("\u001f");
  const [[taken], [kept]] = await Promise.all([
    sql<{ mine: boolean }[]>`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as mine`,
    sql<{ body_hash: string; status: number; body: string; headers: Record<string, string> }[]>`
      select body_hash, status, body, headers from pool.idempotency_keys
      where pool_id = ${pool} and person_id = ${personId} and route = ${route} and key = ${key}`,
  ]);
  const mine = taken?.mine === true;
  return kept ? { mine, bodyHash: kept.body_hash, answer: { status: kept.status, body: kept.body, headers: kept.headers } } : { mine };
}

async function keep(sql: Sql, scope: IdempotencyScope, answer: StoredAnswer): Promise<void> {
  await sql`
    insert into pool.idempotency_keys (pool_id, person_id, route, key, body_hash, status, body, headers)
    values (${scope.pool}, ${scope.personId}, ${scope.route}, ${scope.key}, ${scope.bodyHash}, ${answer.status}, ${answer.body}, ${sql.json(answer.headers)})`;
}
