import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createSandbox } from "../../app/replay/create-sandbox.js";
import { loadActor } from "../../app/identity/load-actor.js";
import { trusted, type PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { connect, type Sql } from "../../postgres/connection.js";
import { migrate } from "../../postgres/migrate.js";
import { compose, type Composition } from "../compose.js";
import type { Config } from "../config.js";
import { openDatabase } from "../database.js";
import { loadPool } from "../load.js";
import { createLog } from "../log.js";
import { preparePersons } from "../prepared-persons.js";
import { startSchedulers } from "../scheduler.js";
import { done } from "./done.js";

const FOLDER = fileURLToPath(new URL("../../../stories/flood", import.meta.url));
const WORLD = trusted<PoolId>("flood");

/** The prefecture as one pool, and the same prefecture with every agency on its own. */
export const POOLED = trusted<PoolId>("flood-pool");
export const ALONE = trusted<PoolId>("flood-alone");

/** A database, the story's small world loaded twice, and a writer for each. */
export interface StoryWorld {
  readonly url: string;
  readonly composition: Composition;
  readonly config: Config;
  /** To read what came of it. */
  readonly sql: Sql;
  /** One of the story's people, in one of the two pools, as they are allowed to act now. */
  as(pool: PoolId, person: string): Promise<Actor>;
  close(): Promise<void>;
}

/** @param databaseUrl A database to play in; absent: a PostgreSQL of its own in a temporary folder. */
export async function openWorld(base: Config, at: Instant, databaseUrl?: string): Promise<StoryWorld> {
  const home = mkdtempSync(join(tmpdir(), "govpool-story-"));
  // As root the server runs as somebody else, who must be able to enter.
  chmodSync(home, 0o755);
  const config: Config = { ...base, databaseUrl, home: join(home, "home"), logLevel: base.logLevel === "info" ? "warn" : base.logLevel };
  const log = createLog(config);
  const database = await openDatabase(config, () => {});
  await migrate(database.url);
  const composition = compose(database.url, config, log);
  const { deps } = composition;
  done(await loadPool(deps, FOLDER, { task: "story" }));
  deps.pools.forget();
  const planner = { kind: "system", poolId: WORLD, task: "story" } as const;
  for (const [id, silo] of [[POOLED, false], [ALONE, true]] as const) {
    done(await createSandbox(deps, planner, WORLD, { id, at, silo }));
    await preparePersons(deps, id, FOLDER);
  }
  const reading = connect(database.url, { max: 1, applicationName: "govpool-story" });
  const schedulers = startSchedulers({ databaseUrl: database.url, leaseTtlMs: config.leaseTtlMs, log });
  return {
    url: database.url,
    composition,
    config,
    sql: reading.sql,
    async as(pool, person) {
      const known = await deps.store.read(pool).people.prepared(person);
      const actor = known && (await loadActor(deps, known.personId, pool, "portal"));
      if (!actor) throw new Error(`the story has nobody called ${person}`);
      return actor;
    },
    async close() {
      await schedulers.stop();
      await Promise.all([composition.close(), reading.end()]);
      await database.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
