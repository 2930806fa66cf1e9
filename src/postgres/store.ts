import { AsyncLocalStorage } from "node:async_hooks";
import type { TransactionSql } from "postgres";
import type { Idempotency } from "../app/ports/idempotency.js";
import type { Reading, Store, Transaction } from "../app/ports/store.js";
import type { PoolId } from "../domain/id.js";
import type { Connection, Sql } from "./connection.js";
import { assets } from "./queries/asset.js";
import { auditLog } from "./queries/audit.js";
import { auditTrail } from "./queries/audit-trail.js";
import { bundles } from "./queries/bundle.js";
import { calendarBook } from "./queries/calendar.js";
import { catalogue, poolMaps, type PoolMaps } from "./queries/catalogue.js";
import { classes, traits } from "./queries/class.js";
import { commandLog } from "./queries/command.js";
import { decisions } from "./queries/decision.js";
import { demand } from "./queries/demand.js";
import { divisions, zones } from "./queries/division.js";
import { drafts } from "./queries/draft.js";
import { enterprises } from "./queries/enterprise.js";
import { idempotency } from "./queries/idempotency.js";
import { exports } from "./queries/export.js";
import { imports } from "./queries/import.js";
import { items } from "./queries/item.js";
import { orderBook } from "./queries/order.js";
import { people } from "./queries/person.js";
import { policyStore } from "./queries/policy.js";
import { pools } from "./queries/pool.js";
import { queueGauge, type QueueGauge } from "./queries/queue-gauge.js";
import { replayBook } from "./queries/replay.js";
import { requests } from "./queries/request.js";
import { resources } from "./queries/resource.js";
import { publicRegister } from "./queries/public-register.js";
import { roleGrants } from "./queries/role-grant.js";
import { units } from "./queries/unit.js";
import { workQueue } from "./queries/work.js";

/** Deadlock and serialization failure: nothing was done, the same work may be tried again. */
const RETRYABLE = new Set(["40P01", "40001"]);
const ATTEMPTS_MAX = 5;

/** Throwing is the only way to make a transaction forget what was written before the refusal. */
class RolledBack {
  constructor(readonly refusal: unknown) {}
}

function kept<T>(outcome: T): T {
  if (typeof outcome === "object" && outcome !== null && "ok" in outcome && outcome.ok === false) throw new RolledBack(outcome);
  return outcome;
}

interface Open {
  readonly pool: PoolId;
  readonly sql: Sql;
}

/** What one process remembers between calls. */
interface Shared {
  readonly maps: PoolMaps;
  readonly gauge: QueueGauge;
}

export interface PostgresStore extends Store {
  readonly idempotency: Idempotency;
}

/** Carries what a rehearsal gave past the rollback that throwing it causes. */
class Rehearsed<T> {
  constructor(readonly outcome: T) {}
}

/** Work inside `idempotency.once` joins its transaction, so that an act and the answer to it commit together. */
export function createStore({ sql }: Connection): PostgresStore {
  const ambient = new AsyncLocalStorage<Open>();
  const shared: Shared = { maps: poolMaps(), gauge: queueGauge() };

  async function begin<T>(pool: PoolId, work: (sql: Sql) => Promise<T>): Promise<T> {
    const open = ambient.getStore();
    if (open) {
      if (open.pool !== pool) throw new Error(`a transaction of pool ${open.pool} cannot span pool ${pool}`);
      return await work(open.sql);
    }
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await sql.begin(async (t) => kept(await work(t as unknown as Sql)))) as T;
      } catch (error) {
        if (error instanceof RolledBack) return error.refusal as T;
        if (attempt >= ATTEMPTS_MAX || !RETRYABLE.has((error as { code?: string }).code ?? "")) throw error;
      }
    }
  }

  return {
    transact: (pool, work) => begin(pool, (t) => work(transaction(t, pool, shared))),
    async rehearse<T>(pool: PoolId, work: (tx: Transaction) => Promise<T>): Promise<T> {
      const open = ambient.getStore();
      const rehearsal = async (t: unknown): Promise<never> => {
        throw new Rehearsed(await work(transaction(t as Sql, pool, shared)));
      };
      try {
        // A joined transaction goes on afterwards, so only this part may be taken back.
        await (open ? (open.sql as unknown as TransactionSql).savepoint(rehearsal) : sql.begin(rehearsal));
      } catch (error) {
        if (error instanceof Rehearsed) return error.outcome as T;
        throw error;
      }
      throw new Error("a rehearsal neither ended nor failed");
    },
    read: (pool) => reading(ambient.getStore()?.sql ?? sql, pool, shared),
    idempotency: idempotency((scope, work) => begin(scope.pool, (t) => ambient.run({ pool: scope.pool, sql: t }, () => work(t)))),
  };
}
/** One line per noun: the repositories that read. */
function reading(sql: Sql, poolId: PoolId, shared: Shared): Reading {
  return {
    poolId,
    assets: assets(sql, poolId),
    auditTrail: auditTrail(sql, poolId),
    bundles: bundles(sql, poolId),
    calendars: calendarBook(sql, poolId),
    catalogue: catalogue(sql, poolId, shared.maps),
    classes: classes(sql, poolId),
    decisions: decisions(sql, poolId),
    demand: demand(sql, poolId),
    divisions: divisions(sql, poolId),
    drafts: drafts(sql, poolId),
    enterprises: enterprises(sql),
    exports: exports(sql, poolId),
    imports: imports(sql, poolId),
    items: items(sql, poolId),
    order: orderBook(sql, poolId),
    people: people(sql),
    policies: policyStore(sql, poolId),
    pools: pools(sql, poolId),
    replay: replayBook(sql, poolId),
    requests: requests(sql, poolId, shared.gauge),
    resources: resources(sql, poolId),
    publicRegister: publicRegister(sql, poolId),
    roleGrants: roleGrants(sql, poolId),
    traits: traits(sql, poolId),
    units: units(sql, poolId),
    work: workQueue(sql, poolId),
    zones: zones(sql, poolId),
  };
}

function transaction(sql: Sql, poolId: PoolId, shared: Shared): Transaction {
  return {
    ...reading(sql, poolId, shared),
    audit: auditLog(sql, poolId),
    commands: commandLog(sql, poolId),
  };
}
