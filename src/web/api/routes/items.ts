import { z } from "@hono/zod-openapi";
import { listBundles } from "../../../app/catalogue/bundle-guide.js";
import { confirmItem, declareBundle, declareItem, publishItem, retireItem } from "../../../app/catalogue/declare-item.js";
import { getBundle, getItem, listItems, listVersions } from "../../../app/catalogue/read-items.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { bundleShown, changedBundle, changedItem, itemQuery, itemShown, newBundle, newItem } from "../../../contract/schemas/item.js";
import type { Bundle } from "../../../domain/catalogue/bundle.js";
import type { Item } from "../../../domain/catalogue/item.js";
import type { ProblemCode } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { defineRoute, Written, type Route } from "../route.js";
import { shownBundle, shownItem } from "../shown-register.js";

const itemParam = z.object({ pool: z.string(), item: z.string().max(200) });
const versionParam = itemParam.extend({ version: z.coerce.number().int().min(1).max(1_000_000) });
const bundleParam = z.object({ pool: z.string(), bundle: z.string().max(120) });

const REFUSED: readonly ProblemCode[] = [
  "class.unknown", "trait.unknown", "input.unknown_reference", "amount.zero", "amount.not_multiple", "amount.outside_limits", "recipe.cycle",
  "recipe.two_officers", "recipe.discretion_automatic", "recipe.automatic_officer",
  "item.promised_above_statutory", "claim.slots_not_allowed", "claim.purpose_required", "claim.purpose_not_allowed", "claim.deciding_needs_competent",
];

function answered(item: Result<Item>, made = false) {
  if (!item.ok) return item;
  return ok({ body: shownItem(item.value), generation: item.value.generation, ...(made ? { location: `/items/${item.value.code}/versions/${item.value.version}` } : {}) });
}

/** The text of an item, as long as the store keeps its copy: guides are long, and lists have many. */
const texts = new WeakMap<Item, string>();

function writtenItem(item: Item): string {
  let text = texts.get(item);
  if (text === undefined) texts.set(item, (text = JSON.stringify(itemShown.parse(shownItem(item)))));
  return text;
}

const list = defineRoute({
  method: "get",
  path: "/items",
  access: "item.read",
  tag: "items",
  summary: "Items of the catalogue as they are declared",
  query: itemQuery,
  response: pageOf(itemShown),
  async handle({ deps, actor, pool, query: { limit, after, q, guessed, ...filter } }) {
    const found = await listItems(deps, actor, pool, { ...filter, text: q, guessed: guessed === undefined ? undefined : guessed === "true" }, { limit, after });
    return found.ok ? ok({ body: new Written(`{"rows":[${found.value.rows.map(writtenItem).join()}],"next":${JSON.stringify(found.value.next)}}`) }) : found;
  },
});

const one = defineRoute({
  method: "get",
  path: "/items/{item}",
  access: "item.read",
  tag: "items",
  summary: "The published version of an item",
  params: itemParam,
  response: itemShown,
  handle: async ({ deps, actor, pool, params }) => answered(await getItem(deps, actor, pool, params.item)),
});

const versions = defineRoute({
  method: "get",
  path: "/items/{item}/versions",
  access: "item.read",
  tag: "items",
  summary: "Every version of an item that the caller may see, newest first",
  params: itemParam,
  response: pageOf(itemShown),
  async handle({ deps, actor, pool, params }) {
    const found = await listVersions(deps, actor, pool, params.item);
    return found.ok ? ok({ body: { rows: found.value.map(shownItem), next: null } }) : found;
  },
});

const version = defineRoute({
  method: "get",
  path: "/items/{item}/versions/{version}",
  access: "item.read",
  tag: "items",
  summary: "One version of an item: what a request was filed under",
  params: versionParam,
  response: itemShown,
  handle: async ({ deps, actor, pool, params }) => answered(await getItem(deps, actor, pool, params.item, params.version)),
});

