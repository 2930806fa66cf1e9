import type { GivenAllocation, RequestOwnership, ReachedLimit, Requests, Submitted } from "../../app/ports/request.js";
import { pageOf } from "../../app/ports/page.js";
import { trusted, type UnitId, type PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { lockCases } from "../sql/lock-cases.js";
import { requestRecord, summaryColumns, summaryOf, summaryTables, type SummaryRow } from "../sql/request-record.js";
import { saveCases } from "../sql/save-cases.js";
import { submitRequests } from "../sql/submit-request.js";
import type { Submissions } from "../submissions.js";
import { cursorOf, readCursor } from "./cursor.js";
import type { QueueGauge } from "./queue-gauge.js";

interface OwnershipRow {
  readonly public_id: string;
  readonly number: string;
  readonly item_code: string;
  readonly item_version: number;
  readonly unit_id: string;
  readonly lead_unit_id: string | null;
  readonly division_code: string;
  readonly applicant_id: string;
  readonly enterprise_code: string | null;
  readonly bundle_request_id: string | null;
  readonly waits_for: string[];
  readonly received_at: Date;
  readonly generation: number;
  readonly serving: string[];
}

const ownershipOf = (row: OwnershipRow): RequestOwnership => ({
  publicId: row.public_id,
  number: row.number,
  item: trusted(row.item_code),
  itemVersion: row.item_version,
  unitId: trusted(row.unit_id),
  leadUnitId: row.lead_unit_id === null ? null : trusted<UnitId>(row.lead_unit_id),
  division: trusted(row.division_code),
  applicantId: trusted(row.applicant_id),
  enterpriseCode: row.enterprise_code,
  bundleRequestId: row.bundle_request_id,
  waitsFor: row.waits_for.map((item) => trusted(item)),
  receivedAt: row.received_at.getTime(),
  generation: row.generation,
  servingUnitIds: row.serving.map((id) => trusted(id)),
});

interface AllocationRow {
  readonly step_id: number;
  readonly claim_id: number;
  readonly attempt: number;
  readonly code: string;
  readonly unit_id: string;
  readonly unit_zh: string;
  readonly unit_en: string;
  readonly class_id: string;
  readonly class_zh: string;
  readonly class_en: string;
  readonly measure: GivenAllocation["measure"];
  readonly period_kind: GivenAllocation["periodKind"];
  readonly period: number;
  readonly amount: number;
  readonly settled_amount: number;
  readonly state: GivenAllocation["state"];
}

const allocationOf = (row: AllocationRow): GivenAllocation => ({
  step: trusted(row.step_id),
  claim: trusted(row.claim_id),
  attempt: row.attempt,
  resource: row.code,
  unitId: trusted(row.unit_id),
  unitNames: { zh: row.unit_zh, en: row.unit_en },
  classId: trusted(row.class_id),
  classNames: { zh: row.class_zh, en: row.class_en },
  measure: row.measure,
  periodKind: row.period_kind,
  period: row.period,
  amount: row.amount,
  settled: row.settled_amount,
  state: row.state,
});

/** What a repository of requests is told of its transaction. */
export interface Submitting {
  /** A command was written: the writer is told after the commit. */
  announce(): void;
  /** Of a transaction that several callers share, which locked its applicants when it began. */
  readonly submissions?: Submissions | undefined;
}

export function requests(sql: Sql, pool: PoolId, gauge: QueueGauge, submitting: Submitting): Requests {
  return {
    async submit(submission) {
      submitting.announce();
      if (submitting.submissions) return await submitting.submissions.submit(submission);
      const [submitted] = await submitRequests(sql, pool, [submission], false);
      return submitted as Submitted;
    },
    async paperNumber(division, serial) {
      const [row] = await sql<{ number: string }[]>`
        select r.number from pool.paper_records p join pool.requests r using (pool_id, request_id)
        where p.pool_id = ${pool} and p.division_code = ${division} and p.serial = ${serial}`;
      return row?.number;
    },
    async keepPaper(request, sheet) {
      const kept = await sql`
        insert into pool.paper_records (pool_id, request_id, serial, division_code, village, unit_id, entered_by)
        values (${pool}, ${request}, ${sheet.serial}, ${sheet.division}, ${sheet.village}, ${sheet.unitId}, ${sheet.enteredBy})
        on conflict (pool_id, division_code, serial) do nothing`;
      return kept.count === 1;
    },
    lock: (publicIds) => lockCases(sql, pool, sql`r.public_id = any(${publicIds as string[]}::uuid[])`),
    lockOfSteps: (steps) =>
      lockCases(sql, pool, sql`r.request_id in (
        select t.request_id from pool.steps t where t.pool_id = ${pool} and t.step_id = any(${[...steps]}::int8[]))`),
    lockBundle: (bundleRequestId) => lockCases(sql, pool, sql`r.bundle_request_id = ${bundleRequestId}`),
    save: (changes) => saveCases(sql, pool, changes),

    async replaceAnswers(id, sealed) {
      await sql`update pool.requests set answers_sealed = ${sealed} where pool_id = ${pool} and request_id = ${id}`;
    },

    async ownership(publicId) {
      const [row] = await sql<OwnershipRow[]>`
        select r.public_id, r.number, r.item_code, r.item_version, r.unit_id, r.lead_unit_id, r.division_code, r.applicant_id, r.enterprise_code,
          r.bundle_request_id, r.waits_for, r.received_at, r.generation,
          array(
            select distinct coalesce(x.serving_unit_id, x.unit_id) as unit_id
            from pool.steps s
              join pool.allocations a on a.pool_id = s.pool_id and a.step_id = s.step_id
              join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
            where s.pool_id = r.pool_id and s.request_id = r.request_id
            order by unit_id
          ) as serving
        from pool.requests r
        where r.pool_id = ${pool} and r.public_id = ${publicId}`;
      return row && ownershipOf(row);
    },
    record: (publicId) => requestRecord(sql, pool, sql`r.public_id = ${publicId}`),
    async publicIdOf(number) {
      const [row] = await sql<{ public_id: string }[]>`select public_id from pool.requests where pool_id = ${pool} and number = ${number}`;
      return row?.public_id;
    },
    async statusSecret(number) {
      const [row] = await sql<{ public_id: string; status_secret_hash: string | null }[]>`
        select public_id, status_secret_hash from pool.requests where pool_id = ${pool} and number = ${number}`;
      return row && { publicId: row.public_id, hash: row.status_secret_hash };
    },
    async allocations(publicId) {
      const rows = await sql<AllocationRow[]>`
        select a.step_id, a.claim_id, a.attempt, x.code, x.unit_id, u.name_zh as unit_zh, u.name_en as unit_en, k.class_id,
          k.name_zh as class_zh, k.name_en as class_en, k.measure, k.period as period_kind, a.period, a.amount, a.settled_amount, a.state
        from pool.requests r
          join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id
          join pool.allocations a on a.pool_id = s.pool_id and a.step_id = s.step_id
          join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
          join pool.units u on u.pool_id = x.pool_id and u.unit_id = x.unit_id
          join pool.classes k on k.pool_id = x.pool_id and k.class_id = x.class_id
        where r.pool_id = ${pool} and r.public_id = ${publicId}
        order by s.ordinal, a.attempt, a.claim_id, a.period, x.code`;
      return rows.map(allocationOf);
    },

    async listOf({ person, enterprises, open }, { limit, after }) {
      const last = after === undefined ? undefined : readCursor(after, ["number"])?.[0];
      const rows = await sql<(SummaryRow & { request_id: number })[]>`
        select r.request_id, ${summaryColumns(sql)}
        from ${summaryTables(sql)}
        where r.pool_id = ${pool}
          and ((r.applicant_id = ${person} and r.enterprise_code is null)
            ${enterprises.length === 0 ? sql`` : sql`or r.enterprise_code = any(${enterprises as string[]}::text[])`})
          ${open ? sql`and r.closed_at is null` : sql``}
          ${last === undefined ? sql`` : sql`and r.request_id < ${last}`}
        order by r.request_id desc
        limit ${limit + 1}`;
      const page = pageOf(rows, limit, (row) => cursorOf(row.request_id));
      return { rows: page.rows.map(summaryOf), next: page.next };
    },
    async holdsReached({ applicantId, item, step }) {
      const [row] = await sql<{ reached: ReachedLimit }[]>`
        select json_build_object('of', 'holds', 'item', l.item_code, 'max', l.max) as reached
        from (
          select 0 as rank, null as item_code, holds_max as max from pool.pools where pool_id = ${pool} and holds_max is not null
          union all
          select 1, item_code, holds_max from pool.applicant_limits where pool_id = ${pool} and item_code = ${item} and holds_max is not null
        ) l
        where (
          select count(*)
          from pool.requests o
            join pool.steps s on s.pool_id = o.pool_id and s.request_id = o.request_id and s.state in ('ready', 'working')
          where o.pool_id = ${pool} and o.applicant_id = ${applicantId} and o.closed_at is null and o.item_code = coalesce(l.item_code, o.item_code)
            and s.step_id <> ${step}
        ) >= l.max
        order by l.rank
        limit 1`;
      return row?.reached ?? null;
    },
    queueFull: (limit) => gauge.isFull(sql, pool, limit),
  };
}
