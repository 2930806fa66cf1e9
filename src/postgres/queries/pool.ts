import type { Pools } from "../../app/ports/pool.js";
import { trusted, type CalendarId, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";

interface Row {
  readonly names: { zh: string; en: string };
  readonly division_code: string;
  readonly calendar_id: string | null;
  readonly time_zone: string;
  readonly sandbox: boolean;
}

export const pools = (sql: Sql, pool: PoolId): Pools => ({
  async get() {
    const [row] = await sql<Row[]>`
      select names, division_code, calendar_id, time_zone, sandbox from pool.pools where pool_id = ${pool}`;
    if (!row) return null;
    return {
      id: pool,
      names: row.names,
      division: trusted(row.division_code),
      calendarId: row.calendar_id === null ? null : trusted<CalendarId>(row.calendar_id),
      timeZone: row.time_zone,
      sandbox: row.sandbox,
    };
  },
  async now() {
    const [row] = await sql<{ now: Date }[]>`
      select coalesce((select clock_at from pool.pools where pool_id = ${pool}), clock_timestamp()) as now`;
    if (!row) throw new Error("the database told no time");
    return row.now.getTime();
  },
  async makeSandbox(of, at) {
    await sql`
      update pool.pools set sandbox = true, copied_from = ${of}, clock = 'manual', clock_at = ${new Date(at)} where pool_id = ${pool}`;
  },
  async removeSandbox() {
    const [row] = await sql<{ sandbox: boolean }[]>`select sandbox from pool.pools where pool_id = ${pool} for update`;
    if (row?.sandbox !== true) return false;
    // Its writer sees another epoch and stops; the row stays locked until the pool is gone.
    await sql`update pool.writers set epoch = epoch + 1 where pool_id = ${pool}`;
    for (const table of await tablesReferringFirst(sql)) await sql`delete from ${sql(`pool.${table}`)} where pool_id = ${pool}`;
    return true;
  },
  async copiedFrom() {
    const [row] = await sql<{ copied_from: PoolId | null }[]>`select copied_from from pool.pools where pool_id = ${pool}`;
    return row?.copied_from ?? null;
  },
  async analyse() {
    await sql`analyze pool.pools, pool.divisions, pool.classes, pool.calendars, pool.units, pool.resources, pool.assets, pool.items`;
  },
  async setClock(at) {
    const [row] = await sql<{ clock: string; clock_at: Date | null }[]>`select clock, clock_at from pool.pools where pool_id = ${pool} for update`;
    if (row?.clock !== "manual" || row.clock_at === null) return "not-manual";
    if (row.clock_at.getTime() > at) return "backwards";
    await sql`update pool.pools set clock_at = ${new Date(at)} where pool_id = ${pool}`;
    return "set";
  },
  async workedUpTo() {
    const [row] = await sql<{ worked_up_to: Date | null }[]>`select worked_up_to from pool.writers where pool_id = ${pool}`;
    return row?.worked_up_to?.getTime() ?? null;
  },
  async put({ id, names, division, calendarId, timeZone }) {
    await sql`
      insert into pool.pools (pool_id, names, division_code, calendar_id, time_zone)
      values (${id}, ${sql.json({ ...names })}, ${division}, ${calendarId}, ${timeZone})
      on conflict (pool_id) do update
        set names = excluded.names, division_code = excluded.division_code,
          calendar_id = excluded.calendar_id, time_zone = excluded.time_zone`;
    await sql`insert into pool.writers (pool_id) values (${id}) on conflict (pool_id) do nothing`;
  },
  async lockDeclaring() {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`declaring in ${pool}`}, 0))`;
  },
});

/** Every table of the schema, those that refer to others before those they refer to. */
async function tablesReferringFirst(sql: Sql): Promise<readonly string[]> {
  const tables = await sql<{ name: string; refers: string[] }[]>`
    select t.relname as name,
      array(select distinct o.relname::text from pg_constraint c join pg_class o on o.oid = c.confrelid where c.conrelid = t.oid and c.contype = 'f' and o.oid <> t.oid) as refers
    from pg_class t
      join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = 'pool' and t.relkind in ('r', 'p') and not t.relispartition
    order by t.relname`;
  const ordered: string[] = [];
  const left = new Map(tables.map(({ name, refers }) => [name, refers]));
  while (left.size > 0) {
    const free = [...left.keys()].filter((name) => ![...left].some(([other, refers]) => other !== name && refers.includes(name)));
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...left.keys()].join(", ")}`);
    for (const name of free) left.delete(name);
    ordered.push(...free);
  }
  return ordered;
}
