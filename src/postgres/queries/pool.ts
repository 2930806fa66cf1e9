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
