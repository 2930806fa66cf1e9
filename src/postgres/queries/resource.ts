import { pageOf } from "../../app/ports/page.js";
import type { Holder, Resources, TraitsOffered } from "../../app/ports/resource.js";
import { trusted, type CalendarId, type PoolId, type ResourceId, type TraitId } from "../../domain/id.js";
import type { ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import type { Resource } from "../../domain/pool/resource.js";
import type { Sql } from "../connection.js";
import { useByUnit } from "../sql/use-by-unit.js";
import { containing, DeclaredMeanwhile, inBulk } from "./bulk.js";
import { cursorOf, readCursor } from "./cursor.js";

interface Row {
  readonly resource_id: string;
  readonly code: string;
  readonly unit_id: string;
  readonly class_id: string;
  readonly total: string | null;
  readonly derived: boolean;
  readonly reserved: string;
  readonly overcommit_percent: number;
  readonly min: string;
  readonly max: string;
  readonly step: string;
  readonly traits: string[];
  readonly jurisdiction: string[];
  readonly calendar_id: string | null;
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly earmark: string | null;
  readonly legal_basis: string | null;
  readonly number_basis: string | null;
  readonly automated: boolean;
  readonly state: Resource["state"];
  readonly source: string | null;
  readonly generation: string;
}

const resourceOf = (row: Row): Resource => ({
  id: trusted(Number(row.resource_id)),
  code: row.code,
  unitId: trusted(row.unit_id),
  classId: trusted(row.class_id),
  total: row.total === null ? null : Number(row.total),
  derived: row.derived,
  reserved: Number(row.reserved),
  overcommitPercent: row.overcommit_percent,
  limits: { min: Number(row.min), max: Number(row.max), step: Number(row.step) },
  traits: row.traits.map((id) => trusted<TraitId>(id)),
  jurisdiction: row.jurisdiction,
  calendarId: row.calendar_id === null ? null : trusted<CalendarId>(row.calendar_id),
  validFrom: row.valid_from,
  validTo: row.valid_to,
  earmark: row.earmark,
  legalBasis: row.legal_basis,
  numberBasis: row.number_basis,
  automated: row.automated,
  state: row.state,
  source: row.source,
  generation: Number(row.generation),
});

/** What a declaration writes; the total of a derived resource is written by `sumAssets` alone. */
const written = (declared: ResourceDeclaration) => ({
  code: declared.code,
  unit_id: declared.unitId,
  class_id: declared.classId,
  total: declared.total,
  derived: declared.derived,
  reserved: declared.reserved,
  overcommit_percent: declared.overcommitPercent,
  ...declared.limits,
  traits: declared.traits,
  jurisdiction: declared.jurisdiction,
  calendar_id: declared.calendarId,
  valid_from: declared.validFrom,
  valid_to: declared.validTo,
  earmark: declared.earmark,
  legal_basis: declared.legalBasis,
  number_basis: declared.numberBasis,
  automated: declared.automated,
  state: declared.state,
  source: declared.source,
});

export function resources(sql: Sql, pool: PoolId): Resources {
  const columns = sql`resource_id, code, unit_id, class_id, total, derived, reserved, overcommit_percent, min, max, step, traits, jurisdiction,
    calendar_id, valid_from::text, valid_to::text, earmark, legal_basis, number_basis, automated, state, source, generation`;
  const record = sql`(resource_id bigint, code text, unit_id text, class_id text, total bigint, derived boolean, reserved bigint, overcommit_percent int,
    min bigint, max bigint, step bigint, traits text[], jurisdiction text[], calendar_id text, valid_from date, valid_to date,
    earmark text, legal_basis text, number_basis text, automated boolean, state text, source text)`;

  return {
    async byCode(code) {
      const [row] = await sql<Row[]>`select ${columns} from pool.resources where pool_id = ${pool} and code = ${code}`;
      return row ? resourceOf(row) : null;
    },
    async lock(code) {
      const [row] = await sql<Row[]>`select ${columns} from pool.resources where pool_id = ${pool} and code = ${code} for update`;
      return row ? resourceOf(row) : null;
    },
    async lockAll(codes) {
      // In code order, as everybody who locks several, so that two tables cannot wait for each other.
      const rows = await sql<Row[]>`
        select ${columns} from pool.resources where pool_id = ${pool} and code = any(${[...codes]}::text[]) order by code for update`;
      return new Map(rows.map((row) => [row.code, resourceOf(row)]));
    },
    async byCodes(codes) {
      const rows = await sql<Row[]>`select ${columns} from pool.resources where pool_id = ${pool} and code = any(${[...codes]}::text[])`;
      return new Map(rows.map((row) => [row.code, resourceOf(row)]));
    },
    async some(ids) {
      const rows = await sql<(Row & { borrowed: boolean })[]>`
        select ${columns}, lender_resource_id is not null as borrowed
        from pool.resources where pool_id = ${pool} and resource_id = any(${ids.map(Number)}::bigint[]) order by resource_id`;
      return rows.map((row) => ({ ...resourceOf(row), borrowed: row.borrowed }));
    },
    async dated(ids) {
      if (ids.length === 0) return new Set();
      const rows = await sql<{ resource_id: string }[]>`
        select resource_id from pool.resources
        where pool_id = ${pool} and lender_resource_id is not null and resource_id = any(${ids.map(Number)}::bigint[])`;
      return new Set(rows.map(({ resource_id }) => trusted<ResourceId>(Number(resource_id))));
    },
    async list({ units, class: classId, kind, state, trait, division, own, text }, { limit, after }) {
      const rows = await sql<Row[]>`
        select ${columns} from pool.resources
        where pool_id = ${pool}
          ${units === undefined ? sql`` : sql`and unit_id = any(${[...units]}::text[])`}
          ${classId === undefined ? sql`` : sql`and class_id = ${classId}`}
          ${kind === undefined ? sql`` : sql`and class_id like ${`${kind}.%`}`}
          ${state === undefined ? sql`` : sql`and state = ${state}`}
          ${trait === undefined ? sql`` : sql`and traits @> array[${trait}]::text[]`}
          ${division === undefined ? sql`` : sql`and unit_id in (
            select u.unit_id from pool.units u
            where u.pool_id = ${pool} and case when ${division} like '%00' then u.division_code = ${division} else starts_with(u.division_code, ${division}) end)`}
          ${own === true ? sql`and lender_resource_id is null` : sql``}
          ${text === undefined ? sql`` : sql`and code like ${containing(text)}`}
          ${after === undefined ? sql`` : sql`and code > ${after}`}
        order by code limit ${limit + 1}`;
      return pageOf(rows.map(resourceOf), limit, ({ code }) => code);
    },

    async insert(declared, importId) {
      const rows = await inBulk(sql, declared.map(written), (json) => sql<{ resource_id: string; code: string }[]>`
        insert into pool.resources (pool_id, code, unit_id, class_id, total, derived, reserved, overcommit_percent, min, max, step, traits, jurisdiction,
          calendar_id, valid_from, valid_to, earmark, legal_basis, number_basis, automated, state, source, import_id)
        select ${pool}, code, unit_id, class_id, total, derived, reserved, overcommit_percent, min, max, step, traits, jurisdiction,
          calendar_id, valid_from, valid_to, earmark, legal_basis, number_basis, automated, state, source, ${importId ?? null}::uuid
        from json_to_recordset(${json}) as d ${record}
        on conflict (pool_id, code) do nothing
        returning resource_id, code`);
      if (rows.length < declared.length) throw new DeclaredMeanwhile();
      const ids = new Map(rows.map(({ code, resource_id }) => [code, Number(resource_id)]));
      return declared.map(({ code }) => trusted<ResourceId>(ids.get(code) ?? NaN));
    },
    async update(declared, importId) {
      await inBulk(sql, declared.map((one) => ({ ...written(one), resource_id: one.id })), (json) => sql`
        update pool.resources r
        set unit_id = d.unit_id, class_id = d.class_id, total = case when d.derived and r.derived then r.total else d.total end, derived = d.derived,
          reserved = d.reserved, overcommit_percent = d.overcommit_percent, min = d.min, max = d.max, step = d.step, traits = d.traits,
          jurisdiction = d.jurisdiction, calendar_id = d.calendar_id, valid_from = d.valid_from, valid_to = d.valid_to, earmark = d.earmark,
          legal_basis = d.legal_basis, number_basis = d.number_basis, automated = d.automated, state = d.state, source = d.source,
          generation = r.generation + 1, import_id = coalesce(${importId ?? null}::uuid, r.import_id), declared_at = clock_timestamp()
        from json_to_recordset(${json}) as d ${record}
        where r.pool_id = ${pool} and r.resource_id = d.resource_id`);
    },
    async setState(id, state) {
      await sql`
        update pool.resources set state = ${state}, generation = generation + 1, declared_at = clock_timestamp()
        where pool_id = ${pool} and resource_id = ${id}`;
    },
    async withdraw(ids) {
      await sql`
        update pool.resources
        set state = 'retired', code = left(code, 40) || '-withdrawn-' || resource_id, generation = generation + 1, declared_at = clock_timestamp()
        where pool_id = ${pool} and resource_id = any(${ids.map(Number)}::bigint[])`;
    },
    async sumAssets(ids) {
      const rows = await sql<{ resource_id: string }[]>`
        update pool.resources r
        set total = sums.total, generation = r.generation + case when r.total is null then 0 else 1 end
        from unnest(${ids.map(Number)}::bigint[]) as asked (resource_id)
          -- One by one, by the index: a pool that was declared a moment ago has no statistics, and a join is guessed to be small.
          cross join lateral (
            select coalesce(sum(a.amount) filter (where a.state = 'in-service'), 0)::bigint as total
            from pool.assets a
            where a.pool_id = ${pool} and a.resource_id = asked.resource_id
          ) sums
        where r.pool_id = ${pool} and r.derived and r.resource_id = asked.resource_id and r.total is distinct from sums.total
        returning r.resource_id`;
      return rows.map(({ resource_id }) => trusted<ResourceId>(Number(resource_id)));
    },
    async balances(id, from, to) {
      const rows = await sql<Record<"period" | "capacity" | "borrowed" | "lent" | "held" | "settled", string>[]>`
        select period, capacity, borrowed, lent, held, settled from pool.balances
        where pool_id = ${pool} and resource_id = ${id} and period between ${from} and ${to} order by period`;
      return rows.map((row) => ({
        period: Number(row.period),
        capacity: Number(row.capacity),
        borrowed: Number(row.borrowed),
        lent: Number(row.lent),
        held: Number(row.held),
        settled: Number(row.settled),
      }));
    },
    async holders(id, from, to, { limit, after }) {
      const last = after === undefined ? undefined : readCursor(after, ["number", "number"]);
      const rows = await sql<HolderRow[]>`
        select a.period, a.amount, a.settled_amount, a.state, a.claim_id, s.step_id, s.name,
          coalesce(q.request_id, 0) as request_id, coalesce(q.number, d.title, '') as number, coalesce(q.unit_id, d.unit_id, '') as unit_id
        from pool.allocations a
          join pool.steps s on s.pool_id = a.pool_id and s.step_id = a.step_id
          left join pool.requests q on q.pool_id = s.pool_id and q.request_id = s.request_id
          -- Held without a request: by a booking, which goes by its title.
          left join pool.direct_claims d on d.pool_id = s.pool_id and d.step_id = s.step_id
        where a.pool_id = ${pool} and a.resource_id = ${id} and a.period between ${from} and ${to} and a.state in ('held', 'settled')
          ${last === undefined ? sql`` : sql`and (a.period, a.claim_id) > (${last[0] ?? 0}::bigint, ${last[1] ?? 0}::bigint)`}
        order by a.period, a.claim_id limit ${limit + 1}`;
      return pageOf(rows.map(holderOf), limit, ({ period, claim }) => cursorOf(period, claim));
    },
    async traitsOffered() {
      const rows = await sql<{ unit_id: string; class_id: string; traits: string[] }[]>`
        select distinct unit_id, class_id, traits from pool.resources where pool_id = ${pool} and state = 'published' and lender_resource_id is null order by unit_id, class_id, traits`;
      return rows.map(({ unit_id, class_id, traits }): TraitsOffered => ({ unitId: trusted(unit_id), classId: trusted(class_id), traits }));
    },
    useByUnit: (day) => useByUnit(sql, pool, day),
  };
}

interface HolderRow {
  readonly period: number;
  readonly amount: string;
  readonly settled_amount: string;
  readonly state: "held" | "settled";
  readonly claim_id: string;
  readonly step_id: string;
  readonly name: string;
  readonly request_id: string;
  readonly number: string;
  readonly unit_id: string;
}

const holderOf = (row: HolderRow): Holder & { readonly claim: number } => ({
  period: row.period,
  amount: Number(row.amount),
  settled: Number(row.settled_amount),
  state: row.state,
  stepId: trusted(Number(row.step_id)),
  step: row.name,
  requestId: trusted(Number(row.request_id)),
  requestNumber: row.number,
  requestUnit: trusted(row.unit_id),
  claim: Number(row.claim_id),
});
