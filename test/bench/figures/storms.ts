import { createHash } from "node:crypto";
import { readPolicyFiles } from "../../../src/casbin/policy-files.js";
import { canonicalRules } from "../../../src/domain/policy/rule.js";
import { SYSTEM_PERSON } from "../../../src/domain/policy/subject.js";
import type { Command } from "../../../src/domain/pool/command.js";
import { trusted, type RequestId, type ResourceId, type StepId } from "../../../src/domain/id.js";
import { commandLog } from "../../../src/postgres/queries/command.js";
import type { Sql } from "../../../src/postgres/connection.js";
import type { BenchDatabase } from "../database.js";
import { Feeder } from "../feeder.js";
import { Samples, say, secondsSince } from "../figure.js";
import { limiterOf, usage } from "../limiter.js";
import { BENCH_POOL, loadWorld, requestOf } from "../load-world.js";
import { SIZES, type Plan, type SizeName } from "../plan.js";
import { WriterChild } from "../writer-child.js";
import { World } from "../world.js";

/** Ids in one command: as many as the product's own bulk acts put there. */
const PART = 1_000;
/** Steps that leave the queue and come back at once. */
const REQUEUED = 5_000;

/**
 * The decision rate and the way to the disk while something large happens: nothing (to compare with), a tenth of a quiet hour's
 * queue leaving and coming back, another version of the policy, a county whose units all stop.
 */
export async function stormsFigure(plan: Plan, size: SizeName): Promise<void> {
  const count = SIZES[size];
  const world = new World({ resources: count, queue: count, seed: plan.seed, kind: plan.kind });
  const database = await (await plan.server()).database(`bench_storm_${size}`);
  try {
    const askIds = await loadWorld(database.sql, world, Date.now());
    const writer = new WriterChild({ databaseUrl: database.url, poolId: BENCH_POOL, leaseTtlMs: 3_000 });
    const feeder = new Feeder(database, world, askIds);
    let decided = 0;
    let toDurable = new Samples();
    writer.on((news) => {
      if (news.kind !== "durable") return;
      feeder.take(news);
      const decisions = news.granted.length + news.refused.length;
      decided += decisions;
      if (decisions > 0) toDurable.add(news.toDurableMs, decisions);
    });
    await writer.first((news) => (news.kind === "durable" && news.granted.length > 0) || undefined);
    const seconds = plan.seconds ?? (plan.quick ? 5 : 30);
    await pass(plan.warmUpSeconds ?? (plan.quick ? 5 : 60));

    const storms: Readonly<Record<string, () => Promise<void>>> = {
      calm: async () => {},
      requeue: () => requeue(database, feeder.waitingSample(REQUEUED)),
      policy: () => changePolicy(database.sql),
      drain: () => drain(database.sql, world),
    };
    for (const [name, begin] of Object.entries(storms)) {
      const named = { "the writer": writer.pid, "the bench's feeder": process.pid };
      const before = await usage(database.sql, named);
      decided = 0;
      toDurable = new Samples();
      const began = performance.now();
      await begin();
      await pass(Math.max(0, seconds - secondsSince(began)));
      const { count } = toDurable;
      const rate = decided / secondsSince(began);
      const p99 = toDurable.quantile(0.99);
      const limiter = `${seconds} s from the moment it began, everything it causes included; ${limiterOf(before, await usage(database.sql, named), count)}`;
      plan.emit({ name: `storm-${size}-${name}`, value: rate, unit: "decisions/s", n: count, limiter });
      plan.emit({ name: `storm-${size}-${name}-p99`, value: p99, unit: "ms decided to durable", n: count, limiter });
    }
    for (const trouble of writer.troubles.slice(0, 5)) say(`  trouble: ${trouble}`);
    await feeder.stop();
    await writer.stop();
  } finally {
    await database.end();
  }
}

const pass = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

async function act(sql: Sql, work: (sql: Sql) => Promise<readonly Command[]>): Promise<void> {
  await sql.begin(async (t) => {
    const own = t as unknown as Sql;
    await commandLog(own, BENCH_POOL).append("bench", Date.now(), ...(await work(own)));
  });
}

/** As if so many applicants had been asked for a paper and had all sent it. */
async function requeue({ sql }: BenchDatabase, steps: readonly number[]): Promise<void> {
  const ids = steps.map((step) => trusted<StepId>(step));
  await act(sql, async () => ids.map((step) => ({ kind: "request.paused", request: trusted<RequestId>(requestOf(step)), steps: [step] })));
  await act(sql, async (own) => {
    const rows = await own<{ step_id: StepId; attempt: number }[]>`
      update pool.steps set attempt = attempt + 1 where pool_id = ${BENCH_POOL} and step_id = any(${ids.map(Number)}::int8[]) returning step_id, attempt`;
    return partsOf(rows).map((part) => ({ kind: "step.ready", steps: part.map(({ step_id }) => step_id), turns: part.map(({ attempt }) => attempt) }));
  });
}

/** The release's own rules once more, as a version of the pool: every answer is asked again. */
async function changePolicy(sql: Sql): Promise<void> {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error("the release's policy files are broken");
  const { rules } = files.value;
  const hash = createHash("sha256").update(canonicalRules(rules)).digest("hex");
  await act(sql, async (own) => {
    await own`
      insert into pool.policy_versions (pool_id, version, base_version, state, reason, content_hash, proposed_by, proposed_at, activated_by, activated_at)
      values (${BENCH_POOL}, 1, 0, 'active', 'bench', ${hash}, ${SYSTEM_PERSON}, now(), ${SYSTEM_PERSON}, now())`;
    const rows = rules.map(({ model, cells, effect }, ordinal) => ({ ordinal, model, cells: `{${cells.join(",")}}`, effect }));
    for (const row of rows) {
      await own`insert into pool.policy_rules (pool_id, version, ordinal, model, cells, effect) values (${BENCH_POOL}, 1, ${row.ordinal}, ${row.model}, ${row.cells}::text[], ${row.effect})`;
    }
    await own`update pool.writers set revocations = revocations + 1 where pool_id = ${BENCH_POOL}`;
    return [{ kind: "policy.activated", version: 1 }];
  });
}

/** Everything the units of one county offer is withdrawn at once. */
async function drain(sql: Sql, world: World): Promise<void> {
  const units = world.units.filter(({ county }) => county === 0).map(({ unitId }) => unitId as string);
  await act(sql, async (own) => {
    const rows = await own<{ resource_id: ResourceId }[]>`
      update pool.resources set state = 'retired', generation = generation + 1 where pool_id = ${BENCH_POOL} and unit_id = any(${units}::text[]) returning resource_id`;
    return partsOf(rows).map((part) => ({ kind: "resource.declared", resources: part.map(({ resource_id }) => resource_id) }));
  });
}

const partsOf = <T>(rows: readonly T[]): (readonly T[])[] => Array.from({ length: Math.ceil(rows.length / PART) }, (_, at) => rows.slice(at * PART, (at + 1) * PART));
