import { pageOf } from "../../app/ports/page.js";
import type { Units } from "../../app/ports/unit.js";
import { trusted, type CalendarId, type PoolId, type UnitId } from "../../domain/id.js";
import { parentsFirst } from "../../domain/org/tree.js";
import type { Unit } from "../../domain/org/unit.js";
import type { Sql } from "../connection.js";
import { containing, inBulk } from "./bulk.js";

interface Row {
  readonly unit_id: string;
  readonly parent_id: string | null;
  readonly name_zh: string;
  readonly name_en: string;
  readonly division_code: string;
  readonly line: string;
  readonly level: Unit["level"];
  readonly kind: "organ" | "task-force" | "supplier";
  readonly credit_code: string | null;
  readonly address: string | null;
  readonly phone: string | null;
  readonly calendar_id: string | null;
  readonly state: Unit["state"];
  readonly published: boolean;
  readonly generation: string;
}

const unitOf = (row: Row): Unit => ({
  id: trusted(row.unit_id),
  parent: row.parent_id === null ? null : trusted<UnitId>(row.parent_id),
  names: { zh: row.name_zh, en: row.name_en },
  division: trusted(row.division_code),
  line: row.line,
  level: row.level,
  ...(row.kind === "organ" ? {} : { kind: row.kind }),
  creditCode: row.credit_code,
  address: row.address,
  phone: row.phone,
  calendarId: row.calendar_id === null ? null : trusted<CalendarId>(row.calendar_id),
  state: row.state,
  published: row.published,
  generation: Number(row.generation),
});

export function units(sql: Sql, pool: PoolId): Units {
  const columns = sql`unit_id, parent_id, name_zh, name_en, division_code, line, level, kind, credit_code, address, phone, calendar_id, state, published, generation`;
  return {
    async get(id) {
      const [row] = await sql<Row[]>`select ${columns} from pool.units where pool_id = ${pool} and unit_id = ${id}`;
      return row ? unitOf(row) : null;
    },
    async some(ids) {
      if (ids.length === 0) return [];
      const rows = await sql<Row[]>`
        select ${columns} from pool.units
        where pool_id = ${pool} and unit_id = any(${[...ids]}::text[])
        order by array_position(${[...ids]}::text[], unit_id)`;
      return rows.map(unitOf);
    },
    async lock(id) {
      const [row] = await sql<Row[]>`select ${columns} from pool.units where pool_id = ${pool} and unit_id = ${id} for update`;
      return row ? unitOf(row) : null;
    },
    async all() {
      const rows = await sql<Row[]>`select ${columns} from pool.units where pool_id = ${pool} order by unit_id`;
      return rows.map(unitOf);
    },
    async list({ parent, line, level, division, published, state, text }, { limit, after }) {
      const like = text === undefined ? "" : containing(text);
      const rows = await sql<Row[]>`
        select ${columns} from pool.units
        where pool_id = ${pool}
          ${parent === undefined ? sql`` : sql`and parent_id = ${parent}`}
          ${line === undefined ? sql`` : sql`and line = ${line}`}
          ${level === undefined ? sql`` : sql`and level = ${level}`}
          ${division === undefined ? sql`` : sql`and division_code = ${division}`}
          ${published === undefined ? sql`` : sql`and published = ${published}`}
          ${state === undefined ? sql`` : sql`and state = ${state}`}
          ${text === undefined ? sql`` : sql`and (name_zh ilike ${like} or name_en ilike ${like} or unit_id like ${like})`}
          ${after === undefined ? sql`` : sql`and unit_id > ${after}`}
        order by unit_id limit ${limit + 1}`;
      return pageOf(rows.map(unitOf), limit, ({ id }) => id);
    },
    async put(declared, at) {
      const rows = parentsFirst(declared).map(({ id, parent, names, division, calendarId, creditCode, kind, ...rest }) => ({
        ...rest,
        kind: kind ?? "organ",
        unit_id: id,
        parent_id: parent,
        name_zh: names.zh,
        name_en: names.en,
        division_code: division,
        credit_code: creditCode,
        calendar_id: calendarId,
      }));
      await inBulk(sql, rows, (json) => sql`
        insert into pool.units as u (pool_id, unit_id, parent_id, name_zh, name_en, division_code, line, level, kind, credit_code, address, phone, calendar_id, published, published_at)
        select ${pool}, unit_id, parent_id, name_zh, name_en, division_code, line, level, kind, credit_code, address, phone, calendar_id, published,
          case when published then ${new Date(at)}::timestamptz end
        from json_to_recordset(${json}) as d (unit_id text, parent_id text, name_zh text, name_en text, division_code text, line text, level text, kind text,
          credit_code text, address text, phone text, calendar_id text, published boolean)
        on conflict (pool_id, unit_id) do update
          set parent_id = excluded.parent_id, name_zh = excluded.name_zh, name_en = excluded.name_en, division_code = excluded.division_code,
            line = excluded.line, level = excluded.level, credit_code = excluded.credit_code, address = excluded.address,
            phone = excluded.phone, calendar_id = excluded.calendar_id, published = excluded.published,
            published_at = case when excluded.published then coalesce(u.published_at, excluded.published_at) end,
            generation = u.generation + 1`);
    },
    async retire(id) {
      await sql`
        update pool.units set state = 'retired', published = false, published_at = null, generation = generation + 1
        where pool_id = ${pool} and unit_id = ${id}`;
    },
    async revive(ids) {
      await sql`
        update pool.units set state = 'active', generation = generation + 1
        where pool_id = ${pool} and unit_id = any(${[...ids]}::text[]) and state = 'retired'`;
    },
    async remove(ids) {
      // Parents may be named with their children, so children go first, however deep.
      for (let removed = 1; removed > 0; ) {
        ({ count: removed } = await sql`
          delete from pool.units u
          where pool_id = ${pool} and unit_id = any(${[...ids]}::text[])
            and not exists (select 1 from pool.units c where c.pool_id = u.pool_id and c.parent_id = u.unit_id)
            and not exists (select 1 from pool.resources r where r.pool_id = u.pool_id and r.unit_id = u.unit_id)
            and not exists (select 1 from pool.assets a where a.pool_id = u.pool_id and a.unit_id = u.unit_id)
            and not exists (select 1 from pool.requests q where q.pool_id = u.pool_id and q.unit_id = u.unit_id)
            and not exists (select 1 from pool.items i where i.pool_id = u.pool_id and i.unit_id = u.unit_id)
            and not exists (select 1 from pool.role_grants g where g.pool_id = u.pool_id and g.unit_id = u.unit_id and g.revoked_at is null)`);
      }
      const left = await sql<{ unit_id: UnitId }[]>`select unit_id from pool.units where pool_id = ${pool} and unit_id = any(${[...ids]}::text[]) order by unit_id`;
      return left.map(({ unit_id }) => unit_id);
    },
    async livingBeneath(id) {
      const [row] = await sql<{ units: number; resources: number }[]>`
        select
          (select count(*) from pool.units where pool_id = ${pool} and parent_id = ${id} and state = 'active')::int as units,
          (select count(*) from pool.resources where pool_id = ${pool} and unit_id = ${id} and state <> 'retired')::int as resources`;
      return row ?? { units: 0, resources: 0 };
    },
  };
}
