import type {
  AllocationRecord,
  ClaimRecord,
  DecidedStep,
  Decisions,
  NamedResource,
  QueuedStep,
  References,
} from "../../app/ports/decision.js";
import { pageOf } from "../../app/ports/page.js";
import type { Names, Stage, StepMode } from "../../domain/catalogue/item.js";
import { trusted, type PoolId, type ResourceId } from "../../domain/id.js";
import type { Funnel } from "../../domain/pool/decision.js";
import type { DecisionRecord } from "../../app/ports/decision.js";
import type { StepState } from "../../domain/request/lifecycle.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface StepRow {
  step_id: number;
  public_id: string;
  name: string;
  stage: Stage;
  mode: StepMode;
  state: StepState;
  after: string[];
  attempt: number;
  ready_at: Date | null;
  decision: DecisionRecord | null;
  claims: (Omit<ClaimRecord, "allocations"> & { allocations: AllocationRecord[] })[];
}

const namesJson = (sql: Sql, alias: string) => sql`jsonb_build_object('zh', ${sql(alias)}.name_zh, 'en', ${sql(alias)}.name_en)`;

/** One statement, and so one moment: a decision and what it gave are never seen apart. */
const readSteps = (sql: Sql, pool: PoolId, which: ReturnType<Sql>) => sql<StepRow[]>`
  select s.step_id, r.public_id, s.name, s.stage, s.mode, s.state, s.after, s.attempt, s.ready_at,
    case when d.seq is not null then jsonb_build_object(
      'attempt', d.attempt, 'seq', d.seq, 'outcome', d.outcome, 'policyVersion', d.policy_version, 'reasons', pool.reasons(d),
      'decidedAt', (extract(epoch from d.decided_at) * 1000)::int8, 'startsAt', (extract(epoch from d.starts_at) * 1000)::int8) end as decision,
    (select coalesce(jsonb_agg(jsonb_build_object(
        'id', k.claim_id, 'ordinal', k.ordinal, 'classId', k.class_id, 'classNames', ${namesJson(sql, "c")}, 'kind', c.kind,
        'measure', c.measure, 'period', c.period, 'amount', k.amount, 'slots', k.slots, 'count', k.count, 'scope', k.scope, 'purpose', k.purpose,
        'traits', (
          select coalesce(jsonb_agg(jsonb_build_object('id', w.trait, 'names', coalesce(${namesJson(sql, "t")}, jsonb_build_object('zh', w.trait, 'en', w.trait))) order by w.trait), '[]')
          from unnest(k.traits) as w (trait)
            left join pool.traits t on t.pool_id = k.pool_id and t.trait_id = w.trait),
        'allocations', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'resource', jsonb_build_object('id', x.resource_id, 'code', x.code, 'unitId', x.unit_id, 'unitNames', ${namesJson(sql, "u")}, 'numberBasis', x.number_basis),
            'period', a.period, 'amount', a.amount, 'settled', a.settled_amount, 'state', a.state) order by a.period, a.resource_id), '[]')
          from pool.allocations a
            join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
            join pool.units u on u.pool_id = x.pool_id and u.unit_id = x.unit_id
          where a.pool_id = k.pool_id and a.step_id = k.step_id and a.claim_id = k.claim_id and a.attempt = s.attempt)
      ) order by k.ordinal), '[]')
     from pool.claims k
       join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id
     where k.pool_id = s.pool_id and k.step_id = s.step_id) as claims
  from pool.steps s
    join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
    left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
  where s.pool_id = ${pool} and ${which}
  order by s.ordinal`;

const decidedStep = (row: StepRow): DecidedStep => ({
  id: trusted(row.step_id),
  requestPublicId: row.public_id,
  name: row.name,
  stage: row.stage,
  mode: row.mode,
  state: row.state,
  after: row.after,
  attempt: row.attempt,
  readyAt: row.ready_at?.getTime() ?? null,
  decision: row.decision,
  claims: row.claims,
});

