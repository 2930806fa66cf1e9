import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../src/main/embedded-postgres.js";
import { migrate } from "../../src/postgres/migrate.js";

declare module "vitest" {
  interface ProvidedContext {
    databaseUrl: string;
    /** Of the run: what its files share lies here. */
    directory: string;
    /** How PostgreSQL copies a database there. */
    copies: "file_copy" | "wal_log";
  }
}

/** One PostgreSQL for the run, one migrated template in it; every test file clones that. Also builds `dist/`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  execFileSync("npm", ["run", "-s", "build"], { cwd: root, stdio: "inherit" });
  const place = placeForDatabases();
  const directory = mkdtempSync(join(place, `govpool-test-${process.pid}-`));
  // As root the server runs as another user, who must be able to enter.
  chmodSync(directory, 0o755);
  const server = await startEmbedded(join(directory, "db"), {
    password: "test",
    // Nothing less durable: govpool refuses a server that could lose what it acknowledged, in tests as well.
    settings: ["max_connections=300", "shared_buffers=256MB"],
  });
  await migrate(server.url);
  await cheaperSignIn(server.url);
  project.provide("databaseUrl", server.url);
  project.provide("directory", directory);
  // Copied as files, a database waits twice until a disk has everything that any of them wrote.
  project.provide("copies", place === MEMORY ? "file_copy" : "wal_log");
  return async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}

const MEMORY = "/dev/shm";
/** A replay of 20,000 requests, the largest there is, takes about one. */
const ROOM_BYTES = 6 * 2 ** 30;

/**
 * In memory, where there is plenty: each file of tests makes a database and drops it, and a disk is asked each time to have written everything.
 * What the server is told about durability stays as it is.
 */
function placeForDatabases(): string {
  try {
    forgetKilledRuns();
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize > ROOM_BYTES && process.availableMemory() > ROOM_BYTES) return MEMORY;
  } catch {
    // No such folder, or none that we may use: not everybody's machine has one.
  }
  return tmpdir();
}

/** What a killed run left in memory would stay there; its server ends by itself when its folder is gone. */
function forgetKilledRuns(): void {
  for (const name of readdirSync(MEMORY)) {
    const pid = /^govpool-test-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(MEMORY, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Thousands of connections are opened; each would hash the password four thousand times. */
async function cheaperSignIn(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  await sql.unsafe(`set scram_iterations = 1; alter role govpool password 'test'`);
  await sql.end();
}
