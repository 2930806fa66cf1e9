import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { startEmbedded } from "../../src/main/embedded-postgres.js";
import type { Sql } from "../../src/postgres/connection.js";
import { migrate } from "../../src/postgres/migrate.js";

export interface BenchServer {
  /** A fresh, migrated database on it. */
  database(name: string): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

export interface BenchDatabase {
  readonly url: string;
  readonly sql: Sql;
  /** Closes and drops it. */
  end(): Promise<void>;
}

/**
 * The product's own PostgreSQL with the product's durability (fsync and full page writes on) and room for a million
 * rows: what an operator of such a pool sets. Timing of WAL writes is kept, so that the cost of fsync can be said.
 */
const SETTINGS = ["max_connections=100", "shared_buffers=2GB", "max_wal_size=8GB", "checkpoint_timeout=15min", "maintenance_work_mem=256MB", "track_wal_io_timing=on", "max_parallel_maintenance_workers=0"];

/** A server of the bench's own, or a given one, whose settings are then as they are. */
export async function openServer(givenUrl: string | undefined): Promise<BenchServer> {
  if (givenUrl !== undefined) return serverAt(givenUrl, async () => {});
  const directory = mkdtempSync(join(tmpdir(), "govpool-bench-"));
  // As root the server runs as another user, who must be able to enter.
  chmodSync(directory, 0o755);
  const server = await startEmbedded(join(directory, "db"), { password: "bench", settings: SETTINGS });
  return serverAt(server.url, async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });
}

function serverAt(url: string, stop: () => Promise<void>): BenchServer {
  return {
    async database(name) {
      const admin = connectBench(url, 1);
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.unsafe(`create database ${name}`);
      const at = new URL(url);
      at.pathname = `/${name}`;
      await migrate(at.href);
      const sql = connectBench(at.href, 4);
      return {
        url: at.href,
        sql,
        end: async () => {
          await sql.end({ timeout: 5 });
          await admin.unsafe(`drop database if exists ${name} with (force)`);
          await admin.end();
        },
      };
    },
    stop,
  };
}

export const connectBench = (url: string, max: number, applicationName = "govpool-bench"): Sql =>
  postgres(url, {
    max,
    onnotice: () => {},
    types: { int8: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: { application_name: applicationName, TimeZone: "UTC" },
  }) as unknown as Sql;

/** CPU seconds a process has used, of all its threads; 0 once it is gone. */
export function cpuSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}

/** Resident memory of a process and its peak, in MB. */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1_024;
  return { now: Math.round(of("VmRSS")), peak: Math.round(of("VmHWM")) };
}
