import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { trusted, type ClaimId, type PoolId, type RequestId, type ResourceId, type StepId } from "../../src/domain/id.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import type { Command } from "../../src/domain/pool/command.js";
import { auditLog } from "../../src/postgres/queries/audit.js";
import { commandLog } from "../../src/postgres/queries/command.js";
import type { Sql } from "../../src/postgres/connection.js";
import type { TestDatabase } from "../support/database.js";
import { PATIENCE_MS } from "../support/patience.js";

export const SMALL_POOL = trusted<PoolId>("small");
/** Monday 23 November 2026, nine in the morning in Xingyi. */
export const MONDAY_NINE = Date.parse("2026-11-23T01:00:00Z");
export const MONDAY = Math.floor((MONDAY_NINE + 8 * 3_600_000) / 86_400_000);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const CLASSES = [
  // class, kind, measure, period, horizon, act, consumable
  ["staff.review", "staff", "minute", "day", 3, "assisting", false],
  ["staff.decide", "staff", "minute", "day", 3, "deciding", false],
  ["material.counter", "material", "piece", "slot", 2, "none", false],
  ["material.form", "material", "piece", "none", null, "none", true],
  ["funds.aid", "funds", "fen", "fiscal-year", null, "none", true],
  ["function.licensing", "function", "case", "none", null, "deciding", false],
] as const;

export interface ClaimWanted {
  readonly class: (typeof CLASSES)[number][0];
  readonly amount: number;
  readonly scope?: "competent" | "pool";
  readonly slots?: number;
  readonly together?: boolean;
  readonly purpose?: string;
}

export interface StepWanted {
  readonly name: string;
  readonly after?: readonly string[];
  readonly claims: readonly ClaimWanted[];
}

export interface BookedClaim extends ClaimWanted {
  readonly resource?: ResourceId;
  readonly generation?: number;
  readonly period?: number;
  readonly unit?: string;
}

export interface Booked {
  readonly step: StepId;
  readonly publicId: string;
}

export interface Filed {
  readonly request: RequestId;
  readonly publicId: string;
  readonly steps: Readonly<Record<string, { readonly id: StepId; readonly claims: readonly ClaimId[] }>>;
}

/**
 * A county with two bureaus (`market`, `health`) on round-the-clock calendars. Acts are written as the product's use
 * cases write them: rows, audit record and command in one transaction.
 */
