import type { DirectAnswer, DirectClaimRecord, DirectClaims, DirectPart, LockedDirectClaim } from "../../app/ports/direct-claim.js";
import { pageOf } from "../../app/ports/page.js";
import type { Names, Stage } from "../../domain/catalogue/item.js";
import { trusted, type PoolId, type ResourceId, type StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { claimIdOf } from "../../domain/pool/claim-id.js";
import type { DirectClaimState } from "../../domain/pool/direct-claim.js";
import { DAY_MS } from "../../domain/instant.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

/** Days until a claim without a date of its own is due; it only decides who of those who wait comes first. */
const DUE_DAYS = 30;

interface Row {
  readonly direct_claim_id: number;
  readonly public_id: string;
  readonly unit_id: string;
  readonly unit_names: Names;
  readonly title: string;
  readonly project: string | null;
  readonly division_code: string;
  readonly state: DirectClaimState;
  readonly step_id: number;
  readonly pending_step_id: number | null;
  readonly hold_until: Date | null;
  readonly created_at: Date;
  readonly confirmed_at: Date | null;
  readonly ended_at: Date | null;
  readonly generation: number;
  readonly serving: string[];
  readonly parts: DirectPart[];
  readonly reasons: DirectClaimRecord["reasons"] | null;
}

const names = (sql: Sql, alias: string) => sql`jsonb_build_object('zh', ${sql(alias)}.name_zh, 'en', ${sql(alias)}.name_en)`;

/** Units that are called by a claim `d`, and those it takes something from. */
const serving = (sql: Sql) => sql`
  array(
    select k.unit_id from pool.claims k where k.pool_id = d.pool_id and k.step_id in (d.step_id, d.pending_step_id) and k.unit_id <> d.unit_id
    union
    select x.unit_id
    from pool.allocations a join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
    where a.pool_id = d.pool_id and a.step_id = d.step_id and x.unit_id <> d.unit_id
  )`;

const locked = (row: Pick<Row, "public_id" | "unit_id" | "division_code" | "serving" | "state" | "step_id" | "pending_step_id" | "hold_until" | "generation">): LockedDirectClaim => ({
  publicId: row.public_id,
  unitId: trusted(row.unit_id),
  division: trusted(row.division_code),
  servingUnitIds: row.serving.map((unit) => trusted(unit)),
  state: row.state,
  step: trusted(row.step_id),
  pending: row.pending_step_id === null ? null : trusted<StepId>(row.pending_step_id),
  holdUntil: row.hold_until?.getTime() ?? null,
  generation: row.generation,
});

function record(row: Row): DirectClaimRecord {
  const { pending, step: _, ...rest } = locked(row);
  return {
    ...rest,
    unitNames: row.unit_names,
    title: row.title,
    project: row.project,
    createdAt: row.created_at.getTime(),
    confirmedAt: row.confirmed_at?.getTime() ?? null,
    endedAt: row.ended_at?.getTime() ?? null,
    changing: pending !== null,
    parts: row.parts,
    reasons: row.reasons ?? [],
  };
}

export function directClaims(sql: Sql, pool: PoolId): DirectClaims {
  const read = (which: ReturnType<Sql>, order: ReturnType<Sql>, limit: number) => sql<Row[]>`
    select d.*, ${names(sql, "u")} as unit_names, ${serving(sql)} as serving, case when e.seq is not null then pool.reasons(e) end as reasons,
      (select coalesce(jsonb_agg(jsonb_build_object(
          'classId', k.class_id, 'classNames', ${names(sql, "c")}, 'measure', c.measure, 'periodKind', c.period, 'amount', k.amount,
          'slots', k.slots, 'together', k.together, 'unitId', k.unit_id, 'unitNames', ${names(sql, "v")}, 'named', n.code,
          'given', (
            select coalesce(jsonb_agg(jsonb_build_object(
              'resource', x.code, 'unitId', x.unit_id, 'unitNames', ${names(sql, "w")},
              'period', a.period, 'amount', a.amount, 'state', a.state) order by a.period, a.resource_id), '[]')
            from pool.allocations a
              join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
              join pool.units w on w.pool_id = x.pool_id and w.unit_id = x.unit_id
            where a.pool_id = k.pool_id and a.claim_id = k.claim_id)
        ) order by k.ordinal), '[]')
       from pool.claims k
         join pool.classes c on c.pool_id = k.pool_id and c.class_id = k.class_id
         join pool.units v on v.pool_id = k.pool_id and v.unit_id = k.unit_id
         left join pool.resources n on n.pool_id = k.pool_id and n.resource_id = k.named_resource_id
       where k.pool_id = d.pool_id and k.step_id = d.step_id) as parts
    from pool.direct_claims d
      join pool.units u on u.pool_id = d.pool_id and u.unit_id = d.unit_id
      join pool.steps s on s.pool_id = d.pool_id and s.step_id = d.step_id
      left join pool.decisions e on e.pool_id = s.pool_id and e.step_id = s.step_id and e.attempt = s.attempt
    where d.pool_id = ${pool} and ${which}
    order by ${order}
    limit ${limit}`;

  const insertStep = async (claims: readonly ClaimAsk[], at: Instant, how: { waits: boolean; holdUntil: Instant | null; replaces: StepId | null }): Promise<StepId> => {
    const [row] = await sql<{ step_id: StepId }[]>`
      insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, ready_at, waits, hold_until, replaces_step_id)
      values (${pool}, null, 'direct', 0, 'direct', 'human', '{}', 'ready', ${new Date(at)}, ${new Date(at + DUE_DAYS * DAY_MS)}, ${new Date(at)},
              ${how.waits}, ${how.holdUntil === null ? null : new Date(how.holdUntil)}, ${how.replaces})
      returning step_id`;
    const step = row!.step_id;
    const rows = claims.map((claim, ordinal) => ({
      pool_id: pool,
      claim_id: claimIdOf(step, ordinal) as number,
      step_id: step as number,
      ordinal,
      class_id: claim.classId as string,
      amount: claim.amount,
      traits: [...claim.traits] as string[],
      scope: claim.scope,
      division_code: claim.division as string,
      unit_id: claim.unitId as string,
      together: claim.together,
      slots: claim.slots,
      spread: claim.spread,
      purpose: claim.purpose,
      earliest_at: claim.earliest === null ? null : new Date(claim.earliest),
      count: claim.count,
      automatic: claim.automatic,
      same_unit: claim.sameUnit,
      same_resource: claim.sameResource,
      named_resource_id: (claim.named?.resource ?? null) as number | null,
      named_generation: claim.named?.generation ?? null,
      named_period: claim.named?.period ?? null,
    }));
    await sql`insert into pool.claims ${sql(rows)}`;
    return step;
  };

  return {
    async lockOpen(unit) {
      await sql`select pg_advisory_xact_lock(hashtextextended(${`direct claims of ${pool}/${unit}`}, 0))`;
      const [row] = await sql<{ open: number }[]>`
        select count(*)::int as open from pool.direct_claims where pool_id = ${pool} and unit_id = ${unit} and state in ('asked', 'held', 'confirmed')`;
      return row?.open ?? 0;
    },
    async insert(claim, at) {
      const step = await insertStep(claim.claims, at, { waits: claim.waits, holdUntil: claim.holdUntil, replaces: null });
      const [row] = await sql<{ public_id: string }[]>`
        insert into pool.direct_claims (pool_id, unit_id, created_by, title, project, division_code, state, step_id, hold_until, created_at)
        values (${pool}, ${claim.unitId}, ${claim.createdBy}, ${claim.title}, ${claim.project}, ${claim.division}, 'asked', ${step},
                ${claim.holdUntil === null ? null : new Date(claim.holdUntil)}, ${new Date(at)})
        returning public_id`;
      return { publicId: row!.public_id, step };
    },
    async lock(publicId) {
      const [row] = await sql<Row[]>`
        select d.*, ${serving(sql)} as serving from pool.direct_claims d where d.pool_id = ${pool} and d.public_id = ${publicId}::uuid for update of d`;
      return row && locked(row);
    },
    async insertReplacement({ publicId, step: replaces, state, holdUntil }, claims, at) {
      const step = await insertStep(claims, at, { waits: false, holdUntil: state === "held" ? holdUntil : null, replaces });
      await sql`update pool.direct_claims set pending_step_id = ${step}, generation = generation + 1 where pool_id = ${pool} and public_id = ${publicId}::uuid`;
      return step;
    },
    async confirm({ publicId, step }, at) {
      await sql`
        update pool.direct_claims set state = 'confirmed', confirmed_at = ${new Date(at)}, generation = generation + 1
        where pool_id = ${pool} and public_id = ${publicId}::uuid`;
      await sql`update pool.steps set hold_until = null where pool_id = ${pool} and step_id = ${step}`;
    },
    async release({ publicId, step, pending }, at) {
      await sql`
        update pool.direct_claims set state = 'released', ended_at = ${new Date(at)}, pending_step_id = null, generation = generation + 1
        where pool_id = ${pool} and public_id = ${publicId}::uuid`;
      await sql`
        update pool.steps set state = 'cancelled', ended_at = ${new Date(at)}
        where pool_id = ${pool} and step_id = any(${[step, ...(pending === null ? [] : [pending])].map(Number)}::int8[])`;
    },
    async answer(step) {
      const [row] = await sql<{ outcome: DirectAnswer["outcome"]; reasons: DirectAnswer["reasons"] }[]>`
        select d.outcome, pool.reasons(d) as reasons from pool.decisions d where d.pool_id = ${pool} and d.step_id = ${step} order by d.attempt desc limit 1`;
      return row ?? { outcome: null, reasons: [] };
    },
    async get(publicId) {
      const [row] = await read(sql`d.public_id = ${publicId}::uuid`, sql`d.direct_claim_id`, 1);
      return row && record(row);
    },
    async list({ unit, open }, { limit, after }) {
      const last = after === undefined ? undefined : readCursor(after, ["number"]);
      const concerns =
        unit === undefined
          ? sql`true`
          : sql`(d.unit_id = ${unit}
              or exists (select from pool.claims k where k.pool_id = d.pool_id and k.step_id = d.step_id and k.unit_id = ${unit})
              or exists (select from pool.allocations a join pool.resources x on x.pool_id = a.pool_id and x.resource_id = a.resource_id
                         where a.pool_id = d.pool_id and a.step_id = d.step_id and x.unit_id = ${unit}))`;
      const rows = await read(
        sql`${concerns}
          ${open === true ? sql`and d.state in ('asked', 'held', 'confirmed')` : sql``}
          ${last === undefined ? sql`` : sql`and d.direct_claim_id < ${Number(last[0])}`}`,
        sql`d.direct_claim_id desc`,
        limit + 1,
      );
      const page = pageOf(rows, limit, (row) => cursorOf(row.direct_claim_id));
      return { rows: page.rows.map(record), next: page.next };
    },
    async asksOf(step) {
      const [row] = await sql<{ claims: ClaimAsk[] }[]>`select pool.ask_of(${pool}, ${step}) as claims`;
      return row?.claims ?? [];
    },
    async stageOf(step) {
      const [row] = await sql<{ stage: Stage }[]>`select stage from pool.steps where pool_id = ${pool} and step_id = ${step}`;
      return row!.stage;
    },
    async lastTurn(step) {
      const [row] = await sql<{ turn: number }[]>`select coalesce(max(attempt), 0)::int as turn from pool.decisions where pool_id = ${pool} and step_id = ${step}`;
      return row?.turn ?? 0;
    },
    answersAfter: async (step, turn) => await sql<DirectAnswer[]>`
      select d.outcome, pool.reasons(d) as reasons from pool.decisions d where d.pool_id = ${pool} and d.step_id = ${step} and d.attempt > ${turn} order by d.attempt`,
    async resourcesByCode(codes) {
      const rows = await sql<{ code: string; resource_id: ResourceId }[]>`
        select code, resource_id from pool.resources where pool_id = ${pool} and code = any(${[...codes]}::text[])`;
      return new Map(rows.map(({ code, resource_id }) => [code, resource_id]));
    },
    async codesOf(ids) {
      const rows = await sql<{ resource_id: ResourceId; code: string; unit_names: Names }[]>`
        select x.resource_id, x.code, ${names(sql, "u")} as unit_names
        from pool.resources x join pool.units u on u.pool_id = x.pool_id and u.unit_id = x.unit_id
        where x.pool_id = ${pool} and x.resource_id = any(${ids.map(Number)}::int8[])`;
      return new Map(rows.map(({ resource_id, code, unit_names }) => [resource_id, { code, unitNames: unit_names }]));
    },
  };
}

