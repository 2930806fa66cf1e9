import type { Classes, Traits } from "../../app/ports/class.js";
import type { LabourLimit } from "../../domain/pool/labour.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { CapacityClass, LegalArticle } from "../../domain/pool/class.js";
import type { Sql } from "../connection.js";
import { inBulk } from "./bulk.js";

interface ClassRow {
  readonly class_id: string;
  readonly kind: CapacityClass["kind"];
  readonly name_zh: string;
  readonly name_en: string;
  readonly measure: CapacityClass["measure"];
  readonly period: CapacityClass["period"];
  readonly horizon_days: number | null;
  readonly per: CapacityClass["per"];
  readonly lend: CapacityClass["lend"];
  readonly act: CapacityClass["act"];
  readonly consumable: boolean;
  readonly min: string;
  readonly max: string;
  readonly step: string;
  readonly labour: LabourLimit | null;
  readonly non_delegable: LegalArticle | null;
  readonly source: string | null;
  readonly generation: string;
}

const classOf = (row: ClassRow): CapacityClass => ({
  id: trusted(row.class_id),
  kind: row.kind,
  names: { zh: row.name_zh, en: row.name_en },
  measure: row.measure,
  period: row.period,
  horizonDays: row.horizon_days,
  per: row.per,
  lend: row.lend,
  act: row.act,
  consumable: row.consumable,
  limits: { min: Number(row.min), max: Number(row.max), step: Number(row.step) },
  ...(row.labour && { labour: row.labour }),
  ...(row.non_delegable && { nonDelegable: row.non_delegable }),
  source: row.source,
  generation: Number(row.generation),
});

export const classes = (sql: Sql, pool: PoolId): Classes => ({
  async all() {
    const rows = await sql<ClassRow[]>`
      select class_id, kind, name_zh, name_en, measure, period, horizon_days, per, lend, act, consumable, min, max, step, labour, non_delegable, source, generation
      from pool.classes where pool_id = ${pool} order by class_id`;
    return rows.map(classOf);
  },
  async put(declared) {
    const rows = declared.map(({ id, names, limits, horizonDays, nonDelegable, ...rest }) => ({ ...rest, non_delegable: nonDelegable ?? null, ...limits, class_id: id, name_zh: names.zh, name_en: names.en, horizon_days: horizonDays }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.classes as c (pool_id, class_id, kind, name_zh, name_en, measure, period, horizon_days, per, lend, act, consumable, min, max, step, labour, non_delegable, source)
      select ${pool}, class_id, kind, name_zh, name_en, measure, period, horizon_days, per, lend, act, consumable, min, max, step, labour, non_delegable, source
      from json_to_recordset(${json}) as d (class_id text, kind text, name_zh text, name_en text, measure text, period text, horizon_days int,
        per text, lend text, act text, consumable boolean, min bigint, max bigint, step bigint, labour jsonb, non_delegable jsonb, source text)
      on conflict (pool_id, class_id) do update
        set name_zh = excluded.name_zh, name_en = excluded.name_en, measure = excluded.measure, period = excluded.period,
          horizon_days = excluded.horizon_days, per = excluded.per, lend = excluded.lend, act = excluded.act,
          consumable = excluded.consumable, min = excluded.min, max = excluded.max, step = excluded.step,
          labour = excluded.labour, non_delegable = excluded.non_delegable, source = excluded.source, generation = c.generation + 1`);
  },
});

export const traits = (sql: Sql, pool: PoolId): Traits => ({
  async all() {
    const rows = await sql<{ trait_id: string; name_zh: string; name_en: string }[]>`
      select trait_id, name_zh, name_en from pool.traits where pool_id = ${pool} order by trait_id`;
    return rows.map((row) => ({ id: row.trait_id, names: { zh: row.name_zh, en: row.name_en } }));
  },
  async put(declared) {
    const rows = declared.map(({ id, names }) => ({ trait_id: id, name_zh: names.zh, name_en: names.en }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.traits (pool_id, trait_id, name_zh, name_en)
      select ${pool}, trait_id, name_zh, name_en from json_to_recordset(${json}) as t (trait_id text, name_zh text, name_en text)
      on conflict (pool_id, trait_id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en`);
  },
});
