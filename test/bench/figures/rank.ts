import type { BenchDatabase } from "../database.js";
import { Samples } from "../figure.js";
import { BENCH_POOL } from "../load-world.js";
import type { Plan, SizeName } from "../plan.js";

const QUESTIONS = 500;

/** Rank and expected date as a page asks for them: over HTTP at the writer's read port, while the writer works. */
export async function rankFigure(plan: Plan, size: SizeName, database: BenchDatabase, steps: readonly number[]): Promise<void> {
  const [at] = await database.sql<{ host: string; port: number; token: string }[]>`
    select read_host as host, read_port as port, read_token as token from pool.writers where pool_id = ${BENCH_POOL}`;
  if (!at || steps.length === 0) return;
  const samples = new Samples();
  let found = 0;
  for (let n = 0; n < QUESTIONS; n += 1) {
    const began = performance.now();
    const response = await fetch(`http://${at.host}:${at.port}/waiting/${steps[n % steps.length]}`, { headers: { authorization: `Bearer ${at.token}` } });
    const answer = (await response.json()) as { value: unknown };
    samples.add(performance.now() - began);
    if (answer.value !== null) found += 1;
  }
  const limiter = `over HTTP while decisions go on, so most of it waits for the engine's turn to end; ${found} of ${QUESTIONS} still waited`;
  plan.emit({ name: `rank-and-date-${size}-p50`, value: samples.quantile(0.5), unit: "ms", n: samples.count, limiter });
  plan.emit({ name: `rank-and-date-${size}-p99`, value: samples.quantile(0.99), unit: "ms", n: samples.count, limiter, target: "≤ 5 ms" });
}
