import { closeSync, existsSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { ConfigError, type Config } from "./config.js";
import { EmbeddedPostgresError, isAlive, startEmbedded } from "./embedded-postgres.js";
import { keptSecret, openHome } from "./home.js";

export interface Database {
  readonly url: string;
  /** Stops what was started for it. */
  stop(): Promise<void>;
}

const ADDRESS = "database-url";
const LOCK = "lock";
const VERSION_MIN = 150_000;

/** The user's own PostgreSQL, or the embedded one of `home`. */
export async function openDatabase(config: Config, log: (line: string) => void): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    await checkServer(config.databaseUrl);
    return { url: config.databaseUrl, stop: async () => {} };
  }
  openHome(config.home);
  const release = lock(config.home);
  try {
    const server = await startEmbedded(join(config.home, "postgres"), {
      password: keptSecret(config.home, "database-password"),
      settings: ["max_connections=300", "shared_buffers=256MB"],
      log,
    });
    await checkServer(server.url);
    // Local commands beside a running `serve` find the database here.
    writeFileSync(join(config.home, ADDRESS), server.url, { mode: 0o600 });
    return {
      url: server.url,
      stop: async () => {
        rmSync(join(config.home, ADDRESS), { force: true });
        await server.stop();
        release();
      },
    };
  } catch (error) {
    release();
    throw error instanceof EmbeddedPostgresError ? new ConfigError(error.message) : error;
  }
}

/** For local commands (`verify`, `admin`): the database of a running `serve`, or one started for this command alone. */
export async function borrowDatabase(config: Config, log: (line: string) => void): Promise<Database> {
  const address = join(config.home, ADDRESS);
  const isServing = config.databaseUrl === undefined && existsSync(address) && isAlive(lockHolder(config.home));
  return isServing ? { url: readFileSync(address, "utf8").trim(), stop: async () => {} } : await openDatabase(config, log);
}

const lockHolder = (home: string): number => Number(existsSync(join(home, LOCK)) ? readFileSync(join(home, LOCK), "utf8") : "");

/** One process at a time has the folder. A lock left by a killed process is recognised by its pid. */
function lock(home: string): () => void {
  const file = join(home, LOCK);
  for (;;) {
    try {
      const handle = openSync(file, "wx", 0o600);
      writeFileSync(handle, String(process.pid));
      closeSync(handle);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as { code?: string }).code !== "EEXIST") throw error;
      const holder = lockHolder(home);
      if (isAlive(holder) && holder !== process.pid) throw new ConfigError(`another govpool (process ${holder}) runs on ${home}; stop it first, or choose another folder with GOVPOOL_HOME`);
      rmSync(file, { force: true });
    }
  }
}

/** Old versions lack what we use; a server that may lose acknowledged commits is refused (reliability F2). */
async function checkServer(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    const [row] = await sql<{ version: number; fsync: string; pages: string; encoding: string }[]>`
      select current_setting('server_version_num')::int as version, current_setting('fsync') as fsync,
        current_setting('full_page_writes') as pages, current_setting('server_encoding') as encoding`;
    if (!row || row.version < VERSION_MIN) throw new ConfigError("govpool needs PostgreSQL 15 or newer");
    if (row.fsync !== "on" || row.pages !== "on") throw new ConfigError("PostgreSQL runs with fsync or full_page_writes off and could lose acknowledged requests; switch both on");
    if (row.encoding !== "UTF8") throw new ConfigError(`the database is encoded as ${row.encoding}; create it with ENCODING 'UTF8'`);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`cannot reach PostgreSQL at ${new URL(url).host}: ${(error as { code?: string; message?: string }).code ?? (error as Error).message}`);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
