import { pageOf } from "../../app/ports/page.js";
import type { WhatIfRecord, WhatIfs, WhatIfSummary } from "../../app/ports/what-if.js";
import type { PoolId } from "../../domain/id.js";
import type { Problem } from "../../domain/problem.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface SummaryRow {
  readonly what_if_id: string;
  readonly name: string;
  readonly state: WhatIfSummary["state"];
  readonly progress: number;
  readonly problems: Problem[] | null;
  readonly result_hash: string | null;
  readonly asked_by: string;
  readonly asked_at: Date;
  readonly ended_at: Date | null;
}

const summaryOf = (row: SummaryRow): WhatIfSummary => ({
  id: row.what_if_id,
  name: row.name,
  state: row.state,
  progress: row.progress,
  problems: row.problems ?? [],
  resultHash: row.result_hash,
  askedBy: row.asked_by,
  askedAt: row.asked_at.getTime(),
  endedAt: row.ended_at?.getTime() ?? null,
});

export function whatIfs(sql: Sql, pool: PoolId): WhatIfs {
  const here = (id: string) => sql`pool_id = ${pool} and what_if_id = ${id}::uuid`;
  const summary = sql`what_if_id, name, state, progress, problems, result_hash, asked_by, asked_at, ended_at`;
  return {
    async lock() {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`what-ifs of ${pool}`}, 0))`;
    },
    async begin({ id, scenario, askedBy }) {
      await sql`
        insert into pool.what_ifs (pool_id, what_if_id, name, scenario, state, asked_by)
        values (${pool}, ${id}, ${scenario.name}, ${sql.json(scenario as never)}, 'waiting', ${askedBy})`;
    },
    async get(id) {
      const [row] = await sql<(SummaryRow & Pick<WhatIfRecord, "scenario" | "result">)[]>`select ${summary}, scenario, result from pool.what_ifs where ${here(id)}`;
      return row ? { ...summaryOf(row), scenario: row.scenario, result: row.result } : null;
    },
    async list({ limit, after }) {
      const [at, id] = after === undefined ? [] : (readCursor(after, ["number", "uuid"]) ?? []);
      const rows = await sql<SummaryRow[]>`
        select ${summary} from pool.what_ifs
        where pool_id = ${pool} ${at === undefined || id === undefined ? sql`` : sql`and (asked_at, what_if_id) < (${new Date(at)}, ${id}::uuid)`}
        order by asked_at desc, what_if_id desc limit ${limit + 1}`;
      return pageOf(rows.map(summaryOf), limit, (one) => cursorOf(one.askedAt, one.id));
    },
    async unfinished() {
      const [row] = await sql<{ count: number }[]>`select count(*)::int as count from pool.what_ifs where pool_id = ${pool} and state in ('waiting', 'running')`;
      return row?.count ?? 0;
    },
    async count() {
      const [row] = await sql<{ count: number }[]>`select count(*)::int as count from pool.what_ifs where pool_id = ${pool}`;
      return row?.count ?? 0;
    },
    async progress(id, percent) {
      const rows = await sql`
        update pool.what_ifs set state = 'running', progress = greatest(progress, ${percent}), worked_at = clock_timestamp()
        where ${here(id)} and state in ('waiting', 'running') returning 1`;
      return rows.length > 0;
    },
    async stillWaits(id) {
      await sql`update pool.what_ifs set worked_at = clock_timestamp() where ${here(id)} and state = 'waiting'`;
    },
    async finish(id, result) {
      await sql`
        update pool.what_ifs
        set state = 'done', progress = 100, result = ${sql.json(result as never)}, result_hash = ${result.hash}, worked_at = clock_timestamp(), ended_at = clock_timestamp()
        where ${here(id)} and state in ('waiting', 'running')`;
    },
    async stop(id, as, problems) {
      const rows = await sql`
        update pool.what_ifs
        set state = ${as}, problems = ${problems.length === 0 ? null : sql.json(problems as never)}, worked_at = clock_timestamp(), ended_at = clock_timestamp()
        where ${here(id)} and state in ('waiting', 'running') returning 1`;
      return rows.length > 0;
    },
    async abandon(idleMs, why) {
      await sql`
        update pool.what_ifs set state = 'failed', problems = ${sql.json(why as never)}, ended_at = clock_timestamp()
        where pool_id = ${pool} and state in ('waiting', 'running') and worked_at < clock_timestamp() - make_interval(secs => ${idleMs / 1_000})`;
    },
    async remove(id) {
      await sql`delete from pool.what_ifs where ${here(id)}`;
    },
  };
}
