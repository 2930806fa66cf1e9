import type { MovedResource, Reforming, Undo } from "../../app/ports/reorganisation.js";
import type { Names } from "../../domain/catalogue/item.js";
import { trusted, type ClassId, type ItemCode, type PoolId, type RequestId, type ResourceId, type UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Unit } from "../../domain/org/unit.js";
import { HOPS_MAX } from "../../domain/request/competence.js";
import type { Sql } from "../connection.js";

/** What is declared of a row, without what counts its changes. */
export const fingerprint = (sql: Sql, row: string) => sql`md5((to_jsonb(${sql(row)}) - 'generation' - 'counted_seq')::text)`;

/** A unit like another under its own id, names and line: same place in the tree, level and hours, open to the public as that one is. */
export async function makeUnit(sql: Sql, pool: PoolId, like: Unit, { id, names, line }: { readonly id: UnitId; readonly names: Names; readonly line: string }, at: Instant): Promise<Undo> {
  const [made] = await sql<{ as: string }[]>`
    insert into pool.units as u (pool_id, unit_id, parent_id, name_zh, name_en, division_code, line, level, credit_code, address, phone, calendar_id, published, published_at)
    select pool_id, ${id}, parent_id, ${names.zh}, ${names.en}, division_code, ${line}, level, credit_code, address, phone, calendar_id, published,
      case when published then ${new Date(at)}::timestamptz end
    from pool.units where pool_id = ${pool} and unit_id = ${like.id}
    returning ${fingerprint(sql, "u")} as "as"`;
  return { kind: "unit-made", unit: id, as: made?.as ?? "" };
}

/**
 * Resources under another unit, with the hours they had: a unit's calendar reaches what says nothing of its own.
 * Retired ones stay where they were used.
 */
export async function moveResources(sql: Sql, pool: PoolId, from: Unit, to: Unit, codes: readonly string[] | "all"): Promise<Extract<Undo, { kind: "resources" }>> {
  const keeps = from.calendarId === to.calendarId;
  const rows = await sql<{ resource_id: number; code: string; class_id: string; calendar: string | null; as: string }[]>`
    with was as (
      select resource_id, calendar_id from pool.resources
      where pool_id = ${pool} and unit_id = ${from.id} and state <> 'retired'
        ${codes === "all" ? sql`` : sql`and code = any(${[...codes]}::text[])`}
      order by resource_id for update
    )
    update pool.resources r
    set unit_id = ${to.id}, generation = r.generation + 1,
      calendar_id = ${keeps ? sql`r.calendar_id` : sql`coalesce(r.calendar_id, ${from.calendarId}, (select calendar_id from pool.pools where pool_id = ${pool}))`}
    from was
    where r.pool_id = ${pool} and r.resource_id = was.resource_id
    returning r.resource_id, r.code, r.class_id, was.calendar_id as calendar, ${fingerprint(sql, "r")} as "as"`;
  return {
    kind: "resources",
    from: from.id,
    to: to.id,
    rows: rows.map((row): MovedResource => ({ id: trusted<ResourceId>(Number(row.resource_id)), code: row.code, classId: trusted<ClassId>(row.class_id), calendar: row.calendar, as: row.as })),
  };
}

export async function moveAssets(sql: Sql, pool: PoolId, from: UnitId, to: UnitId, behind: readonly ResourceId[] | "all"): Promise<Undo> {
  const rows = await sql<{ asset_id: number }[]>`
    update pool.assets set unit_id = ${to}, generation = generation + 1
    where pool_id = ${pool} and unit_id = ${from} and state <> 'retired'
      ${behind === "all" ? sql`` : sql`and resource_id = any(${behind.map(Number)}::int8[])`}
    returning asset_id`;
  return { kind: "assets", from, to, ids: rows.map(({ asset_id }) => Number(asset_id)) };
}

/** Requests under another unit with what their open steps ask; each says by which reform. Nothing of what they hold is let go. */
async function giveRequests(sql: Sql, pool: PoolId, from: UnitId, to: UnitId, only: readonly RequestId[] | "open", { by, at, basis, reason }: Reforming): Promise<readonly RequestId[]> {
  const moved = await sql<{ request_id: number }[]>`
    update pool.requests set unit_id = ${to}, generation = generation + 1
    where pool_id = ${pool} and unit_id = ${from} and closed_at is null
      ${only === "open" ? sql`` : sql`and request_id = any(${only.map(Number)}::int8[])`}
    returning request_id`;
  const ids = moved.map(({ request_id }) => Number(request_id));
  if (ids.length === 0) return [];
  await sql`
    insert into pool.referrals (pool_id, request_id, ordinal, kind, from_unit_id, to_unit_id, reason, basis, actor_id, at)
    select ${pool}, r, coalesce((select max(ordinal) from pool.referrals f where f.pool_id = ${pool} and f.request_id = r), 0) + 1,
      'reorganisation', ${from}, ${to}, ${reason}, ${basis}, ${by}::uuid, ${new Date(at)}::timestamptz
    from unnest(${ids}::int8[]) r`;
  await sql`
    update pool.claims k set unit_id = ${to}
    from pool.steps s
    where s.pool_id = ${pool} and s.request_id = any(${ids}::int8[]) and s.ended_at is null
      and k.pool_id = s.pool_id and k.step_id = s.step_id and k.unit_id = ${from}`;
  await sql`update pool.steps set ask_id = null where pool_id = ${pool} and request_id = any(${ids}::int8[]) and ended_at is null`;
  return ids.map((id) => trusted<RequestId>(id));
}

