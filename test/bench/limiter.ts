import { availableParallelism, loadavg } from "node:os";
import type { Sql } from "../../src/postgres/connection.js";
import { cpuSeconds } from "./database.js";

/** Processor seconds and fsync seconds used so far, by who used them. */
export interface Usage {
  readonly atMs: number;
  readonly seconds: ReadonlyMap<string, number>;
  /** Seconds PostgreSQL spent waiting for the disk to take the log; null where it does not say. */
  readonly fsync: number | null;
  readonly walBytes: number;
}

/** Who used what: PostgreSQL's own processes under their application's name, and those named here by process id. */
export async function usage(sql: Sql, named: Readonly<Record<string, number>>): Promise<Usage> {
  const backends = await sql<{ pid: number; who: string }[]>`
    select pid, case when backend_type = 'client backend' then 'postgres ' || coalesce(nullif(application_name, ''), 'other') else 'postgres background' end as who
    from pg_stat_activity`;
  const seconds = new Map<string, number>();
  const add = (who: string, pid: number): void => void seconds.set(who, (seconds.get(who) ?? 0) + cpuSeconds(pid));
  for (const { pid, who } of backends) add(who, pid);
  for (const [who, pid] of Object.entries(named)) add(who, pid);
  return { atMs: performance.now(), seconds, fsync: await fsyncSeconds(sql), walBytes: await walBytes(sql) };
}

async function fsyncSeconds(sql: Sql): Promise<number | null> {
  try {
    const [row] = await sql<{ ms: number }[]>`select coalesce(sum(fsync_time), 0)::float8 as ms from pg_stat_io where object = 'wal'`;
    return row!.ms / 1_000;
  } catch {
    return null;
  }
}

async function walBytes(sql: Sql): Promise<number> {
  const [row] = await sql<{ bytes: string }[]>`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as bytes`;
  return Number(row!.bytes);
}

/** A sentence: who was how busy between two readings, the busiest first. A process with one thread is full at 100 %. */
export function limiterOf(before: Usage, after: Usage, things: number): string {
  const seconds = (after.atMs - before.atMs) / 1_000;
  const busy = [...after.seconds]
    .map(([who, used]) => ({ who, share: (used - (before.seconds.get(who) ?? 0)) / seconds }))
    .filter(({ share }) => share >= 0.02)
    .sort((a, b) => b.share - a.share);
  const fsync = before.fsync === null || after.fsync === null ? [] : [`fsync ${percent((after.fsync - before.fsync) / seconds)} of the time`];
  const wal = things > 0 ? [`${Math.round((after.walBytes - before.walBytes) / things)} B of log each`] : [];
  const [first] = busy;
  const all = busy.reduce((sum, { share }) => sum + share, 0);
  const limiter =
    all > 1.8 ? "both processors"
    : first && first.share > 0.85 ? first.who
    : isCrowded() ? `processors that others use too (load average ${loadavg()[0]!.toFixed(0)})`
    : "waiting (round trips, disk), no process is full";
  return `${limiter}: ${[...busy.map(({ who, share }) => `${who} ${percent(share)}`), ...fsync, ...wal].join(", ")}`;
}

/** More wants to run than the bench by itself ever has: the writer, PostgreSQL and the feeder are three. */
const isCrowded = (): boolean => loadavg()[0]! > 2 * availableParallelism();

const percent = (share: number): string => `${Math.round(share * 100)} %`;
