import { randomUUID } from "node:crypto";
import { createImportRunner } from "../../src/app/import/runner.js";
import type { AppDeps } from "../../src/app/deps.js";
import { seedPolicy } from "../../src/app/policy/seed-policy.js";
import { StatusAttempts } from "../../src/app/request/status-attempts.js";
import { createAuthorizer } from "../../src/casbin/authorizer.js";
import { PolicyBook } from "../../src/casbin/policy-book.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import { createWorkbench } from "../../src/casbin/workbench.js";
import { createQueueReader } from "../../src/main/queue-reader.js";
import { createOptimiser } from "../../src/optimiser/create-optimiser.js";
import { createPlanSearches } from "../../src/main/plan-searches.js";
import { createWhatIfRunner } from "../../src/main/what-if-runner.js";
import { scenarios } from "../../src/manifest/read-scenario.js";
import { manifestReader } from "../../src/manifest/reader.js";
import { trusted, type PersonId, type PoolId, type UnitId } from "../../src/domain/id.js";
import type { HeldRole, Mandate, PersonActor } from "../../src/domain/policy/subject.js";
import { poolClock, poolDirectory } from "../../src/postgres/pool-directory.js";
import { policySource } from "../../src/postgres/queries/policy.js";
import { requestIds } from "../../src/postgres/queries/serial.js";
import { createTables } from "../../src/tabular/tables.js";
import { createWebhookSender } from "../../src/webhook/sender.js";
import { createStore } from "../../src/postgres/store.js";
import type { IdentityOptions } from "../../src/identity/identity.js";
import type { TestDatabase } from "./database.js";
import { testIdentity } from "./identity.js";

export const POOL = trusted<PoolId>("xingyi");
export const unit = (id: string): UnitId => trusted<UnitId>(id);
export const someone = (): PersonId => trusted<PersonId>(randomUUID());

/**
 * A pool with a tree of units and the release's policy:
 * `city` above `health` and `market` (with `market-station` beneath it).
 */
export async function policyPool(database: TestDatabase, pool: PoolId = POOL, identityOptions: Partial<IdentityOptions> = {}) {
  const { sql } = database;
  await sql`insert into pool.pools (pool_id, names, division_code) values (${pool}, ${sql.json({ zh: "试点", en: "Trial" })}, '522301')`;
  await sql`insert into pool.writers (pool_id) values (${pool})`;
  for (const [id, parent, line, division, level] of [
    ["city", null, "government", "522301", "county"],
    ["market", "city", "market-regulation", "522301", "county"],
    ["market-station", "market", "market-regulation", "522301001", "township"],
    ["health", "city", "health", "522301", "county"],
    ["market-prefecture", null, "market-regulation", "522300", "prefecture"],
    ["market-other-county", null, "market-regulation", "522322", "county"],
  ] as const) {
    await sql`
      insert into pool.units (pool_id, unit_id, parent_id, name_zh, name_en, division_code, line, level)
      values (${pool}, ${id}, ${parent}, ${id}, ${id}, ${division}, ${line}, ${level})`;
  }
  const files = readPolicyFiles();
  if (!files.ok) throw new Error(JSON.stringify(files.problems));
  const source = policySource(database);
  const book = new PolicyBook(source, files.value);
  const store = createStore(database);
  const policyWorkbench = createWorkbench(files.value);
  const { identity, vault, person } = testIdentity(database, identityOptions);
  const tables = createTables();
  const authorizer = createAuthorizer(book, source);
  const clock = poolClock(database);
  const deps: AppDeps = {
    identity,
    store,
    authorizer,
    clock,
    tables,
    importRunner: createImportRunner({ store, authorizer, tables, onFault: (error) => console.error(error) }),
    scenarios,
    whatIfRunner: createWhatIfRunner({ databaseUrl: database.url, store, onFault: (error) => console.error(error) }),
    optimiser: createOptimiser(),
    planSearches: createPlanSearches({ store, onFault: (error) => console.error(error) }),
    webhookSender: createWebhookSender({ allowedHosts: ["127.0.0.1"] }),
    idempotency: store.idempotency,
    pools: poolDirectory(database),
    requestIds: requestIds(database),
    statusAttempts: new StatusAttempts(() => performance.now()),
    queueReader: createQueueReader(database),
    manifests: manifestReader,
    vault,
    policyWorkbench,
  };
  await store.transact(pool, async (tx) => seedPolicy(policyWorkbench, tx, Date.now()));
  return { deps, source, files: files.value, book, person };
}

export const actor = (roles: readonly HeldRole[] = [], options: { readonly personId?: PersonId; readonly mandates?: readonly Mandate[]; readonly pool?: PoolId } = {}): PersonActor => ({
  kind: "person",
  poolId: options.pool ?? POOL,
  personId: options.personId ?? someone(),
  displayName: "测试",
  roles,
  mandates: options.mandates ?? [],
  channel: "portal",
});
