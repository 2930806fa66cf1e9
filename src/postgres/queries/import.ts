import type { ImportChange, ImportRecord, Imports } from "../../app/ports/import.js";
import { pageOf } from "../../app/ports/page.js";
import type { PoolId } from "../../domain/id.js";
import type { Problem } from "../../domain/problem.js";
import type { Sql } from "../connection.js";
import { inBulk } from "./bulk.js";
import { cursorOf, readCursor } from "./cursor.js";

interface Row {
  readonly import_id: string;
  readonly kind: ImportRecord["kind"];
  readonly file_name: string;
  readonly state: ImportRecord["state"];
  readonly options: ImportRecord["options"];
  readonly problems: Problem[] | null;
  readonly rows_total: number | null;
  readonly rows_done: number;
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly bad: number;
  readonly skip_bad: number;
  readonly created_by: string;
  readonly created_at: Date;
  readonly worked_at: Date;
  readonly ended_at: Date | null;
}

const importOf = (row: Row): ImportRecord => ({
  id: row.import_id,
  kind: row.kind,
  fileName: row.file_name,
  state: row.state,
  options: row.options,
  problems: row.problems ?? [],
  rowsTotal: row.rows_total,
  rowsDone: row.rows_done,
  created: row.created,
  changed: row.changed,
  unchanged: row.unchanged,
  removed: row.removed,
  bad: row.bad,
  skipBad: row.skip_bad === 1,
  createdBy: row.created_by,
  createdAt: row.created_at.getTime(),
  workedAt: row.worked_at.getTime(),
  endedAt: row.ended_at?.getTime() ?? null,
});

interface ChangeRow {
  readonly ordinal: number;
  readonly object_key: string;
  readonly change: ImportChange["change"];
  readonly before: ImportChange["before"];
  readonly after: ImportChange["after"];
  readonly problems: Problem[] | null;
  readonly seen_generation: string | null;
  readonly generation: string | null;
}

const numberOrNull = (value: string | null): number | null => (value === null ? null : Number(value));

const changeOf = (row: ChangeRow): ImportChange => ({
  ordinal: row.ordinal,
  key: row.object_key,
  change: row.change,
  before: row.before,
  after: row.after,
  problems: row.problems ?? [],
  seenGeneration: numberOrNull(row.seen_generation),
  generation: numberOrNull(row.generation),
});