interface QueueRow {
  step_id: number;
  name: string;
  asks: QueuedStep["asks"];
  unit_id: string;
  unit_names: Names;
  division_code: string;
  division_names: Names | null;
  needs: QueuedStep["needs"];
  ready_at: Date;
  received_at: Date;
  occurred_at: Date | null;
  due_at: Date;
  reasons: QueuedStep["reasons"];
}

const queuedStep = (row: QueueRow): QueuedStep => ({
  step: trusted(row.step_id),
  name: row.name,
  asks: row.asks,
  unitId: trusted(row.unit_id),
  unitNames: row.unit_names,
  division: trusted(row.division_code),
  divisionNames: row.division_names ?? { zh: row.division_code, en: row.division_code },
  needs: row.needs,
  readyAt: row.ready_at.getTime(),
  receivedAt: row.received_at.getTime(),
  occurredAt: row.occurred_at?.getTime() ?? null,
  dueAt: row.due_at.getTime(),
  reasons: row.reasons,
});

/** A waiting step has no decision in its attempt and belongs to a request that is being worked on, or to an open direct claim. */
const answer = (sql: Sql, state: "waiting" | "refused") => (state === "waiting" ? sql`d.seq is null` : sql`d.outcome = 'refused'`);
const beingWorkedOn = (sql: Sql, state: "waiting" | "refused") => (state === "waiting" ? sql`r.state in ('received', 'in_progress', 'unservable')` : sql`r.closed_at is null`);
const open = (sql: Sql) => sql`o.ended_at is null`;
const counted = (sql: Sql, state: "waiting" | "refused") =>
  sql`${answer(sql, state)} and (r.request_id is not null and ${beingWorkedOn(sql, state)} or o.step_id is not null and ${open(sql)})`;

const beneath = (sql: Sql, pool: PoolId, division: string) => sql`(
  with recursive below as (
    select code from pool.divisions where pool_id = ${pool} and code = ${division}
    union
    select v.code from pool.divisions v join below b on v.parent_code = b.code where v.pool_id = ${pool}
  )
  select code from below)`;

async function namedResources(sql: Sql, pool: PoolId, ids: readonly ResourceId[]): Promise<ReadonlyMap<ResourceId, NamedResource>> {
  if (ids.length === 0) return new Map();
  const rows = await sql<{ id: number; code: string; unit_id: string; unit_names: Names; number_basis: string | null }[]>`
    select x.resource_id as id, x.code, x.unit_id, ${namesJson(sql, "u")} as unit_names, x.number_basis
    from pool.resources x join pool.units u on u.pool_id = x.pool_id and u.unit_id = x.unit_id
    where x.pool_id = ${pool} and x.resource_id = any(${ids.map(Number)}::int8[])`;
  return new Map(rows.map((row) => [trusted<ResourceId>(row.id), { id: trusted<ResourceId>(row.id), code: row.code, unitId: trusted(row.unit_id), unitNames: row.unit_names, numberBasis: row.number_basis }]));
}

