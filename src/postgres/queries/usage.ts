import { pageOf } from "../../app/ports/page.js";
import type { Usage, UsageRow } from "../../app/ports/usage.js";
import type { Names } from "../../domain/catalogue/item.js";
import { trusted, type PoolId } from "../../domain/id.js";
import { localDateOf } from "../../domain/instant.js";
import type { Measure } from "../../domain/pool/class.js";
import { SLOTS_A_DAY, slotOf } from "../../domain/pool/period.js";
import type { UsagePeriod } from "../../domain/pool/usage.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

/** How `to_char` writes the period a day lies in. */
const FORMATS: Readonly<Record<UsagePeriod, string>> = { day: "YYYY-MM-DD", month: "YYYY-MM", year: "YYYY" };

interface Row {
  readonly class_id: string;
  readonly class_names: Names;
  readonly measure: Measure;
  readonly period: string;
  readonly unit_id: string;
  readonly unit_names: Names | null;
  readonly supplier_id: string;
  readonly supplier_names: Names | null;
  readonly item_code: string;
  readonly item_names: Names | null;
  readonly applicant: string;
  readonly request_id: string;
  readonly request: { readonly publicId: string; readonly number: string } | null;
  readonly allocations: number;
  readonly held: string;
  readonly settled: string;
  readonly returned: string;
  readonly lapsed: string;
  readonly annulled: string;
}

const KINDS = ["string", "string", "string", "string", "string", "string", "string"] as const;

/**
 * Capacity of days and half-hours is found by its period (a block range index that keeps several ranges a block: the numbers of days,
 * of half-hours and of years lie far apart), what has no day of its own by when it was granted. Only the tables that the question
 * needs are joined. What is not told apart is an empty text, so that every question has the same columns and one order.
 */
