import type { NewRequest, ReachedLimit, Submission, Submitted } from "../../app/ports/request.js";
import { claimAsks } from "../../app/request/claim-asks.js";
import { trusted, type DivisionCode, type PoolId, type RequestId, type UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { PlannedStep } from "../../domain/request/plan.js";
import type { Sql } from "../connection.js";
import { lockApplicants } from "./lock-applicants.js";
import { routingMark } from "./read-routing.js";

/**
 * Intake in one statement, because round trips are what intake costs: requests, steps, claims, audit records and commands
 * to the writer. Each submission is stored whole or not at all, and only while every item's version is still published,
 * every unit still open, no rule of routing come or gone, and the applicant still below the limits. The lock makes two requests of one applicant count one
 * another; it is sent ahead in the same packet. Submissions of one statement do not see one another, so they must be of
 * different applicants.
 *
 * @param isLocked the transaction took the applicants' lock before.
 * @returns in the order of the submissions.
 */
export async function submitRequests(sql: Sql, pool: PoolId, submissions: readonly Submission[], isLocked: boolean): Promise<Submitted[]> {
  const limited = submissions.flatMap(({ limited: counts, applicantId }) => (counts ? [applicantId] : []));
  const locked = limited.length === 0 || isLocked ? undefined : lockApplicants(sql, pool, limited);
  const filed = submissions.flatMap(({ requests }, at) => requests.map((request) => ({ at, request })));
  const { asks, steps } = stepRows(filed.map(({ request }) => request));
  const planned = planOnce(sql);
  const stored = sql<{ fresh: boolean; reached: ReachedLimit | null; ids: number[] | null }[]>`
    with b as (
      select *
      from jsonb_to_recordset(${sql.json(submissions.map(submissionRow) as never)}) as b (
        at int, requests int, applicant_id uuid, filed_by uuid, enterprise_code text, channel text, language text, received_at timestamptz,
        bundle_code text, bundle_id uuid, limited boolean, policy_version int, actor_id text, routing_mark text)
    ), q as (
      select *
      from jsonb_to_recordset(${sql.json(filed.map(requestRow) as never)}) as q (
        at int, ordinal int, public_id uuid, number text, item_code text, item_version int, item_generation int8, unit_id text, lead_unit_id text,
        division_code text, promised_due_at timestamptz, statutory_due_at timestamptz, answers_sealed text,
        status_secret_hash text, waits_for text[], ready int, occurred_at timestamptz, ranks_due_at timestamptz)
    ), standing as (
      select q.at, count(*) as requests
      from q
        join pool.items i on i.pool_id = ${pool} and i.item_code = q.item_code and i.version = q.item_version
          and i.state = 'published' and i.generation = q.item_generation
        join pool.units u on u.pool_id = ${pool} and u.unit_id = q.unit_id and u.state = 'active' and u.published
      group by q.at
    ), counted as materialized (
      select b.*,
        b.requests = coalesce(standing.requests, 0) and b.routing_mark = (${routingMark(sql, pool)}) as fresh,
        case when b.limited then ${reachedLimit(sql, pool)} end as reached
      from b left join standing using (at)
    ), checked as materialized (
      -- One truth value: of two conditions PostgreSQL expects that they leave nobody, and would join all that follows row by row.
      select counted.*, fresh and reached is null as stands
      from counted
    ), filed as materialized (
      select q.*, c.applicant_id, c.filed_by, c.enterprise_code, c.channel, c.language, c.received_at, c.bundle_code, c.bundle_id, c.policy_version, c.actor_id
      from q join checked c using (at)
      where c.stands
    ), r as (
      insert into pool.requests (
        pool_id, public_id, number, item_code, item_version, bundle_code, bundle_request_id, waits_for, unit_id, lead_unit_id, division_code,
        applicant_id, filed_by, enterprise_code, channel, language, state, received_at, occurred_at, promised_due_at, statutory_due_at,
        answers_sealed, status_secret_hash)
      select
        ${pool}, f.public_id, f.number, f.item_code, f.item_version, f.bundle_code, f.bundle_id, f.waits_for,
        f.unit_id, f.lead_unit_id, f.division_code, f.applicant_id, f.filed_by, f.enterprise_code, f.channel, f.language,
        'received', f.received_at, f.occurred_at, f.promised_due_at, f.statutory_due_at, f.answers_sealed, f.status_secret_hash
      from filed f
      order by f.at, f.ordinal
      returning request_id, number
    ), asked as materialized (
      select (e.at - 1)::int as ask, e.claims, pool.ask_id(e.claims) as ask_id
      from jsonb_array_elements(${asks}::text::jsonb) with ordinality as e (claims, at)
    ), t as materialized (
      select t.*, asked.ask_id, r.request_id, f.received_at, coalesce(f.occurred_at, f.received_at) as arrived_at, f.ranks_due_at
      from jsonb_to_recordset(${sql.json(steps as never)}) as t (
          request int, ordinal int, name text, stage text, mode text, after text[], state text, due_at timestamptz, expected_minutes int, not_by text[],
          ask int)
        join filed f on f.ordinal = t.request
        join r using (number)
        join asked using (ask)
    ), k as (
      -- What steps ask, once for all that ask the same; in one order, so that two who bring the same do not wait in a circle.
      insert into pool.asks (pool_id, ask_id, claims)
      select ${pool}, ask_id, claims
      from asked
      where exists (select from t where t.ask = asked.ask)
      order by ask_id
      on conflict do nothing
    ), s as (
      insert into pool.steps (
        pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, ranks_due_at, expected_minutes, not_by, ready_at, ask_id)
      select
        ${pool}, t.request_id, t.name, t.ordinal, t.stage, t.mode, t.after, t.state, t.arrived_at, t.due_at, t.ranks_due_at,
        t.expected_minutes, t.not_by, case when t.state = 'ready' then t.received_at end, t.ask_id
      from t
      order by t.request_id, t.ordinal
      returning step_id, request_id, name, state
    ), c as (
      insert into pool.claims (
        pool_id, claim_id, step_id, ordinal, class_id, amount, traits, scope, division_code, unit_id, together, slots, spread, purpose,
        count, automatic)
      select
        ${pool}, s.step_id * 64 + c.at - 1, s.step_id, c.at - 1, c."classId", c.amount, c.traits, c.scope, c.division, c."unitId", c.together, c.slots,
        c.spread, c.purpose, c.count, c.automatic
      from (
          select asked.ask, c.*
          from asked
            cross join rows from (
              jsonb_to_recordset(asked.claims) as (
                "classId" text, amount int8, traits text[], scope text, division text, "unitId" text, together boolean, slots int, spread boolean,
                purpose text, count int, automatic boolean)
            ) with ordinality as c ("classId", amount, traits, scope, division, "unitId", together, slots, spread, purpose, count, automatic, at)
        ) c
        join t using (ask)
        join s on s.request_id = t.request_id and s.name = t.name
      order by s.step_id, c.at
    ), a as (
      insert into pool.audit_records (
        pool_id, occurred_at, actor_id, on_behalf_of, act, object_kind, object_id, after, policy_version)
      select
        ${pool}, f.received_at, f.actor_id, f.enterprise_code, 'request.submit', 'request', f.public_id,
        jsonb_build_object('state', 'received', 'number', f.number, 'item', f.item_code, 'version', f.item_version, 'unit', f.unit_id,
          'division', f.division_code, 'channel', f.channel, 'bundle', f.bundle_code)
          || case when f.occurred_at is null then '{}' else jsonb_build_object('occurredAt', f.occurred_at, 'recordedAt', f.received_at) end
          || case when f.lead_unit_id is null then '{}'::jsonb else jsonb_build_object('lead', f.lead_unit_id) end,
        f.policy_version
      from filed f
      order by f.at, f.ordinal
    ), w as (
      insert into pool.commands (pool_id, command, occurred_at, actor_id)
      select
        ${pool}, jsonb_build_object('kind', 'step.ready', 'steps', jsonb_agg(s.step_id order by s.step_id), 'turns', jsonb_agg(1)), f.received_at,
        f.actor_id
      from s
        join r using (request_id)
        join filed f on f.number = r.number
      where s.state = 'ready'
      group by f.at, f.received_at, f.actor_id
      order by f.at
    )
    select checked.fresh, checked.reached, stored.ids
    from checked
      left join (
        select f.at, array_agg(r.request_id order by f.ordinal) as ids
        from r join filed f using (number)
        group by f.at
      ) stored using (at)
    order by checked.at`.execute();
  const [rows] = await Promise.all([stored, locked, planned]);
  if (rows.length !== submissions.length) throw new Error(`${submissions.length} submissions returned ${rows.length} rows`);
  return rows.map(({ fresh, reached, ids }): Submitted => {
    if (!fresh) return { kind: "changed" };
    if (reached) return { kind: "above-limit", limit: reached };
    return { kind: "stored", ids: (ids ?? []).map((id) => trusted<RequestId>(Number(id))) };
  });
}

/**
 * Planning the statement took PostgreSQL longer than storing two applications by it, and its plan hangs on nothing that an application says.
 * So each connection makes one, to the end of the transaction; one made while tables are empty must not read them whole when they are not.
 */
const planOnce = (sql: Sql): Promise<unknown> => sql`select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)`.execute();

/**
 * The first limit that the submission `b`, with its requests in `q`, would be above. Each count ends at its limit, so it costs the
 * same however much somebody has; what nobody limits is not counted at all.
 */
const reachedLimit = (sql: Sql, pool: PoolId) => sql`(
          select json_build_object('of', l.counted, 'item', l.item_code, 'max', l.max)
          from (
            select 0 as rank, 'open' as counted, null as item_code, open_requests_max as max from pool.pools where pool_id = ${pool}
            union all
            select 1, 'holds', null, holds_max from pool.pools where pool_id = ${pool} and holds_max is not null
            union all
            select 2, 'open', item_code, open_requests_max from pool.applicant_limits where pool_id = ${pool} and open_requests_max is not null
            union all
            select 3, 'holds', item_code, holds_max from pool.applicant_limits where pool_id = ${pool} and holds_max is not null
          ) l
            cross join lateral (
              select case l.counted when 'open' then count(*) else sum(q.ready) end as asked
              from q where q.at = b.at and q.item_code = coalesce(l.item_code, q.item_code)
            ) a
          where a.asked > 0 and a.asked + case l.counted
              when 'open' then (
                select count(*)
                from (
                  select from pool.requests o
                  where o.pool_id = ${pool} and o.applicant_id = b.applicant_id and o.closed_at is null and o.item_code = coalesce(l.item_code, o.item_code)
                  limit l.max
                ) open)
              else (
                select count(*)
                from (
                  select
                  from pool.requests o
                    join pool.steps s on s.pool_id = o.pool_id and s.request_id = o.request_id and s.state in ('ready', 'working')
                  where o.pool_id = ${pool} and o.applicant_id = b.applicant_id and o.closed_at is null and o.item_code = coalesce(l.item_code, o.item_code)
                  limit l.max
                ) held)
              end > l.max
          order by l.rank, l.item_code
          limit 1)`;

const iso = (at: Instant): string => new Date(at).toISOString();

const submissionRow = (submission: Submission, at: number) => ({
  at,
  requests: submission.requests.length,
  applicant_id: submission.applicantId,
  filed_by: submission.filedBy,
  enterprise_code: submission.enterpriseCode,
  channel: submission.channel,
  language: submission.language,
  received_at: iso(submission.receivedAt),
  bundle_code: submission.bundle?.code ?? null,
  bundle_id: submission.bundle?.id ?? null,
  limited: submission.limited,
  policy_version: submission.policyVersion,
  actor_id: submission.actorId,
  routing_mark: submission.routingMark,
});

const requestRow = ({ at, request }: { readonly at: number; readonly request: NewRequest }, ordinal: number) => ({
  at,
  ordinal,
  public_id: request.publicId,
  number: request.number,
  item_code: request.item,
  item_version: request.itemVersion,
  item_generation: request.itemGeneration,
  unit_id: request.unitId,
  lead_unit_id: request.leadUnitId,
  division_code: request.division,
  promised_due_at: iso(request.promisedDueAt),
  statutory_due_at: iso(request.statutoryDueAt),
  answers_sealed: request.answersSealed,
  status_secret_hash: request.statusSecretHash,
  waits_for: request.waitsFor,
  ready: request.steps.filter(({ state }) => state === "ready").length,
  occurred_at: request.ranked === undefined ? null : iso(request.ranked.from),
  ranks_due_at: request.ranked === undefined ? null : iso(request.ranked.dueAt),
});

/** Steps, and beside them what they ask, each ask once: most steps of a busy moment ask what another asks. */
function stepRows(requests: readonly NewRequest[]): { readonly asks: string; readonly steps: readonly object[] } {
  const asks = new Map<string, number>();
  const steps = requests.flatMap(({ division, unitId, leadUnitId, steps: planned }, request) =>
    planned.map((step) => {
      const text = askText(step, division, unitId, leadUnitId);
      const ask = asks.get(text) ?? asks.size;
      asks.set(text, ask);
      return {
        request,
        ordinal: step.ordinal,
        name: step.name,
        stage: step.stage,
        mode: step.mode,
        after: step.after,
        state: step.state,
        due_at: iso(step.dueAt),
        expected_minutes: step.expectedMinutes,
        not_by: step.notBy,
        ask,
      };
    }),
  );
  return { asks: `[${[...asks.keys()].join(",")}]`, steps };
}

/** By a recipe's own list of claims, as long as its copy is kept: writing the same text again was what intake did most. */
const askTexts = new WeakMap<PlannedStep["claims"], Map<string, string>>();

function askText(step: PlannedStep, division: DivisionCode, unitId: UnitId, lead: UnitId | null): string {
  let texts = askTexts.get(step.claims);
  if (!texts) askTexts.set(step.claims, (texts = new Map()));
  const where = `${step.mode} ${division} ${unitId} ${lead ?? ""}`;
  let text = texts.get(where);
  if (text === undefined) texts.set(where, (text = JSON.stringify(claimAsks(step, division, unitId, lead))));
  return text;
}
