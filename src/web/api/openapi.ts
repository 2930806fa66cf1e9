import { OpenAPIHono } from "@hono/zod-openapi";
import { describeRoutes } from "./route.js";
import { apiRoutes } from "./routes.js";

/** The OpenAPI 3.1 description, from the schemas that validate. `version` is the release's. */
export function openApiDocument(version: string): ReturnType<OpenAPIHono["getOpenAPI31Document"]> {
  const holder = new OpenAPIHono();
  holder.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  describeRoutes(holder.openAPIRegistry, apiRoutes);
  return holder.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "govpool",
      version,
      description: "One logical pool of government capacity: register, request, allocate, serve. Problems follow RFC 9457; every code is explained at /problems.",
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }],
  });
}
