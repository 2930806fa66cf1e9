import type { Bundles } from "../../app/ports/item.js";
import type { Bundle } from "../../domain/catalogue/bundle.js";
import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { inBulk } from "./bulk.js";

interface Row {
  readonly bundle_code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly life_event: string;
  readonly members: Bundle["members"];
  readonly form: Bundle["form"];
  readonly source: string | null;
  readonly generation: string;
}

const bundleOf = (row: Row): Bundle => ({
  code: row.bundle_code,
  names: { zh: row.name_zh, en: row.name_en },
  lifeEvent: row.life_event,
  members: row.members,
  form: row.form,
  source: row.source,
  generation: Number(row.generation),
});

export function bundles(sql: Sql, pool: PoolId): Bundles {
  const columns = sql`bundle_code, name_zh, name_en, life_event, members, form, source, generation`;
  return {
    async get(code) {
      const [row] = await sql<Row[]>`select ${columns} from pool.bundles where pool_id = ${pool} and bundle_code = ${code}`;
      return row ? bundleOf(row) : null;
    },
    async all() {
      const rows = await sql<Row[]>`select ${columns} from pool.bundles where pool_id = ${pool} order by bundle_code`;
      return rows.map(bundleOf);
    },
    async put(declared) {
      const rows = declared.map(({ code, names, lifeEvent, members, form, source }) => ({ bundle_code: code, name_zh: names.zh, name_en: names.en, life_event: lifeEvent, members, form, source }));
      await inBulk(sql, rows, (json) => sql`
        insert into pool.bundles as b (pool_id, bundle_code, name_zh, name_en, life_event, members, form, source)
        select ${pool}, bundle_code, name_zh, name_en, life_event, members, form, source
        from json_to_recordset(${json}) as d (bundle_code text, name_zh text, name_en text, life_event text, members jsonb, form jsonb, source text)
        on conflict (pool_id, bundle_code) do update
          set name_zh = excluded.name_zh, name_en = excluded.name_en, life_event = excluded.life_event, members = excluded.members,
            form = excluded.form, source = excluded.source, generation = b.generation + 1`);
    },
  };
}
