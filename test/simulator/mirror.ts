import type { PoolId } from "../../src/domain/id.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import type { Sql } from "../../src/postgres/connection.js";
import type { Database } from "./database.js";
import { PLACES, UNITS, type World } from "./world.js";

const OFFICER = "00000000-0000-0000-0000-000000000001";
const date = (at: number | null): Date | null => (at === null ? null : new Date(at));

/** Writes into PostgreSQL what acts have written into the simulator's database, under the same ids. */
export class Mirror {
  /** Rows never change in place: one that is the same object was carried over. */
  readonly #carried = new Set<unknown>();

  constructor(
    private readonly sql: Sql,
    private readonly pool: PoolId,
    private readonly db: Database,
  ) {}

  async begin(world: World): Promise<void> {
    const { sql, pool } = this;
    await sql`
      insert into pool.pools (pool_id, names, division_code, sandbox, clock, clock_at)
      values (${pool}, ${sql.json({ zh: pool, en: pool })}, '522300', true, 'manual', ${date(this.db.manualClock)})`;
    for (const [code, parent] of world.divisions) {
      await sql`
        insert into pool.divisions (pool_id, code, name_zh, name_en, level, parent_code)
        values (${pool}, ${code}, ${code}, ${code}, ${parent === null ? "prefecture" : "county"}, ${parent})`;
    }
    for (const unit of UNITS) {
      await sql`
        insert into pool.units (pool_id, unit_id, name_zh, name_en, division_code, line, level, published)
        values (${pool}, ${unit}, ${unit}, ${unit}, ${PLACES[unit]!}, 'health', 'county', true)`;
    }
    for (const one of world.classes) {
      await sql`
        insert into pool.classes (pool_id, class_id, kind, name_zh, name_en, measure, period, horizon_days, per, lend, act, consumable, min, max, step)
        values (${pool}, ${one.id}, ${one.kind}, ${one.names.zh}, ${one.names.en}, ${one.measure}, ${one.period}, ${one.horizonDays}, ${one.per}, ${one.lend}, ${one.act},
                ${one.consumable}, ${one.limits.min}, ${one.limits.max}, ${one.limits.step})`;
    }
    await sql`insert into pool.writers (pool_id) values (${pool}) on conflict do nothing`;
  }

  /** Everything that is other than it was carried last. */
  async carry(): Promise<void> {
    await this.sql.begin(async (t) => {
      const sql = t as unknown as Sql;
      await sql`update pool.pools set clock_at = ${date(this.db.manualClock)} where pool_id = ${this.pool}`;
      await sql`update pool.writers set revocations = ${this.db.writer.revocations} where pool_id = ${this.pool}`;
      await this.#resources(sql);
      await this.#requests(sql);
      await this.#steps(sql);
      await this.#directs(sql);
      await this.#delegations(sql);
      for (const [step, at] of this.db.annulments) {
        await sql`
          insert into pool.annulments (pool_id, step_id, basis, annulled_by, annulled_at) values (${this.pool}, ${step}, 'law', ${OFFICER}, ${date(at)})
          on conflict do nothing`;
      }
      for (const row of this.#news(this.db.commands.values())) {
        if (row.seq !== null) continue;
        await sql`
          insert into pool.commands (pool_id, command_id, command, occurred_at, actor_id) overriding system value
          values (${this.pool}, ${row.id}, ${sql.json(row.command as never)}, ${date(row.occurredAt)}, 'test')`;
      }
    });
  }

  /** What the writer wrote on both sides need not be carried. */
  seen(): void {
    for (const rows of [this.db.requests, this.db.steps, this.db.commands, this.db.resources, this.db.directs, this.db.delegations]) for (const row of rows.values()) this.#carried.add(row);
  }

  *#news<T>(rows: Iterable<T>): Generator<T> {
    for (const row of rows) {
      if (this.#carried.has(row)) continue;
      this.#carried.add(row);
      yield row;
    }
  }

