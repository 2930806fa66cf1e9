import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Sql } from "../../../src/postgres/connection.js";
import { loadPool } from "../../../src/main/load.js";
import { secondsSince } from "../figure.js";
import { limiterOf, usage } from "../limiter.js";
import type { Plan } from "../plan.js";
import { diceOf, pick } from "../random.js";
import { startComposition } from "../web-pool.js";

/** Resources by manifest: a table read, checked line by line, compared with what is there, written with its audit record, announced to the writer. */
export async function registrationFigure(plan: Plan): Promise<void> {
  const count = plan.quick ? 10_000 : 100_000;
  const database = await (await plan.server()).database("bench_registration");
  const started = await startComposition(database);
  const folder = mkdtempSync(join(tmpdir(), "govpool-bench-manifest-"));
  try {
    writeFileSync(join(folder, "resources.csv"), await table(database.sql, started.poolId, count, plan.seed));
    const named = { "the registering process": process.pid };
    const before = await usage(database.sql, named);
    const began = performance.now();
    const applied = await loadPool(started.composition.deps, folder, { into: started.poolId, task: "bench" });
    const seconds = secondsSince(began);
    const after = await usage(database.sql, named);
    if (!applied.ok) throw new Error(JSON.stringify(applied.problems.slice(0, 3)));
    plan.emit({ name: "registration", value: count / seconds, unit: "resources/s", limit: count / (await rawSeconds(database.sql, count)), n: count, limiter: limiterOf(before, after, count) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await started.end();
    await database.end();
  }
}

/** Units and classes of the sample, one resource after the other. */
async function table(sql: Sql, poolId: string, count: number, seed: number): Promise<string> {
  const units = await sql<{ unit_id: string }[]>`select unit_id from pool.units where pool_id = ${poolId} order by unit_id`;
  const classes = await sql<{ class_id: string; step: number }[]>`
    select class_id, step from pool.classes where pool_id = ${poolId} and kind in ('staff', 'material') and measure in ('minute', 'piece') order by class_id`;
  const rows = Array.from({ length: count }, (_, at) => {
    const roll = diceOf(seed, at);
    const { class_id, step } = pick(roll, classes);
    return [`bench-${at}`, pick(roll, units).unit_id, class_id, step * (1 + Math.floor(roll() * 12)), "bench"].join(",");
  });
  return ["resource,unit,class,total,source", ...rows].join("\n");
}

/** The same rows by plain inserts into the same tables: what is read and checked before costs nothing here. */
async function rawSeconds(sql: Sql, count: number): Promise<number> {
  await sql`create temporary table made as select * from pool.resources where code like 'bench-%'`;
  await sql`create temporary table recorded as select * from pool.audit_records where object_kind = 'resource' and object_id like 'bench-%'`;
  const began = performance.now();
  await sql.begin(async (t) => {
    await t`
      insert into pool.resources (pool_id, code, unit_id, class_id, total, min, max, step, jurisdiction, source)
      select pool_id, 'raw-' || code, unit_id, class_id, total, min, max, step, jurisdiction, source from made limit ${count}`;
    await t`
      insert into pool.audit_records (pool_id, occurred_at, actor_id, act, object_kind, object_id, after, policy_version)
      select pool_id, occurred_at, actor_id, act, object_kind, 'raw-' || object_id, after, policy_version from recorded limit ${count}`;
  });
  return secondsSince(began);
}
