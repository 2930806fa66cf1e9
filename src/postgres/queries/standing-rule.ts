import { pageOf } from "../../app/ports/page.js";
import type { RuleFiring, StandingRules, StoredRule } from "../../app/ports/standing-rule.js";
import { trusted, type PersonId, type PoolId } from "../../domain/id.js";
import type { Problem } from "../../domain/problem.js";
import type { RuleHold, RuleState, StandingRule } from "../../domain/rebalance/standing-rule.js";
import type { Sql } from "../connection.js";
import { cursorOf, readCursor } from "./cursor.js";

interface RuleRow {
  readonly content: StandingRule;
  readonly content_hash: string;
  readonly state: RuleState;
  readonly generation: string;
  readonly proposed_by: string;
  readonly proposed_at: Date;
  readonly approved_by: string | null;
  readonly approved_at: Date | null;
  readonly closed_reason: string | null;
  readonly checked_at: Date | null;
  readonly measured: number | null;
  readonly readings: number;
  readonly is_on: boolean;
  readonly switched_at: Date | null;
}

const ruleOf = (row: RuleRow): StoredRule => ({
  content: row.content,
  hash: row.content_hash,
  state: row.state,
  generation: Number(row.generation),
  proposed: { by: trusted<PersonId>(row.proposed_by), at: row.proposed_at.getTime() },
  approved: row.approved_by === null || row.approved_at === null ? null : { by: trusted<PersonId>(row.approved_by), at: row.approved_at.getTime() },
  closedReason: row.closed_reason,
  checkedAt: row.checked_at?.getTime() ?? null,
  measured: row.measured,
  readings: row.readings,
  isOn: row.is_on,
  switchedAt: row.switched_at?.getTime() ?? null,
});

interface FiringRow {
  readonly firing_id: string;
  readonly rule_id: string;
  readonly at: Date;
  readonly turn: RuleFiring["turn"];
  readonly content_hash: string;
  readonly measured: number | null;
  readonly threshold: number | null;
  readonly held: RuleHold | null;
  readonly plan_id: number | null;
  readonly loan_ids: readonly string[];
  readonly drain_ids: readonly string[];
  readonly order_id: number | null;
  readonly problems: readonly Problem[] | null;
}

const firingOf = (row: FiringRow): RuleFiring => ({
  id: Number(row.firing_id),
  rule: row.rule_id,
  at: row.at.getTime(),
  turn: row.turn,
  hash: row.content_hash,
  measured: row.measured,
  threshold: row.threshold,
  held: row.held,
  plan: row.plan_id,
  loans: row.loan_ids.map(Number),
  drains: row.drain_ids.map(Number),
  order: row.order_id,
  problems: row.problems ?? [],
});

export function standingRules(sql: Sql, pool: PoolId): StandingRules {
  const here = (id: string) => sql`pool_id = ${pool} and rule_id = ${id}`;
  const columns = sql`content, content_hash, state, generation, proposed_by, proposed_at, approved_by, approved_at, closed_reason, checked_at, measured, readings, is_on, switched_at`;
  const fired = sql`firing_id, rule_id, at, turn, content_hash, measured, threshold, held, plan_id, loan_ids, drain_ids, order_id, problems`;
  return {
    async all() {
      return (await sql<RuleRow[]>`select ${columns} from pool.standing_rules where pool_id = ${pool} order by rule_id`).map(ruleOf);
    },
    async get(id) {
      const [row] = await sql<RuleRow[]>`select ${columns} from pool.standing_rules where ${here(id)}`;
      return row ? ruleOf(row) : null;
    },
    async lock(id) {
      const [row] = await sql<RuleRow[]>`select ${columns} from pool.standing_rules where ${here(id)} for update`;
      return row ? ruleOf(row) : null;
    },
    async propose(rule, hash, by, at) {
      await sql`
        insert into pool.standing_rules as r (pool_id, rule_id, state, content, content_hash, proposed_by, proposed_at)
        values (${pool}, ${rule.id}, 'proposed', ${sql.json(rule as never)}, ${hash}, ${by}, ${new Date(at)})
        on conflict (pool_id, rule_id) do update
          set state = 'proposed', content = excluded.content, content_hash = excluded.content_hash, generation = r.generation + 1, proposed_by = excluded.proposed_by, proposed_at = excluded.proposed_at,
            approved_by = null, approved_at = null, approved_hash = null, closed_by = null, closed_at = null, closed_reason = null, readings = 0`;
    },
    async approve(id, hash, by, at) {
      await sql`update pool.standing_rules set state = 'active', approved_by = ${by}, approved_at = ${new Date(at)}, approved_hash = ${hash}, generation = generation + 1 where ${here(id)}`;
    },
    async setState(id, state, reason, by, at) {
      await sql`update pool.standing_rules set state = ${state}, closed_by = ${by}, closed_at = ${new Date(at)}, closed_reason = ${reason}, readings = 0, generation = generation + 1 where ${here(id)}`;
    },
    async looked(id, { at, measured, readings }) {
      await sql`update pool.standing_rules set checked_at = ${new Date(at)}, measured = ${measured}, readings = ${readings} where ${here(id)}`;
    },
    async switched(id, isOn, at) {
      await sql`update pool.standing_rules set is_on = ${isOn}, switched_at = ${new Date(at)} where ${here(id)}`;
    },
    async record(one) {
      await sql`
        insert into pool.rule_firings (pool_id, rule_id, at, turn, content_hash, measured, threshold, held, plan_id, loan_ids, drain_ids, order_id, problems)
        values (${pool}, ${one.rule}, ${new Date(one.at)}, ${one.turn}, ${one.hash}, ${one.measured}, ${one.threshold}, ${one.held}, ${one.plan}, ${[...one.loans]}::bigint[], ${[...one.drains]}::bigint[], ${one.order}, ${sql.json(one.problems as never)})`;
    },
    async firings(id, { limit, after }) {
      const [before] = after === undefined ? [] : (readCursor(after, ["number"]) ?? []);
      const rows = await sql<FiringRow[]>`select ${fired} from pool.rule_firings where ${here(id)} ${before === undefined ? sql`` : sql`and firing_id < ${before}::bigint`} order by firing_id desc limit ${limit + 1}`;
      return pageOf(rows.map(firingOf), limit, (one) => cursorOf(one.id));
    },
    async lastFiring(id, turn) {
      const [row] = await sql<FiringRow[]>`select ${fired} from pool.rule_firings where ${here(id)} ${turn === undefined ? sql`` : sql`and turn = ${turn}`} order by firing_id desc limit 1`;
      return row ? firingOf(row) : null;
    },
    async runsSince(id, since) {
      const [row] = await sql<{ n: number }[]>`select count(*)::int as n from pool.rule_firings where ${here(id)} and turn = 'on' and at > ${new Date(since)}`;
      return row!.n;
    },
  };
}