export const decisions = (sql: Sql, pool: PoolId): Decisions => ({
  ofRequest: async (publicId) => (await readSteps(sql, pool, sql`r.public_id = ${publicId}::uuid`)).map(decidedStep),
  ofStep: async (step) => (await readSteps(sql, pool, sql`s.step_id = ${step}`)).map(decidedStep)[0],

  async references(steps): Promise<References> {
    const reasons = steps.flatMap(({ decision }) => decision?.reasons ?? []);
    const hashes = [...new Set(reasons.map(({ shape }) => shape))];
    const ids = [...new Set(reasons.flatMap(({ winner, runnerUp }) => [winner?.resource, runnerUp?.resource].filter((id) => id !== undefined)))];
    const [shapes, resources] = await Promise.all([
      sql<{ hash: string; funnel: Funnel }[]>`
        select shape_hash as hash, funnel from pool.shapes where pool_id = ${pool} and shape_hash = any(${hashes}::text[])`,
      namedResources(sql, pool, ids),
    ]);
    return { funnels: new Map(shapes.map(({ hash, funnel }) => [hash, funnel])), resources };
  },

  resources: (ids) => namedResources(sql, pool, ids),

  async queue({ state, classId, division, units, dueBefore }, { limit, after }) {
    const from = after === undefined ? undefined : readCursor(after, ["number", "number"]);
    // Each half in order and no longer than a page: the requests' indices serve their half, whatever the direct claims are.
    const half = (asks: ReturnType<Sql>, of: "r" | "o", receivedAt: string, joins: ReturnType<Sql>, stands: ReturnType<typeof open>) => sql`(
      select s.step_id, s.name, ${asks} as asks, ${sql(of)}.unit_id, ${namesJson(sql, "u")} as unit_names, ${sql(of)}.division_code,
        case when v.code is not null then ${namesJson(sql, "v")} end as division_names,
        (select coalesce(jsonb_agg(jsonb_build_object('classId', k.class_id, 'names', ${namesJson(sql, "c")}, 'amount', k.amount * k.slots * k.count, 'measure', c.measure) order by k.ordinal), '[]')
         from pool.claims k join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id
         where k.pool_id = s.pool_id and k.step_id = s.step_id) as needs,
        coalesce(s.ready_at, s.arrived_at) as ready_at, ${sql(of)}.${sql(receivedAt)} as received_at, ${of === "r" ? sql`r.occurred_at` : sql`null::timestamptz`} as occurred_at, s.due_at, coalesce(pool.reasons(d), '[]') as reasons
      from pool.steps s
        ${joins}
        join pool.units u on u.pool_id = s.pool_id and u.unit_id = ${sql(of)}.unit_id
        left join pool.divisions v on v.pool_id = s.pool_id and v.code = ${sql(of)}.division_code
        left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
      where s.pool_id = ${pool} and s.state = 'ready' and ${answer(sql, state)} and ${stands}
        ${classId === undefined ? sql`` : sql`and exists (select from pool.claims k where k.pool_id = s.pool_id and k.step_id = s.step_id and k.class_id = ${classId})`}
        ${division === undefined ? sql`` : sql`and ${sql(of)}.division_code in ${beneath(sql, pool, division)}`}
        ${units === undefined ? sql`` : sql`and ${sql(of)}.unit_id = any(${[...units]}::text[])`}
        ${dueBefore === undefined ? sql`` : sql`and s.due_at < ${new Date(dueBefore)}`}
        ${from === undefined ? sql`` : sql`and (s.due_at, s.step_id) > (to_timestamp(${from[0]!}::float8 / 1000), ${from[1]!}::int8)`}
      order by s.due_at, s.step_id
      limit ${limit + 1})`;
    const ofRequests = half(
      sql`jsonb_build_object('kind', 'request', 'publicId', r.public_id, 'number', r.number, 'item', r.item_code, 'itemVersion', r.item_version, 'itemNames', ${namesJson(sql, "i")})`,
      "r",
      "received_at",
      sql`join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        join pool.items i on i.pool_id = r.pool_id and i.item_code = r.item_code and i.version = r.item_version`,
      beingWorkedOn(sql, state),
    );
    const ofDirectClaims = half(
      sql`jsonb_build_object('kind', 'direct-claim', 'publicId', o.public_id, 'title', o.title, 'state', o.state)`,
      "o",
      "created_at",
      sql`join pool.direct_claims o on o.pool_id = s.pool_id and o.step_id = s.step_id`,
      open(sql),
    );
    const rows = await sql<QueueRow[]>`${ofRequests} union all ${ofDirectClaims} order by due_at, step_id limit ${limit + 1}`;
    return pageOf(rows.map(queuedStep), limit, (row) => cursorOf(row.dueAt, row.step));
  },

  async queueCounts(units) {
    const [row] = await sql<{ waiting: number; refused: number }[]>`
      select count(*) filter (where ${counted(sql, "waiting")}) as waiting, count(*) filter (where ${counted(sql, "refused")}) as refused
      from pool.steps s
        left join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        left join pool.direct_claims o on o.pool_id = s.pool_id and o.step_id = s.step_id
        left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
      where s.pool_id = ${pool} and s.state = 'ready'
        ${units === undefined ? sql`` : sql`and coalesce(r.unit_id, o.unit_id) = any(${[...units]}::text[])`}`;
    return { waiting: row?.waiting ?? 0, refused: row?.refused ?? 0 };
  },
});