  async #resources(sql: Sql): Promise<void> {
    for (const row of this.#news(this.db.resources.values())) {
      await sql`
        insert into pool.resources (pool_id, resource_id, code, unit_id, class_id, total, overcommit_percent, min, max, step, traits, jurisdiction, earmark, number_basis, state, generation) overriding system value
        values (${this.pool}, ${row.id}, ${`r-${row.id}`}, ${row.unitId}, ${row.classId}, ${row.total}, ${row.overcommitPercent}, ${row.limits.min}, ${row.limits.max}, ${row.limits.step},
                ${row.traits as readonly string[] as string[]}, ${row.jurisdiction as string[]}, ${row.earmark},
                ${row.classId.startsWith("function.") && row.total !== null ? "the law of the simulator" : null}, ${row.state}, ${row.generation})
        on conflict (pool_id, resource_id) do update set total = excluded.total, traits = excluded.traits, state = excluded.state, generation = excluded.generation`;
    }
  }

  async #requests(sql: Sql): Promise<void> {
    for (const { id, unitId, status, ...row } of this.#news(this.db.requests.values())) {
      const receivedAt = [...this.db.steps.values()].find(({ requestId }) => requestId === id)!.ask.arrivedAt;
      await sql`
        insert into pool.requests (pool_id, request_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, channel,
          state, received_at, promised_due_at, statutory_due_at, paused_at, paused_working_days, closed_at, grounds) overriding system value
        values (${this.pool}, ${id}, ${`n-${id}`}, 'item', 1, ${unitId}, ${PLACES[unitId]!}, gen_random_uuid(), gen_random_uuid(), 'api',
          ${status.state}, ${date(receivedAt)}, ${date(row.promisedDueAt)}, ${date(row.statutoryDueAt)},
          ${date("pausedAt" in status ? status.pausedAt : null)}, ${row.pausedWorkingDays}, ${date("closedAt" in status ? status.closedAt : null)}, null)
        on conflict (pool_id, request_id) do update
          set state = excluded.state, promised_due_at = excluded.promised_due_at, statutory_due_at = excluded.statutory_due_at,
              paused_at = excluded.paused_at, paused_working_days = excluded.paused_working_days, closed_at = excluded.closed_at`;
    }
  }

  async #steps(sql: Sql): Promise<void> {
    for (const { ask, ...row } of this.#news(this.db.steps.values())) {
      const [made] = await sql<{ fresh: boolean }[]>`
        insert into pool.steps (pool_id, step_id, request_id, name, ordinal, stage, mode, after, state, attempt, arrived_at, due_at, expected_minutes, started_at, started_by, ended_at, ended_by,
          waits, replaces_step_id, hold_until, priority_ground, priority_minutes) overriding system value
        values (${this.pool}, ${row.id}, ${row.requestId}, ${row.name}, ${row.after.length}, 'review', 'human', ${[...row.after]}, ${row.state}, ${row.attempt},
          ${date(ask.arrivedAt)}, ${date(ask.dueAt)}, ${ask.expectedMinutes}, ${date(row.startedAt)}, ${row.startedAt === null ? null : OFFICER}, ${date(row.endedAt)}, ${row.endedAt === null ? null : OFFICER},
          ${ask.waits}, ${ask.replaces}, ${date(ask.holdUntil)}, ${ask.priority?.ground ?? null}, ${ask.priority && Number.isFinite(ask.priority.advanceMs) ? ask.priority.advanceMs / 60_000 : null})
        on conflict (pool_id, step_id) do update
          set state = excluded.state, attempt = excluded.attempt, due_at = excluded.due_at, started_at = excluded.started_at, started_by = excluded.started_by,
              ended_at = excluded.ended_at, ended_by = excluded.ended_by, hold_until = excluded.hold_until,
              priority_ground = excluded.priority_ground, priority_minutes = excluded.priority_minutes
        returning xmax = 0 as fresh`;
      if (!made!.fresh) continue;
      for (const [ordinal, claim] of ask.claims.entries()) {
        await sql`
          insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, count, traits, scope, division_code, unit_id, together, slots, spread, purpose, earliest_at, same_unit, same_resource,
            named_resource_id, named_generation, named_period)
          values (${this.pool}, ${claimIdOf(row.id, ordinal)}, ${row.id}, ${ordinal}, ${claim.classId}, ${claim.amount}, ${claim.count}, ${claim.traits as readonly string[] as string[]}, ${claim.scope}, ${claim.division},
            ${claim.unitId}, ${claim.together}, ${claim.slots}, ${claim.spread}, ${claim.purpose}, ${date(claim.earliest)}, ${claim.sameUnit}, ${claim.sameResource},
            ${claim.named?.resource ?? null}, ${claim.named?.generation ?? null}, ${claim.named?.period ?? null})`;
      }
    }
  }

  async #delegations(sql: Sql): Promise<void> {
    for (const row of this.#news(this.db.delegations.values())) {
      await sql`
        insert into pool.delegations (pool_id, delegation_id, from_unit_id, to_unit_id, class_id, basis, document, valid_from, valid_to, declared_by, declared_at, withdrawn_by, withdrawn_at, withdrawn_reason) overriding system value
        values (${this.pool}, ${row.id}, ${row.from}, ${row.to}, ${row.classId}, 'a law', 'a document', ${date(row.validFrom)}, ${date(row.validTo)}, ${OFFICER}, ${date(row.validFrom)},
          ${row.withdrawnAt === null ? null : OFFICER}, ${date(row.withdrawnAt)}, ${row.withdrawnAt === null ? null : "over"})
        on conflict (pool_id, delegation_id) do update set withdrawn_by = excluded.withdrawn_by, withdrawn_at = excluded.withdrawn_at, withdrawn_reason = excluded.withdrawn_reason`;
    }
  }

  async #directs(sql: Sql): Promise<void> {
    for (const row of this.#news(this.db.directs.values())) {
      const { ask } = this.db.steps.get(row.step)!;
      await sql`
        insert into pool.direct_claims (pool_id, direct_claim_id, unit_id, created_by, title, division_code, state, step_id, pending_step_id, hold_until, created_at, confirmed_at, ended_at) overriding system value
        values (${this.pool}, ${row.id}, ${row.unitId}, ${OFFICER}, 'a meeting', ${PLACES[row.unitId]!}, ${row.state}, ${row.step}, ${row.pending}, ${date(ask.holdUntil)}, ${date(ask.arrivedAt)},
          ${date(row.confirmedAt)}, ${date(row.endedAt)})
        on conflict (pool_id, direct_claim_id) do update
          set state = excluded.state, step_id = excluded.step_id, pending_step_id = excluded.pending_step_id, hold_until = excluded.hold_until,
              confirmed_at = excluded.confirmed_at, ended_at = excluded.ended_at`;
    }
  }
}
