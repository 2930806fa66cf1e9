import type { Agreement, AgreementDue, Agreements } from "../../app/ports/agreement.js";
import { pageOf } from "../../app/ports/page.js";
import type { Names } from "../../domain/catalogue/item.js";
import { trusted, type AgreementId, type ClassId, type PoolId, type TraitId } from "../../domain/id.js";
import type { Measure } from "../../domain/pool/class.js";
import type { AgreementContent, AgreementState, Suspension } from "../../domain/rebalance/agreement.js";
import type { Sql } from "../connection.js";

interface Row {
  readonly agreement_id: string;
  readonly version: number;
  readonly state: AgreementState;
  readonly content: AgreementContent;
  readonly ended_from: string | null;
  readonly proposed_by: string;
  readonly proposed_at: Date;
  readonly approved_by: string | null;
  readonly approved_at: Date | null;
  readonly suspensions: readonly Suspension[];
  readonly closed_by: string | null;
  readonly closed_at: Date | null;
  readonly closed_reason: string | null;
}

const agreementOf = (row: Row): Agreement => ({
  id: trusted<AgreementId>(row.agreement_id),
  version: row.version,
  state: row.state,
  content: row.content,
  endedFrom: row.ended_from,
  proposed: { by: row.proposed_by, at: row.proposed_at.getTime() },
  approved: row.approved_by === null || row.approved_at === null ? null : { by: row.approved_by, at: row.approved_at.getTime() },
  suspensions: row.suspensions,
  closed: row.closed_by === null || row.closed_at === null ? null : { by: row.closed_by, at: row.closed_at.getTime(), reason: row.closed_reason },
});

/** How a period of the class `c` is told from a day. */
const PERIODS_A_DAY = "case c.period when 'slot' then 48 else 1 end";

