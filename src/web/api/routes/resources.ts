import { z } from "@hono/zod-openapi";
import { publishResource, retireResource } from "../../../app/pool/move-resource.js";
import { getResource, listResources } from "../../../app/pool/read-resources.js";
import { changeResource, registerResource } from "../../../app/pool/register-resource.js";
import { resourceUse } from "../../../app/pool/resource-use.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { changedResource, newResource, resourceQuery, resourceShown, resourceUseShown, useQuery } from "../../../contract/schemas/register.js";
import { parseLocalDate } from "../../../domain/instant.js";
import type { Resource } from "../../../domain/pool/resource.js";
import type { ProblemCode } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { amountOf, inBody, recordOf, shownClass, shownResource } from "../shown-register.js";

const resourceParam = z.object({ pool: z.string(), resource: z.string().max(120) });

const REFUSED: readonly ProblemCode[] = [
  "class.unknown", "trait.unknown", "division.unknown", "input.unknown_reference", "amount.zero", "amount.negative", "amount.fractional",
  "amount.too_large", "amount.not_multiple", "resource.reserved_above_total", "resource.unlimited_not_allowed", "resource.earmark_required",
  "resource.earmark_not_allowed", "resource.legal_basis_required", "resource.jurisdiction_outside", "validity.reversed",
];

function answered(result: Result<Resource>, made = false) {
  const resource = inBody(result, "resource");
  if (!resource.ok) return resource;
  return ok({ body: shownResource(resource.value), generation: resource.value.generation, ...(made ? { location: `/resources/${resource.value.code}` } : {}) });
}

const list = defineRoute({
  method: "get",
  path: "/resources",
  access: "resource.read",
  tag: "resources",
  summary: "Resources the caller may see",
  query: resourceQuery,
  response: pageOf(resourceShown),
  async handle({ deps, actor, pool, query: { limit, after, q, ...filter } }) {
    const found = await listResources(deps, actor, pool, { ...filter, text: q }, { limit, after });
    return shownPage(found, shownResource);
  },
});

const one = defineRoute({
  method: "get",
  path: "/resources/{resource}",
  access: "resource.read",
  tag: "resources",
  summary: "One resource",
  params: resourceParam,
  response: resourceShown,
  handle: async ({ deps, actor, pool, params }) => answered(await getResource(deps, actor, pool, params.resource)),
});

const make = defineRoute({
  method: "post",
  path: "/resources",
  access: "resource.declare",
  tag: "resources",
  summary: "Register a resource",
  body: newResource,
  status: 201,
  response: resourceShown,
  problems: ["object.exists", ...REFUSED],
  handle: async ({ deps, actor, pool, body }) => answered(await registerResource(deps, actor, pool, recordOf(body, "resource")), true),
});

const change = defineRoute({
  method: "patch",
  path: "/resources/{resource}",
  access: "resource.declare",
  tag: "resources",
  summary: "Change what is declared of a resource; fields left out stay. A total below what is used is accepted and shows as overdrawn",
  params: resourceParam,
  body: changedResource,
  ifMatch: true,
  response: resourceShown,
  problems: ["object.transition_illegal", "resource.class_fixed", ...REFUSED],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => answered(await changeResource(deps, actor, pool, params.resource, recordOf(body, "resource"), ifMatch)),
});

const publish = defineRoute({
  method: "post",
  path: "/resources/{resource}/publication",
  access: "resource.publish",
  tag: "resources",
  summary: "Offer a registered resource to the pool",
  params: resourceParam,
  ifMatch: true,
  response: resourceShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await publishResource(deps, actor, pool, params.resource, ifMatch)),
});

const retire = defineRoute({
  method: "post",
  path: "/resources/{resource}/retirement",
  access: "resource.retire",
  tag: "resources",
  summary: "Take a resource out of the pool for good",
  params: resourceParam,
  ifMatch: true,
  response: resourceShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await retireResource(deps, actor, pool, params.resource, ifMatch)),
});

const use = defineRoute({
  method: "get",
  path: "/resources/{resource}/use",
  access: "resource.read",
  tag: "resources",
  summary: "What a resource offers by period, what of it is held and settled, and for which requests",
  params: resourceParam,
  query: useQuery,
  response: resourceUseShown,
  async handle({ deps, actor, pool, params, query: { from, days, after } }) {
    const found = await resourceUse(deps, actor, pool, params.resource, { from: from === undefined ? undefined : parseLocalDate(from), days, after });
    if (!found.ok) return found;
    const { resource, class: of, periods, holders, unlimited } = found.value;
    const { measure } = of;
    return ok({
      body: {
        resource: shownResource(resource),
        class: shownClass(of),
        from: found.value.from,
        days: found.value.days,
        unlimited,
        periods: periods.map(({ period, capacity, borrowed, lent, held, settled, free }) => ({
          period,
          capacity: amountOf(measure, capacity),
          borrowed: amountOf(measure, borrowed),
          lent: amountOf(measure, lent),
          held: amountOf(measure, held),
          settled: amountOf(measure, settled),
          free: amountOf(measure, free),
        })),
        holders: {
          rows: holders.rows.map(({ period, amount, settled, state, step, requestNumber, requestUnit }) => ({
            period,
            amount: amountOf(measure, amount),
            settled: amountOf(measure, settled),
            state,
            step,
            request: requestNumber,
            unit: requestUnit,
          })),
          next: holders.next,
        },
      },
    });
  },
});

export const resourceRoutes: readonly Route[] = [list, one, make, change, publish, retire, use];
