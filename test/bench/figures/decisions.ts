import type { Sql } from "../../../src/postgres/connection.js";
import { memoryOf } from "../database.js";
import { Feeder } from "../feeder.js";
import { rounded, Samples, say, secondsSince } from "../figure.js";
import { limiterOf, usage } from "../limiter.js";
import { BENCH_POOL, loadWorld } from "../load-world.js";
import { SIZES, type Plan, type SizeName } from "../plan.js";
import { rawLimit } from "../raw-limit.js";
import { WriterChild } from "../writer-child.js";
import { World } from "../world.js";
import { rankFigure } from "./rank.js";

const LEASE_TTL_MS = 3_000;
/** A full run is cut into as many rounds; their spread is the noise. */
const ROUNDS = 10;

const seconds = (plan: Plan, size: SizeName): { warmUp: number; measured: number } => {
  const full = { "1e4": [20, 60], "1e5": [30, 60], "1e6": [120, 600] } as const;
  const quick = { "1e4": [3, 6], "1e5": [5, 8], "1e6": [60, 60] } as const;
  const [warmUp, measured] = (plan.quick ? quick : full)[size];
  return { warmUp: plan.warmUpSeconds ?? warmUp, measured: plan.seconds ?? measured };
};

/**
 * Durable decisions per second, everything switched on: one writer as production runs it, a full queue, holds that end at
 * the rate they are given. Then, on the same tables, what plain inserts of the same rows would do; the restart; the rank.
 */
export async function decisionsFigure(plan: Plan, size: SizeName): Promise<void> {
  const count = SIZES[size];
  const world = new World({ resources: count, queue: count, seed: plan.seed, kind: plan.kind });
  const database = await (await plan.server()).database(`bench_${size}`);
  try {
    const askIds = await loadWorld(database.sql, world, Date.now());
    await database.sql`checkpoint`;
    const task = { databaseUrl: database.url, poolId: BENCH_POOL, leaseTtlMs: LEASE_TTL_MS };

    const started = performance.now();
    let writer = new WriterChild(task);
    const feeder = new Feeder(database, world, askIds);
    const { warmUp, measured } = seconds(plan, size);
    const toDurable = new Samples();
    let measuring = false;
    let decided = 0;
    let all = 0;
    let batches = 0;
    let engineMs = 0;
    let closed = 0;
    let firstMs = 0;
    writer.on((news) => {
      if (news.kind !== "durable") return;
      const decisions = news.granted.length + news.refused.length;
      all += decisions;
      if (decisions > 0) firstMs ||= performance.now() - started;
      feeder.take(news);
      if (!measuring) return;
      decided += decisions;
      closed += news.closed;
      batches += 1;
      engineMs += news.engineMs;
      if (decisions > 0) toDurable.add(news.toDurableMs, decisions);
    });
    await writer.first((news) => (news.kind === "durable" && news.granted.length > 0) || undefined);
    say(`  first decision ${(firstMs / 1_000).toFixed(1)} s after the start; warming up for ${warmUp} s`);
    await waitFor(writer, warmUp * 1_000);

    const named = { "the writer": writer.pid, "the bench's feeder": process.pid };
    const before = await usage(database.sql, named);
    const from = await position(database.sql);
    const began = performance.now();
    measuring = true;
    const rounds: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const start = { decided, at: performance.now() };
      await waitFor(writer, began + (measured * 1_000 * round) / ROUNDS - performance.now());
      rounds.push((decided - start.decided) / secondsSince(start.at));
    }
    const rate = decided / secondsSince(began);
    measuring = false;
    const after = await usage(database.sql, named);
    const upTo = await position(database.sql);
    const memory = memoryOf(writer.pid);
    const engineShare = Math.round(engineMs / (measured * 10));
    say(`  ${decided} decisions, ${closed} holds ended, ${batches} batches; ${all} since the start; ${feeder.refilled} refilled, ${feeder.ended} ended`);

    await rankFigure(plan, size, database, feeder.waitingSample(500));
    await feeder.stop();
    await writer.stop();
    const raw = await rawLimit(database.sql, { after: from, upTo }, Math.max(1, Math.round(decided / batches)), plan.quick ? 2 : 20);
    say(`  raw: ${rounded(raw.rowsPerDecision)} rows per decision, ${raw.batches} batches of ${Math.round(decided / batches)}`);
    plan.emit({
      name: `decisions-${size}`,
      value: rate,
      unit: "decisions/s",
      limit: raw.perSecond,
      n: decided,
      min: Math.min(...rounds),
      max: Math.max(...rounds),
      limiter: `${limiterOf(before, after, decided)}; the engine ${engineShare} % of the time`,
      ...(size === "1e6" && { target: "≥ 10,000/s for 10 min, ≥ 0.4 of the limit" }),
    });
    const limiter = `batches of ${Math.round(decided / batches)}: their statements, one COMMIT, and the wait for the batch before`;
    plan.emit({ name: `decided-to-durable-${size}-p50`, value: toDurable.quantile(0.5), unit: "ms", n: toDurable.count, limiter });
    plan.emit({ name: `decided-to-durable-${size}-p99`, value: toDurable.quantile(0.99), unit: "ms", n: toDurable.count, limiter, target: "≤ 100 ms" });
    plan.emit({ name: `memory-${size}`, value: memory.now, unit: "MB", n: 1, max: memory.peak, limiter: "resident set of the writer's process; max is its peak, which is that of loading" });
    for (const trouble of writer.troubles.slice(0, 5)) say(`  trouble: ${trouble}`);

    writer = new WriterChild(task);
    await restartFigure(plan, size, writer);
  } finally {
    await database.end();
  }
}

async function restartFigure(plan: Plan, size: SizeName, writer: WriterChild): Promise<void> {
  const began = performance.now();
  let loadedMs = 0;
  writer.on((news) => news.kind === "writing" && (loadedMs = performance.now() - began));
  try {
    await writer.first((news) => (news.kind === "durable" && news.granted.length + news.refused.length > 0) || undefined);
    plan.emit({
      name: `restart-${size}`,
      value: secondsSince(began),
      unit: "s",
      n: 1,
      limiter: `after a clean stop, from the start of the process to the first durable decision; ${(loadedMs / 1_000).toFixed(1)} s of it until everything was loaded`,
      ...(size === "1e6" && { target: "≤ 5 s" }),
    });
  } finally {
    await writer.stop();
  }
}

async function position(sql: Sql): Promise<number> {
  const [row] = await sql<{ seq: number }[]>`select last_seq as seq from pool.writers where pool_id = ${BENCH_POOL}`;
  return row!.seq;
}

/** Lets time pass; ends at once with the writer's own words when the writer ends. */
async function waitFor(writer: WriterChild, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<"passed">((resolve) => (timer = setTimeout(() => resolve("passed"), Math.max(0, ms))));
  const how = await Promise.race([passed, writer.exited]);
  clearTimeout(timer);
  if (how !== "passed") throw new Error(`the writer ended: ${writer.troubles.at(-1) ?? "see its words above"}`);
}
