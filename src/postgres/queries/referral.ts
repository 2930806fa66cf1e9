import type { LeavingRequest, Referral, Referrals, StepWithoutOfficer } from "../../app/ports/referral.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Stage } from "../../domain/catalogue/item.js";
import type { Sql } from "../connection.js";
import { barredPosts } from "../sql/barred.js";

interface Row {
  readonly ordinal: number;
  readonly kind: Referral["kind"];
  readonly from_unit_id: string;
  readonly to_unit_id: string;
  readonly to_pool_id: string | null;
  readonly reason: string;
  readonly basis: string;
  readonly actor_id: string;
  readonly at: Date;
  readonly delivered_at: Date | null;
}

interface LeavingRow extends Row {
  readonly request_id: number;
  readonly public_id: string;
  readonly answers_sealed: string;
  readonly status_secret_hash: string;
  readonly filed_by: string;
}

interface StuckRow {
  readonly step_id: number;
  readonly name: string;
  readonly stage: Stage;
  readonly public_id: string;
  readonly number: string;
  readonly item_zh: string;
  readonly item_en: string;
  readonly unit_id: string;
  readonly unit_zh: string;
  readonly unit_en: string;
  readonly due_at: Date;
  readonly decided_at: Date;
  readonly classes: string[];
}

const referralOf = (row: Row): Referral => ({
  ordinal: row.ordinal,
  kind: row.kind,
  fromUnitId: trusted(row.from_unit_id),
  toUnitId: trusted(row.to_unit_id),
  toPoolId: row.to_pool_id === null ? null : trusted<PoolId>(row.to_pool_id),
  reason: row.reason,
  basis: row.basis,
  actorId: trusted(row.actor_id),
  at: row.at.getTime(),
  deliveredAt: row.delivered_at?.getTime() ?? null,
});

const leavingOf = (row: LeavingRow): LeavingRequest => ({
  requestId: trusted(row.request_id),
  ordinal: row.ordinal,
  publicId: row.public_id,
  toPoolId: trusted(row.to_pool_id ?? ""),
  toUnitId: trusted(row.to_unit_id),
  answersSealed: row.answers_sealed,
  statusSecretHash: row.status_secret_hash,
  filedBy: trusted(row.filed_by),
  reason: row.reason,
  actorId: trusted(row.actor_id),
});

const stuckOf = (row: StuckRow): StepWithoutOfficer => ({
  step: trusted(row.step_id),
  name: row.name,
  stage: row.stage,
  publicId: row.public_id,
  number: row.number,
  itemNames: { zh: row.item_zh, en: row.item_en },
  unitId: trusted(row.unit_id),
  unitNames: { zh: row.unit_zh, en: row.unit_en },
  dueAt: row.due_at.getTime(),
  refusedAt: row.decided_at.getTime(),
  classes: row.classes.map((id) => trusted(id)),
});

/** Tasks on one page: more would mean that the bureau has nobody at all. */
const STUCK_MAX = 200;

export const referrals = (sql: Sql, pool: PoolId): Referrals => ({
  async of(request) {
    const rows = await sql<Row[]>`select * from pool.referrals where pool_id = ${pool} and request_id = ${request} order by ordinal`;
    return rows.map(referralOf);
  },
  async move(request, { kind, fromUnitId, toUnitId, toPoolId, reason, basis, actorId, at }, openSteps, lead = null) {
    await sql`
      insert into pool.referrals (pool_id, request_id, ordinal, kind, from_unit_id, to_unit_id, to_pool_id, reason, basis, actor_id, at)
      select ${pool}, ${request}, coalesce(max(ordinal), 0) + 1, ${kind}, ${fromUnitId}, ${toUnitId}, ${toPoolId}::text, ${reason}, ${basis}, ${actorId}::uuid, ${new Date(at)}::timestamptz
      from pool.referrals where pool_id = ${pool} and request_id = ${request}`;
    if (toPoolId !== null) return;
    await sql`update pool.requests set unit_id = ${toUnitId}, lead_unit_id = ${lead} where pool_id = ${pool} and request_id = ${request}`;
    await sql`
      update pool.claims set unit_id = ${lead === null ? sql`${toUnitId}` : sql`case when split_part(class_id, '.', 1) in ('function', 'funds', 'data') then ${lead} else ${toUnitId} end`}
      where pool_id = ${pool} and step_id = any(${openSteps.map(Number)}::int8[])`;
    // What these steps ask is no longer what others of the item ask.
    await sql`update pool.steps set ask_id = null where pool_id = ${pool} and step_id = any(${openSteps.map(Number)}::int8[])`;
  },
  async undelivered(limit) {
    const rows = await sql<LeavingRow[]>`
      select f.*, r.public_id, r.answers_sealed, r.status_secret_hash, r.filed_by
      from pool.referrals f
        join pool.requests r on r.pool_id = f.pool_id and r.request_id = f.request_id
      where f.pool_id = ${pool} and f.to_pool_id is not null and f.delivered_at is null
      order by f.at, f.request_id
      limit ${limit}`;
    return rows.map(leavingOf);
  },
  async delivered(request, ordinal, at) {
    await sql`
      update pool.referrals set delivered_at = ${new Date(at)}
      where pool_id = ${pool} and request_id = ${request} and ordinal = ${ordinal} and delivered_at is null`;
  },
  async cameFrom(publicId, from) {
    await sql`update pool.requests set referred_from_pool = ${from} where pool_id = ${pool} and public_id = ${publicId}`;
  },
  async withoutOfficer(among) {
    const rows = await sql<StuckRow[]>`
      select s.step_id, s.name, s.stage, r.public_id, r.number, i.name_zh as item_zh, i.name_en as item_en,
        r.unit_id, u.name_zh as unit_zh, u.name_en as unit_en, s.due_at, d.decided_at,
        array(select distinct e ->> 'class' from jsonb_array_elements(d.told) e where e -> 'refusal' ->> 'rule' = 'persons') as classes
      from pool.requests r
        join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id and s.state = 'ready'
        join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt and d.outcome = 'refused'
        join pool.items i on i.pool_id = r.pool_id and i.item_code = r.item_code and i.version = r.item_version
        join pool.units u on u.pool_id = r.pool_id and u.unit_id = r.unit_id
      where r.pool_id = ${pool} and r.state = 'unservable'
        and ${"units" in among ? sql`r.unit_id = any(${[...among.units]}::text[])` : sql`s.step_id = any(${among.steps.map(Number)}::int8[])`}
        and d.told @? '$[*].refusal.rule ? (@ == "persons")'
      order by s.due_at, s.step_id
      limit ${STUCK_MAX}`;
    return rows.map(stuckOf);
  },
  barredPosts: (step, unit) => barredPosts(sql, pool, step, unit),
  async nameDeputy(step, assetId, { person, reason, by, at }) {
    await sql`
      insert into pool.deputies (pool_id, step_id, asset_id, person_id, reason, named_by, named_at)
      values (${pool}, ${step}, ${assetId}, ${person}, ${reason}, ${by}, ${new Date(at)})
      on conflict (pool_id, step_id, asset_id) do update
        set person_id = excluded.person_id, reason = excluded.reason, named_by = excluded.named_by, named_at = excluded.named_at`;
  },
});
