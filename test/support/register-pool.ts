import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { AppDeps } from "../../src/app/deps.js";
import { createAuthorizer } from "../../src/casbin/authorizer.js";
import { PolicyBook } from "../../src/casbin/policy-book.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import { createWorkbench } from "../../src/casbin/workbench.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import type { SystemActor } from "../../src/domain/policy/subject.js";
import { loadPool } from "../../src/main/load.js";
import { manifestReader } from "../../src/manifest/reader.js";
import { poolClock, poolDirectory } from "../../src/postgres/pool-directory.js";
import { policySource } from "../../src/postgres/queries/policy.js";
import { createStore } from "../../src/postgres/store.js";
import type { TestDatabase } from "./database.js";

export const RESOURCES = fileURLToPath(new URL("../../resources", import.meta.url));
export const SAMPLE = trusted<PoolId>("qianxinan");

export type RegisterDeps = Pick<AppDeps, "store" | "authorizer" | "clock" | "pools" | "policyWorkbench" | "manifests">;

/** What the use cases of the register need, on a real database. */
export function registerDeps(database: TestDatabase): RegisterDeps {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error(JSON.stringify(files.problems));
  const source = policySource(database);
  const store = createStore(database);
  return {
    store,
    authorizer: createAuthorizer(new PolicyBook(source, files.value), source),
    clock: poolClock(database),
    pools: poolDirectory(database),
    policyWorkbench: createWorkbench(files.value),
    manifests: manifestReader,
  };
}

export const system = (poolId: PoolId): SystemActor => ({ kind: "system", poolId, task: "test" });

/** The sample prefecture as it comes with the release. */
export async function loadSample(deps: RegisterDeps): Promise<void> {
  const loaded = await loadPool(deps, RESOURCES);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems.slice(0, 10), null, 1));
}
