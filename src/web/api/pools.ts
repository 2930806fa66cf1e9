import type { Hono } from "hono";
import type { AppDeps } from "../../app/deps.js";
import type { Env } from "../env.js";

/** The one address outside any pool: which pools there are. Open to everybody, as the pools' front pages are. */
export function mountPools(app: Hono<Env>, deps: Pick<AppDeps, "pools">): void {
  app.get("/api/v1/pools", async (c) => {
    const pools = await deps.pools.list();
    return c.json({ rows: pools.map(({ id, names, divisionCode, sandbox }) => ({ pool: id, names, division: divisionCode, sandbox })), next: null }, 200, { "cache-control": "no-store" });
  });
}
