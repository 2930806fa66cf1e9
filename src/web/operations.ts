import type { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Health, PoolHealth } from "../app/ports/health.js";
import type { Env } from "./env.js";

export interface Operations {
  readonly registry: Registry;
  /** Counts and times every call by its route, never by its URL: URLs name people's requests. */
  readonly measure: ReturnType<typeof createMiddleware<Env>>;
  readonly faults: Counter;
}

/** Measures of one web process. */
export function createOperations(): Operations {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "govpool_" });
  const duration = new Histogram({
    name: "govpool_http_request_seconds",
    help: "Time to answer, by method, route and status class",
    labelNames: ["method", "route", "status"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const faults = new Counter({ name: "govpool_faults_total", help: "Answers with status 500", registers: [registry] });
  const measure = createMiddleware<Env>(async (c, next) => {
    const end = duration.startTimer({ method: c.req.method });
    await next();
    end({ route: routePath(c, -1), status: `${Math.floor(c.res.status / 100)}xx` });
  });
  return { registry, measure, faults };
}

/** Answers slower than this mean that a monitor should send people elsewhere. */
const READY_WITHIN_MS = 2_000;

/** `/healthz` says the process lives, `/readyz` that it can serve, `/metrics` what it does (Prometheus text). */
export function mountOperations(app: Hono<Env>, { registry }: Operations, health: Health): void {
  const gauge = (name: string, help: string, labelNames: string[]): Gauge => new Gauge({ name, help, labelNames, registers: [registry] });
  const sequence = gauge("govpool_writer_seq", "Last number the pool's writer gave", ["pool"]);
  const lease = gauge("govpool_writer_lease_age_seconds", "Age of the writer's lease; -1: nobody has it", ["pool"]);
  const waiting = gauge("govpool_commands_waiting", "Commands the writer has not taken", ["pool"]);
  const oldest = gauge("govpool_command_oldest_seconds", "Age of the oldest of them", ["pool"]);
  const requests = gauge("govpool_requests", "Requests by state", ["pool", "state"]);

  const keep = (pools: readonly PoolHealth[]): void => {
    for (const one of [sequence, lease, waiting, oldest, requests]) one.reset();
    for (const { pool, lastSeq, leaseAgeMs, commandsWaiting, oldestCommandMs, requests: states } of pools) {
      sequence.set({ pool }, lastSeq);
      lease.set({ pool }, leaseAgeMs === null ? -1 : leaseAgeMs / 1000);
      waiting.set({ pool }, commandsWaiting);
      oldest.set({ pool }, oldestCommandMs / 1000);
      for (const [state, count] of Object.entries(states)) requests.set({ pool, state }, count);
    }
  };

  app.get("/healthz", (c) => c.text("ok\n"));
  app.get("/readyz", async (c) => {
    const pools = await within(READY_WITHIN_MS, health.pools());
    if (!pools) return c.json({ ready: false, database: false }, 503, { "retry-after": "5" });
    const unled = pools.filter(({ leaseAgeMs }) => leaseAgeMs === null).map(({ pool }) => pool);
    return c.json({ ready: unled.length === 0, database: true, withoutWriter: unled }, unled.length === 0 ? 200 : 503);
  });
  app.get("/metrics", async (c) => {
    const pools = await within(READY_WITHIN_MS, health.pools());
    // Without the database the process's own measures are still worth having.
    if (pools) keep(pools);
    return c.text(await registry.metrics(), 200, { "content-type": registry.contentType });
  });
}

async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, ms, undefined)));
  try {
    return await Promise.race([work.catch(() => undefined), limit]);
  } finally {
    clearTimeout(timer);
  }
}
