import type { Reforming, Undo } from "../../app/ports/reorganisation.js";
import type { PoolId } from "../../domain/id.js";
import type { Sql } from "../connection.js";
import { fingerprint, giveDirectClaims, giveLeads, giveRequests, quotasAs } from "./reorganise.js";

/** Which of the rows it touched were declared anew since, or are somebody else's now. Work that went on is no change. */
export async function changedSince(sql: Sql, pool: PoolId, undo: Undo): Promise<readonly string[]> {
  switch (undo.kind) {
    case "resources": {
      const rows = await sql<{ code: string }[]>`
        select w.code from jsonb_to_recordset(${sql.json(undo.rows as never)}) as w (id int8, code text, "as" text)
          left join pool.resources r on r.pool_id = ${pool} and r.resource_id = w.id
        where ${fingerprint(sql, "r")} is distinct from w."as"
        order by w.code`;
      return rows.map(({ code }) => `resource ${code}`);
    }
    case "assets": {
      const rows = await sql<{ code: string }[]>`
        select code from pool.assets where pool_id = ${pool} and asset_id = any(${[...undo.ids]}::int8[]) and unit_id <> ${undo.to} order by code`;
      return rows.map(({ code }) => `asset ${code}`);
    }
    case "unit-made": {
      const rows = await sql<{ unit_id: string }[]>`
        select unit_id from pool.units u
        where pool_id = ${pool} and unit_id = ${undo.unit} and ${fingerprint(sql, "u")} <> ${undo.as}`;
      return rows.map(({ unit_id }) => `unit ${unit_id}`);
    }
    case "unit-ended": {
      const rows = await sql<{ unit_id: string }[]>`
        select unit_id from pool.units
        where pool_id = ${pool} and ((unit_id = ${undo.unit} and (state <> 'retired' or parent_id is distinct from ${undo.into}))
          or (unit_id = ${undo.into} and state <> 'active')
          or (unit_id = any(${[...undo.children]}::text[]) and parent_id is distinct from ${undo.into}))
        order by unit_id`;
      return rows.map(({ unit_id }) => `unit ${unit_id}`);
    }
    case "routes": {
      const rows = await sql<{ from_unit_id: string; item_code: string | null }[]>`
        select from_unit_id, item_code from pool.routing_rules
        where pool_id = ${pool} and rule_id = any(${[...undo.made]}::int8[]) and ended_at is not null order by rule_id`;
      return rows.map(({ from_unit_id, item_code }) => `route ${from_unit_id} ${item_code ?? "*"}`);
    }
    case "quotas": {
      if (undo.classes.length === 0) return [];
      const now = await quotasAs(sql, pool, undo.units, undo.classes);
      return now === undo.as ? [] : undo.classes.map((id) => `quota ${undo.units[1] ?? ""}:${id}`);
    }
    case "requests":
    case "leads":
    case "direct-claims":
    case "roles":
    case "delegations":
    case "watched":
    case "loans":
      return [];
  }
}

/** Puts one part back as it was. Callers go from the last part to the first. */
export async function undoPart(sql: Sql, pool: PoolId, undo: Undo, reforming: Reforming): Promise<void> {
  const at = new Date(reforming.at);
  switch (undo.kind) {
    case "unit-made":
      await sql`update pool.units set state = 'retired', published = false, generation = generation + 1 where pool_id = ${pool} and unit_id = ${undo.unit}`;
      return;
    case "unit-ended":
      await sql`
        update pool.units set state = 'active', published = ${undo.published}, parent_id = ${undo.parent}, generation = generation + 1
        where pool_id = ${pool} and unit_id = ${undo.unit}`;
      await sql`update pool.units set parent_id = ${undo.unit}, generation = generation + 1 where pool_id = ${pool} and unit_id = any(${[...undo.children]}::text[])`;
      await sql`update pool.units set parent_id = ${undo.intoParent}, generation = generation + 1 where pool_id = ${pool} and unit_id = ${undo.into} and parent_id is distinct from ${undo.intoParent}`;
      return;
    case "resources":
      await sql`
        update pool.resources r set unit_id = ${undo.from}, calendar_id = w.calendar, generation = r.generation + 1
        from jsonb_to_recordset(${sql.json(undo.rows as never)}) as w (id int8, calendar text)
        where r.pool_id = ${pool} and r.resource_id = w.id`;
      return;
    case "assets":
      await sql`update pool.assets set unit_id = ${undo.from}, generation = generation + 1 where pool_id = ${pool} and asset_id = any(${[...undo.ids]}::int8[])`;
      return;
    case "requests":
      await giveRequests(sql, pool, undo.to, undo.from, undo.ids, reforming);
      return;
    case "leads":
      await giveLeads(sql, pool, undo.to, undo.from, undo.ids);
      return;
    case "direct-claims":
      await giveDirectClaims(sql, pool, undo.to, undo.from, undo.ids);
      return;
    case "roles":
      await sql`update pool.role_grants set revoked_by = ${reforming.by}::uuid, revoked_at = ${at} where pool_id = ${pool} and grant_id = any(${[...undo.granted]}::int8[]) and revoked_at is null`;
      return;
    case "delegations":
      await sql`update pool.delegations set withdrawn_by = ${reforming.by}::uuid, withdrawn_at = ${at}, withdrawn_reason = ${reforming.reason} where pool_id = ${pool} and delegation_id = any(${[...undo.made]}::int8[]) and withdrawn_at is null`;
      await sql`update pool.delegations set withdrawn_by = null, withdrawn_at = null, withdrawn_reason = null where pool_id = ${pool} and delegation_id = any(${[...undo.ended]}::int8[])`;
      return;
    case "quotas":
      if (undo.classes.length === 0) return;
      await sql`delete from pool.quotas where pool_id = ${pool} and unit_id = any(${[...undo.units]}::text[]) and class_id = any(${[...undo.classes]}::text[])`;
      await sql`
        insert into pool.quotas (pool_id, unit_id, class_id, cohort_id, nominal, borrowing_limit, lending_limit, weight, generation)
        select ${pool}, unit_id, class_id, cohort_id, nominal, borrowing_limit, lending_limit, weight, generation + 2
        from jsonb_populate_recordset(null::pool.quotas, ${sql.json(undo.before as never)})`;
      return;
    case "watched":
      await sql`update pool.alert_rules set unit_id = ${undo.from} where pool_id = ${pool} and rule_id = any(${[...undo.alertRules]}::text[]) and unit_id = ${undo.to}`;
      await sql`update pool.lead_exceptions set unit_id = ${undo.from} where pool_id = ${pool} and exception_id = any(${[...undo.exceptions]}::int8[]) and unit_id = ${undo.to}`;
      return;
    case "loans":
      await sql`update pool.loans set lender_unit_id = ${undo.from} where pool_id = ${pool} and loan_id = any(${[...undo.lent]}::int8[]) and lender_unit_id = ${undo.to}`;
      await sql`update pool.loans set borrower_unit_id = ${undo.from} where pool_id = ${pool} and loan_id = any(${[...undo.borrowed]}::int8[]) and borrower_unit_id = ${undo.to}`;
      return;
    case "routes":
      await sql`update pool.routing_rules set ended_by = ${reforming.actorId}, ended_at = ${at} where pool_id = ${pool} and rule_id = any(${[...undo.made]}::int8[]) and ended_at is null`;
      await sql`update pool.routing_rules set ended_by = null, ended_at = null where pool_id = ${pool} and rule_id = any(${[...undo.ended]}::int8[])`;
      return;
  }
}
