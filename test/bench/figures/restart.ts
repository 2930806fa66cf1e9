import { cpuSeconds, memoryOf } from "../database.js";
import { secondsSince, say } from "../figure.js";
import { BENCH_POOL, loadWorld } from "../load-world.js";
import { SIZES, type Plan, type SizeName } from "../plan.js";
import { WriterChild } from "../writer-child.js";
import { World } from "../world.js";

const LEASE_TTL_MS = 3_000;
const RESTARTS = 3;

/**
 * Restarts alone: a world with as many waiting steps as resources, and a third as many beside them that hold, three
 * allocations each. The best of a few, because whatever else the machine does only adds to it.
 */
export async function restartFigure(plan: Plan, size: SizeName): Promise<void> {
  const count = SIZES[size];
  const holding = Math.round(count / 3);
  const world = new World({ resources: count, queue: count + holding, seed: plan.seed, kind: plan.kind });
  const database = await (await plan.server()).database(`bench_restart_${size}`);
  const task = { databaseUrl: database.url, poolId: BENCH_POOL, leaseTtlMs: LEASE_TTL_MS };
  try {
    await loadWorld(database.sql, world, Date.now());
    const first = new WriterChild(task);
    let granted = 0;
    await first.first((news) => {
      if (news.kind === "durable") granted += news.granted.length;
      return granted >= holding || undefined;
    });
    await first.stop();
    await database.sql.unsafe("vacuum analyze");
    await database.sql`checkpoint`;
    const runs: { readonly seconds: number; readonly limiter: string }[] = [];
    for (let run = 0; run < RESTARTS; run += 1) runs.push(await restart(task));
    const best = runs.reduce((a, b) => (b.seconds < a.seconds ? b : a));
    plan.emit({
      name: `restart-held-${size}`,
      value: best.seconds,
      unit: "s",
      n: RESTARTS,
      max: Math.max(...runs.map(({ seconds }) => seconds)),
      limiter: `${granted} steps hold; from the start of the process to the first durable decision; ${best.limiter}`,
      ...(size === "1e6" && { target: "≤ 5 s" }),
    });
  } finally {
    await database.end();
  }
}

async function restart(task: ConstructorParameters<typeof WriterChild>[0]): Promise<{ readonly seconds: number; readonly limiter: string }> {
  const began = performance.now();
  const writer = new WriterChild(task);
  let loaded = { seconds: 0, cpu: 0 };
  writer.on((news) => {
    if (news.kind === "writing") loaded = { seconds: secondsSince(began), cpu: cpuSeconds(writer.pid) };
  });
  try {
    await writer.first((news) => (news.kind === "durable" && news.granted.length + news.refused.length > 0) || undefined);
    const seconds = secondsSince(began);
    const { peak } = memoryOf(writer.pid);
    const limiter = `${loaded.seconds.toFixed(1)} s of it until everything was loaded; the writer's processor ${loaded.cpu.toFixed(1)} s until then, ${cpuSeconds(writer.pid).toFixed(1)} s in all; its peak ${peak} MB`;
    say(`  ${seconds.toFixed(2)} s: ${limiter}`);
    return { seconds, limiter };
  } finally {
    await writer.stop();
  }
}
