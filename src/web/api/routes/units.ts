import { z } from "@hono/zod-openapi";
import { changeUnit, registerUnit, retireUnit } from "../../../app/org/declare-unit.js";
import { getUnit, listUnits } from "../../../app/pool/read-basics.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { changedUnit, newUnit, unitQuery, unitShown } from "../../../contract/schemas/register.js";
import type { Unit } from "../../../domain/org/unit.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { inBody, recordOf, shownUnit } from "../shown-register.js";

const unitParam = z.object({ pool: z.string(), unit: z.string().max(120) });

function answered(result: Result<Unit>, made = false) {
  const unit = inBody(result, "unit");
  if (!unit.ok) return unit;
  return ok({ body: shownUnit(unit.value), generation: unit.value.generation, ...(made ? { location: `/units/${unit.value.id}` } : {}) });
}

const list = defineRoute({
  method: "get",
  path: "/units",
  access: "unit.read",
  tag: "units",
  summary: "Units of the pool",
  query: unitQuery,
  response: pageOf(unitShown),
  async handle({ deps, actor, pool, query: { limit, after, q, published, ...filter } }) {
    const found = await listUnits(deps, actor, pool, { ...filter, text: q, published: published === undefined ? undefined : published === "true" }, { limit, after });
    return shownPage(found, shownUnit);
  },
});

const one = defineRoute({
  method: "get",
  path: "/units/{unit}",
  access: "unit.read",
  tag: "units",
  summary: "One unit",
  params: unitParam,
  response: unitShown,
  handle: async ({ deps, actor, pool, params }) => answered(await getUnit(deps, actor, pool, params.unit)),
});

const make = defineRoute({
  method: "post",
  path: "/units",
  access: "unit.declare",
  tag: "units",
  summary: "Add a unit to the tree",
  body: newUnit,
  status: 201,
  response: unitShown,
  problems: ["object.exists", "unit.cycle", "unit.credit_code_invalid", "division.unknown", "input.unknown_reference"],
  handle: async ({ deps, actor, pool, body }) => answered(await registerUnit(deps, actor, pool, recordOf(body, "unit")), true),
});

const change = defineRoute({
  method: "patch",
  path: "/units/{unit}",
  access: "unit.declare",
  tag: "units",
  summary: "Change what is declared of a unit; fields left out stay",
  params: unitParam,
  body: changedUnit,
  ifMatch: true,
  response: unitShown,
  problems: ["unit.cycle", "unit.credit_code_invalid", "unit.incomplete", "division.unknown", "input.unknown_reference", "object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => answered(await changeUnit(deps, actor, pool, params.unit, recordOf(body, "unit"), ifMatch)),
});

const retire = defineRoute({
  method: "post",
  path: "/units/{unit}/retirement",
  access: "unit.retire",
  tag: "units",
  summary: "End a unit; refused while anything beneath it lives",
  params: unitParam,
  ifMatch: true,
  response: unitShown,
  problems: ["unit.not_empty", "object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await retireUnit(deps, actor, pool, params.unit, ifMatch)),
});

export const unitRoutes: readonly Route[] = [list, one, make, change, retire];
