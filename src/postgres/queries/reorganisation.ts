import type { Reorganisations, Undo } from "../../app/ports/reorganisation.js";
import { trusted, type ItemCode, type PoolId, type UnitId } from "../../domain/id.js";
import type { Reorganisation, ReorganisationChange, ReorganisationState } from "../../domain/org/reorganisation.js";
import type { Problem } from "../../domain/problem.js";
import { routed } from "../../domain/request/competence.js";
import type { Sql } from "../connection.js";
import { readRouting } from "../sql/read-routing.js";
import { endUnit, handOver, makeUnit, moveAssets, moveResources, route } from "../sql/reorganise.js";
import { changedSince, undoPart } from "../sql/undo-reorganisation.js";

interface Row {
  readonly reorganisation_id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly basis: string;
  readonly changes: readonly ReorganisationChange[];
  readonly state: ReorganisationState;
  readonly effective_at: Date | null;
  readonly declared_by: string;
  readonly declared_at: Date;
  readonly committed_by: string | null;
  readonly applied_at: Date | null;
  readonly problems: readonly Problem[] | null;
  readonly back_asked_by: string | null;
  readonly back_asked_at: Date | null;
  readonly generation: number;
}

const rowOf = (row: Row): Reorganisation => ({
  id: row.reorganisation_id,
  names: { zh: row.name_zh, en: row.name_en },
  basis: row.basis,
  changes: row.changes,
  state: row.state,
  effectiveAt: row.effective_at?.getTime() ?? null,
  declaredBy: row.declared_by,
  declaredAt: row.declared_at.getTime(),
  committedBy: row.committed_by,
  appliedAt: row.applied_at?.getTime() ?? null,
  problems: row.problems ?? [],
  backAsked: row.back_asked_by === null ? null : { by: trusted(row.back_asked_by), at: row.back_asked_at?.getTime() ?? 0 },
  generation: Number(row.generation),
});

/** Reforms on one page; a prefecture makes a few a year. */
const LISTED_MAX = 200;

