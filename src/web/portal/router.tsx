import { Hono, type Context } from "hono";
import { compress } from "hono/compress";
import type { AppDeps } from "../../app/deps.js";
import type { Problem } from "../../domain/problem.js";
import type { Env } from "../env.js";
import { formTokens } from "../middleware/csrf.js";
import { frameOf } from "./frame-of.js";
import { mountPages, refusedResponse, type PageRoute } from "./page-route.js";
import { FaultPage } from "./pages/error/page.js";
import { accountRoutes } from "./rooms/account.js";
import { centreRoutes } from "./rooms/centre.js";
import { deskRoutes } from "./rooms/desk.js";
import { hallRoutes } from "./rooms/hall.js";
import { signInRoutes } from "./sign-in-routes.js";
import { siteRoutes } from "./site.js";

/** Every page inside a pool, as data: method, path, and the act its use case asks the policy about. */
export const pageRoutes: readonly PageRoute[] = [...accountRoutes, ...hallRoutes, ...deskRoutes, ...centreRoutes];

export function portalRouter(deps: AppDeps, version: string): Hono<Env> {
  const app = new Hono<Env>();
  // Assets alone: compressing pages that hold both a token and what a visitor typed would tell the token by its length.
  app.use("/assets/*", compress());
  app.use(formTokens);
  signInRoutes(app, deps, version);
  siteRoutes(app, deps, version);
  mountPages(app, deps, version, pageRoutes);
  return app;
}

/** A fault as a page: nothing of it is shown but a reference for the log. */
export async function faultResponse(c: Context<Env>, version: string): Promise<Response> {
  return await c.html(<FaultPage frame={frameOf(c, { version })} reference={c.get("requestId")} />, 500);
}

/** A refusal outside any page's handler: the database is away, a body too large, an address unknown. */
export async function refusalPage(c: Context<Env>, version: string, problems: readonly [Problem, ...Problem[]]): Promise<Response> {
  return await refusedResponse(c, frameOf(c, { version }), problems);
}
