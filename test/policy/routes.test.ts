import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import { partsOf, type Action } from "../../src/domain/policy/action.js";
import { API_BASE } from "../../src/web/api/route.js";
import { apiRoutes } from "../../src/web/api/routes.js";
import { createApp } from "../../src/web/app.js";
import { createOperations } from "../../src/web/operations.js";
import { assets } from "../../src/web/portal/assets.js";
import { pageRoutes } from "../../src/web/portal/router.js";
import { signInActions } from "../../src/web/portal/sign-in-routes.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { policyPool } from "../support/policy-pool.js";

const read = readPolicyFiles();
if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
const allowed = new Set(read.value.rules.flatMap(({ model, cells: [role, object, act], effect }) => (model === "access" && effect === "allow" && role !== "system" ? [`${object}.${act}`] : [])));

/**
 * What lies outside every pool and shows the same to everybody. A new address goes here only when it reads nothing
 * of a pool's; anything else is a route with an action.
 */
const OPEN: Readonly<Record<string, Action>> = {
  "GET /": "portal.read",
  ...Object.fromEntries(assets.map(({ path }) => [`GET ${path}`, "portal.read" as const])),
  "GET /assets/fonts/:file": "portal.read",
  "GET /about/accessibility": "portal.read",
  "GET /about/privacy": "portal.read",
  "POST /preferences": "portal.read",
  "GET /api/v1/pools": "pool.read",
  "GET /api/docs": "api-description.read",
  "GET /api/openapi.json": "api-description.read",
  "GET /problems": "api-description.read",
  "GET /healthz": "health.read",
  "GET /readyz": "health.read",
  "GET /metrics": "metrics.read",
};

const declared = new Map<string, Action>([
  ...apiRoutes.map(({ method, path, access }) => [`${method.toUpperCase()} ${`${API_BASE}${path}`.replaceAll(/\{(\w+)\}/g, ":$1")}`, access] as const),
  ...pageRoutes.map(({ method, path, access }) => [`${method.toUpperCase()} /pools/:pool${path}`, access] as const),
  ...Object.entries(signInActions),
  ...Object.entries(OPEN),
]);

let database: TestDatabase;
let mounted: readonly string[];

beforeAll(async () => {
  database = await freshDatabase();
  const { deps } = await policyPool(database);
  const app = createApp(deps, {
    version: "0",
    health: {} as never,
    operations: createOperations(),
    crossSite: { secret: "x", publicUrl: undefined },
    logFault: () => {},
  });
  mounted = [...new Set(app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`))];
});
afterAll(() => database.end());

describe("every route", () => {
  test.each([...declared])("%s asks about an action some role is allowed: %s", (_, action) => {
    const { object, act } = partsOf(action);
    expect(allowed).toContain(`${object}.${act}`);
  });

  test("that is mounted declares an action", () => {
    expect(mounted.filter((address) => !declared.has(address))).toEqual([]);
  });

  test("that declares an action is mounted", () => {
    expect([...declared.keys()].filter((address) => !mounted.includes(address))).toEqual([]);
  });

  test("has an address of its own", () => {
    expect(declared.size).toBe(apiRoutes.length + pageRoutes.length + Object.keys(signInActions).length + Object.keys(OPEN).length);
  });
});
