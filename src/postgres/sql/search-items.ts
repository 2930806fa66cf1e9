import type { Facet, ItemPage, ItemQuery, ItemSummary } from "../../app/ports/catalogue.js";
import { trusted, type DivisionCode, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "../queries/cursor.js";

interface FoundRow {
  readonly item_code: string;
  readonly version: number;
  readonly name_zh: string;
  readonly name_en: string;
  readonly task_type: ItemSummary["taskType"];
  readonly audience: ItemSummary["audience"];
  readonly theme: string;
  readonly theme_zh: string;
  readonly theme_en: string;
  readonly line: string;
  readonly promised_days: number;
  readonly visits: number;
  readonly fee_fen: number;
  readonly guessed: boolean;
  readonly score: number;
}

interface FacetRow {
  readonly facet: "audience" | "theme" | "taskType" | "line";
  readonly value: string;
  readonly zh: string | null;
  readonly en: string | null;
  readonly count: number;
}

/** Words people typed at most; the rest is not looked at. */
const WORDS_MAX = 8;
const PAIRS_MAX = 40;
/** Every word occurs: above any number of pairs. */
const ALL_WORDS_SCORE = 1_000;

/**
 * Looks through the published items that an open unit answers for.
 *
 * Chinese is written without spaces, so a word is looked for anywhere in the names. Where not every word occurs, items
 * that share most of its pairs of characters follow ("开餐馆" finds "餐馆"): people do not know the official name.
 *
 * A guide is a long document that lies compressed: it is opened for rows that are shown, not for all that are found, and once
 * for all that is read of it (each `#>>` opens it anew). The open units are gathered once and looked up by hash.
 */
export async function searchItems(sql: Sql, pool: PoolId, query: ItemQuery, chain: readonly DivisionCode[] | undefined): Promise<ItemPage> {
  const words = (query.words ?? "").normalize("NFKC").toLowerCase().split(/[\s,，、。;；]+/).filter((word) => word !== "").slice(0, WORDS_MAX);
  const pairs = [...new Set(words.flatMap(pairsOf))].slice(0, PAIRS_MAX);
  const enough = Math.max(1, Math.ceil(pairs.length * 0.6));
  const last = query.after === undefined ? undefined : readCursor(query.after, ["number", "string"]);
  const hay = sql`
    with open as materialized (
      select u.unit_id, u.line, u.level
      from pool.units u
      where u.pool_id = ${pool} and u.state = 'active' and u.published
        ${query.unit === undefined ? sql`` : sql`and u.unit_id = ${query.unit}`}
        ${chain === undefined ? sql`` : sql`and u.division_code = any(${[...chain]}::text[])`}
      union all
      -- What a unit that was merged answered for, its successor does.
      select u.unit_id, u.line, u.level
      from pool.routing_rules g join pool.units u on u.pool_id = g.pool_id and u.unit_id = g.from_unit_id and u.state = 'retired'
      where g.pool_id = ${pool} and g.item_code is null and g.ended_at is null
        ${query.unit === undefined ? sql`` : sql`and g.to_unit_id = ${query.unit}`}
        ${chain === undefined ? sql`` : sql`and u.division_code = any(${[...chain]}::text[])`}
    ), hay as (
      select i.*,
        ${words.length === 0 ? sql`0 as score` : sql`lower(concat_ws(' ', i.name_zh, i.name_en, i.item_code, i.guide #>> '{themeNames,zh}', i.guide #>> '{themeNames,en}')) as text`}
      from pool.items i
      where i.pool_id = ${pool} and i.state = 'published'
        ${query.audience === undefined ? sql`` : sql`and ${query.audience} = any(i.audience)`}
        ${query.theme === undefined ? sql`` : sql`and i.theme = ${query.theme}`}
        ${query.line === undefined ? sql`` : sql`and i.line = ${query.line}`}
        ${query.taskType === undefined ? sql`` : sql`and i.task_type = ${query.taskType}`}
        and (case when i.unit_id is null then (i.line, i.level) in (select line, level from open) else i.unit_id in (select unit_id from open) end
          -- What a contest gave to a unit, whosever it would be otherwise.
          or i.item_code in (
            select g.item_code from pool.routing_rules g
            where g.pool_id = ${pool} and g.contest_id is not null and g.ended_at is null
              ${query.unit === undefined ? sql`` : sql`and g.to_unit_id = ${query.unit}`}
              ${chain === undefined ? sql`` : sql`and g.division_code = any(${[...chain]}::text[])`}))
    )`;
  // A statement is planned for what it says: without words, what weighs them would be most of the planning.
  const found = words.length === 0 ? sql`${hay}, found as (select * from hay)` : sql`${hay}, weighed as (
      select hay.*,
        case when (select bool_and(strpos(hay.text, w) > 0) from unnest(${words}::text[]) w)
            then ${ALL_WORDS_SCORE} + (select count(*) from unnest(${words}::text[]) w where strpos(lower(hay.name_zh || ' ' || hay.name_en), w) > 0)
          else (select count(*) from unnest(${pairs}::text[]) p where strpos(hay.text, p) > 0)
        end::int as score
      from hay
    ), found as (
      select * from weighed where score >= ${ALL_WORDS_SCORE} or (${pairs.length} > 0 and score >= ${enough})
    )`;
  const [rows, facetRows] = await Promise.all([
    sql<FoundRow[]>`
      ${found}
      select item_code, version, name_zh, name_en, task_type, audience, theme, g."themeNames" ->> 'zh' as theme_zh,
        g."themeNames" ->> 'en' as theme_en, line, g."promisedDays" as promised_days, g.visits,
        coalesce((g.fee ->> 'fen')::int8, 0) as fee_fen, guessed, score
      from (
        select * from found
        ${last === undefined ? sql`` : sql`where score < ${last[0] ?? 0} or (score = ${last[0] ?? 0} and item_code > ${last[1] ?? ""})`}
        order by score desc, item_code
        limit ${query.limit + 1}
      ) shown
        cross join jsonb_to_record(guide) as g ("themeNames" jsonb, "promisedDays" int, visits int, fee jsonb)
      order by score desc, item_code`,
    sql<FacetRow[]>`
      ${found}
      select 'audience' as facet, a as value, null as zh, null as en, count(*)::int as count
      from found, unnest(found.audience) a
      group by a
      union all
      select 'theme', f.theme, g."themeNames" ->> 'zh', g."themeNames" ->> 'en', f.count
      from (select theme, min(item_code) as item_code, count(*)::int as count from found group by theme) f
        join pool.items i on i.pool_id = ${pool} and i.item_code = f.item_code and i.state = 'published'
        cross join jsonb_to_record(i.guide) as g ("themeNames" jsonb)
      union all
      select 'taskType', task_type, null, null, count(*)::int
      from found
      group by task_type
      union all
      select 'line', f.line, o.name_zh, o.name_en, f.count
      from (select line, count(*)::int as count from found group by line) f
        left join (
          select distinct on (u.line) u.line, u.name_zh, u.name_en
          from pool.units u
          where u.pool_id = ${pool} and u.state = 'active' and u.published
          order by u.line, array_position(array['prefecture', 'county', 'township'], u.level), u.unit_id
        ) o on o.line = f.line
      union all
      select 'total', '', null, null, count(*)::int
      from found
      order by 1, 5 desc, 2`,
  ]);
  const shown = rows.slice(0, query.limit);
  const end = rows.length > query.limit ? shown.at(-1) : undefined;
  const facet = (which: string): Facet[] =>
    facetRows
      .filter((row) => row.facet === which)
      .map(({ value, zh, en, count }) => ({ value, names: zh === null ? null : { zh, en: en ?? zh }, count }));
  return {
    rows: shown.map(summaryOf),
    next: end ? cursorOf(end.score, end.item_code) : null,
    total: facet("total")[0]?.count ?? 0,
    facets: { audience: facet("audience"), theme: facet("theme"), taskType: facet("taskType"), line: facet("line") },
  };
}

/** Neighbouring characters of a word; a single character stands for itself. */
function pairsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length < 2) return characters;
  return characters.slice(1).map((character, index) => `${characters[index] ?? ""}${character}`);
}

const summaryOf = (row: FoundRow): ItemSummary => ({
  code: trusted(row.item_code),
  version: row.version,
  names: { zh: row.name_zh, en: row.name_en },
  taskType: row.task_type,
  audience: row.audience,
  theme: row.theme,
  themeNames: { zh: row.theme_zh, en: row.theme_en },
  line: row.line,
  promisedDays: row.promised_days,
  visits: row.visits,
  feeFen: row.fee_fen,
  guessed: row.guessed,
});
