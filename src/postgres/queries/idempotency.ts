import type { Idempotency, IdempotencyScope, Once, StoredAnswer } from "../../app/ports/idempotency.js";
import type { PoolId } from "../../domain/id.js";
import { problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import type { Sql } from "../connection.js";
import { lockApplicants } from "../sql/lock-applicants.js";
import { together } from "../together.js";

/**
 * What `once` needs of the store: a transaction that use cases called inside `work` join. Of several callers at once where
 * it `isShared`; `work` then takes the lock of their applicants first.
 */
export type Ambient = <T>(pool: PoolId, work: (sql: Sql) => Promise<T>, isShared: boolean) => Promise<T>;

type Work = () => Promise<Result<StoredAnswer>>;

interface Job {
  readonly scope: IdempotencyScope;
  readonly work: Work;
}

class RolledBack<T> {
  constructor(readonly outcome: T) {}
}

const IN_FLIGHT: Once = { kind: "refused", problems: [problem("idempotency.in_flight", {})] };

export function idempotency(transact: Ambient): Idempotency {
  async function alone({ scope, work }: Job): Promise<Once> {
    try {
      return await transact(scope.pool, async (sql): Promise<Once> => {
        const [found] = await seen(sql, scope.pool, [scope]);
        const known = answered(scope, found as Seen);
        if (known) return known;
        const result = await work();
        // Throwing is the only way to make the transaction forget what the use case wrote before it refused.
        if (!result.ok) throw new RolledBack({ kind: "refused", problems: result.problems } as const);
        await keep(sql, [{ scope, answer: result.value }]);
        return { kind: "done", answer: result.value, replayed: false };
      }, false);
    } catch (error) {
      if (error instanceof RolledBack) return error.outcome as Once;
      throw error;
    }
  }

  /** Jobs of one pool in one transaction. A refusal is kept out by itself, since it has written nothing. */
  async function all(jobs: readonly Job[]): Promise<readonly Once[]> {
    if (jobs.length === 1) return [await alone(jobs[0] as Job)];
    const { pool } = (jobs[0] as Job).scope;
    const scopes = jobs.map(({ scope }) => scope);
    return await transact(pool, async (sql) => {
      const [, found] = await Promise.all([lockApplicants(sql, pool, scopes.map(({ personId }) => personId)), seen(sql, pool, scopes)]);
      const kept: { readonly scope: IdempotencyScope; readonly answer: StoredAnswer }[] = [];
      const taken = new Set<string>();
      const results = await Promise.allSettled(
        jobs.map(async ({ scope, work }, at): Promise<Once> => {
          const known = answered(scope, found[at] as Seen);
          if (known) return known;
          // The lock does not tell two calls of one transaction apart.
          const name = nameOf(scope);
          if (taken.has(name)) return IN_FLIGHT;
          taken.add(name);
          const result = await work();
          if (!result.ok) return { kind: "refused", problems: result.problems };
          kept.push({ scope, answer: result.value });
          return { kind: "done", answer: result.value, replayed: false };
        }),
      );
      const answers = results.map((result) => {
        if (result.status === "rejected") throw result.reason;
        return result.value;
      });
      if (kept.length > 0) await keep(sql, kept);
      return answers;
    }, true);
  }

  const byPool = new Map<PoolId, (job: Job) => Promise<Once>>();
  const shared = (pool: PoolId): ((job: Job) => Promise<Once>) => {
    let group = byPool.get(pool);
    if (!group) byPool.set(pool, (group = together(all, alone)));
    return group;
  };

  return {
    once: (scope, work, how = "alone") => (how === "alone" ? alone({ scope, work }) : shared(scope.pool)({ scope, work })),
  };
}

interface Seen {
  /** The key is this transaction's. */
  readonly mine: boolean;
  readonly kept: { readonly bodyHash: string; readonly answer: StoredAnswer } | undefined;
}

const nameOf = ({ pool, personId, route, key }: IdempotencyScope): string => [pool, personId, route, key].join("\u001f");

/** What is answered without doing anything; undefined: it is to be done. */
function answered(scope: IdempotencyScope, { mine, kept }: Seen): Once | undefined {
  if (!kept) return mine ? undefined : IN_FLIGHT;
  if (kept.bodyHash !== scope.bodyHash) return { kind: "refused", problems: [problem("idempotency.key_reused", {})] };
  return { kind: "done", answer: kept.answer, replayed: true };
}

/**
 * Takes the keys for this transaction and looks for earlier answers. The advisory lock ends with the transaction: a
 * second call meanwhile is told "in flight" instead of waiting on a connection. Two statements, sent together: the
 * second sees what was committed until the keys were taken; within one, an answer committed just before would be missed
 * and the act done again.
 */
async function seen(sql: Sql, pool: PoolId, scopes: readonly IdempotencyScope[]): Promise<readonly Seen[]> {
  const of = (pick: (scope: IdempotencyScope) => string): string[] => scopes.map(pick);
  const [locks, rows] = await Promise.all([
    sql<{ mine: boolean }[]>`
      select pg_try_advisory_xact_lock(hashtextextended(name, 0)) as mine
      from unnest(${of(nameOf)}::text[]) with ordinality as n (name, at)
      order by at`,
    sql<{ at: number; body_hash: string; status: number; body: string; headers: Record<string, string> }[]>`
      select n.at::int as at, k.body_hash, k.status, k.body, k.headers
      from unnest(${of(({ personId }) => personId)}::text[], ${of(({ route }) => route)}::text[], ${of(({ key }) => key)}::text[])
          with ordinality as n (person_id, route, key, at)
        join pool.idempotency_keys k on k.pool_id = ${pool} and k.person_id = n.person_id and k.route = n.route and k.key = n.key`,
  ]);
  const kept = new Map(rows.map(({ at, body_hash, ...answer }) => [at - 1, { bodyHash: body_hash, answer }]));
  return locks.map(({ mine }, at) => ({ mine, kept: kept.get(at) }));
}

async function keep(sql: Sql, answers: readonly { readonly scope: IdempotencyScope; readonly answer: StoredAnswer }[]): Promise<void> {
  const of = <T>(pick: (one: (typeof answers)[number]) => T): T[] => answers.map(pick);
  await sql`
    insert into pool.idempotency_keys (pool_id, person_id, route, key, body_hash, status, body, headers)
    select pool_id, person_id, route, key, body_hash, status, body, headers::jsonb
    from unnest(
      ${of(({ scope }) => scope.pool as string)}::text[],
      ${of(({ scope }) => scope.personId)}::text[],
      ${of(({ scope }) => scope.route)}::text[],
      ${of(({ scope }) => scope.key)}::text[],
      ${of(({ scope }) => scope.bodyHash)}::text[],
      ${of(({ answer }) => answer.status)}::int[],
      ${of(({ answer }) => answer.body)}::text[],
      ${of(({ answer }) => JSON.stringify(answer.headers))}::text[]
    ) as a (pool_id, person_id, route, key, body_hash, status, body, headers)`;
}
