import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { AppDeps } from "../app/deps.js";
import { problem } from "../domain/problem.js";
import type { Env } from "./env.js";
import { mountRoutes } from "./api/route.js";
import { apiRoutes } from "./api/routes.js";
import { JSON_LIMITS } from "./api/strict-json.js";
import { problemResponse } from "./middleware/problem-to-response.js";
import { requestContext, securityHeaders } from "./middleware/request-context.js";

export interface WebOptions {
  /** Writes a fault (a bug) to the log; the caller only sees its reference. */
  readonly logFault: (error: unknown, requestId: string, path: string) => void;
}

/** Connection refused, reset, or shutting down: the database is away, the product is not broken. */
const DATABASE_AWAY = /^(CONNECT|ECONN|57P0|08)|CONNECTION_/;
const isDatabaseAway = (error: unknown): boolean => DATABASE_AWAY.test(String((error as { code?: unknown } | undefined)?.code ?? ""));

export function createApp(deps: AppDeps, options: WebOptions): Hono<Env> {
  const app = new Hono<Env>();
  app.use(requestContext);
  app.use(securityHeaders);
  app.use("/api/*", bodyLimit({ maxSize: JSON_LIMITS.bytesMax, onError: (c) => problemResponse(c, [problem("input.too_large", { maxBytes: JSON_LIMITS.bytesMax })]) }));

  mountRoutes(app, deps, apiRoutes);

  app.notFound((c) => problemResponse(c, [problem("object.not_found", { kind: "page" })]));
  app.onError((error, c) => {
    if (error instanceof HTTPException) return error.getResponse();
    if (isDatabaseAway(error)) return problemResponse(c, [problem("service.unavailable", { retryAfterSeconds: 5 })]);
    options.logFault(error, c.get("requestId"), c.req.path);
    return c.json({ type: "about:blank", title: "internal", status: 500, code: "internal", reference: c.get("requestId") }, 500, { "content-type": "application/problem+json; charset=utf-8" });
  });
  return app;
}