export function reorganisations(sql: Sql, pool: PoolId): Reorganisations {
  const columns = sql`reorganisation_id, name_zh, name_en, basis, changes, state, effective_at, declared_by, declared_at, committed_by, applied_at, problems, back_asked_by, back_asked_at, generation`;
  const one = async (id: string, lock: boolean): Promise<Reorganisation | null> => {
    const [row] = await sql<Row[]>`select ${columns} from pool.reorganisations where pool_id = ${pool} and reorganisation_id = ${id} ${lock ? sql`for update` : sql``}`;
    return row ? rowOf(row) : null;
  };
  return {
    async list() {
      const rows = await sql<Row[]>`select ${columns} from pool.reorganisations where pool_id = ${pool} order by declared_at desc, reorganisation_id limit ${LISTED_MAX}`;
      return rows.map(rowOf);
    },
    get: (id) => one(id, false),
    lock: (id) => one(id, true),
    async put({ id, names, basis, changes }, by, at) {
      await sql`
        insert into pool.reorganisations as r (pool_id, reorganisation_id, name_zh, name_en, basis, changes, state, declared_by, declared_at)
        values (${pool}, ${id}, ${names.zh}, ${names.en}, ${basis}, ${sql.json(changes as never)}, 'draft', ${by}, ${new Date(at)})
        on conflict (pool_id, reorganisation_id) do update
          set name_zh = excluded.name_zh, name_en = excluded.name_en, basis = excluded.basis, changes = excluded.changes, state = 'draft',
            effective_at = null, committed_by = null, problems = null, declared_by = excluded.declared_by, declared_at = excluded.declared_at, generation = r.generation + 1`;
    },
    async commit(id, effectiveAt, by) {
      await sql`
        update pool.reorganisations set state = 'scheduled', effective_at = ${new Date(effectiveAt)}, committed_by = ${by}, problems = null, generation = generation + 1
        where pool_id = ${pool} and reorganisation_id = ${id}`;
    },
    async setProblems(id, problems) {
      await sql`update pool.reorganisations set problems = ${sql.json(problems as never)} where pool_id = ${pool} and reorganisation_id = ${id}`;
    },
    async applied(id, at, undo) {
      await sql`
        update pool.reorganisations set state = 'applied', applied_at = ${new Date(at)}, undo = ${sql.json(undo as never)}, problems = null, back_asked_by = null, back_asked_at = null, generation = generation + 1
        where pool_id = ${pool} and reorganisation_id = ${id}`;
    },
    async undoOf(id) {
      const [row] = await sql<{ undo: readonly Undo[] | null }[]>`select undo from pool.reorganisations where pool_id = ${pool} and reorganisation_id = ${id}`;
      return row?.undo ?? [];
    },
    async setState(id, state) {
      await sql`update pool.reorganisations set state = ${state}, back_asked_by = null, back_asked_at = null, generation = generation + 1 where pool_id = ${pool} and reorganisation_id = ${id}`;
    },
    async askBack(id, by, at) {
      await sql`update pool.reorganisations set back_asked_by = ${by}, back_asked_at = ${new Date(at)}, generation = generation + 1 where pool_id = ${pool} and reorganisation_id = ${id}`;
    },
    async due(at) {
      const rows = await sql<{ reorganisation_id: string }[]>`
        select reorganisation_id from pool.reorganisations
        where pool_id = ${pool} and state = 'scheduled' and problems is null and effective_at <= ${new Date(at)}
        order by effective_at, reorganisation_id`;
      return rows.map(({ reorganisation_id }) => reorganisation_id);
    },

    routing: () => readRouting(sql, pool),
    async successor(unit) {
      const routing = await readRouting(sql, pool);
      const at = routed(routing, trusted<UnitId>(unit), null);
      return at === unit ? null : at;
    },
    async standing(units) {
      const rows = await sql<{ unit_id: string; staff: number; open: number; in_hand: number }[]>`
        select u.unit_id,
          (select count(distinct person_id) from pool.role_grants g where g.pool_id = ${pool} and g.unit_id = u.unit_id and g.revoked_at is null)::int as staff,
          (select count(*) from pool.requests r where r.pool_id = ${pool} and r.unit_id = u.unit_id and r.closed_at is null)::int as open,
          (select count(distinct r.request_id) from pool.requests r join pool.steps s on s.pool_id = r.pool_id and s.request_id = r.request_id and s.state = 'working'
            where r.pool_id = ${pool} and r.unit_id = u.unit_id and r.closed_at is null)::int as in_hand
        from unnest(${[...units]}::text[]) as u (unit_id)`;
      return rows.map((row) => ({ unit: trusted<UnitId>(row.unit_id), staff: row.staff, open: row.open, inHand: row.in_hand }));
    },
    async openRequests(unit, items, receivedFrom) {
      const rows = await sql<{ public_id: string; item_code: string; item_version: number; division_code: string }[]>`
        select public_id, item_code, item_version, division_code from pool.requests r
        where pool_id = ${pool} and unit_id = ${unit} and closed_at is null
          ${items.length === 0 ? sql`` : sql`and item_code = any(${[...items]}::text[])`}
          ${receivedFrom === undefined ? sql`` : sql`and received_at >= ${new Date(receivedFrom)}`}
          and not exists (select 1 from pool.steps s where s.pool_id = r.pool_id and s.request_id = r.request_id and s.state = 'working')
        order by request_id`;
      return rows.map((row) => ({ publicId: row.public_id, item: trusted<ItemCode>(row.item_code), version: row.item_version, division: row.division_code }));
    },

    async standingLoans(unit, other, codes) {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from pool.loans l
        where l.pool_id = ${pool} and l.state in ('applied', 'active', 'ending') and (
          (l.lender_unit_id = ${unit} and l.borrower_unit_id = ${other}) or (l.lender_unit_id = ${other} and l.borrower_unit_id = ${unit})
          or exists (select 1 from pool.resources r where r.pool_id = l.pool_id and r.resource_id in (l.lender_resource_id, l.resource_id) and r.code = any(${[...codes]}::text[])))`;
      return row?.count ?? 0;
    },
    makeUnit: (like, made, at) => makeUnit(sql, pool, like, made, at),
    moveResources: (from, to, codes) => moveResources(sql, pool, from, to, codes),
    moveAssets: (from, to, behind) => moveAssets(sql, pool, from, to, behind),
    handOver: (from, to, reforming) => handOver(sql, pool, from, to, reforming),
    endUnit: (from, into) => endUnit(sql, pool, from, into),
    route: (from, to, items, reforming) => route(sql, pool, from, to, items, reforming),
    changedSince: (undo) => changedSince(sql, pool, undo),
    undo: (undo, reforming) => undoPart(sql, pool, undo, reforming),
  };
}
