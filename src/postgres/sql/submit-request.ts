import type { NewRequest, Submission, Submitted } from "../../app/ports/request.js";
import { trusted, type PoolId, type RequestId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { PLAIN_CLAIM, type ClaimAsk } from "../../scheduler/contract.js";
import type { Sql } from "../connection.js";
import { COMMAND_CHANNEL } from "../queries/command.js";

/**
 * Intake in one statement, because round trips are what intake costs: requests, steps, claims, audit records and the
 * command to the writer. It stores all or nothing, and only while every item's version is still published, every
 * unit still open, and the applicant still below the limit. The lock makes two requests of one applicant count one
 * another; it is sent ahead in the same packet.
 */
export async function submitRequests(sql: Sql, pool: PoolId, submission: Submission): Promise<Submitted> {
  const { openMax, applicantId, receivedAt, bundle } = submission;
  const count = submission.requests.length;
  const locked = openMax === null ? undefined : sql`select pg_advisory_xact_lock(hashtextextended(${`open requests ${pool} ${applicantId}`}, 0))`.execute();
  const stored = sql<{ fresh: boolean; room: boolean; ids: number[] | null }[]>`
    with q as (
      select *
      from jsonb_to_recordset(${sql.json(submission.requests.map(requestRow) as never)}) as q (
        ordinal int, public_id uuid, number text, item_code text, item_version int, item_generation int8, unit_id text,
        division_code text, promised_due_at timestamptz, statutory_due_at timestamptz, answers_sealed text,
        status_secret_hash text, waits_for text[])
    ), checked as (
      select
        ${count} = (
          select count(*) from q
          where exists (
              select from pool.items i
              where i.pool_id = ${pool} and i.item_code = q.item_code and i.version = q.item_version
                and i.state = 'published' and i.generation = q.item_generation)
            and exists (
              select from pool.units u
              where u.pool_id = ${pool} and u.unit_id = q.unit_id and u.state = 'active' and u.published)
        ) as fresh,
        ${openMax}::int8 is null or ${count} + (
          select count(*)
          from (
            select from pool.requests o
            where o.pool_id = ${pool} and o.applicant_id = ${applicantId} and o.closed_at is null
            limit ${openMax}
          ) open
        ) <= ${openMax}::int8 as room
    ), r as (
      insert into pool.requests (
        pool_id, public_id, number, item_code, item_version, bundle_code, bundle_request_id, waits_for, unit_id, division_code,
        applicant_id, filed_by, enterprise_code, channel, state, received_at, promised_due_at, statutory_due_at,
        answers_sealed, status_secret_hash)
      select
        ${pool}, q.public_id, q.number, q.item_code, q.item_version, ${bundle?.code ?? null}, ${bundle?.id ?? null}::uuid, q.waits_for,
        q.unit_id, q.division_code, ${applicantId}::uuid, ${submission.filedBy}::uuid, ${submission.enterpriseCode}, ${submission.channel},
        'received', ${iso(receivedAt)}::timestamptz, q.promised_due_at, q.statutory_due_at, q.answers_sealed, q.status_secret_hash
      from q, checked
      where checked.fresh and checked.room
      order by q.ordinal
      returning request_id, number, public_id
    ), k as (
      -- What steps ask, once for all that ask the same.
      insert into pool.asks (pool_id, ask_id, claims)
      select distinct ${pool}, pool.ask_id(t.ask), t.ask
      from jsonb_to_recordset(${sql.json(submission.requests.flatMap(stepRows) as never)}) as t (ask jsonb), checked
      where checked.fresh and checked.room
      on conflict do nothing
    ), s as (
      insert into pool.steps (
        pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, expected_minutes, ready_at, ask_id)
      select
        ${pool}, r.request_id, t.name, t.ordinal, t.stage, t.mode, t.after, t.state, ${iso(receivedAt)}::timestamptz, t.due_at,
        t.expected_minutes, case when t.state = 'ready' then ${iso(receivedAt)}::timestamptz end, pool.ask_id(t.ask)
      from jsonb_to_recordset(${sql.json(submission.requests.flatMap(stepRows) as never)}) as t (
          number text, ordinal int, name text, stage text, mode text, after text[], state text, due_at timestamptz, expected_minutes int, ask jsonb)
        join r on r.number = t.number
      order by r.request_id, t.ordinal
      returning step_id, request_id, name, state
    ), c as (
      insert into pool.claims (
        pool_id, claim_id, step_id, ordinal, class_id, amount, traits, scope, division_code, unit_id, together, slots, spread, purpose)
      select
        ${pool}, s.step_id * 64 + t.ordinal, s.step_id, t.ordinal, t.class_id, t.amount, t.traits, t.scope, q.division_code, q.unit_id, t.together, t.slots,
        t.spread, t.purpose
      from jsonb_to_recordset(${sql.json(submission.requests.flatMap(claimRows) as never)}) as t (
          number text, step text, ordinal int, class_id text, amount int8, traits text[], scope text, together boolean, slots int,
          spread boolean, purpose text)
        join r on r.number = t.number
        join q on q.number = t.number
        join s on s.request_id = r.request_id and s.name = t.step
      order by s.step_id, t.ordinal
    ), a as (
      insert into pool.audit_records (
        pool_id, occurred_at, actor_id, on_behalf_of, act, object_kind, object_id, after, policy_version)
      select
        ${pool}, ${iso(receivedAt)}::timestamptz, ${submission.actorId}, ${submission.enterpriseCode}, 'request.submit', 'request', r.public_id,
        jsonb_build_object('state', 'received', 'number', q.number, 'item', q.item_code, 'version', q.item_version, 'unit', q.unit_id,
          'division', q.division_code, 'channel', ${submission.channel}::text, 'bundle', ${bundle?.code ?? null}::text),
        ${submission.policyVersion}
      from r join q on q.number = r.number
      order by q.ordinal
    ), w as (
      insert into pool.commands (pool_id, command, occurred_at, actor_id)
      select
        ${pool}, jsonb_build_object('kind', 'step.ready', 'steps', jsonb_agg(s.step_id order by s.step_id), 'turns', jsonb_agg(1)), ${iso(receivedAt)}::timestamptz,
        ${submission.actorId}
      from s
      where s.state = 'ready'
      having count(*) > 0
    )
    select checked.fresh, checked.room,
      (select array_agg(r.request_id order by q.ordinal) from r join q on q.number = r.number) as ids,
      case when checked.fresh and checked.room then pg_notify(${COMMAND_CHANNEL}, ${pool}) end
    from checked`.execute();
  const [[row]] = await Promise.all([stored, locked]);
  if (!row) throw new Error("the submission returned no row");
  if (!row.fresh) return { kind: "changed" };
  if (!row.room) return { kind: "too-many-open" };
  return { kind: "stored", ids: (row.ids ?? []).map((id) => trusted<RequestId>(Number(id))) };
}

const iso = (at: Instant): string => new Date(at).toISOString();

const requestRow = (request: NewRequest, ordinal: number) => ({
  ordinal,
  public_id: request.publicId,
  number: request.number,
  item_code: request.item,
  item_version: request.itemVersion,
  item_generation: request.itemGeneration,
  unit_id: request.unitId,
  division_code: request.division,
  promised_due_at: iso(request.promisedDueAt),
  statutory_due_at: iso(request.statutoryDueAt),
  answers_sealed: request.answersSealed,
  status_secret_hash: request.statusSecretHash,
  waits_for: request.waitsFor,
});

const stepRows = ({ number, division, unitId, steps }: NewRequest) =>
  steps.map((step) => ({
    number,
    ordinal: step.ordinal,
    name: step.name,
    stage: step.stage,
    mode: step.mode,
    after: step.after,
    state: step.state,
    due_at: iso(step.dueAt),
    expected_minutes: step.expectedMinutes,
    ask: step.claims.map((claim): ClaimAsk => ({
      ...PLAIN_CLAIM,
      classId: claim.class,
      amount: claim.amount,
      traits: claim.traits ?? [],
      scope: claim.scope,
      division,
      unitId,
      together: claim.together ?? false,
      slots: claim.slots ?? 1,
      spread: claim.spread ?? false,
      purpose: claim.purpose ?? null,
    })),
  }));

const claimRows = ({ number, steps }: NewRequest) =>
  steps.flatMap((step) =>
    step.claims.map((claim, ordinal) => ({
      number,
      step: step.name,
      ordinal,
      class_id: claim.class,
      amount: claim.amount,
      traits: claim.traits ?? [],
      scope: claim.scope,
      together: claim.together ?? false,
      slots: claim.slots ?? 1,
      spread: claim.spread ?? false,
      purpose: claim.purpose ?? null,
    })),
  );
