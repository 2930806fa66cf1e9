import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, chmodSync } from "node:fs";
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
  }
}

/** One PostgreSQL for the run, one migrated template in it; every test file clones that. Also builds `dist/`. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  execFileSync("npm", ["run", "-s", "build"], { cwd: root, stdio: "inherit" });
  const directory = mkdtempSync(join(tmpdir(), "govpool-test-"));
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
  return async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
}

/** Thousands of connections are opened; each would hash the password four thousand times. */
async function cheaperSignIn(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  await sql.unsafe(`set scram_iterations = 1; alter role govpool password 'test'`);
  await sql.end();
}
