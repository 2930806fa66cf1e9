import type { PlanSearch, SearchBook } from "../../app/ports/plan-search.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

interface Row {
  readonly search_id: string;
  readonly goal: PlanSearch["goal"];
  readonly asked_by: string;
  readonly asked_at: Date;
  readonly progress: PlanSearch["progress"];
  readonly outcome: PlanSearch["end"];
}

const searchOf = (row: Row): PlanSearch => ({ id: row.search_id, goal: row.goal, by: trusted(row.asked_by), at: row.asked_at.getTime(), progress: row.progress, end: row.outcome });

export function planSearches(sql: Sql, pool: PoolId): SearchBook {
  const here = (id: string) => sql`pool_id = ${pool} and search_id = ${id}::uuid`;
  const columns = sql`search_id, goal, asked_by, asked_at, progress, outcome`;
  return {
    async begin({ id, goal, by, at, progress }, keptMax) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`plan searches of ${pool}`}, 0))`;
      const rows = await sql`
        insert into pool.plan_searches (pool_id, search_id, goal, asked_by, asked_at, progress)
        select ${pool}, ${id}, ${sql.json(goal as never)}, ${by}, ${new Date(at)}, ${sql.json(progress as never)}
        where not exists (select from pool.plan_searches where pool_id = ${pool} and outcome is null)
        returning 1`;
      await sql`
        delete from pool.plan_searches where pool_id = ${pool} and outcome is not null and search_id not in (
          select search_id from pool.plan_searches where pool_id = ${pool} order by begun_at desc limit ${keptMax})`;
      return rows.length > 0;
    },
    async get(id) {
      const [row] = await sql<Row[]>`select ${columns} from pool.plan_searches where pool_id = ${pool} and search_id::text = ${id}`;
      return row ? searchOf(row) : null;
    },
    async latest() {
      const [row] = await sql<Row[]>`select ${columns} from pool.plan_searches where pool_id = ${pool} order by begun_at desc, search_id limit 1`;
      return row ? searchOf(row) : null;
    },
    async progress(id, progress) {
      await sql`update pool.plan_searches set progress = ${sql.json(progress as never)}, worked_at = clock_timestamp() where ${here(id)} and outcome is null`;
    },
    async finish(id, progress, end) {
      await sql`
        update pool.plan_searches set progress = ${sql.json(progress as never)}, outcome = ${sql.json(end as never)}, worked_at = clock_timestamp()
        where ${here(id)} and outcome is null`;
    },
    async abandon(idleMs, end) {
      await sql`
        update pool.plan_searches set outcome = ${sql.json(end as never)}
        where pool_id = ${pool} and outcome is null and worked_at < clock_timestamp() - make_interval(secs => ${idleMs / 1_000})`;
    },
  };
}
