import type { AssetRow, Assets, StoredAssetDeclaration } from "../../app/ports/asset.js";
import { pageOf } from "../../app/ports/page.js";
import { trusted, type AssetId, type CalendarId, type PersonId, type PoolId, type ResourceId, type TraitId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { containing, DeclaredMeanwhile, inBulk } from "./bulk.js";

interface Row {
  readonly asset_id: string;
  readonly code: string;
  readonly unit_id: string;
  readonly resource_id: string | null;
  readonly resource: string | null;
  readonly label: string;
  readonly calendar_id: string | null;
  readonly amount: string;
  readonly traits: string[];
  readonly person_id: string | null;
  readonly state: AssetRow["state"];
  readonly valid_from: string | null;
  readonly valid_to: string | null;
  readonly generation: string;
}

const assetOf = (row: Row): AssetRow => ({
  id: trusted(Number(row.asset_id)),
  code: row.code,
  unitId: trusted(row.unit_id),
  resourceId: row.resource_id === null ? null : trusted<ResourceId>(Number(row.resource_id)),
  resource: row.resource,
  label: row.label,
  calendarId: row.calendar_id === null ? null : trusted<CalendarId>(row.calendar_id),
  amount: Number(row.amount),
  traits: row.traits.map((id) => trusted<TraitId>(id)),
  personId: row.person_id === null ? null : trusted<PersonId>(row.person_id),
  state: row.state,
  validFrom: row.valid_from,
  validTo: row.valid_to,
  generation: Number(row.generation),
});

const written = (declared: StoredAssetDeclaration) => ({
  code: declared.code,
  unit_id: declared.unitId,
  resource_id: declared.resourceId,
  label: declared.label,
  calendar_id: declared.calendarId,
  amount: declared.amount,
  traits: declared.traits,
  valid_from: declared.validFrom,
  valid_to: declared.validTo,
});

export function assets(sql: Sql, pool: PoolId): Assets {
  const from = sql`
    select a.asset_id, a.code, a.unit_id, a.resource_id, r.code as resource, a.label, a.calendar_id, a.amount, a.traits, a.person_id, a.state,
      a.valid_from::text, a.valid_to::text, a.generation
    from pool.assets a left join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id
    where a.pool_id = ${pool}`;
  const record = sql`(asset_id bigint, code text, unit_id text, resource_id bigint, label text, calendar_id text, amount bigint, traits text[], valid_from date, valid_to date)`;

  return {
    async byCode(code) {
      const [row] = await sql<Row[]>`${from} and a.code = ${code}`;
      return row ? assetOf(row) : null;
    },
    async lock(code) {
      const [row] = await sql<Row[]>`${from} and a.code = ${code} for update of a`;
      return row ? assetOf(row) : null;
    },
    async lockAll(codes) {
      const rows = await sql<Row[]>`${from} and a.code = any(${[...codes]}::text[]) order by a.code for update of a`;
      return new Map(rows.map((row) => [row.code, assetOf(row)]));
    },
    async byCodes(codes) {
      const rows = await sql<Row[]>`${from} and a.code = any(${[...codes]}::text[])`;
      return new Map(rows.map((row) => [row.code, assetOf(row)]));
    },
    async ofResource(id) {
      const rows = await sql<Row[]>`${from} and a.resource_id = ${id} order by a.code`;
      return rows.map(assetOf);
    },
    async list({ units, resource, state, text }, { limit, after }) {
      const like = text === undefined ? "" : containing(text);
      const rows = await sql<Row[]>`${from}
          ${units === undefined ? sql`` : sql`and a.unit_id = any(${[...units]}::text[])`}
          ${resource === undefined ? sql`` : sql`and r.code = ${resource}`}
          ${state === undefined ? sql`` : sql`and a.state = ${state}`}
          ${text === undefined ? sql`` : sql`and (a.code like ${like} or a.label ilike ${like})`}
          ${after === undefined ? sql`` : sql`and a.code > ${after}`}
        order by a.code limit ${limit + 1}`;
      return pageOf(rows.map(assetOf), limit, ({ code }) => code);
    },
    async insert(declared) {
      const rows = await inBulk(sql, declared.map(written), (json) => sql<{ asset_id: string; code: string }[]>`
        insert into pool.assets (pool_id, code, unit_id, resource_id, label, calendar_id, amount, traits, valid_from, valid_to)
        select ${pool}, code, unit_id, resource_id, label, calendar_id, amount, traits, valid_from, valid_to
        from json_to_recordset(${json}) as d ${record}
        on conflict (pool_id, code) do nothing
        returning asset_id, code`);
      if (rows.length < declared.length) throw new DeclaredMeanwhile();
      const ids = new Map(rows.map(({ code, asset_id }) => [code, Number(asset_id)]));
      return declared.map(({ code }) => trusted<AssetId>(ids.get(code) ?? NaN));
    },
    async update(declared) {
      await inBulk(sql, declared.map((one) => ({ ...written(one), asset_id: one.id })), (json) => sql`
        update pool.assets a
        set unit_id = d.unit_id, resource_id = d.resource_id, label = d.label, calendar_id = d.calendar_id, amount = d.amount,
          traits = d.traits, valid_from = d.valid_from, valid_to = d.valid_to, generation = a.generation + 1
        from json_to_recordset(${json}) as d ${record}
        where a.pool_id = ${pool} and a.asset_id = d.asset_id`);
    },
    async assign(id, person) {
      await sql`update pool.assets set person_id = ${person}, generation = generation + 1 where pool_id = ${pool} and asset_id = ${id}`;
    },
    async minutesADay(person) {
      const [row] = await sql<{ minutes: number; least: number | null }[]>`
        select coalesce(sum(a.amount), 0)::int8 as minutes, min((c.labour ->> 'minutesADay')::int8) as least
        from pool.assets a
          join pool.resources r on r.pool_id = a.pool_id and r.resource_id = a.resource_id and r.state <> 'retired'
          join pool.classes c on c.pool_id = r.pool_id and c.class_id = r.class_id and c.period = 'day' and c.measure = 'minute' and c.labour is not null
        where a.pool_id = ${pool} and a.person_id = ${person} and a.state = 'in-service'`;
      return row?.least == null ? null : { minutes: Number(row.minutes), limit: Number(row.least) };
    },
    async setState(id, state) {
      await sql`update pool.assets set state = ${state}, generation = generation + 1 where pool_id = ${pool} and asset_id = ${id}`;
    },
    async remove(ids) {
      await sql`delete from pool.assets where pool_id = ${pool} and asset_id = any(${ids.map(Number)}::bigint[])`;
    },
  };
}
