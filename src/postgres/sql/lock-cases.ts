import type { LockedCase } from "../../app/ports/request.js";
import { trusted, type PoolId, type UnitId } from "../../domain/id.js";
import type { CaseFile, CaseStep } from "../../domain/request/case.js";
import type { RequestState, RequestStatus } from "../../domain/request/lifecycle.js";
import type { Sql } from "../connection.js";

interface CaseRow {
  readonly request_id: number;
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
  readonly state: RequestState;
  readonly paused_at: Date | null;
  readonly paused_working_days: number;
  readonly closed_at: Date | null;
  readonly grounds: string | null;
  readonly promised_due_at: Date;
  readonly statutory_due_at: Date;
  readonly serving: string[];
  readonly steps: (CaseStep & { readonly serving: readonly UnitId[] })[];
}

/**
 * Locks requests and their steps, then reads them. Three statements in one packet: what stands in the rows must be
 * read after the locks are had, or an act that waited would work on what was true before. The locks leave room for
 * the foreign keys of decisions, so that the writer never waits for an officer.
 */
export async function lockCases(sql: Sql, pool: PoolId, which: ReturnType<Sql>): Promise<LockedCase[]> {
  const chosen = () => sql`r.pool_id = ${pool} and ${which}`;
  const requests = sql`select 1 from pool.requests r where ${chosen()} order by r.request_id for no key update`.execute();
  const steps = sql`
    select 1
    from pool.steps s
    where s.pool_id = ${pool} and s.request_id in (select r.request_id from pool.requests r where ${chosen()})
    order by s.step_id
    for no key update`.execute();
  const rows = sql<CaseRow[]>`
    select
      r.request_id, r.public_id, r.number, r.item_code, r.item_version, r.unit_id, r.lead_unit_id, r.division_code, r.applicant_id, r.enterprise_code,
      r.bundle_request_id, r.waits_for, r.received_at, r.generation, r.state, r.paused_at, r.paused_working_days, r.closed_at, r.grounds,
      r.promised_due_at, r.statutory_due_at,
      array(
        select distinct coalesce(x.serving_unit_id, x.unit_id) as unit_id
        from pool.steps s
          join pool.allocations a on a.pool_id = s.pool_id and a.step_id = s.step_id
          join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
        where s.pool_id = r.pool_id and s.request_id = r.request_id
        order by unit_id
      ) as serving,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'id', s.step_id, 'name', s.name, 'mode', s.mode, 'after', s.after, 'state', s.state, 'attempt', s.attempt,
          'answer', coalesce(d.outcome, 'none'),
          'startedAt', (extract(epoch from s.started_at) * 1000)::int8, 'startedBy', s.started_by,
          'endedAt', (extract(epoch from s.ended_at) * 1000)::int8, 'endedBy', s.ended_by, 'grounds', s.grounds,
          'serving', array(
            select distinct coalesce(x.serving_unit_id, x.unit_id) as unit_id
            from pool.allocations a
              join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
            where a.pool_id = s.pool_id and a.step_id = s.step_id and a.attempt = s.attempt
            order by unit_id),
          'claims', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'id', c.claim_id, 'classId', c.class_id,
                'held', (
                  select coalesce(sum(a.amount), 0)
                  from pool.allocations a
                  where a.pool_id = c.pool_id and a.step_id = c.step_id and a.claim_id = c.claim_id and a.attempt = s.attempt and a.state = 'held')
              ) order by c.ordinal), '[]')
            from pool.claims c
            where c.pool_id = s.pool_id and c.step_id = s.step_id)
        ) order by s.ordinal), '[]')
       from pool.steps s
         left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
       where s.pool_id = r.pool_id and s.request_id = r.request_id) as steps
    from pool.requests r
    where ${chosen()}
    order by r.request_id`.execute();
  const [, , found] = await Promise.all([requests, steps, rows]);
  return found.map(lockedCase);
}

const lockedCase = (row: CaseRow): LockedCase => ({
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
  file: caseFile(row),
  servingByStep: new Map(row.steps.map(({ id, serving }) => [id, serving])),
});

const caseFile = (row: CaseRow): CaseFile => ({
  id: trusted(row.request_id),
  status: statusOf(row),
  promisedDueAt: row.promised_due_at.getTime(),
  statutoryDueAt: row.statutory_due_at.getTime(),
  pausedWorkingDays: row.paused_working_days,
  steps: row.steps.map(({ serving: _, ...step }) => step),
});

/** The table's CHECKs hold what the union says. */
function statusOf({ state, paused_at, closed_at, grounds }: CaseRow): RequestStatus {
  switch (state) {
    case "supplement":
      return { state, pausedAt: (paused_at as Date).getTime(), grounds: grounds ?? "" };
    case "completed":
      return { state, closedAt: (closed_at as Date).getTime() };
    case "rejected":
    case "referred":
      return { state, closedAt: (closed_at as Date).getTime(), grounds: grounds ?? "" };
    case "withdrawn":
      return { state, closedAt: (closed_at as Date).getTime(), grounds };
    default:
      return { state };
  }
}
