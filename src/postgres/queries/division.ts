import type { Divisions, Zones } from "../../app/ports/division.js";
import { pageOf } from "../../app/ports/page.js";
import { trusted, type DivisionCode, type PoolId } from "../../domain/id.js";
import type { Division, DivisionLevel, Zone } from "../../domain/org/division.js";
import type { Sql } from "../connection.js";
import { inBulk } from "./bulk.js";

interface DivisionRow {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly level: DivisionLevel;
  readonly parent_code: string | null;
}

const divisionOf = (row: DivisionRow): Division => ({
  code: trusted(row.code),
  names: { zh: row.name_zh, en: row.name_en },
  level: row.level,
  parent: row.parent_code === null ? null : trusted<DivisionCode>(row.parent_code),
});

export const divisions = (sql: Sql, pool: PoolId): Divisions => ({
  async all() {
    const rows = await sql<DivisionRow[]>`
      select code, name_zh, name_en, level, parent_code from pool.divisions where pool_id = ${pool} order by code`;
    return rows.map(divisionOf);
  },
  async list({ level, parent }, { limit, after }) {
    const rows = await sql<DivisionRow[]>`
      select code, name_zh, name_en, level, parent_code from pool.divisions
      where pool_id = ${pool}
        ${level === undefined ? sql`` : sql`and level = ${level}`}
        ${parent === undefined ? sql`` : sql`and parent_code = ${parent}`}
        ${after === undefined ? sql`` : sql`and code > ${after}`}
      order by code limit ${limit + 1}`;
    return pageOf(rows.map(divisionOf), limit, ({ code }) => code);
  },
  async put(declared) {
    const rows = declared.map(({ code, names, level, parent }) => ({ code, name_zh: names.zh, name_en: names.en, level, parent_code: parent }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.divisions (pool_id, code, name_zh, name_en, level, parent_code)
      select ${pool}, code, name_zh, name_en, level, parent_code
      from json_to_recordset(${json}) as d (code text, name_zh text, name_en text, level text, parent_code text)
      on conflict (pool_id, code) do update
        set name_zh = excluded.name_zh, name_en = excluded.name_en, level = excluded.level, parent_code = excluded.parent_code`);
  },
});

interface ZoneRow {
  readonly zone_id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly townships: string[];
}

export const zones = (sql: Sql, pool: PoolId): Zones => ({
  async all() {
    const rows = await sql<ZoneRow[]>`
      select zone_id, name_zh, name_en, townships from pool.zones where pool_id = ${pool} order by zone_id`;
    return rows.map((row): Zone => ({ id: trusted(row.zone_id), names: { zh: row.name_zh, en: row.name_en }, townships: row.townships as DivisionCode[] }));
  },
  async put(declared) {
    const rows = declared.map(({ id, names, townships }) => ({ zone_id: id, name_zh: names.zh, name_en: names.en, townships }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.zones (pool_id, zone_id, name_zh, name_en, townships)
      select ${pool}, zone_id, name_zh, name_en, townships
      from json_to_recordset(${json}) as z (zone_id text, name_zh text, name_en text, townships text[])
      on conflict (pool_id, zone_id) do update
        set name_zh = excluded.name_zh, name_en = excluded.name_en, townships = excluded.townships`);
  },
});
