import { randomUUID } from "node:crypto";
import { closedLoad, type Call } from "../http-load.js";
import { say } from "../figure.js";
import { limiterOf, usage } from "../limiter.js";
import type { Plan } from "../plan.js";
import { diceOf, weighted } from "../random.js";
import { applicationFor, startWebPool, type WebPool } from "../web-pool.js";

const CONNECTIONS = [1, 8, 64] as const;
const APPLICANTS = 2_000;

/** Applications by the API as programs send them: over HTTP, each with a key of its own, each durable before it is answered. */
export async function intakeFigure(plan: Plan): Promise<void> {
  const database = await (await plan.server()).database("bench_intake");
  const pool = await startWebPool(database, "web", APPLICANTS);
  try {
    // Two thousand persons stand for a prefecture's; the limit of open requests is counted all the same.
    await database.sql`update pool.pools set open_requests_max = 1000000`;
    const next = applications(pool, plan.seed);
    const seconds = plan.seconds ?? (plan.quick ? 4 : 30);
    await closedLoad(pool.port, 16, plan.warmUpSeconds ?? (plan.quick ? 3 : 10), next);
    for (const connections of plan.quick ? CONNECTIONS.slice(-1) : CONNECTIONS) {
      const named = { "the web process": pool.pid, "the bench": process.pid };
      const before = await usage(database.sql, named);
      const load = await closedLoad(pool.port, connections, seconds, next);
      const after = await usage(database.sql, named);
      const others = [...load.statuses].filter(([status]) => status !== 201);
      if (others.length > 0) say(`  other answers than 201: ${others.map(([status, count]) => `${count} × ${status}`).join(", ")}`);
      const name = connections === 64 ? "intake" : `intake-${connections}`;
      const limiter = `${connections} connections; ${limiterOf(before, after, load.answered)}`;
      plan.emit({ name, value: load.perSecond, unit: "requests/s", n: load.answered, min: Math.min(...load.rounds), max: Math.max(...load.rounds), limiter, ...(connections === 64 && { target: "≥ 1,500/s" }) });
      plan.emit({ name: `${name}-p50`, value: load.samples.quantile(0.5), unit: "ms", n: load.answered, limiter });
      plan.emit({ name: `${name}-p99`, value: load.samples.quantile(0.99), unit: "ms", n: load.answered, limiter });
    }
  } finally {
    await pool.end();
    await database.end();
  }
}

/** One application after the other, by the sample's own demand. */
export function applications(pool: WebPool, seed: number): () => Call {
  const bodies = pool.demand.map(applicationFor);
  const draw = weighted(pool.demand.map(({ perYear }) => perYear));
  let n = 0;
  return () => {
    const roll = diceOf(seed, (n += 1));
    const { token } = pool.applicants[Math.floor(roll() * pool.applicants.length)]!;
    return {
      method: "POST",
      path: `/api/v1/pools/${pool.poolId}/requests`,
      headers: { authorization: `Bearer ${token}`, "idempotency-key": randomUUID() },
      body: bodies[draw(roll)]!,
    };
  };
}
