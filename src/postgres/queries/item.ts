import type { Items } from "../../app/ports/item.js";
import { pageOf } from "../../app/ports/page.js";
import type { Item, ItemGuide } from "../../domain/catalogue/item.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { containing, DeclaredMeanwhile, inBulk } from "./bulk.js";

interface Row {
  readonly item_code: string;
  readonly version: number;
  readonly state: Item["state"];
  readonly guessed: boolean;
  readonly guide: ItemGuide;
  readonly generation: string;
}

const itemOf = (row: Row): Item => ({
  code: trusted(row.item_code),
  version: row.version,
  state: row.state,
  guessed: row.guessed,
  guide: row.guide,
  generation: Number(row.generation),
});

/** What is found and sorted by stands in columns beside the guide. */
const columnsOf = (guide: ItemGuide) => ({
  item_code: guide.item,
  name_zh: guide.names.zh,
  name_en: guide.names.en,
  task_type: guide.taskType,
  audience: guide.audience,
  theme: guide.theme,
  line: guide.line,
  level: guide.level,
  unit_id: guide.unit ?? null,
  guide,
});

/** Copies a process keeps; the oldest is forgotten. */
const COPIES_MAX = 4_096;

/**
 * One process's copies of rows, by the version of the row: PostgreSQL never changes one, it writes another elsewhere, so that
 * where it lies and which transaction wrote it name its content for good. A guide is long, and unpacking, sending and reading
 * it was most of what showing one cost.
 */
export class ItemCopies {
  readonly #kept = new Map<string, Item>();

  get(pool: PoolId, { row_version }: Head): Item | undefined {
    return this.#kept.get(`${pool} ${row_version}`);
  }

