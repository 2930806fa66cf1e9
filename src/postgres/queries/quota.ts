import type { Quotas } from "../../app/ports/quota.js";
import { trusted, type ClassId, type CohortId, type ItemCode, type PoolId, type UnitId } from "../../domain/id.js";
import { periodAt } from "../../domain/pool/period.js";
import type { Sql } from "../connection.js";
import { inBulk } from "./bulk.js";

interface QuotaRow {
  readonly unit_id: string;
  readonly class_id: string;
  readonly cohort_id: string;
  readonly nominal: string | null;
  readonly borrowing_limit: string | null;
  readonly lending_limit: string | null;
  readonly weight: number;
  readonly generation: string;
}

const amountOrNull = (text: string | null): number | null => (text === null ? null : Number(text));

export const quotas = (sql: Sql, pool: PoolId): Quotas => ({
  async cohorts() {
    const rows = await sql<{ cohort_id: string; parent_id: string | null; name_zh: string; name_en: string; generation: string }[]>`
      select cohort_id, parent_id, name_zh, name_en, generation from pool.cohorts where pool_id = ${pool} order by cohort_id`;
    return rows.map((row) => ({
      id: trusted(row.cohort_id),
      parent: row.parent_id === null ? null : trusted<CohortId>(row.parent_id),
      names: { zh: row.name_zh, en: row.name_en },
      generation: Number(row.generation),
    }));
  },
  async putCohorts(declared) {
    const rows = declared.map(({ id, parent, names }) => ({ cohort_id: id, parent_id: parent, name_zh: names.zh, name_en: names.en }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.cohorts as c (pool_id, cohort_id, parent_id, name_zh, name_en)
      select ${pool}, cohort_id, parent_id, name_zh, name_en
      from json_to_recordset(${json}) as t (cohort_id text, parent_id text, name_zh text, name_en text)
      on conflict (pool_id, cohort_id) do update
        set parent_id = excluded.parent_id, name_zh = excluded.name_zh, name_en = excluded.name_en, generation = c.generation + 1`);
  },
  async removeCohort(id) {
    await sql`delete from pool.cohorts where pool_id = ${pool} and cohort_id = ${id}`;
  },
  async all() {
    const rows = await sql<QuotaRow[]>`
      select unit_id, class_id, cohort_id, nominal, borrowing_limit, lending_limit, weight, generation
      from pool.quotas where pool_id = ${pool} order by class_id, unit_id`;
    return rows.map((row) => ({
      unitId: trusted<UnitId>(row.unit_id),
      classId: trusted<ClassId>(row.class_id),
      cohort: trusted(row.cohort_id),
      nominal: amountOrNull(row.nominal) ?? "own",
      borrowingLimit: amountOrNull(row.borrowing_limit),
      lendingLimit: amountOrNull(row.lending_limit),
      weight: row.weight,
      generation: Number(row.generation),
    }));
  },
  async put(declared) {
    const rows = declared.map(({ unitId, classId, cohort, nominal, borrowingLimit, lendingLimit, weight }) => ({
      unit_id: unitId,
      class_id: classId,
      cohort_id: cohort,
      nominal: nominal === "own" ? null : nominal,
      borrowing_limit: borrowingLimit,
      lending_limit: lendingLimit,
      weight,
    }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.quotas as q (pool_id, unit_id, class_id, cohort_id, nominal, borrowing_limit, lending_limit, weight)
      select ${pool}, unit_id, class_id, cohort_id, nominal, borrowing_limit, lending_limit, weight
      from json_to_recordset(${json}) as t (unit_id text, class_id text, cohort_id text, nominal bigint, borrowing_limit bigint, lending_limit bigint, weight int)
      on conflict (pool_id, unit_id, class_id) do update
        set cohort_id = excluded.cohort_id, nominal = excluded.nominal, borrowing_limit = excluded.borrowing_limit,
          lending_limit = excluded.lending_limit, weight = excluded.weight, generation = q.generation + 1`);
  },
  async remove({ unitId, classId }) {
    await sql`delete from pool.quotas where pool_id = ${pool} and unit_id = ${unitId} and class_id = ${classId}`;
  },
  async sharing() {
    const [[row], items] = await Promise.all([
      sql<{ quota_half_life_days: number; open_requests_max: number; holds_max: number | null; sharing_generation: string }[]>`
        select quota_half_life_days, open_requests_max, holds_max, sharing_generation from pool.pools where pool_id = ${pool}`,
      sql<{ item_code: string; open_requests_max: number | null; holds_max: number | null }[]>`
        select item_code, open_requests_max, holds_max from pool.applicant_limits where pool_id = ${pool} order by item_code collate "C"`,
    ]);
    if (!row) throw new Error(`no pool ${pool}`);
    return {
      halfLifeDays: row.quota_half_life_days,
      applicants: { openRequests: row.open_requests_max, holds: row.holds_max },
      items: items.map((one) => ({ item: trusted<ItemCode>(one.item_code), openRequests: one.open_requests_max, holds: one.holds_max })),
      generation: Number(row.sharing_generation),
    };
  },
  async putSharing({ halfLifeDays, applicants, items }) {
    await sql`
      update pool.pools
      set quota_half_life_days = ${halfLifeDays}, open_requests_max = ${applicants.openRequests}, holds_max = ${applicants.holds},
        sharing_generation = sharing_generation + 1
      where pool_id = ${pool}`;
    await sql`delete from pool.applicant_limits where pool_id = ${pool}`;
    const rows = items.map(({ item, openRequests, holds }) => ({ item_code: item, open_requests_max: openRequests, holds_max: holds }));
    await inBulk(sql, rows, (json) => sql`
      insert into pool.applicant_limits (pool_id, item_code, open_requests_max, holds_max)
      select ${pool}, item_code, open_requests_max, holds_max
      from json_to_recordset(${json}) as t (item_code text, open_requests_max int, holds_max int)`);
  },
  async ownCapacities() {
    const rows = await sql<{ unit_id: string; class_id: string; amount: string | null }[]>`
      select unit_id, class_id,
        case when bool_and(total is not null) then sum(floor(greatest(total - reserved, 0)::numeric * overcommit_percent / 100)) end as amount
      from pool.resources
      where pool_id = ${pool} and state = 'published'
        and class_id in (select class_id from pool.classes where pool_id = ${pool} and kind <> 'function')
      group by unit_id, class_id`;
    return rows.map((row) => ({ unitId: trusted<UnitId>(row.unit_id), classId: trusted<ClassId>(row.class_id), amount: amountOrNull(row.amount) }));
  },
  async used(now) {
    // By the class's resources, whose allocations lie together by period: of the past nothing is read.
    const rows = await sql<{ unit_id: string; class_id: string; period: number; used: string }[]>`
      select k.unit_id, k.class_id, a.period, sum(case a.state when 'held' then a.amount else a.settled_amount end) as used
      from (select distinct class_id from pool.quotas where pool_id = ${pool}) q
        join pool.classes c on c.pool_id = ${pool} and c.class_id = q.class_id
        join pool.resources r on r.pool_id = ${pool} and r.class_id = q.class_id
        join pool.allocations a on a.pool_id = ${pool} and a.resource_id = r.resource_id and a.state in ('held', 'settled')
          and a.period >= case c.period when 'slot' then ${periodAt("slot", now)}::int when 'day' then ${periodAt("day", now)}::int
            when 'fiscal-year' then ${periodAt("fiscal-year", now)}::int else 0 end
        join pool.claims k on k.pool_id = ${pool} and k.claim_id = a.claim_id
      where exists (select from pool.quotas o where o.pool_id = ${pool} and o.unit_id = k.unit_id and o.class_id = k.class_id)
      group by k.unit_id, k.class_id, a.period
      order by k.class_id, k.unit_id, a.period`;
    return rows.map((row) => ({ unitId: trusted<UnitId>(row.unit_id), classId: trusted<ClassId>(row.class_id), period: row.period, used: Number(row.used) }));
  },
  async waiting(classId, limit) {
    const rows = await sql<{ unit_id: string; amount: string }[]>`
      select k.unit_id, sum(k.amount * k.count) as amount
      from pool.steps s
        left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
        join pool.claims k on k.pool_id = s.pool_id and k.step_id = s.step_id and k.class_id = ${classId}
      where s.pool_id = ${pool} and s.state = 'ready' and d.step_id is null
      group by s.step_id, s.due_at, s.ranks_due_at, s.expected_minutes, s.arrived_at, k.unit_id
      order by coalesce(s.ranks_due_at, s.due_at) - make_interval(mins => s.expected_minutes), s.arrived_at, s.step_id
      limit ${limit}`;
    return rows.map((row) => ({ unitId: trusted<UnitId>(row.unit_id), amount: Number(row.amount) }));
  },
});
