import { z } from "@hono/zod-openapi";
import { putOutOfService, retireAsset, returnToService } from "../../../app/pool/move-asset.js";
import { getAsset, listAssets } from "../../../app/pool/read-resources.js";
import { changeAsset, registerAsset } from "../../../app/pool/register-asset.js";
import type { AssetRow } from "../../../app/ports/asset.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { assetQuery, assetShown, changedAsset, newAsset } from "../../../contract/schemas/register.js";
import type { ProblemCode } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { inBody, recordOf, shownAsset } from "../shown-register.js";

const assetParam = z.object({ pool: z.string(), asset: z.string().max(120) });

const REFUSED: readonly ProblemCode[] = ["input.unknown_reference", "trait.unknown", "asset.resource_of_another_unit", "amount.zero", "amount.negative", "amount.fractional", "amount.too_large", "validity.reversed"];

function answered(result: Result<AssetRow>, made = false) {
  const asset = inBody(result, "asset");
  if (!asset.ok) return asset;
  return ok({ body: shownAsset(asset.value), generation: asset.value.generation, ...(made ? { location: `/assets/${asset.value.code}` } : {}) });
}

const list = defineRoute({
  method: "get",
  path: "/assets",
  access: "asset.read",
  tag: "assets",
  summary: "Assets the caller may see: posts, counters, budget lines, databases",
  query: assetQuery,
  response: pageOf(assetShown),
  async handle({ deps, actor, pool, query: { limit, after, q, ...filter } }) {
    const found = await listAssets(deps, actor, pool, { ...filter, text: q }, { limit, after });
    return shownPage(found, shownAsset);
  },
});

const one = defineRoute({
  method: "get",
  path: "/assets/{asset}",
  access: "asset.read",
  tag: "assets",
  summary: "One asset",
  params: assetParam,
  response: assetShown,
  handle: async ({ deps, actor, pool, params }) => answered(await getAsset(deps, actor, pool, params.asset)),
});

const make = defineRoute({
  method: "post",
  path: "/assets",
  access: "asset.declare",
  tag: "assets",
  summary: "Register an asset",
  body: newAsset,
  status: 201,
  response: assetShown,
  problems: ["object.exists", ...REFUSED],
  handle: async ({ deps, actor, pool, body }) => answered(await registerAsset(deps, actor, pool, recordOf(body, "asset")), true),
});

const change = defineRoute({
  method: "patch",
  path: "/assets/{asset}",
  access: "asset.declare",
  tag: "assets",
  summary: "Change what is declared of an asset; fields left out stay",
  params: assetParam,
  body: changedAsset,
  ifMatch: true,
  response: assetShown,
  problems: ["object.transition_illegal", ...REFUSED],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => answered(await changeAsset(deps, actor, pool, params.asset, recordOf(body, "asset"), ifMatch)),
});

const fail = defineRoute({
  method: "post",
  path: "/assets/{asset}/outage",
  access: "asset.declare",
  tag: "assets",
  summary: "Put an asset out of service: what was to be served with it moves, as after a reported failure",
  params: assetParam,
  ifMatch: true,
  response: assetShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await putOutOfService(deps, actor, pool, params.asset, ifMatch)),
});

const mend = defineRoute({
  method: "delete",
  path: "/assets/{asset}/outage",
  access: "asset.declare",
  tag: "assets",
  summary: "Return an asset to service, and end its failure",
  params: assetParam,
  ifMatch: true,
  response: assetShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await returnToService(deps, actor, pool, params.asset, ifMatch)),
});

const retire = defineRoute({
  method: "post",
  path: "/assets/{asset}/retirement",
  access: "asset.retire",
  tag: "assets",
  summary: "Retire an asset for good",
  params: assetParam,
  ifMatch: true,
  response: assetShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await retireAsset(deps, actor, pool, params.asset, ifMatch)),
});

export const assetRoutes: readonly Route[] = [list, one, make, change, fail, mend, retire];
