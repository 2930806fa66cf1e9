import { trusted, type ClassId, type DivisionCode, type ItemCode, type PoolId, type UnitId } from "../../domain/id.js";
import type { TaskForceContent } from "../../domain/rebalance/task-force.js";
import type { Routing } from "../../domain/request/competence.js";
import type { Level } from "../../domain/catalogue/item.js";
import type { Sql } from "../connection.js";

interface FormerRow {
  readonly unit_id: string;
  readonly name_zh: string;
  readonly name_en: string;
  readonly line: string;
  readonly level: Level;
  readonly division_code: string;
}

/** Agreements in force that serve some items alone. */
const FOR_ITEMS = (sql: Sql) => sql`state in ('active', 'suspended') and content -> 'items' <> '[]'`;

/** Of the rules that stand: how many, and the sum of their numbers; the task forces that take cases, and the agreements for some items alone. */
export const routingMark = (sql: Sql, pool: PoolId) => sql`
  select (select count(*) || ':' || coalesce(sum(rule_id), 0) from pool.routing_rules where pool_id = ${pool} and ended_at is null)
    || coalesce((select ':' || string_agg(task_force_id, ',' order by task_force_id) from pool.task_forces where pool_id = ${pool} and state = 'active'), '')
    || coalesce((select '/' || string_agg(agreement_id || ':' || version, ',' order by agreement_id) from pool.agreements where pool_id = ${pool} and ${FOR_ITEMS(sql)}), '')`;

/** Rules that stand, and the units that ended and gave everything to another. Most pools have none. */
export async function readRouting(sql: Sql, pool: PoolId): Promise<Routing> {
  const rules = await sql<{ rule_id: number; from_unit_id: string | null; to_unit_id: string; item_code: string | null; division_code: string | null }[]>`
    select rule_id, from_unit_id, to_unit_id, item_code, division_code from pool.routing_rules
    where pool_id = ${pool} and ended_at is null
    order by rule_id`;
  const forces = await sql<{ task_force_id: string; content: TaskForceContent }[]>`
    select task_force_id, content from pool.task_forces where pool_id = ${pool} and state = 'active' order by task_force_id`;
  const agreed = await sql<{ agreement_id: string; version: number; items: readonly string[]; classes: readonly { readonly classId: string }[] }[]>`
    select agreement_id, version, content -> 'items' as items, content -> 'classes' as classes from pool.agreements
    where pool_id = ${pool} and ${FOR_ITEMS(sql)} order by agreement_id`;
  const former =
    rules.length === 0
      ? []
      : await sql<FormerRow[]>`
          select u.unit_id, u.name_zh, u.name_en, u.line, u.level, u.division_code
          from pool.units u
          where u.pool_id = ${pool} and u.state = 'retired'
            and u.unit_id in (select from_unit_id from pool.routing_rules where pool_id = ${pool} and ended_at is null and item_code is null)
          order by u.unit_id`;
  return {
    mark: `${rules.length}:${rules.reduce((sum, { rule_id }) => sum + Number(rule_id), 0)}${forces.length === 0 ? "" : `:${forces.map((one) => one.task_force_id).join(",")}`}${agreed.length === 0 ? "" : `/${agreed.map((one) => `${one.agreement_id}:${one.version}`).join(",")}`}`,
    ...(agreed.length === 0
      ? {}
      : { agreed: agreed.flatMap(({ items, classes }) => items.flatMap((item) => classes.map(({ classId }) => ({ item: trusted<ItemCode>(item), classId: trusted<ClassId>(classId) })))) }),
    ...(forces.length === 0
      ? {}
      : { takers: forces.flatMap(({ task_force_id, content }) => content.items.map(({ item, divisions }) => ({ unit: trusted<UnitId>(task_force_id), item, divisions, members: content.members, until: content.until }))) }),
    routes: rules.flatMap(({ from_unit_id: from, to_unit_id, item_code }) => (from === null ? [] : [{ from: trusted(from), to: trusted(to_unit_id), item: item_code === null ? null : trusted(item_code) }])),
    // Rules without a unit they lead away from are rulings: the table holds item and place of them.
    ...(rules.some((row) => row.from_unit_id === null)
      ? { ruled: rules.flatMap((row) => (row.from_unit_id === null && row.item_code !== null && row.division_code !== null ? [{ item: trusted<ItemCode>(row.item_code), division: trusted<DivisionCode>(row.division_code), to: trusted<UnitId>(row.to_unit_id) }] : [])) }
      : {}),
    former: former.map((row) => ({ id: trusted(row.unit_id), names: { zh: row.name_zh, en: row.name_en }, line: row.line, level: row.level, division: trusted(row.division_code), ended: true })),
  };
}
