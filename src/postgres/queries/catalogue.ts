import type { Catalogue, PoolMap } from "../../app/ports/catalogue.js";
import type { Item } from "../../domain/catalogue/item.js";
import { trusted, type DivisionCode, type PoolId } from "../../domain/id.js";
import { divisionChain } from "../../domain/org/division.js";
import { Calendars, officialStack } from "../../domain/pool/calendars.js";
import type { Office } from "../../domain/request/competence.js";
import type { Sql } from "../connection.js";
import { searchItems } from "../sql/search-items.js";
import { readRouting } from "../sql/read-routing.js";
import { calendarBook } from "./calendar.js";
import { items, type ItemCopies } from "./item.js";

/** How old a pool's map may be. Intake asks for it on every call; units and divisions change a few times a day. */
const AGE_MAX_MS = 1_000;
const RECENT_MAX = 50;

/** Items of which a process keeps a copy; the oldest is forgotten. */
const ITEMS_MAX = 4_096;
/**
 * Whoever stores by a copy compares its generation, so its age would not matter, but that an item which was removed and
 * declared anew begins to count anew.
 */
const ITEM_AGE_MAX_MS = 10_000;

/** One process's copies of what every application reads. */
export interface CatalogueCopies {
  map(sql: Sql, pool: PoolId, fresh: boolean): Promise<PoolMap>;
  publishedItem(sql: Sql, pool: PoolId, code: string, fresh: boolean): Promise<Item | null>;
}

export function catalogueCopies(rows: ItemCopies, monotonicMs: () => number = () => performance.now()): CatalogueCopies {
  const maps = new Map<PoolId, { readonly at: number; readonly map: PoolMap }>();
  const found = new Map<string, { readonly at: number; readonly item: Item }>();
  const once = readOnce();
  return {
    async map(sql, pool, fresh) {
      const known = maps.get(pool);
      if (known && !fresh && monotonicMs() - known.at <= AGE_MAX_MS) return known.map;
      return await once(sql, `map ${pool}`, async () => {
        const at = monotonicMs();
        const map = await readPoolMap(sql, pool);
        maps.set(pool, { at, map });
        return map;
      });
    },
    async publishedItem(sql, pool, code, fresh) {
      const key = `${pool} ${code}`;
      const known = found.get(key);
      if (known && !fresh && monotonicMs() - known.at <= ITEM_AGE_MAX_MS) return known.item;
      return await once(sql, `item ${key}`, async () => {
        const at = monotonicMs();
        const item = await items(sql, pool, rows).published(code);
        found.delete(key);
        if (item) found.set(key, { at, item });
        if (found.size > ITEMS_MAX) found.delete(found.keys().next().value ?? "");
        return item;
      });
    },
  };
}

/**
 * What callers of one transaction ask at once is read once. Only of one: sharing a read further would tie one transaction
 * to another's.
 */
function readOnce(): <T>(sql: Sql, what: string, read: () => Promise<T>) => Promise<T> {
  const underWay = new WeakMap<Sql, Map<string, Promise<unknown>>>();
  return <T>(sql: Sql, what: string, read: () => Promise<T>): Promise<T> => {
    let reads = underWay.get(sql);
    if (!reads) underWay.set(sql, (reads = new Map()));
    let reading = reads.get(what) as Promise<T> | undefined;
    if (!reading) {
      reading = read().finally(() => reads.delete(what));
      reads.set(what, reading);
    }
    return reading;
  };
}

interface OfficeRow {
  readonly unit_id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly line: string;
  readonly level: Office["level"];
  readonly division_code: string;
}

interface DivisionRow {
  readonly code: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly parent_code: string | null;
}

export async function readPoolMap(sql: Sql, pool: PoolId): Promise<PoolMap> {
  const [[row], units, divisions, calendars, routing] = await Promise.all([
    sql<{ calendar_id: string | null; queue_limit: number }[]>`
      select calendar_id, queue_limit from pool.pools where pool_id = ${pool}`,
    sql<OfficeRow[]>`
      select unit_id, name_zh, name_en, line, level, division_code
      from pool.units
      where pool_id = ${pool} and state = 'active' and published
      order by unit_id`,
    sql<DivisionRow[]>`select code, name_zh, name_en, parent_code from pool.divisions where pool_id = ${pool}`,
    calendarBook(sql, pool).all(),
    readRouting(sql, pool),
  ]);
  if (!row) throw new Error(`no pool ${pool}`);
  return {
    offices: units.map((unit) => ({
      id: trusted(unit.unit_id),
      names: { zh: unit.name_zh, en: unit.name_en },
      line: unit.line,
      level: unit.level,
      division: trusted(unit.division_code),
    })),
    routing,
    parents: new Map(divisions.map(({ code, parent_code }) => [trusted<DivisionCode>(code), parent_code === null ? null : trusted<DivisionCode>(parent_code)])),
    divisions: new Map(divisions.map(({ code, name_zh, name_en }) => [trusted<DivisionCode>(code), { zh: name_zh, en: name_en }])),
    calendar: officialStack(new Calendars(calendars), row.calendar_id === null ? null : trusted(row.calendar_id)),
    queueLimit: row.queue_limit,
  };
}

export function catalogue(sql: Sql, pool: PoolId, copies: CatalogueCopies): Catalogue {
  return {
    poolMap: (fresh = false) => copies.map(sql, pool, fresh),
    publishedItem: (code, fresh) => copies.publishedItem(sql, pool, code, fresh),
    async search(query) {
      const chain = query.division === undefined ? undefined : divisionChain((await copies.map(sql, pool, false)).parents, query.division);
      return await searchItems(sql, pool, query, chain);
    },
    async recentCourse(item, unit) {
      const [rows, [open]] = await Promise.all([
        sql<{ received_at: Date; closed_at: Date; paused_working_days: number }[]>`
          select received_at, closed_at, paused_working_days
          from pool.requests
          where pool_id = ${pool} and item_code = ${item} and unit_id = ${unit} and state = 'completed'
          order by closed_at desc
          limit ${RECENT_MAX}`,
        sql<{ count: number }[]>`
          select count(*)::int as count from pool.requests
          where pool_id = ${pool} and item_code = ${item} and unit_id = ${unit} and closed_at is null`,
      ]);
      return {
        completed: rows.map((row) => ({
          receivedAt: row.received_at.getTime(),
          closedAt: row.closed_at.getTime(),
          pausedWorkingDays: row.paused_working_days,
        })),
        open: open?.count ?? 0,
      };
    },
  };
}
