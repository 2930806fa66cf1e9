import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { AppDeps } from "../app/deps.js";
import type { Health } from "../app/ports/health.js";
import { problem } from "../domain/problem.js";
import { mountPools } from "./api/pools.js";
import { bodyBytesMaxOf, mountRoutes } from "./api/route.js";
import { apiRoutes } from "./api/routes.js";
import type { Env } from "./env.js";
import { crossSite, type CrossSiteOptions, type Refuse } from "./middleware/csrf.js";
import { plainAddress } from "./middleware/plain-address.js";
import { problemResponse } from "./middleware/problem-to-response.js";
import { requestContext, securityHeaders } from "./middleware/request-context.js";
import { session } from "./middleware/session.js";
import { mountOperations, type Operations } from "./operations.js";
import { frameOf } from "./portal/frame-of.js";
import { faultResponse, portalRouter, refusalPage } from "./portal/router.js";
import { notFound } from "./portal/site.js";
import { referenceRouter } from "./reference/router.js";

export interface WebOptions {
  readonly version: string;
  readonly health: Health;
  readonly operations: Operations;
  readonly crossSite: CrossSiteOptions;
  /** Writes a fault (a bug) to the log; the caller only sees its reference. */
  readonly logFault: (error: unknown, requestId: string, path: string) => void;
}

/** Connection refused, reset, or shutting down: the database is away, the product is not broken. */
const DATABASE_AWAY = /^(CONNECT|ECONN|57P0|08)|CONNECTION_/;
const isDatabaseAway = (error: unknown): boolean => DATABASE_AWAY.test(String((error as { code?: unknown } | undefined)?.code ?? ""));

/** API answers are problems in JSON, page answers are pages: decided by where the address lies. */
const isApi = (path: string): boolean => path.startsWith("/api/v1/");

export function createApp(deps: AppDeps, { version, health, operations, crossSite: cross, logFault }: WebOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.use(requestContext);
  app.use(securityHeaders);
  app.use(operations.measure);
  mountOperations(app, operations, health);

  const bytesMaxOf = bodyBytesMaxOf(apiRoutes);
  app.use("/api/v1/*", async (c, next) => {
    const maxSize = bytesMaxOf(c.req.method, c.req.path);
    const tooLarge = () => problemResponse(c, [problem("input.too_large", { maxBytes: maxSize })]);
    // Counting a body costs as much as all else the web does with it, so only those are counted that do not say their length:
    // the server reads no more than what was said.
    if (c.req.method === "GET" || c.req.method === "HEAD") return next();
    const said = c.req.header("content-length");
    if (said !== undefined && c.req.header("transfer-encoding") === undefined) return Number(said) > maxSize ? tooLarge() : next();
    return bodyLimit({ maxSize, onError: tooLarge })(c, next);
  });
  const refuse: Refuse = (c, refused) => (isApi(c.req.path) ? problemResponse(c, [refused]) : refusalPage(c, version, [refused]));
  app.use(plainAddress(refuse));
  app.use(session(deps));
  app.use(crossSite(cross, refuse));
  mountPools(app, deps);
  mountRoutes(app, deps, apiRoutes);
  app.route("/", referenceRouter({ version, frameOf: async (c) => frameOf(c, { version }) }));
  app.route("/", portalRouter(deps, version));

  app.notFound((c) => (isApi(c.req.path) ? problemResponse(c, [problem("object.not_found", { kind: "page" })]) : notFound(c, version)));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    const api = isApi(c.req.path);
    if (isDatabaseAway(error)) {
      return refuse(c, problem("service.unavailable", { retryAfterSeconds: 5 }));
    }
    operations.faults.inc();
    logFault(error, c.get("requestId"), c.req.routePath);
    return api ? internal(c.get("requestId")) : faultResponse(c, version);
  });
  return app;
}

/** A fault is nobody's business but the log's; the reference finds it there. */
const internal = (reference: string): Response =>
  new Response(JSON.stringify({ type: "about:blank", title: "internal", status: 500, code: "internal", reference }), {
    status: 500,
    headers: { "content-type": "application/problem+json; charset=utf-8", "cache-control": "no-store" },
  });
