import { closedLoad, openLoad, type Call } from "../http-load.js";
import { say } from "../figure.js";
import { limiterOf, usage } from "../limiter.js";
import type { Plan } from "../plan.js";
import { dice, pick } from "../random.js";
import { startWebPool, type WebPool } from "../web-pool.js";
import { applications } from "./intake.js";

const PER_SECOND = 150;
const APPLICANTS = 500;

/**
 * What people do at once at an ordinary hour: seven in ten look at pages, a quarter reads by the API, one in twenty applies. So
 * many calls a second whoever has been answered; a call that waits is counted from when it was due.
 */
export async function pagesFigure(plan: Plan): Promise<void> {
  const database = await (await plan.server()).database("bench_pages");
  const pool = await startWebPool(database, "all", APPLICANTS);
  try {
    await closedLoad(pool.port, 8, plan.quick ? 2 : 20, applications(pool, plan.seed));
    const filed = await database.sql<{ id: string; applicant: string }[]>`
      select public_id as id, applicant_id as applicant from pool.requests where pool_id = ${pool.poolId} order by request_id desc limit 1000`;
    const next = mixture(pool, filed, plan.seed);
    await openLoad(pool.port, PER_SECOND, plan.warmUpSeconds ?? 3, next);
    const named = { "the server": pool.pid, "the bench": process.pid };
    const before = await usage(database.sql, named);
    const load = await openLoad(pool.port, PER_SECOND, plan.seconds ?? (plan.quick ? 6 : 60), next);
    const after = await usage(database.sql, named);
    const others = [...load.statuses].filter(([status]) => status >= 300 && status !== 304);
    if (others.length > 0) say(`  other answers: ${others.map(([status, count]) => `${count} × ${status}`).join(", ")}`);
    const limiter = `${Math.round(load.perSecond)}/s answered, with the writer in the same process; ${limiterOf(before, after, load.answered)}`;
    plan.emit({ name: "pages-p50", value: load.samples.quantile(0.5), unit: "ms", n: load.answered, limiter });
    plan.emit({ name: "pages-p99", value: load.samples.quantile(0.99), unit: "ms", n: load.answered, limiter, target: "≤ 100 ms" });
  } finally {
    await pool.end();
    await database.end();
  }
}

function mixture(pool: WebPool, filed: readonly { readonly id: string; readonly applicant: string }[], seed: number): () => Call {
  const roll = dice(seed);
  const apply = applications(pool, seed + 1);
  const tokens = new Map(pool.applicants.map(({ personId, token }) => [personId as string, token]));
  const site = `/pools/${pool.poolId}`;
  const page = (path: string): Call => ({ method: "GET", path: `${site}${path}`, headers: { accept: "text/html" } });
  const api = (path: string, token?: string): Call => ({ method: "GET", path: `/api/v1${site}${path}`, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });
  const own = () => pick(roll, filed);
  const item = () => encodeURIComponent(pick(roll, pool.demand).item.item);
  const kinds: readonly (readonly [share: number, make: () => Call])[] = [
    [0.15, () => page("")],
    [0.25, () => page("/items")],
    [0.3, () => page(`/items/${item()}`)],
    [0.08, () => api("/items?limit=50")],
    [0.07, () => api("/requests", tokens.get(own().applicant))],
    [0.1, () => ((one) => api(`/requests/${one.id}`, tokens.get(one.applicant)))(own())],
    [0.05, apply],
  ];
  return () => {
    let left = roll();
    for (const [share, make] of kinds) if ((left -= share) < 0) return make();
    return page("");
  };
}