export const usage = (sql: Sql, pool: PoolId): Usage => ({
  async rows({ from, to, by, period, unit, supplier, item, class: classId, applicant }, { limit, after }) {
    const apart = new Set(by);
    const ofRequest = item !== undefined || applicant !== undefined || apart.has("item") || apart.has("applicant") || apart.has("request");
    // What is borrowed is supplied by whoever lent it.
    const supplierOf = sql`coalesce((select x.unit_id from pool.resources x where x.pool_id = r.pool_id and x.resource_id = r.lender_resource_id), r.unit_id)`;
    const key = sql`coalesce(q.enterprise_code, q.applicant_id::text)`;
    const tables = sql`
      ${unit === undefined && !apart.has("unit") ? sql`` : sql`join pool.claims k on k.pool_id = a.pool_id and k.claim_id = a.claim_id`}
      ${ofRequest ? sql`join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id left join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id` : sql``}`;
    const narrowed = sql`
      ${unit === undefined ? sql`` : sql`and k.unit_id = ${unit}`}
      ${supplier === undefined ? sql`` : sql`and ${supplierOf} = ${supplier}`}
      ${classId === undefined ? sql`` : sql`and r.class_id = ${classId}`}
      ${item === undefined ? sql`` : sql`and q.item_code = ${item}`}
      ${applicant === undefined ? sql`` : sql`and ${key} = ${applicant}`}`;
    const columns = sql`
      r.class_id, ${apart.has("unit") ? sql`k.unit_id` : sql`''`} as unit_id, ${apart.has("supplier") ? supplierOf : sql`''`} as supplier_id,
      ${apart.has("item") ? sql`coalesce(q.item_code, '')` : sql`''`} as item_code, ${apart.has("applicant") ? sql`coalesce(${key}, '')` : sql`''`} as applicant,
      ${apart.has("request") ? sql`coalesce(q.request_id::text, '')` : sql`''`} as request_id, a.amount, a.settled_amount, a.state`;
    const dayOf = (day: ReturnType<Sql>) => (apart.has("period") ? day : sql`0`);
    const place = after === undefined ? undefined : readCursor(after, KINDS);
    const rows = await sql<Row[]>`
      with entry as (
        select ${columns}, ${dayOf(sql`case c.period when 'day' then a.period else a.period / ${SLOTS_A_DAY}::int end`)} as day
        from pool.allocations a
          join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.period in ('day', 'slot')
          ${tables}
        where a.pool_id = ${pool}
          and (a.period between ${from} and ${to} or a.period between ${slotOf(from, 0)} and ${slotOf(to, SLOTS_A_DAY - 1)})
          and case c.period when 'day' then a.period between ${from} and ${to} else a.period between ${slotOf(from, 0)} and ${slotOf(to, SLOTS_A_DAY - 1)} end
          ${narrowed}
        union all
        select ${columns}, ${dayOf(sql`(d.decided_at at time zone p.time_zone)::date - date '1970-01-01'`)}
        from pool.pools p
          join pool.decisions d on d.pool_id = p.pool_id
          join pool.allocations a on a.pool_id = d.pool_id and a.step_id = d.step_id and a.attempt = d.attempt
          join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.period in ('none', 'fiscal-year')
          ${tables}
        where p.pool_id = ${pool}
          and d.decided_at >= (${localDateOf(from)}::timestamp at time zone p.time_zone) and d.decided_at < ((${localDateOf(to)}::date + 1)::timestamp at time zone p.time_zone)
          ${narrowed}
      ),
      -- By day first: writing out the month of each entry would cost more than adding it up.
      daily as (
        select class_id, day, unit_id, supplier_id, item_code, applicant, request_id, count(*) as allocations,
          sum(amount) filter (where state = 'held') as held,
          sum(settled_amount) filter (where state = 'settled') as settled,
          sum(case state when 'released' then amount when 'settled' then amount - settled_amount when 'annulled' then amount - settled_amount end) as returned,
          sum(amount) filter (where state = 'lapsed') as lapsed,
          sum(settled_amount) filter (where state = 'annulled') as annulled
        from entry
        group by 1, 2, 3, 4, 5, 6, 7
      ),
      total as (
        select class_id, ${apart.has("period") ? sql`to_char(date '1970-01-01' + day, ${FORMATS[period]})` : sql`''`} as period,
          unit_id, supplier_id, item_code, applicant, request_id, sum(allocations)::int as allocations,
          coalesce(sum(held), 0) as held, coalesce(sum(settled), 0) as settled, coalesce(sum(returned), 0) as returned,
          coalesce(sum(lapsed), 0) as lapsed, coalesce(sum(annulled), 0) as annulled
        from daily
        group by 1, 2, 3, 4, 5, 6, 7
      ),
      shown as (
        select * from total
        ${place === undefined ? sql`` : sql`where (class_id, period, unit_id, supplier_id, item_code, applicant, request_id) > (${place[0]!}, ${place[1]!}, ${place[2]!}, ${place[3]!}, ${place[4]!}, ${place[5]!}, ${place[6]!})`}
        order by class_id, period, unit_id, supplier_id, item_code, applicant, request_id
        limit ${limit + 1}
      )
      select t.*, c.measure, jsonb_build_object('zh', c.name_zh, 'en', c.name_en) as class_names,
        (select jsonb_build_object('zh', u.name_zh, 'en', u.name_en) from pool.units u where u.pool_id = ${pool} and u.unit_id = t.unit_id) as unit_names,
        (select jsonb_build_object('zh', u.name_zh, 'en', u.name_en) from pool.units u where u.pool_id = ${pool} and u.unit_id = t.supplier_id) as supplier_names,
        (select jsonb_build_object('zh', i.name_zh, 'en', i.name_en) from pool.items i where i.pool_id = ${pool} and i.item_code = t.item_code order by i.version desc limit 1) as item_names,
        (select jsonb_build_object('publicId', q.public_id, 'number', q.number) from pool.requests q where q.pool_id = ${pool} and q.request_id = nullif(t.request_id, '')::int8) as request
      from shown t join pool.classes c on c.pool_id = ${pool} and c.class_id = t.class_id
      order by class_id, period, unit_id, supplier_id, item_code, applicant, request_id`;
    const page = pageOf(rows, limit, (row) => cursorOf(row.class_id, row.period, row.unit_id, row.supplier_id, row.item_code, row.applicant, row.request_id));
    return { rows: page.rows.map(usageRow), next: page.next };
  },
});

const usageRow = (row: Row): UsageRow => ({
  class: trusted(row.class_id),
  classNames: row.class_names,
  measure: row.measure,
  period: row.period || null,
  unit: row.unit_id === "" ? null : { id: trusted(row.unit_id), names: row.unit_names ?? { zh: row.unit_id, en: row.unit_id } },
  supplier: row.supplier_id === "" ? null : { id: trusted(row.supplier_id), names: row.supplier_names ?? { zh: row.supplier_id, en: row.supplier_id } },
  item: row.item_code === "" ? null : { code: trusted(row.item_code), names: row.item_names ?? { zh: row.item_code, en: row.item_code } },
  applicant: row.applicant || null,
  request: row.request,
  allocations: row.allocations,
  held: Number(row.held),
  settled: Number(row.settled),
  returned: Number(row.returned),
  lapsed: Number(row.lapsed),
  annulled: Number(row.annulled),
});