/** Cases of task forces that act in the first unit's name act in the other's from now on. */
async function giveLeads(sql: Sql, pool: PoolId, from: UnitId, to: UnitId, only: readonly RequestId[] | "open"): Promise<readonly RequestId[]> {
  const moved = await sql<{ request_id: number }[]>`
    update pool.requests set lead_unit_id = ${to}, generation = generation + 1
    where pool_id = ${pool} and lead_unit_id = ${from} and closed_at is null
      ${only === "open" ? sql`` : sql`and request_id = any(${only.map(Number)}::int8[])`}
    returning request_id`;
  const ids = moved.map(({ request_id }) => Number(request_id));
  if (ids.length === 0) return [];
  await sql`
    with asked as (
      update pool.claims k set unit_id = ${to}
      from pool.steps s
      where s.pool_id = ${pool} and s.request_id = any(${ids}::int8[]) and s.ended_at is null
        and k.pool_id = s.pool_id and k.step_id = s.step_id and k.unit_id = ${from}
      returning k.step_id
    )
    update pool.steps set ask_id = null where pool_id = ${pool} and step_id in (select step_id from asked)`;
  return ids.map((id) => trusted<RequestId>(id));
}

async function giveDirectClaims(sql: Sql, pool: PoolId, from: UnitId, to: UnitId, only: readonly number[] | "open"): Promise<readonly number[]> {
  const moved = await sql<{ direct_claim_id: number; steps: number[] }[]>`
    update pool.direct_claims set unit_id = ${to}, generation = generation + 1
    where pool_id = ${pool} and unit_id = ${from} and ended_at is null
      ${only === "open" ? sql`` : sql`and direct_claim_id = any(${[...only]}::int8[])`}
    returning direct_claim_id, array_remove(array[step_id, pending_step_id], null) as steps`;
  const steps = moved.flatMap((row) => row.steps.map(Number));
  if (steps.length > 0) {
    await sql`update pool.claims set unit_id = ${to} where pool_id = ${pool} and step_id = any(${steps}::int8[]) and unit_id = ${from}`;
    await sql`update pool.steps set ask_id = null where pool_id = ${pool} and step_id = any(${steps}::int8[])`;
  }
  return moved.map((row) => Number(row.direct_claim_id));
}

/** Whoever held a role in the first unit holds it in the other too; the old one stays, since the unit's history is read by it. */
async function copyRoles(sql: Sql, pool: PoolId, from: UnitId, to: UnitId, at: Instant): Promise<Undo> {
  const rows = await sql<{ grant_id: number }[]>`
    insert into pool.role_grants (pool_id, person_id, role, unit_id, granted_by, granted_at)
    select pool_id, person_id, role, ${to}, granted_by, ${new Date(at)}::timestamptz
    from pool.role_grants g
    where pool_id = ${pool} and unit_id = ${from} and revoked_at is null
      and not exists (
        select 1 from pool.role_grants o
        where o.pool_id = g.pool_id and o.person_id = g.person_id and o.role = g.role and o.unit_id = ${to} and o.revoked_at is null)
    returning grant_id`;
  return { kind: "roles", granted: rows.map(({ grant_id }) => Number(grant_id)) };
}