export function agreements(sql: Sql, pool: PoolId): Agreements {
  const columns = sql`agreement_id, version, state, content, ended_from::text, proposed_by, proposed_at, approved_by, approved_at, suspensions, closed_by, closed_at, closed_reason`;
  const here = (id: string, version: number) => sql`pool_id = ${pool} and agreement_id = ${id} and version = ${version}`;
  const current = sql`(state in ('active', 'suspended')) desc, version desc`;
  const perDay = sql.unsafe(PERIODS_A_DAY);
  return {
    async insert(id, content, by, at) {
      const [row] = await sql<{ version: number }[]>`
        insert into pool.agreements (pool_id, agreement_id, version, state, provider_unit_id, purchaser_unit_id, content, from_day, until_day, proposed_by, proposed_at)
        select ${pool}, ${id}, coalesce(max(version), 0) + 1, 'proposed', ${content.provider}, ${content.purchaser}, ${sql.json(content as never)}, ${content.from}, ${content.until}, ${by}, ${new Date(at)}
        from pool.agreements where pool_id = ${pool} and agreement_id = ${id}
        returning version`;
      const version = row!.version;
      await sql`
        insert into pool.agreement_classes (pool_id, agreement_id, version, class_id, provider_unit_id, per_period, in_total, price_fen)
        select ${pool}, ${id}, ${version}, c."classId", ${content.provider}, c."perPeriod", c."inTotal", c."priceFen"
        from jsonb_to_recordset(${sql.json(content.classes as never)}) as c ("classId" text, "perPeriod" int8, "inTotal" int8, "priceFen" int8)`;
      return version;
    },
    async get(id) {
      const [row] = await sql<Row[]>`select ${columns} from pool.agreements where pool_id = ${pool} and agreement_id = ${id} order by ${current} limit 1`;
      return row ? agreementOf(row) : null;
    },
    async lock(id, version) {
      const [row] = await sql<Row[]>`select ${columns} from pool.agreements where ${here(id, version)} for update`;
      return row ? agreementOf(row) : null;
    },
    async versions(id) {
      const rows = await sql<Row[]>`select ${columns} from pool.agreements where pool_id = ${pool} and agreement_id = ${id} order by version desc`;
      return rows.map(agreementOf);
    },
    async list({ state, provider, party }, { limit, after }) {
      const rows = await sql<Row[]>`
        select ${columns}
        from (
          select distinct on (agreement_id) *
          from pool.agreements
          where pool_id = ${pool} and agreement_id > ${after ?? ""}
            ${state === undefined ? sql`` : sql`and state = ${state}`} ${provider === undefined ? sql`` : sql`and provider_unit_id = ${provider}`}
            ${party === undefined ? sql`` : sql`and ${party} in (provider_unit_id, purchaser_unit_id)`}
          order by agreement_id, ${current}
        ) shown
        order by agreement_id limit ${limit + 1}`;
      return pageOf(rows.map(agreementOf), limit, ({ id }) => id);
    },
    async living(providers) {
      if (providers?.length === 0) return [];
      const rows = await sql<Row[]>`
        select ${columns} from pool.agreements
        where pool_id = ${pool} and state in ('active', 'suspended') ${providers === undefined ? sql`` : sql`and provider_unit_id = any(${[...providers]}::text[])`}
        order by agreement_id`;
      return rows.map(agreementOf);
    },
    async approve(id, version, by, at) {
      await sql`update pool.agreements set state = 'active', approved_by = ${by}, approved_at = ${new Date(at)} where ${here(id, version)}`;
      await sql`update pool.agreement_classes set living = true where ${here(id, version)}`;
    },
    async setSuspensions(id, version, state, suspensions) {
      await sql`update pool.agreements set state = ${state}, suspensions = ${sql.json(suspensions as never)} where ${here(id, version)}`;
    },
    async endEarly(id, version, from) {
      await sql`update pool.agreements set ended_from = ${from} where ${here(id, version)}`;
    },
    async close(id, version, as, by, reason, at) {
      await sql`update pool.agreements set state = ${as}, closed_by = ${by}, closed_reason = ${reason}, closed_at = ${new Date(at)} where ${here(id, version)}`;
      await sql`update pool.agreement_classes set living = false where ${here(id, version)} and living`;
    },
    async resources(provider, classes) {
      const rows = await sql<{ resource_id: number; code: string; class_id: string; state: "registered" | "published" | "retired"; traits: string[] }[]>`
        select resource_id, code, class_id, state, traits from pool.resources
        where pool_id = ${pool} and unit_id = ${provider} and class_id = any(${[...classes]}::text[]) and state <> 'retired'
        order by resource_id`;
      return rows.map((row) => ({ id: trusted(Number(row.resource_id)), code: row.code, classId: trusted(row.class_id), state: row.state, traits: row.traits.map((trait) => trusted<TraitId>(trait)) }));
    },
    async aboveCeiling(providers) {
      const rows = await sql<{ agreement_id: string; class_id: string; per_period: string; offered: string }[]>`
        select k.agreement_id, k.class_id, k.per_period, sum(greatest(coalesce(r.total, 0) - r.reserved, 0) * r.overcommit_percent / 100) as offered
        from pool.agreement_classes k
          join pool.resources r on r.pool_id = k.pool_id and r.unit_id = k.provider_unit_id and r.class_id = k.class_id and r.state = 'published'
        where k.pool_id = ${pool} and k.living and k.provider_unit_id = any(${[...providers]}::text[])
        group by k.agreement_id, k.class_id, k.per_period
        having sum(greatest(coalesce(r.total, 0) - r.reserved, 0) * r.overcommit_percent / 100) > k.per_period
        order by k.agreement_id, k.class_id`;
      return rows.map((row) => ({ agreement: trusted(row.agreement_id), classId: trusted(row.class_id), ceiling: Number(row.per_period), offered: Number(row.offered) }));
    },
    async use(id) {
      // Whatever became of the version since: what was given while it was in force is paid at its price.
      const rows = await sql<{ class_id: string; class_names: Names; measure: Measure; version: number; month: string; held: string; settled: string; price_fen: string }[]>`
        select k.class_id, jsonb_build_object('zh', c.name_zh, 'en', c.name_en) as class_names, c.measure, k.version,
          to_char(date '1970-01-01' + a.period / ${perDay}, 'YYYY-MM') as month,
          coalesce(sum(a.amount) filter (where a.state = 'held'), 0) as held, coalesce(sum(a.settled_amount) filter (where a.state = 'settled'), 0) as settled, k.price_fen
        from pool.agreements g
          join pool.agreement_classes k on k.pool_id = g.pool_id and k.agreement_id = g.agreement_id and k.version = g.version
          join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id
          join pool.resources r on r.pool_id = k.pool_id and r.unit_id = k.provider_unit_id and r.class_id = k.class_id
          join pool.allocations a on a.pool_id = r.pool_id and a.resource_id = r.resource_id
            and a.period >= (g.from_day - date '1970-01-01') * ${perDay} and a.period < (g.until_day - date '1970-01-01') * ${perDay}
          join pool.decisions d on d.pool_id = a.pool_id and d.step_id = a.step_id and d.attempt = a.attempt
            and d.decided_at >= g.approved_at and (g.closed_at is null or d.decided_at < g.closed_at)
        where g.pool_id = ${pool} and g.agreement_id = ${id} and g.approved_at is not null and a.state in ('held', 'settled')
        group by k.class_id, c.name_zh, c.name_en, c.measure, k.version, month, k.price_fen
        order by k.class_id, month, k.version`;
      return rows.map((row) => ({ classId: trusted(row.class_id), classNames: row.class_names, measure: row.measure, version: row.version, month: row.month, held: Number(row.held), settled: Number(row.settled), priceFen: Number(row.price_fen) }));
    },
    async due(today) {
      const rows = await sql<{ agreement_id: string; version: number; why: "over" | "used-up" | "left-again"; class_id: string }[]>`
        select agreement_id, version, 'over' as why, '' as class_id from pool.agreements
        where pool_id = ${pool} and state in ('active', 'suspended') and least(until_day, ended_from) <= ${today}
        union all
        -- Once stopped it begins again with room for a period's amount at least: what came back in small parts would be given twice within the second between two looks.
        select agreement_id, version, case when used_up_at is null then 'used-up' else 'left-again' end, class_id
        from (
          select g.agreement_id, g.version, k.class_id, k.in_total, k.per_period, k.used_up_at, coalesce(sum(b.held + b.settled), 0) as used
          from pool.agreements g
            join pool.agreement_classes k on k.pool_id = g.pool_id and k.agreement_id = g.agreement_id and k.version = g.version and k.in_total is not null
            join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id
            join pool.resources r on r.pool_id = k.pool_id and r.unit_id = k.provider_unit_id and r.class_id = k.class_id
            left join pool.balances b on b.pool_id = r.pool_id and b.resource_id = r.resource_id and b.period >= (g.from_day - date '1970-01-01') * ${perDay}
          where g.pool_id = ${pool} and g.state in ('active', 'suspended') and least(g.until_day, g.ended_from) > ${today}
          group by g.agreement_id, g.version, k.class_id, k.in_total, k.per_period, k.used_up_at
        ) each
        where case when used_up_at is null then used >= in_total else used + per_period <= in_total end
        order by 1, 2, 3, 4`;
      return rows.map(({ agreement_id, version, why, class_id }): AgreementDue => (why === "over" ? { id: trusted(agreement_id), version, why } : { id: trusted(agreement_id), version, why, classId: trusted(class_id) }));
    },
    async setUsedUp(id, version, classId, at) {
      await sql`update pool.agreement_classes set used_up_at = ${at === null ? null : new Date(at)} where ${here(id, version)} and class_id = ${classId}`;
    },
    async usedUp(id, version) {
      const rows = await sql<{ class_id: string; used_up_at: Date }[]>`select class_id, used_up_at from pool.agreement_classes where ${here(id, version)} and used_up_at is not null`;
      return new Map(rows.map((row) => [trusted<ClassId>(row.class_id), row.used_up_at.getTime()]));
    },
  };
}
