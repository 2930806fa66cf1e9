import { Hono, type Context } from "hono";
import type { AppDeps } from "../../app/deps.js";
import type { Env } from "../env.js";
import { assets, fontFile } from "./assets.js";
import { frameOf } from "./frame-of.js";
import { AboutPage } from "./pages/about/page.js";
import { NotFoundPage } from "./pages/error/page.js";
import { PoolsPage } from "./pages/pools/page.js";
import { keepPreferences, localPath } from "./preferences.js";

const FOR_EVER = "public, max-age=31536000, immutable";

/** What lies outside any pool: assets, preferences, the choice of a pool, the pages about the site. */
export function siteRoutes(app: Hono<Env>, deps: AppDeps, version: string): void {
  for (const asset of assets) {
    app.get(asset.path, (c) => c.body(asset.body, 200, { "content-type": asset.type, "cache-control": FOR_EVER }));
  }
  app.get("/assets/fonts/:file", async (c) => {
    const font = fontFile(c.req.param("file"));
    if (font === undefined) return await notFound(c, version);
    return c.body(font, 200, { "content-type": "font/woff2", "cache-control": FOR_EVER });
  });

  app.post("/preferences", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    keepPreferences(c, Object.fromEntries(form));
    return c.redirect(localPath(form.get("back")), 303);
  });

  app.get("/", async (c) => {
    const pools = await deps.pools.list();
    const real = pools.filter((pool) => !pool.sandbox);
    const [only] = real;
    if (only !== undefined && real.length === 1) return c.redirect(`/pools/${only.id}`, 303);
    return await c.html(<PoolsPage frame={frameOf(c, { version })} pools={pools} />);
  });

  for (const topic of ["accessibility", "privacy"] as const) {
    app.get(`/about/${topic}`, async (c) => {
      const pools = await deps.pools.list();
      return await c.html(<AboutPage frame={frameOf(c, { version, pool: pools.length === 1 ? pools[0] : undefined })} topic={topic} />);
    });
  }
}

/** For any address nothing answers. */
export async function notFound(c: Context<Env>, version: string): Promise<Response> {
  return await c.html(<NotFoundPage frame={frameOf(c, { version })} />, 404);
}