/** Delegations by and to the first unit end, and the other has them anew; one between the two has nobody left to delegate to. */
async function giveDelegations(sql: Sql, pool: PoolId, from: UnitId, to: UnitId, { by, at, reason }: Reforming): Promise<Undo> {
  const ended = await sql<{ delegation_id: number }[]>`
    update pool.delegations set withdrawn_by = ${by}::uuid, withdrawn_at = ${new Date(at)}, withdrawn_reason = ${reason}
    where pool_id = ${pool} and withdrawn_at is null and (from_unit_id = ${from} or to_unit_id = ${from})
    returning delegation_id`;
  const ids = ended.map(({ delegation_id }) => Number(delegation_id));
  const made = await sql<{ delegation_id: number }[]>`
    insert into pool.delegations (pool_id, from_unit_id, to_unit_id, class_id, basis, document, onward, onward_basis, valid_from, valid_to, declared_by, declared_at)
    select pool_id, replaced.giver, replaced.taker, class_id, basis, document, onward, onward_basis, greatest(valid_from, ${new Date(at)}::timestamptz), valid_to, declared_by, ${new Date(at)}::timestamptz
    from pool.delegations d
      cross join lateral (select case when d.from_unit_id = ${from} then ${to} else d.from_unit_id end as giver, case when d.to_unit_id = ${from} then ${to} else d.to_unit_id end as taker) replaced
    where pool_id = ${pool} and delegation_id = any(${ids}::int8[]) and replaced.giver <> replaced.taker and (valid_to is null or valid_to > ${new Date(at)}::timestamptz)
    order by delegation_id
    returning delegation_id`;
  return { kind: "delegations", made: made.map(({ delegation_id }) => Number(delegation_id)), ended: ids };
}

/**
 * What both were promised, together: numbers are added; where one of them had what its own resources give, both have, since
 * those come along. What is settled is counted anew.
 */
async function joinQuotas(sql: Sql, pool: PoolId, from: UnitId, to: UnitId): Promise<Undo> {
  const classes = (await sql<{ class_id: string }[]>`select class_id from pool.quotas where pool_id = ${pool} and unit_id = ${from}`).map(({ class_id }) => class_id);
  const units = [from, to];
  if (classes.length === 0) return { kind: "quotas", units, classes: [], before: [], as: "" };
  const before = await sql<{ row: unknown }[]>`
    select to_jsonb(q) as row from pool.quotas q where pool_id = ${pool} and unit_id = any(${units}::text[]) and class_id = any(${classes}::text[]) order by unit_id, class_id`;
  await sql`delete from pool.quotas where pool_id = ${pool} and unit_id = any(${units}::text[]) and class_id = any(${classes}::text[])`;
  await sql`
    insert into pool.quotas (pool_id, unit_id, class_id, cohort_id, nominal, borrowing_limit, lending_limit, weight, generation)
    select ${pool}, ${to}, class_id,
      (array_agg(cohort_id order by (unit_id = ${to}) desc))[1],
      case when bool_or(nominal is null) then null else sum(nominal) end,
      case when bool_or(borrowing_limit is null) then null else sum(borrowing_limit) end,
      case when bool_or(lending_limit is null) then null else sum(lending_limit) end,
      least(1000, sum(weight)), max(generation) + 1
    from jsonb_populate_recordset(null::pool.quotas, ${sql.json(before.map(({ row }) => row) as never)})
    group by class_id`;
  return { kind: "quotas", units, classes: classes.map((id) => trusted<ClassId>(id)), before: before.map(({ row }) => row), as: await quotasAs(sql, pool, units, classes) };
}

/** The quotas of these units and classes, hashed. */
export async function quotasAs(sql: Sql, pool: PoolId, units: readonly string[], classes: readonly string[]): Promise<string> {
  const [row] = await sql<{ as: string }[]>`
    select md5(coalesce(string_agg(${fingerprint(sql, "q")}, ' ' order by unit_id, class_id), '')) as "as"
    from pool.quotas q where pool_id = ${pool} and unit_id = any(${[...units]}::text[]) and class_id = any(${[...classes]}::text[])`;
  return row?.as ?? "";
}

async function giveWatched(sql: Sql, pool: PoolId, from: UnitId, to: UnitId): Promise<Undo> {
  const rules = await sql<{ rule_id: string }[]>`update pool.alert_rules set unit_id = ${to} where pool_id = ${pool} and unit_id = ${from} returning rule_id`;
  const exceptions = await sql<{ exception_id: number }[]>`update pool.lead_exceptions set unit_id = ${to} where pool_id = ${pool} and unit_id = ${from} and withdrawn_at is null returning exception_id`;
  return { kind: "watched", from, to, alertRules: rules.map(({ rule_id }) => rule_id), exceptions: exceptions.map(({ exception_id }) => Number(exception_id)) };
}

/** What the first unit lends and borrows, the other does from now on. */
async function giveLoans(sql: Sql, pool: PoolId, from: UnitId, to: UnitId): Promise<Undo> {
  const lent = await sql<{ loan_id: number }[]>`
    update pool.loans set lender_unit_id = ${to} where pool_id = ${pool} and lender_unit_id = ${from} and state in ('applied', 'active', 'ending') returning loan_id`;
  const borrowed = await sql<{ loan_id: number }[]>`
    update pool.loans set borrower_unit_id = ${to} where pool_id = ${pool} and borrower_unit_id = ${from} and state in ('applied', 'active', 'ending') returning loan_id`;
  return { kind: "loans", from, to, lent: lent.map(({ loan_id }) => Number(loan_id)), borrowed: borrowed.map(({ loan_id }) => Number(loan_id)) };
}

