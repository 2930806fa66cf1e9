import type { RecordedAct, RequestRecord, RequestSummary, StepView } from "../../app/ports/request.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { RequestState } from "../../domain/request/lifecycle.js";
import type { Sql } from "../connection.js";

export interface SummaryRow {
  readonly public_id: string;
  readonly number: string;
  readonly item_code: string;
  readonly item_zh: string;
  readonly item_en: string;
  readonly unit_id: string;
  readonly unit_zh: string;
  readonly unit_en: string;
  readonly lead_id: string | null;
  readonly lead_zh: string | null;
  readonly lead_en: string | null;
  readonly division_code: string;
  readonly division_zh: string | null;
  readonly division_en: string | null;
  readonly state: RequestState;
  readonly received_at: Date;
  readonly occurred_at: Date | null;
  readonly promised_due_at: Date;
  readonly statutory_due_at: Date;
  readonly paused_at: Date | null;
  readonly closed_at: Date | null;
  readonly enterprise_code: string | null;
  readonly bundle_code: string | null;
}

/** Columns and tables of one line about a request `r`. */
export const summaryColumns = (sql: Sql) => sql`
  r.public_id, r.number, r.item_code, i.name_zh as item_zh, i.name_en as item_en, r.unit_id, u.name_zh as unit_zh, u.name_en as unit_en,
  l.unit_id as lead_id, l.name_zh as lead_zh, l.name_en as lead_en,
  r.division_code, v.name_zh as division_zh, v.name_en as division_en, r.state, r.received_at, r.occurred_at, r.promised_due_at, r.statutory_due_at,
  r.paused_at, r.closed_at, r.enterprise_code, r.bundle_code`;

export const summaryTables = (sql: Sql) => sql`
  pool.requests r
    join pool.items i on i.pool_id = r.pool_id and i.item_code = r.item_code and i.version = r.item_version
    join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id
    left join pool.units l on l.pool_id = r.pool_id and l.unit_id = r.lead_unit_id
    left join pool.divisions v on v.pool_id = r.pool_id and v.code = r.division_code`;

export const summaryOf = (row: SummaryRow): RequestSummary => ({
  publicId: row.public_id,
  number: row.number,
  item: trusted(row.item_code),
  itemNames: { zh: row.item_zh, en: row.item_en },
  unitId: trusted(row.unit_id),
  unitNames: { zh: row.unit_zh, en: row.unit_en },
  lead: row.lead_id === null ? null : { unitId: trusted(row.lead_id), names: { zh: row.lead_zh ?? row.lead_id, en: row.lead_en ?? row.lead_id } },
  division: trusted(row.division_code),
  divisionNames: row.division_zh === null ? null : { zh: row.division_zh, en: row.division_en ?? row.division_zh },
  state: row.state,
  receivedAt: row.received_at.getTime(),
  occurredAt: row.occurred_at?.getTime() ?? null,
  promisedDueAt: row.promised_due_at.getTime(),
  statutoryDueAt: row.statutory_due_at.getTime(),
  pausedAt: row.paused_at?.getTime() ?? null,
  closedAt: row.closed_at?.getTime() ?? null,
  enterpriseCode: row.enterprise_code,
  bundleCode: row.bundle_code,
});

interface RecordRow extends SummaryRow {
  readonly request_id: number;
  readonly item_version: number;
  readonly applicant_id: string;
  readonly filed_by: string;
  readonly channel: RequestRecord["channel"];
  readonly language: RequestRecord["language"];
  readonly bundle_request_id: string | null;
  readonly waits_for: string[];
  readonly paused_working_days: number;
  readonly grounds: string | null;
  readonly answers_sealed: string | null;
  readonly status_secret_hash: string | null;
  readonly generation: number;
  readonly unit_address: string | null;
  readonly unit_phone: string | null;
  readonly steps: StepView[];
  readonly acts: RecordedAct[];
}

/**
 * Everything one page shows of a request, read in one statement and so at one moment: the row, its steps with what the
 * scheduler gave them and who serves, and the acts on record.
 */