export class SmallPool {
  #serial = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly poolId: PoolId,
  ) {}

  static async make(database: TestDatabase, { poolId = SMALL_POOL, clock = "manual" as "manual" | "real" } = {}): Promise<SmallPool> {
    const { sql } = database;
    const at = clock === "manual" ? new Date(MONDAY_NINE) : null;
    await sql`
      insert into pool.pools (pool_id, names, division_code, sandbox, clock, clock_at)
      values (${poolId}, ${sql.json({ zh: "小池", en: "Small" })}, '522300', ${clock === "manual"}, ${clock}, ${at})`;
    for (const [code, parent, level] of [
      ["522300", null, "prefecture"],
      ["522301", "522300", "county"],
      ["522301001", "522301", "township"],
      ["522322", "522300", "county"],
    ] as const) {
      await sql`insert into pool.divisions (pool_id, code, name_zh, name_en, level, parent_code) values (${poolId}, ${code}, ${code}, ${code}, ${level}, ${parent})`;
    }
    for (const [id, line] of [["market", "market-regulation"], ["health", "health"]] as const) {
      await sql`
        insert into pool.units (pool_id, unit_id, name_zh, name_en, division_code, line, level, published)
        values (${poolId}, ${id}, ${id}, ${id}, '522301', ${line}, 'county', true)`;
    }
    for (const [id, kind, measure, period, horizon, act, consumable] of CLASSES) {
      await sql`
        insert into pool.classes (pool_id, class_id, kind, name_zh, name_en, measure, period, horizon_days, per, lend, act, consumable, min, max, step)
        values (${poolId}, ${id}, ${kind}, ${id}, ${id}, ${measure}, ${period}, ${horizon}, 'unit', 'none', ${act}, ${consumable}, 1, 1000000, 1)`;
    }
    return new SmallPool(database, poolId);
  }

  get #sql(): Sql {
    return this.database.sql;
  }

  /** A resource, announced to the writer. */
  async resource(wanted: { class: ClaimWanted["class"]; total: number | null; unit?: string; earmark?: string; code?: string; overcommit?: number }): Promise<ResourceId> {
    const code = wanted.code ?? `r-${(this.#serial += 1)}`;
    return await this.#act(async (sql, commands) => {
      const [row] = await sql<{ resource_id: number }[]>`
        insert into pool.resources (pool_id, code, unit_id, class_id, total, min, max, step, jurisdiction, earmark, overcommit_percent)
        values (${this.poolId}, ${code}, ${wanted.unit ?? "market"}, ${wanted.class}, ${wanted.total}, 1, 1000000, 1, '{522301}', ${wanted.earmark ?? null}, ${wanted.overcommit ?? 100})
        returning resource_id`;
      const id = trusted<ResourceId>(row!.resource_id);
      await commands({ kind: "resource.declared", resources: [id] });
      return id;
    });
  }

  /** Whatever was changed about it is announced to the writer. */
  async declared(id: ResourceId): Promise<void> {
    await this.#act(async (sql, commands) => {
      await sql`update pool.resources set generation = generation + 1 where pool_id = ${this.poolId} and resource_id = ${id}`;
      await commands({ kind: "resource.declared", resources: [id] });
    });
  }

  async setTotal(id: ResourceId, total: number): Promise<void> {
    await this.#act(async (sql, commands) => {
      await sql`update pool.resources set total = ${total}, generation = generation + 1 where pool_id = ${this.poolId} and resource_id = ${id}`;
      await commands({ kind: "resource.declared", resources: [id] });
    });
  }

  /** Files a request; the first steps are ready at once. */
  async file(steps: readonly StepWanted[] | ClaimWanted, { dueInDays = 5, unit = "market" } = {}): Promise<Filed> {
    const [filed] = await this.fileMany(1, steps, { dueInDays, unit });
    return filed!;
  }

  async fileMany(count: number, wanted: readonly StepWanted[] | ClaimWanted, { dueInDays = 5, unit = "market" } = {}): Promise<Filed[]> {
    const plan = "class" in wanted ? [{ name: "only", claims: [wanted] }] : wanted;
    return await this.#act(async (sql, commands, now) => {
      const all: Filed[] = [];
      for (let made = 0; made < count; made += 1) {
        const [request] = await sql<{ request_id: number; public_id: string }[]>`
          insert into pool.requests (pool_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, channel, state, received_at, promised_due_at, statutory_due_at)
          values (${this.poolId}, ${randomUUID()}, 'item', 1, ${unit}, '522301001', gen_random_uuid(), gen_random_uuid(), 'api', 'received',
                  ${new Date(now)}, ${new Date(now + dueInDays * DAY)}, ${new Date(now + dueInDays * DAY)})
          returning request_id, public_id`;
        const requestId = trusted<RequestId>(request!.request_id);
        const filed: Record<string, { id: StepId; claims: ClaimId[] }> = {};
        for (const [ordinal, step] of plan.entries()) {
          const state = (step.after ?? []).length === 0 ? "ready" : "blocked";
          const [row] = await sql<{ step_id: number }[]>`
            insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, expected_minutes)
            values (${this.poolId}, ${requestId}, ${step.name}, ${ordinal}, 'review', 'human', ${[...(step.after ?? [])]}, ${state}, ${new Date(now)}, ${new Date(now + dueInDays * DAY)}, 30)
            returning step_id`;
          const claims: ClaimId[] = [];
          for (const [at, claim] of step.claims.entries()) {
            const [made] = await sql<{ claim_id: number }[]>`
              insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id, together, slots, purpose)
              values (${this.poolId}, ${claimIdOf(trusted(row!.step_id), at)}, ${row!.step_id}, ${at}, ${claim.class}, ${claim.amount}, ${claim.scope ?? "pool"}, '522301001', ${unit}, ${claim.together ?? false}, ${claim.slots ?? 1}, ${claim.purpose ?? null})
              returning claim_id`;
            claims.push(trusted(made!.claim_id));
          }
          filed[step.name] = { id: trusted(row!.step_id), claims };
        }
        await auditLog(sql, this.poolId).append({ occurredAt: now, actorId: "test", act: "request.submit", objectKind: "request", objectId: request!.public_id, policyVersion: 0 });
        all.push({ request: requestId, publicId: request!.public_id, steps: filed });
      }
      const ready = all.flatMap(({ steps }) => plan.filter(({ after }) => !after?.length).map(({ name }) => steps[name]!.id));
      await commands({ kind: "step.ready", steps: ready });
      return all;
    });
  }

  /** A direct claim, as the use case writes it; `replaces` an earlier one's hold. */
  async book(claims: readonly BookedClaim[], { holdUntil = null as number | null, waits = false, replaces = undefined as Booked | undefined, unit = "market" } = {}): Promise<Booked> {
    return await this.#act(async (sql, commands, now) => {
      const [current] = replaces ? await sql<{ step_id: StepId }[]>`select step_id from pool.direct_claims where public_id = ${replaces.publicId} for update` : [];
      const [row] = await sql<{ step_id: StepId }[]>`
        insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, waits, hold_until, replaces_step_id)
        values (${this.poolId}, null, 'direct', 0, 'direct', 'human', '{}', 'ready', ${new Date(now)}, ${new Date(now + 30 * DAY)}, ${waits}, ${holdUntil === null ? null : new Date(holdUntil)}, ${current?.step_id ?? null})
        returning step_id`;
      const step = row!.step_id;
      for (const [at, claim] of claims.entries()) {
        await sql`
          insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id, together, slots, purpose, named_resource_id, named_generation, named_period)
          values (${this.poolId}, ${claimIdOf(step, at)}, ${step}, ${at}, ${claim.class}, ${claim.amount}, ${claim.scope ?? "pool"}, '522301001', ${claim.unit ?? unit}, ${claim.together ?? false}, ${claim.slots ?? 1}, ${claim.purpose ?? null},
                  ${claim.resource ?? null}, ${claim.generation ?? null}, ${claim.period ?? null})`;
      }
      const [claim] = replaces
        ? await sql<{ public_id: string }[]>`update pool.direct_claims set pending_step_id = ${step}, generation = generation + 1 where public_id = ${replaces.publicId} returning public_id`
        : await sql<{ public_id: string }[]>`
            insert into pool.direct_claims (pool_id, unit_id, created_by, title, division_code, state, step_id, hold_until, created_at)
            values (${this.poolId}, ${unit}, gen_random_uuid(), 'a meeting', '522301001', 'asked', ${step}, ${holdUntil === null ? null : new Date(holdUntil)}, ${new Date(now)})
            returning public_id`;
      await commands({ kind: "step.ready", steps: [step], turns: [1] });
      return { step, publicId: claim!.public_id };
    });
  }

  /** What the use case does under its lock; answers whether it came before everybody else. */
  async confirm({ publicId }: Booked): Promise<boolean> {
    return await this.#act(async (sql, commands) => {
      const [row] = await sql<{ step_id: StepId }[]>`
        update pool.direct_claims set state = 'confirmed', confirmed_at = clock_timestamp(), hold_until = null where public_id = ${publicId} and state = 'held' returning step_id`;
      if (!row) return false;
      await sql`update pool.steps set hold_until = null where pool_id = ${this.poolId} and step_id = ${row.step_id}`;
      await commands({ kind: "claim.confirmed", step: row.step_id });
      return true;
    });
  }

  async release({ publicId }: Booked): Promise<boolean> {
    return await this.#act(async (sql, commands) => {
      const [before] = await sql<{ state: string; step_id: StepId; pending: StepId | null }[]>`
        select state, step_id, pending_step_id as pending from pool.direct_claims where public_id = ${publicId} and state in ('asked', 'held', 'confirmed') for update`;
      if (!before) return false;
      const steps = [before.step_id, ...(before.pending === null ? [] : [before.pending])];
      await sql`update pool.direct_claims set state = 'released', ended_at = clock_timestamp(), pending_step_id = null where public_id = ${publicId}`;
      await sql`update pool.steps set state = 'cancelled', ended_at = clock_timestamp() where pool_id = ${this.poolId} and step_id = any(${steps.map(Number)}::int8[])`;
      await commands({ kind: "claim.released", steps });
      return true;
    });
  }

  async booking({ publicId }: Booked) {
    const [row] = await this.#sql<{ state: string; step_id: StepId; pending_step_id: StepId | null; generation: number }[]>`
      select state, step_id, pending_step_id, generation from pool.direct_claims where public_id = ${publicId}`;
    return row!;
  }

  /** Why the last answer to a step was no: kind and rule. */
  async refusalOf(step: StepId): Promise<{ kind?: string; rule: string } | undefined> {
    const [row] = await this.#sql<{ reasons: { refusal?: { kind?: string; rule: string } }[] }[]>`
      select told as reasons from pool.decisions where step_id = ${step} and outcome = 'refused' order by attempt desc limit 1`;
    return row?.reasons[0]?.refusal;
  }

  async pick(step: StepId, named: Extract<Command, { kind: "step.picked" }>["named"]): Promise<void> {
    await this.#act((_, commands) => commands({ kind: "step.picked", step, named }));
  }

  async start(step: StepId): Promise<void> {
    await this.#act(async (sql, commands, now) => {
      await sql`update pool.requests r set state = 'in_progress' from pool.steps s where s.step_id = ${step} and r.request_id = s.request_id and r.state = 'received'`;
      await sql`update pool.steps set state = 'working', started_at = ${new Date(now)} where pool_id = ${this.poolId} and step_id = ${step} and state = 'ready'`;
      await commands({ kind: "step.started", step });
    });
  }

  /** Ends a step; `ready` follow it. Without any, the request is complete. */
  async complete(step: StepId, settle: readonly { claim: ClaimId; amount: number }[] = [], ready: readonly StepId[] = []): Promise<void> {
    await this.#act(async (sql, commands, now) => {
      await sql`update pool.steps set state = 'done', ended_at = ${new Date(now)} where pool_id = ${this.poolId} and step_id = ${step}`;
      await sql`update pool.steps set state = 'ready' where pool_id = ${this.poolId} and step_id = any(${ready.map(Number)}::int8[])`;
      if (ready.length === 0) {
        await sql`update pool.requests r set state = 'completed', closed_at = ${new Date(now)} from pool.steps s where s.step_id = ${step} and r.request_id = s.request_id`;
      }
      await commands({ kind: "step.ended", step, outcome: "done", settle, ready });
    });
  }

  async withdraw(filed: Filed): Promise<void> {
    await this.#act(async (sql, commands, now) => {
      await sql`update pool.requests set state = 'withdrawn', closed_at = ${new Date(now)}, paused_at = null where pool_id = ${this.poolId} and request_id = ${filed.request}`;
      await sql`update pool.steps set state = 'cancelled', ended_at = ${new Date(now)} where pool_id = ${this.poolId} and request_id = ${filed.request} and state in ('blocked', 'ready', 'working')`;
      await commands({ kind: "request.ended", request: filed.request, steps: Object.values(filed.steps).map(({ id }) => id) });
    });
  }

  async pause(filed: Filed): Promise<void> {
    await this.#act(async (sql, commands, now) => {
      await sql`update pool.requests set state = 'supplement', paused_at = ${new Date(now)} where pool_id = ${this.poolId} and request_id = ${filed.request}`;
      await commands({ kind: "request.paused", request: filed.request, steps: Object.values(filed.steps).map(({ id }) => id) });
    });
  }

  async resume(filed: Filed): Promise<void> {
    await this.#act(async (sql, commands) => {
      await sql`update pool.requests set state = 'received', paused_at = null where pool_id = ${this.poolId} and request_id = ${filed.request}`;
      const ready = await sql<{ step_id: StepId; attempt: number }[]>`
        update pool.steps set attempt = attempt + 1 where pool_id = ${this.poolId} and request_id = ${filed.request} and state = 'ready'
        returning step_id, attempt`;
      await commands({ kind: "step.ready", steps: ready.map(({ step_id }) => step_id), turns: ready.map(({ attempt }) => attempt) });
    });
  }

  async reconsider(filed: Filed, step: StepId): Promise<void> {
    await this.#act(async (sql, commands) => {
      await sql`update pool.requests set state = 'received' where pool_id = ${this.poolId} and request_id = ${filed.request}`;
      await sql`update pool.steps set attempt = attempt + 1 where pool_id = ${this.poolId} and step_id = ${step}`;
      await commands({ kind: "step.reconsider", step });
    });
  }

  async setClock(at: number): Promise<void> {
    await this.#sql.begin(async (t) => {
      const sql = t as unknown as Sql;
      await sql`update pool.pools set clock_at = ${new Date(at)} where pool_id = ${this.poolId}`;
      await commandLog(sql, this.poolId).append("test", at, { kind: "clock.set" });
    });
  }

  /** As an act that withdraws an authority: revocations rise in its transaction. */
  async revoke(...commands: readonly Command[]): Promise<void> {
    await this.#act(async (sql, append) => {
      await sql`update pool.writers set revocations = revocations + 1 where pool_id = ${this.poolId}`;
      await append(...commands);
    });
  }

  async #act<T>(work: (sql: Sql, commands: (...commands: readonly Command[]) => Promise<void>, now: number) => Promise<T>): Promise<T> {
    return (await this.#sql.begin(async (t) => {
      const sql = t as unknown as Sql;
      const [row] = await sql<{ now: Date }[]>`select coalesce(clock_at, clock_timestamp()) as now from pool.pools where pool_id = ${this.poolId}`;
      const now = row!.now.getTime();
      return await work(sql, (...commands) => commandLog(sql, this.poolId).append("test", now, ...commands), now);
    })) as T;
  }

  // — What tests look at.

  async allocations(step?: StepId) {
    return await this.#sql<{ claim_id: number; attempt: number; resource_id: number; period: number; amount: number; capacity: number; state: string; settled_amount: number; step_id: number }[]>`
      select claim_id, attempt, resource_id, period, amount, capacity, state, settled_amount, step_id from pool.allocations
      where pool_id = ${this.poolId} and (${step ?? null}::int8 is null or step_id = ${step ?? null}) order by seq, claim_id, resource_id, period`;
  }

  async decisions(step?: StepId) {
    return await this.#sql<{ step_id: number; attempt: number; outcome: string; seq: number }[]>`
      select step_id, attempt, outcome, seq from pool.decisions
      where pool_id = ${this.poolId} and (${step ?? null}::int8 is null or step_id = ${step ?? null}) order by seq`;
  }

  async requestState(filed: Filed): Promise<string> {
    const [row] = await this.#sql<{ state: string }[]>`select state from pool.requests where pool_id = ${this.poolId} and request_id = ${filed.request}`;
    return row!.state;
  }

  async writerRow() {
    const [row] = await this.#sql<{ epoch: number; last_seq: number; revocations: number; lease_holder: string | null; lease_until: Date | null; worked_up_to: Date | null; read_port: number | null }[]>`
      select epoch, last_seq, revocations, lease_holder, lease_until, worked_up_to, read_port from pool.writers where pool_id = ${this.poolId}`;
    return row!;
  }

  async untaken(): Promise<number> {
    const [row] = await this.#sql<{ n: number }[]>`select count(*) as n from pool.commands where pool_id = ${this.poolId} and seq is null`;
    return row!.n;
  }

  /** Every command is numbered. */
  async settled(): Promise<void> {
    await until(async () => (await this.untaken()) === 0);
  }
}

/** Looks again and again until it is so. */
export async function until(condition: () => Promise<boolean>, whatMs = PATIENCE_MS): Promise<void> {
  const end = performance.now() + whatMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not so after ${whatMs} ms: ${condition.toString()}`);
    await sleep(10);
  }
}
