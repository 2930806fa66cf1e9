import type { ContestMark, Contests } from "../../app/ports/contest.js";
import { trusted, type ItemCode, type PoolId, type UnitId } from "../../domain/id.js";
import type { Contest, ContestState, Stance } from "../../domain/org/contest.js";
import type { Sql } from "../connection.js";

interface Row {
  readonly contest_id: string;
  readonly item_code: string | null;
  readonly class_id: string | null;
  readonly division_code: string;
  readonly request: string | null;
  readonly state: ContestState;
  readonly opened_by: string;
  readonly opened_at: Date;
  readonly working_days: number;
  readonly term_basis: string;
  readonly due_at: Date;
  readonly coordinator_unit_id: string | null;
  readonly escalated_at: Date | null;
  readonly ruling_due_at: Date | null;
  readonly generation: string;
  readonly parties: readonly { readonly unit: string; readonly stance: Stance | null; readonly statement: string; readonly basis: string; readonly by: string; readonly at: string }[];
  readonly rulings: readonly {
    readonly ordinal: number; readonly unit: string | null; readonly grounds: string; readonly basis: string; readonly from: string; readonly to: string | null;
    readonly in_name_of: string | null; readonly by: string; readonly at: string; readonly began_at: string | null; readonly ended_at: string | null; readonly replaced: boolean; readonly referred: number;
  }[];
}

const unitOrNull = (id: string | null): UnitId | null => (id === null ? null : trusted<UnitId>(id));
const instantOrNull = (text: string | null): number | null => (text === null ? null : Date.parse(text));

const contestOf = (row: Row): Contest => ({
  id: Number(row.contest_id),
  matter: { item: row.item_code === null ? null : trusted(row.item_code), classId: row.class_id === null ? null : trusted(row.class_id), division: trusted(row.division_code), request: row.request },
  state: row.state,
  parties: row.parties.map(({ unit, stance, statement, basis, by, at }) => ({ unitId: trusted(unit), said: stance === null ? null : { stance, statement, basis, by, at: Date.parse(at) } })),
  openedBy: row.opened_by,
  openedAt: row.opened_at.getTime(),
  workingDays: row.working_days,
  termBasis: row.term_basis,
  dueAt: row.due_at.getTime(),
  coordinator: unitOrNull(row.coordinator_unit_id),
  escalatedAt: row.escalated_at?.getTime() ?? null,
  rulingDueAt: row.ruling_due_at?.getTime() ?? null,
  rulings: row.rulings.map((one) => ({
    ordinal: one.ordinal, unitId: unitOrNull(one.unit), grounds: one.grounds, basis: one.basis, validFrom: one.from, validTo: one.to, inNameOf: unitOrNull(one.in_name_of),
    by: one.by, at: Date.parse(one.at), beganAt: instantOrNull(one.began_at), endedAt: instantOrNull(one.ended_at), replaced: one.replaced, referred: one.referred,
  })),
  generation: Number(row.generation),
});

/** On one page, and looked at in one pass: a pool with more has other troubles. */
const LISTED_MAX = 200;