export async function requestRecord(sql: Sql, pool: PoolId, which: ReturnType<Sql>): Promise<RequestRecord | undefined> {
  const [row] = await sql<RecordRow[]>`
    select ${summaryColumns(sql)},
      r.request_id, r.item_version, r.applicant_id, r.filed_by, r.channel, r.language, r.bundle_request_id, r.waits_for, r.paused_working_days,
      r.grounds, r.answers_sealed, r.status_secret_hash, r.generation, u.address as unit_address, u.phone as unit_phone,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'id', s.step_id, 'name', s.name, 'stage', s.stage, 'mode', s.mode, 'state', s.state,
          'answer', coalesce(d.outcome, 'none'),
          'answeredAt', (extract(epoch from d.decided_at) * 1000)::int8,
          'startsAt', (extract(epoch from d.starts_at) * 1000)::int8,
          'readyAt', (extract(epoch from s.ready_at) * 1000)::int8,
          'startedAt', (extract(epoch from s.started_at) * 1000)::int8,
          'endedAt', (extract(epoch from s.ended_at) * 1000)::int8,
          'grounds', s.grounds,
          'dueAt', (extract(epoch from s.due_at) * 1000)::int8,
          'serving', (
            select coalesce(jsonb_agg(jsonb_build_object('unitId', w.unit_id, 'names', jsonb_build_object('zh', w.name_zh, 'en', w.name_en)) order by w.unit_id), '[]')
            from (
              select distinct n.unit_id, n.name_zh, n.name_en
              from pool.allocations a
                join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
                join pool.units n on n.pool_id = x.pool_id and n.unit_id = coalesce(x.serving_unit_id, x.unit_id)
              where a.pool_id = s.pool_id and a.step_id = s.step_id and a.attempt = s.attempt
            ) w),
          'held', (
            select coalesce(jsonb_agg(jsonb_build_object('claim', h.claim_id, 'classId', h.class_id, 'amount', h.amount) order by h.claim_id), '[]')
            from (
              select c.claim_id, c.class_id, sum(a.amount)::int8 as amount
              from pool.allocations a
                join pool.claims c on c.pool_id = a.pool_id and c.claim_id = a.claim_id
              where a.pool_id = s.pool_id and a.step_id = s.step_id and a.attempt = s.attempt and a.state = 'held'
              group by c.claim_id, c.class_id
            ) h)
        ) order by s.ordinal), '[]')
       from pool.steps s
         left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
       where s.pool_id = r.pool_id and s.request_id = r.request_id) as steps,
      (select coalesce(jsonb_agg(jsonb_build_object('at', (extract(epoch from t.occurred_at) * 1000)::int8, 'act', t.act, 'facts', t.after)
          order by t.audit_id), '[]')
       from pool.audit_records t
       where t.pool_id = r.pool_id and t.object_kind = 'request' and t.object_id = r.public_id::text
         and t.act <> 'request.read-answers') as acts
    from ${summaryTables(sql)}
    where r.pool_id = ${pool} and ${which}`;
  if (!row) return undefined;
  const siblings =
    row.bundle_request_id === null
      ? []
      : await sql<SummaryRow[]>`
          select ${summaryColumns(sql)}
          from ${summaryTables(sql)}
          where r.pool_id = ${pool} and r.bundle_request_id = ${row.bundle_request_id} and r.request_id <> ${row.request_id}
          order by r.request_id`;
  return {
    ...summaryOf(row),
    id: trusted(row.request_id),
    itemVersion: row.item_version,
    applicantId: trusted(row.applicant_id),
    filedBy: trusted(row.filed_by),
    channel: row.channel,
    language: row.language,
    bundleRequestId: row.bundle_request_id,
    waitsFor: row.waits_for.map((item) => trusted(item)),
    pausedWorkingDays: row.paused_working_days,
    grounds: row.grounds,
    answersSealed: row.answers_sealed,
    statusSecretHash: row.status_secret_hash,
    generation: row.generation,
    unitAddress: row.unit_address,
    unitPhone: row.unit_phone,
    steps: row.steps,
    acts: row.acts,
    siblings: siblings.map(summaryOf),
  };
}