export function imports(sql: Sql, pool: PoolId): Imports {
  const here = (id: string) => sql`pool_id = ${pool} and import_id = ${id}::uuid`;
  return {
    async begin({ id, kind, fileName, options, createdBy }) {
      await sql`
        insert into pool.imports (pool_id, import_id, kind, file_name, state, options, created_by)
        values (${pool}, ${id}, ${kind}, ${fileName}, 'reading', ${sql.json(options as never)}, ${createdBy})`;
    },
    async get(id) {
      const [row] = await sql<Row[]>`select * from pool.imports where ${here(id)}`;
      return row ? importOf(row) : null;
    },
    async list({ limit, after, createdBy }) {
      const [at, id] = after === undefined ? [] : (readCursor(after, ["number", "uuid"]) ?? []);
      const rows = await sql<Row[]>`
        select * from pool.imports
        where pool_id = ${pool}
          ${createdBy === undefined ? sql`` : sql`and created_by = ${createdBy}`}
          ${at === undefined || id === undefined ? sql`` : sql`and (created_at, import_id) < (${new Date(at)}, ${id}::uuid)`}
        order by created_at desc, import_id desc limit ${limit + 1}`;
      return pageOf(rows.map(importOf), limit, (one) => cursorOf(one.createdAt, one.id));
    },
    async progress(id, rowsDone, rowsTotal) {
      await sql`
        update pool.imports
        set rows_done = ${rowsDone}, rows_total = coalesce(${rowsTotal}, rows_total), worked_at = clock_timestamp()
        where ${here(id)}`;
    },
    async addChanges(id, changes) {
      await inBulk(sql, changes, (json) => sql`
        insert into pool.import_changes (pool_id, import_id, ordinal, object_key, change, before, after, problems, seen_generation)
        select ${pool}, ${id}::uuid, ordinal, key, change, before, after, nullif(problems, '[]'::jsonb), "seenGeneration"
        from json_to_recordset(${json}) as c
          (ordinal int, key text, change text, before jsonb, after jsonb, problems jsonb, "seenGeneration" bigint)`);
    },
    async spoil(id, problems) {
      const rows = [...problems].map(([key, found]) => ({ key, found }));
      await inBulk(sql, rows, (json) => sql`
        update pool.import_changes c set change = 'bad', problems = b.found
        from json_to_recordset(${json}) as b (key text, found jsonb)
        where c.pool_id = ${pool} and c.import_id = ${id}::uuid and c.object_key = b.key`);
    },
    async previewed(id, rows, unchanged) {
      // `state` guards against a sweep that took this one for dead.
      await sql`
        update pool.imports i
        set state = 'previewed', rows_total = ${rows}, rows_done = ${rows}, unchanged = ${unchanged}, worked_at = clock_timestamp(),
          created = c.created, changed = c.changed, removed = c.removed, bad = c.bad
        from (
          select count(*) filter (where change = 'created') as created, count(*) filter (where change = 'changed') as changed,
            count(*) filter (where change = 'removed') as removed, count(*) filter (where change = 'bad') as bad
          from pool.import_changes where ${here(id)}
        ) c
        where i.pool_id = ${pool} and i.import_id = ${id}::uuid and i.state = 'reading'`;
    },
    async move(id, from, to, { skipBad, problems, endedAt } = {}) {
      const rows = await sql`
        update pool.imports
        set state = ${to}, worked_at = clock_timestamp(),
          problems = ${problems === undefined || problems.length === 0 ? null : sql.json(problems as never)}
          ${skipBad === undefined ? sql`` : sql`, skip_bad = ${skipBad ? 1 : 0}`}
          ${endedAt ? sql`, ended_at = clock_timestamp()` : sql``}
        where ${here(id)} and state = ${from}
        returning 1`;
      return rows.length > 0;
    },
    async abandon(idleMs, why) {
      await sql`
        update pool.imports
        set state = case state when 'applying' then 'previewed' when 'reverting' then 'applied' else 'failed' end,
          ended_at = case state when 'reading' then clock_timestamp() else ended_at end,
          problems = ${sql.json(why as never)}, worked_at = clock_timestamp()
        where pool_id = ${pool} and state in ('reading', 'applying', 'reverting')
          and worked_at < clock_timestamp() - make_interval(secs => ${idleMs / 1000})`;
    },
    async changes(id, { change }, { limit, after }) {
      const [from] = after === undefined ? [] : (readCursor(after, ["number"]) ?? []);
      const rows = await sql<ChangeRow[]>`
        select ordinal, object_key, change, before, after, problems, seen_generation, generation
        from pool.import_changes
        where ${here(id)}
          ${change === undefined ? sql`` : sql`and change = ${change}`}
          ${from === undefined ? sql`` : sql`and ordinal > ${Number(from)}::bigint`}
        order by ordinal limit ${limit + 1}`;
      return pageOf(rows.map(changeOf), limit, ({ ordinal }) => cursorOf(ordinal));
    },
    async noteGenerations(id, generations) {
      const rows = [...generations].map(([key, generation]) => ({ key, generation }));
      await inBulk(sql, rows, (json) => sql`
        update pool.import_changes c set generation = g.generation
        from json_to_recordset(${json}) as g (key text, generation bigint)
        where c.pool_id = ${pool} and c.import_id = ${id}::uuid and c.object_key = g.key and c.change <> 'bad'`);
    },
  };
}
