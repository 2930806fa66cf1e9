import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "../../src/web/api/openapi.js";
import { isWrite } from "../../src/web/api/route.js";
import { apiRoutes } from "../../src/web/api/routes.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
const document = JSON.parse(JSON.stringify(openApiDocument(version))) as {
  openapi: string;
  paths: Record<string, Record<string, { operationId: string; parameters?: { name: string; in: string }[]; responses: Record<string, unknown> }>>;
};
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

describe("the OpenAPI description", () => {
  test("is the one the typed client was generated from (npm run openapi)", () => {
    const committed: unknown = JSON.parse(readFileSync(new URL("../../src/contract/openapi.gen.json", import.meta.url), "utf8"));
    expect(document).toEqual(committed);
  });

  test("describes every route once, under a name of its own", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(operations).toHaveLength(apiRoutes.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });

  test("asks for a key on every write, and for the generation on every change of something that has one", () => {
    for (const route of apiRoutes) {
      const operation = document.paths[`/api/v1/pools/{pool}${route.path}`]?.[route.method];
      const headers = (operation?.parameters ?? []).filter((one) => one.in === "header").map(({ name }) => name);
      expect([route.method, route.path, headers.includes("Idempotency-Key")]).toEqual([route.method, route.path, isWrite(route)]);
      if (route.method === "put" || route.method === "patch") expect([route.path, headers.includes("If-Match") || ["/calendars/{calendar}", "/traits/{trait}", "/priority-classes/{priority}", "/alert-rules/{rule}", "/webhooks/{webhook}", "/clock"].includes(route.path)]).toEqual([route.path, true]);
    }
  });
});