  keep(pool: PoolId, row: Row & Head): Item {
    const item = itemOf(row);
    this.#kept.set(`${pool} ${row.row_version}`, item);
    if (this.#kept.size > COPIES_MAX) this.#kept.delete(this.#kept.keys().next().value ?? "");
    return item;
  }
}

/** What names a row's version. */
interface Head {
  readonly row_version: string;
}

export function items(sql: Sql, pool: PoolId, copies: ItemCopies): Items {
  const columns = sql`i.item_code, i.version, i.state, i.guessed, i.guide, i.generation`;
  const rowVersion = sql`concat_ws(' ', i.item_code, i.version, i.generation, i.xmin, i.ctid) as row_version`;
  /** The items of `rest`, a statement from its `from` on. One that is not known yet makes it be asked again for whole rows. */
  const read = async (rest: ReturnType<Sql>): Promise<Item[]> => {
    const known = (await sql<Head[]>`select ${rowVersion} ${rest}`).map((head) => copies.get(pool, head));
    if (known.every((item) => item !== undefined)) return known;
    return (await sql<(Row & Head)[]>`select ${columns}, ${rowVersion} ${rest}`).map((row) => copies.keep(pool, row));
  };
  const record = sql`(item_code text, version int, state text, guessed boolean, name_zh text, name_en text, task_type text, audience text[],
    theme text, line text, level text, unit_id text, guide jsonb)`;
  return {
    async published(code) {
      const [item] = await read(sql`from pool.items i where pool_id = ${pool} and item_code = ${code} and state = 'published'`);
      return item ?? null;
    },
    async version(code, version) {
      const [item] = await read(sql`from pool.items i where pool_id = ${pool} and item_code = ${code} and version = ${version}`);
      return item ?? null;
    },
    async lockNewest(code) {
      const [row] = await sql<Row[]>`
        select ${columns} from pool.items i where pool_id = ${pool} and item_code = ${code} order by version desc limit 1 for update`;
      return row ? itemOf(row) : null;
    },
    async newestAll(codes) {
      const rows = await sql<Row[]>`
        select distinct on (i.item_code) ${columns} from pool.items i
        where pool_id = ${pool} and item_code = any(${[...codes]}::text[]) order by i.item_code, i.version desc`;
      return new Map(rows.map((row) => [row.item_code, itemOf(row)]));
    },
    async lockNewestAll(codes) {
      const rows = await sql<Row[]>`
        select ${columns} from pool.items i
        where pool_id = ${pool} and item_code = any(${[...codes]}::text[]) order by item_code, version for update`;
      return new Map(rows.map((row) => [row.item_code, itemOf(row)]));
    },
    async versions(code) {
      const rows = await sql<Row[]>`select ${columns} from pool.items i where pool_id = ${pool} and item_code = ${code} order by version desc`;
      return rows.map(itemOf);
    },
    async list({ state = "published", audience, theme, line, level, taskType, unit, guessed, text }, { limit, after }) {
      const like = text === undefined ? "" : containing(text);
      const found = await read(sql`
        from pool.items i
        where i.pool_id = ${pool} and i.state = ${state}
          and not exists (
            select 1 from pool.items n
            where n.pool_id = i.pool_id and n.item_code = i.item_code and n.state = i.state and n.version > i.version)
          ${audience === undefined ? sql`` : sql`and i.audience @> array[${audience}]::text[]`}
          ${theme === undefined ? sql`` : sql`and i.theme = ${theme}`}
          ${line === undefined ? sql`` : sql`and i.line = ${line}`}
          ${level === undefined ? sql`` : sql`and i.level = ${level}`}
          ${taskType === undefined ? sql`` : sql`and i.task_type = ${taskType}`}
          ${unit === undefined ? sql`` : sql`and (i.unit_id = ${unit} or i.unit_id is null and exists (
            select 1 from pool.units u where u.pool_id = i.pool_id and u.unit_id = ${unit} and u.line = i.line and u.level = i.level))`}
          ${guessed === undefined ? sql`` : sql`and i.guessed = ${guessed}`}
          ${text === undefined ? sql`` : sql`and (i.name_zh ilike ${like} or i.name_en ilike ${like} or i.item_code ilike ${like})`}
          ${after === undefined ? sql`` : sql`and i.item_code > ${after}`}
        order by i.item_code limit ${limit + 1}`);
      return pageOf(found, limit, ({ code }) => code);
    },
    async codes() {
      const rows = await sql<{ item_code: string }[]>`select distinct item_code from pool.items where pool_id = ${pool} and state <> 'retired'`;
      return new Set(rows.map(({ item_code }) => item_code));
    },
    async insert(declared) {
      const rows = declared.map(({ version, state, guessed, guide }) => ({ ...columnsOf(guide), version, state, guessed }));
      const inserted = await inBulk(sql, rows, (json) => sql`
        insert into pool.items (pool_id, item_code, version, state, guessed, name_zh, name_en, task_type, audience, theme, line, level, unit_id, guide)
        select ${pool}, item_code, version, state, guessed, name_zh, name_en, task_type, audience, theme, line, level, unit_id, guide
        from json_to_recordset(${json}) as d ${record}
        on conflict (pool_id, item_code, version) do nothing
        returning 1`);
      if (inserted.length < declared.length) throw new DeclaredMeanwhile();
    },
    async redraft(code, version, guide, guessed) {
      await inBulk(sql, [columnsOf(guide)], (json) => sql`
        update pool.items i
        set name_zh = d.name_zh, name_en = d.name_en, task_type = d.task_type, audience = d.audience, theme = d.theme, line = d.line,
          level = d.level, unit_id = d.unit_id, guide = d.guide, guessed = ${guessed}, generation = i.generation + 1
        from json_to_recordset(${json}) as d ${record}
        where i.pool_id = ${pool} and i.item_code = ${code} and i.version = ${version} and i.state = 'draft'`);
    },
    async setState(code, version, state) {
      await sql`
        update pool.items set state = ${state}, generation = generation + 1
        where pool_id = ${pool} and item_code = ${code} and version = ${version}`;
    },
    async confirm(code, version) {
      await sql`
        update pool.items set guessed = false, generation = generation + 1
        where pool_id = ${pool} and item_code = ${code} and version = ${version}`;
    },
    async remove(codes) {
      await sql`
        delete from pool.items i
        where pool_id = ${pool} and item_code = any(${[...codes]}::text[])
          and not exists (select 1 from pool.requests q where q.pool_id = i.pool_id and q.item_code = i.item_code)`;
      const left = await sql<{ item_code: string }[]>`
        select distinct item_code from pool.items where pool_id = ${pool} and item_code = any(${[...codes]}::text[])`;
      return left.map(({ item_code }) => item_code);
    },
  };
}