const make = defineRoute({
  method: "post",
  path: "/items",
  access: "item.declare",
  tag: "items",
  summary: "Declare a new item, as a draft",
  body: newItem,
  status: 201,
  response: itemShown,
  problems: ["object.exists", ...REFUSED],
  handle: async ({ deps, actor, pool, body }) => answered(await declareItem(deps, actor, pool, body, null), true),
});

const change = defineRoute({
  method: "put",
  path: "/items/{item}",
  access: "item.declare",
  tag: "items",
  summary: "Declare the next version of an item, as a draft; If-Match names the generation of its newest version",
  params: itemParam,
  body: changedItem,
  ifMatch: true,
  response: itemShown,
  problems: ["object.transition_illegal", ...REFUSED],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => answered(await declareItem(deps, actor, pool, { ...body, item: params.item }, ifMatch), true),
});

const publish = defineRoute({
  method: "post",
  path: "/items/{item}/publication",
  access: "item.publish",
  tag: "items",
  summary: "Put the newest draft into the catalogue; running requests keep their version",
  params: itemParam,
  ifMatch: true,
  response: itemShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await publishItem(deps, actor, pool, params.item, ifMatch)),
});

const confirm = defineRoute({
  method: "post",
  path: "/items/{item}/confirmation",
  access: "item.confirm",
  tag: "items",
  summary: "The unit answers for a guessed recipe",
  params: itemParam,
  ifMatch: true,
  response: itemShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await confirmItem(deps, actor, pool, params.item, ifMatch)),
});

const retire = defineRoute({
  method: "post",
  path: "/items/{item}/retirement",
  access: "item.retire",
  tag: "items",
  summary: "Take an item out of the catalogue; running requests go on",
  params: itemParam,
  ifMatch: true,
  response: itemShown,
  problems: ["object.transition_illegal"],
  handle: async ({ deps, actor, pool, params, ifMatch }) => answered(await retireItem(deps, actor, pool, params.item, ifMatch)),
});

function answeredBundle(bundle: Result<Bundle>, made = false) {
  if (!bundle.ok) return bundle;
  return ok({ body: shownBundle(bundle.value), generation: bundle.value.generation, ...(made ? { location: `/bundles/${bundle.value.code}` } : {}) });
}

const bundles = defineRoute({
  method: "get",
  path: "/bundles",
  access: "bundle.read",
  tag: "items",
  summary: "Bundles as they are declared",
  response: pageOf(bundleShown),
  async handle({ deps, actor, pool }) {
    const found = await listBundles(deps, actor, pool);
    return found.ok ? ok({ body: { rows: found.value.map(shownBundle), next: null } }) : found;
  },
});

const oneBundle = defineRoute({
  method: "get",
  path: "/bundles/{bundle}",
  access: "bundle.read",
  tag: "items",
  summary: "One bundle as it is declared",
  params: bundleParam,
  response: bundleShown,
  handle: async ({ deps, actor, pool, params }) => answeredBundle(await getBundle(deps, actor, pool, params.bundle)),
});

const makeBundle = defineRoute({
  method: "post",
  path: "/bundles",
  access: "bundle.declare",
  tag: "items",
  summary: "Declare a new bundle",
  body: newBundle,
  status: 201,
  response: bundleShown,
  problems: ["object.exists", "input.unknown_reference", "recipe.cycle"],
  handle: async ({ deps, actor, pool, body }) => answeredBundle(await declareBundle(deps, actor, pool, body, null), true),
});

const changeBundle = defineRoute({
  method: "put",
  path: "/bundles/{bundle}",
  access: "bundle.declare",
  tag: "items",
  summary: "Declare a bundle anew",
  params: bundleParam,
  body: changedBundle,
  ifMatch: true,
  response: bundleShown,
  problems: ["input.unknown_reference", "recipe.cycle"],
  handle: async ({ deps, actor, pool, params, body, ifMatch }) => answeredBundle(await declareBundle(deps, actor, pool, { ...body, bundle: params.bundle }, ifMatch)),
});

export const itemRoutes: readonly Route[] = [list, one, versions, version, make, change, publish, confirm, retire, bundles, oneBundle, makeBundle, changeBundle];