export async function handOver(sql: Sql, pool: PoolId, from: UnitId, to: UnitId, reforming: Reforming): Promise<readonly Undo[]> {
  return [
    { kind: "requests", from, to, ids: await giveRequests(sql, pool, from, to, "open", reforming) },
    { kind: "leads", from, to, ids: await giveLeads(sql, pool, from, to, "open") },
    { kind: "direct-claims", from, to, ids: await giveDirectClaims(sql, pool, from, to, "open") },
    await copyRoles(sql, pool, from, to, reforming.at),
    await giveDelegations(sql, pool, from, to, reforming),
    await joinQuotas(sql, pool, from, to),
    await giveWatched(sql, pool, from, to),
    await giveLoans(sql, pool, from, to),
  ];
}

/** The unit ends and stands beneath the one that carries it on, so that who heads that one reads its history. */
export async function endUnit(sql: Sql, pool: PoolId, from: UnitId, into: UnitId): Promise<Undo> {
  const [was] = await sql<{ parent_id: string | null; published: boolean; into_parent: string | null }[]>`
    select f.parent_id, f.published, i.parent_id as into_parent
    from pool.units f join pool.units i on i.pool_id = f.pool_id and i.unit_id = ${into}
    where f.pool_id = ${pool} and f.unit_id = ${from}`;
  if (was?.into_parent === from) await sql`update pool.units set parent_id = ${was.parent_id}, generation = generation + 1 where pool_id = ${pool} and unit_id = ${into}`;
  const children = await sql<{ unit_id: string }[]>`
    update pool.units set parent_id = ${into}, generation = generation + 1
    where pool_id = ${pool} and parent_id = ${from} and state = 'active' and unit_id <> ${into}
    returning unit_id`;
  await sql`
    update pool.units set state = 'retired', published = false, parent_id = ${into}, generation = generation + 1
    where pool_id = ${pool} and unit_id = ${from}`;
  return {
    kind: "unit-ended",
    unit: from,
    into,
    parent: was?.parent_id == null ? null : trusted(was.parent_id),
    intoParent: was?.into_parent == null ? null : trusted(was.into_parent),
    published: was?.published ?? false,
    children: children.map(({ unit_id }) => trusted<UnitId>(unit_id)),
  };
}

/** From now on what is the first unit's goes to the other. Older rules about the same, and any that led back, end. */
export async function route(sql: Sql, pool: PoolId, from: UnitId, to: UnitId, items: readonly ItemCode[] | "all", { reorganisation, actorId, at, basis }: Reforming): Promise<Undo> {
  const wanted = items === "all" ? [null] : [...items];
  const among = items === "all" ? sql`true` : sql`item_code = any(${[...items]}::text[])`;
  const ended = await sql<{ rule_id: number }[]>`
    with recursive onward as (
      select rule_id as first, item_code, to_unit_id as at, 1 as hops
      from pool.routing_rules where pool_id = ${pool} and ended_at is null and from_unit_id = ${to} and ${among}
      union all
      select o.first, o.item_code, n.to_unit_id, o.hops + 1
      from onward o cross join lateral (
        select r.to_unit_id from pool.routing_rules r
        where r.pool_id = ${pool} and r.ended_at is null and r.from_unit_id = o.at and (r.item_code is null or r.item_code = o.item_code)
        order by r.item_code nulls last limit 1) n
      where o.at <> ${from} and o.hops < ${HOPS_MAX}
    )
    update pool.routing_rules set ended_by = ${actorId}, ended_at = ${new Date(at)}
    where pool_id = ${pool} and ended_at is null
      and ((from_unit_id = ${from} and ${among}) or rule_id in (select first from onward where at = ${from}))
    returning rule_id`;
  const made = await sql<{ rule_id: number }[]>`
    insert into pool.routing_rules (pool_id, from_unit_id, to_unit_id, item_code, basis, reorganisation_id, declared_by, declared_at)
    select ${pool}, ${from}, ${to}, nullif(i, ''), ${basis}, ${reorganisation}, ${actorId}, ${new Date(at)}::timestamptz
    from unnest(${wanted.map((item) => item ?? "")}::text[]) i
    returning rule_id`;
  return { kind: "routes", made: made.map(({ rule_id }) => Number(rule_id)), ended: ended.map(({ rule_id }) => Number(rule_id)) };
}

export { giveDirectClaims, giveLeads, giveRequests };