export function contests(sql: Sql, pool: PoolId): Contests {
  const here = (id: number) => sql`pool_id = ${pool} and contest_id = ${id}`;
  const columns = sql`
    k.contest_id, k.item_code, k.class_id, k.division_code, k.state, k.opened_by, k.opened_at, k.working_days, k.term_basis, k.due_at,
    k.coordinator_unit_id, k.escalated_at, k.ruling_due_at, k.generation,
    (select public_id from pool.requests r where r.pool_id = k.pool_id and r.request_id = k.request_id) as request,
    (select jsonb_agg(jsonb_build_object('unit', p.unit_id, 'stance', p.stance, 'statement', p.statement, 'basis', p.basis, 'by', p.stated_by, 'at', p.stated_at) order by p.stated_at nulls last, p.unit_id)
     from pool.contest_parties p where p.pool_id = k.pool_id and p.contest_id = k.contest_id) as parties,
    (select coalesce(jsonb_agg(jsonb_build_object('ordinal', g.ordinal, 'unit', g.unit_id, 'grounds', g.grounds, 'basis', g.basis, 'from', g.valid_from, 'to', g.valid_to, 'in_name_of', g.in_name_of,
       'by', g.ruled_by, 'at', g.ruled_at, 'began_at', g.began_at, 'ended_at', g.ended_at, 'replaced', g.replaced, 'referred', g.referred) order by g.ordinal), '[]')
     from pool.contest_rulings g where g.pool_id = k.pool_id and g.contest_id = k.contest_id) as rulings`;
  const one = async (id: number): Promise<Contest | null> => {
    const [row] = await sql<Row[]>`select ${columns} from pool.contests k where k.pool_id = ${pool} and k.contest_id = ${id}`;
    return row ? contestOf(row) : null;
  };
  const touch = async (id: number): Promise<void> => void (await sql`update pool.contests set generation = generation + 1 where ${here(id)}`);
  /** From the rulings on: in most pools there is none in force, and nothing else is read. Who went since went for a reason of its own. */
  const leftBehind = sql`
    select g.contest_id, r.request_id, r.public_id, r.number, r.unit_id,
      exists (select 1 from pool.steps s where s.pool_id = r.pool_id and s.request_id = r.request_id and s.state = 'working') as in_hand
    from pool.contest_rulings g
      join pool.contests k on k.pool_id = g.pool_id and k.contest_id = g.contest_id and k.request_id is null
      join pool.routing_rules x on x.pool_id = g.pool_id and x.contest_id = g.contest_id and x.ended_at is null
      join pool.contest_parties p on p.pool_id = g.pool_id and p.contest_id = g.contest_id and p.unit_id <> g.unit_id
      join pool.requests r on r.pool_id = g.pool_id and r.unit_id = p.unit_id and r.item_code = x.item_code and r.closed_at is null and r.lead_unit_id is null and r.received_at < g.began_at
      cross join lateral (
        with recursive up as (
          select r.division_code as code
          union select d.parent_code from up join pool.divisions d on d.pool_id = r.pool_id and d.code = up.code where d.parent_code is not null
        ) select bool_or(up.code = k.division_code) as inside from up) place
    where g.pool_id = ${pool} and g.began_at is not null and g.ended_at is null and g.unit_id is not null and place.inside
      and not exists (select 1 from pool.referrals f where f.pool_id = r.pool_id and f.request_id = r.request_id and (f.at >= g.began_at or f.kind = 'designation'))
      -- Of a smaller division another ruling may say that it is theirs.
      and not exists (select 1 from pool.routing_rules o where o.pool_id = r.pool_id and o.item_code = r.item_code and o.ended_at is null and o.to_unit_id = r.unit_id)`;
  return {
    async list({ units }) {
      const rows = await sql<Row[]>`
        select ${columns} from pool.contests k
        where k.pool_id = ${pool}
          ${units === undefined ? sql`` : sql`and (k.coordinator_unit_id = any(${[...units]}::text[]) or exists (select 1 from pool.contest_parties p where p.pool_id = k.pool_id and p.contest_id = k.contest_id and p.unit_id = any(${[...units]}::text[])))`}
        order by k.contest_id desc limit ${LISTED_MAX}`;
      return rows.map(contestOf);
    },
    get: one,
    async lock(id) {
      await sql`select 1 from pool.contests where ${here(id)} for update`;
      return await one(id);
    },
    async openAbout({ item, classId, division, request }) {
      const [row] = await sql<{ contest_id: string }[]>`
        select contest_id from pool.contests
        where pool_id = ${pool} and state in ('open', 'escalated') and division_code = ${division}
          and item_code is not distinct from ${item}::text and class_id is not distinct from ${classId}::text and request_id is not distinct from ${request}::int8
        order by contest_id limit 1`;
      return row ? Number(row.contest_id) : null;
    },
    async marks() {
      const rows = await sql<Row[]>`
        select contest_id, state, item_code, class_id, division_code from pool.contests k
        where pool_id = ${pool} and request_id is null
          and (state in ('open', 'escalated') or exists (select 1 from pool.contest_rulings g where g.pool_id = k.pool_id and g.contest_id = k.contest_id and g.ended_at is null))
        order by contest_id desc limit ${LISTED_MAX}`;
      return rows.map((row): ContestMark => ({ id: Number(row.contest_id), state: row.state, item: row.item_code === null ? null : trusted(row.item_code), classId: row.class_id === null ? null : trusted(row.class_id), division: trusted(row.division_code) }));
    },
    async insert({ matter, parties, openedBy, openedAt, workingDays, termBasis, dueAt, coordinator }) {
      const [row] = await sql<{ contest_id: string }[]>`
        insert into pool.contests (pool_id, item_code, class_id, division_code, request_id, opened_by, opened_at, working_days, term_basis, due_at, coordinator_unit_id)
        values (${pool}, ${matter.item}, ${matter.classId}, ${matter.division}, ${matter.request}, ${openedBy}, ${new Date(openedAt)}, ${workingDays}, ${termBasis}, ${new Date(dueAt)}, ${coordinator})
        returning contest_id`;
      const id = Number(row?.contest_id ?? 0);
      await sql`insert into pool.contest_parties (pool_id, contest_id, unit_id) select ${pool}, ${id}, u from unnest(${[...parties]}::text[]) u`;
      return id;
    },
    async say(id, unit, { stance, statement, basis, by, at }) {
      await sql`
        update pool.contest_parties set stance = ${stance}, statement = ${statement}, basis = ${basis}, stated_by = ${by}, stated_at = ${new Date(at)}
        where ${here(id)} and unit_id = ${unit}`;
      await touch(id);
    },
    async setState(id, state) {
      await sql`update pool.contests set state = ${state}, generation = generation + 1 where ${here(id)}`;
    },
    async escalate(id, at, rulingDueAt, coordinator) {
      await sql`
        update pool.contests set state = 'escalated', escalated_at = ${new Date(at)}, ruling_due_at = ${new Date(rulingDueAt)}, coordinator_unit_id = ${coordinator}, generation = generation + 1
        where ${here(id)}`;
    },
    async insertRuling(id, { ordinal, unitId, grounds, basis, validFrom, validTo, inNameOf, by, at }) {
      await sql`
        insert into pool.contest_rulings (pool_id, contest_id, ordinal, unit_id, grounds, basis, valid_from, valid_to, in_name_of, ruled_by, ruled_at)
        values (${pool}, ${id}, ${ordinal}, ${unitId}, ${grounds}, ${basis}, ${validFrom}, ${validTo}, ${inNameOf}, ${by}, ${new Date(at)})`;
    },
    async beginRuling(id, ordinal, at, referred) {
      await sql`update pool.contest_rulings set began_at = ${new Date(at)}, referred = ${referred} where ${here(id)} and ordinal = ${ordinal}`;
      await touch(id);
    },
    async endRuling(id, ordinal, at, replaced) {
      await sql`update pool.contest_rulings set ended_at = ${new Date(at)}, replaced = ${replaced} where ${here(id)} and ordinal = ${ordinal}`;
      await touch(id);
    },
    async route(id, items, division, to, basis, by, at) {
      await sql`
        insert into pool.routing_rules (pool_id, to_unit_id, item_code, division_code, basis, contest_id, declared_by, declared_at)
        select ${pool}, ${to}, i, ${division}, ${basis}, ${id}, ${by}, ${new Date(at)}::timestamptz from unnest(${[...items]}::text[]) i
        -- What came under another ruling while this one waited stays under that: the days must go on for every other contest.
        on conflict (pool_id, item_code, division_code) where ended_at is null and contest_id is not null do nothing`;
    },
    async endRoutes(id, by, at) {
      const rows = await sql<{ item_code: string }[]>`
        update pool.routing_rules set ended_by = ${by}, ended_at = ${new Date(at)} where pool_id = ${pool} and contest_id = ${id} and ended_at is null returning item_code`;
      return rows.map(({ item_code }) => trusted<ItemCode>(item_code));
    },
    async ruledElsewhere(id, items, classes, division) {
      const [row] = await sql<{ contest_id: string }[]>`
        select contest_id from pool.routing_rules
        where pool_id = ${pool} and ended_at is null and contest_id <> ${id} and division_code = ${division} and item_code = any(${[...items]}::text[])
        union all
        -- One that waits for its first day has made no rule yet.
        select contest_id from pool.contest_rulings g join pool.contests k using (pool_id, contest_id)
        where g.pool_id = ${pool} and g.began_at is null and g.ended_at is null and g.unit_id is not null and contest_id <> ${id} and k.request_id is null
          and k.division_code = ${division} and (k.item_code = any(${[...items]}::text[]) or k.class_id = any(${[...classes]}::text[]))
        limit 1`;
      return row ? Number(row.contest_id) : null;
    },
    async openCases(items, division, { after, limit }) {
      const rows = await sql<{ request_id: number; public_id: string; unit_id: string; in_hand: boolean }[]>`
        with recursive within (code) as (
          select code from pool.divisions where pool_id = ${pool} and code = ${division}
          union select d.code from within w join pool.divisions d on d.pool_id = ${pool} and d.parent_code = w.code
        )
        select r.request_id, r.public_id, r.unit_id,
          exists (select 1 from pool.steps s where s.pool_id = r.pool_id and s.request_id = r.request_id and s.state = 'working') as in_hand
        from pool.requests r
          left join lateral (
            select f.kind from pool.referrals f where f.pool_id = r.pool_id and f.request_id = r.request_id order by f.ordinal desc limit 1) last on true
        where r.pool_id = ${pool} and r.request_id > ${after} and r.closed_at is null and r.item_code = any(${[...items]}::text[]) and r.division_code in (select code from within)
          and r.lead_unit_id is null and coalesce(last.kind, '') <> 'designation'
        order by r.request_id limit ${limit}`;
      return rows.map((row) => ({ id: trusted(Number(row.request_id)), publicId: row.public_id, unitId: trusted(row.unit_id), inHand: row.in_hand }));
    },
    async leftBehind(id, limit) {
      const rows = await sql<{ public_id: string; number: string; unit_id: string; in_hand: boolean }[]>`
        select public_id, number, unit_id, in_hand from (${leftBehind}) l where contest_id = ${id} order by in_hand, request_id limit ${limit}`;
      return rows.map((row) => ({ publicId: row.public_id, number: row.number, unitId: trusted(row.unit_id), inHand: row.in_hand }));
    },
    async addReferred(id, ordinal, cases) {
      await sql`update pool.contest_rulings set referred = referred + ${cases} where ${here(id)} and ordinal = ${ordinal}`;
      await touch(id);
    },
    async due(at) {
      const rows = await sql<{ contest_id: string }[]>`
        select contest_id from pool.contests where pool_id = ${pool} and state = 'open' and due_at <= ${new Date(at)} order by due_at, contest_id limit ${LISTED_MAX}`;
      return rows.map(({ contest_id }) => Number(contest_id));
    },
    async turning(today) {
      const rows = await sql<{ contest_id: string }[]>`
        select g.contest_id from pool.contest_rulings g join pool.contests k using (pool_id, contest_id)
        where g.pool_id = ${pool} and g.began_at is null and g.ended_at is null and g.valid_from <= ${today}
          -- A case in hand goes when that is done.
          and not exists (select 1 from pool.steps s where s.pool_id = k.pool_id and s.request_id = k.request_id and s.state = 'working')
        union
        select contest_id from pool.contest_rulings where pool_id = ${pool} and began_at is not null and ended_at is null and valid_to is not null and valid_to < ${today}
        union
        select contest_id from (${leftBehind}) l where not in_hand
        order by contest_id limit ${LISTED_MAX}`;
      return rows.map(({ contest_id }) => Number(contest_id));
    },
    async waiting(units) {
      const named = units.filter((unit) => unit !== null);
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from pool.contests k
        where k.pool_id = ${pool} and k.state in ('open', 'escalated') and (
          (k.state = 'escalated' and (k.coordinator_unit_id = any(${named}::text[]) ${units.includes(null) ? sql`or k.coordinator_unit_id is null` : sql``}))
          or exists (select 1 from pool.contest_parties p where p.pool_id = k.pool_id and p.contest_id = k.contest_id and p.unit_id = any(${named}::text[]) and p.stance is null))`;
      return row?.count ?? 0;
    },
  };
}
