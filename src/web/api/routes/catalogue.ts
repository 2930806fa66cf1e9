import { z } from "@hono/zod-openapi";
import { itemGuide } from "../../../app/catalogue/item-guide.js";
import { bundleGuide as readBundle, listBundles } from "../../../app/catalogue/bundle-guide.js";
import { searchItems } from "../../../app/catalogue/search-items.js";
import { bundleGuide, bundleSummary, guideQuery, guideSchema, itemPage, searchQuery } from "../../../contract/schemas/catalogue.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { ok } from "../../../domain/result.js";
import type { Facet } from "../../../app/ports/catalogue.js";
import type { Material } from "../../../domain/catalogue/item.js";
import { defineRoute, type Route } from "../route.js";
import { iso, shownForm } from "../shown-request.js";

const shownFacets = (facets: readonly Facet[]) => facets.map((facet) => ({ ...facet }));
const shownMaterials = (materials: readonly Material[]) => materials.map((material) => ({ ...material }));

const search = defineRoute({
  method: "get",
  path: "/catalogue",
  access: "item.read",
  tag: "catalogue",
  summary: "Search what can be applied for, by words, audience, theme, line, unit and place",
  query: searchQuery,
  response: itemPage,
  async handle({ deps, actor, pool, query }) {
    const { q, ...rest } = query;
    const page = await searchItems(deps, actor, pool, { ...rest, words: q });
    if (!page.ok) return page;
    const { rows, next, total, facets } = page.value;
    return ok({
      body: {
        rows: rows.map(({ code, feeFen, audience, ...row }) => ({ ...row, item: code, audience: [...audience], fee: String(feeFen) })),
        next,
        total,
        facets: { audience: shownFacets(facets.audience), theme: shownFacets(facets.theme), taskType: shownFacets(facets.taskType), line: shownFacets(facets.line) },
      },
    });
  },
});

const guide = defineRoute({
  method: "get",
  path: "/catalogue/{item}",
  access: "item.read",
  tag: "catalogue",
  summary: "The guide of an item: may I, what do I need, how long today, what does it cost, where",
  params: z.object({ pool: z.string(), item: z.string().max(120) }),
  query: guideQuery,
  response: guideSchema,
  async handle({ deps, actor, pool, params, query }) {
    const found = await itemGuide(deps, actor, pool, params.item, query.division);
    if (!found.ok) return found;
    const { guide: of, version, guessed, offices, course, ifFiledNow, bundles } = found.value;
    return ok({
      body: {
        item: of.item,
        version,
        guessed,
        names: of.names,
        taskType: of.taskType,
        audience: [...of.audience],
        theme: of.theme,
        themeNames: of.themeNames,
        line: of.line,
        level: of.level,
        basis: of.basis.map((one) => ({ ...one })),
        statutoryDays: of.statutoryDays,
        promisedDays: of.promisedDays,
        visits: of.visits,
        modes: [...of.modes],
        conditions: [...of.conditions],
        materials: shownMaterials(of.materials),
        fee: { fen: String(of.fee.fen), basis: of.fee.basis ?? null },
        result: of.result,
        form: shownForm(of.form),
        steps: of.recipe.steps.map(({ step, stage, names, mode, after }) => ({ step, stage, names, mode, after: [...after] })),
        offices: offices.map((one) => ({ ...one })),
        course: course ?? null,
        ifFiledNow: { promisedDueAt: iso(ifFiledNow.promisedDueAt), statutoryDueAt: iso(ifFiledNow.statutoryDueAt) },
        bundles: bundles.map(({ code, names }) => ({ bundle: code, names })),
      },
    });
  },
});

const lifeEvents = defineRoute({
  method: "get",
  path: "/life-events",
  access: "bundle.read",
  tag: "catalogue",
  summary: "Bundles: several items as one thing in life",
  response: pageOf(bundleSummary),
  async handle({ deps, actor, pool }) {
    const bundles = await listBundles(deps, actor, pool);
    if (!bundles.ok) return bundles;
    return ok({ body: { rows: bundles.value.map(({ code, names, lifeEvent, members }) => ({ bundle: code, names, lifeEvent, items: members.map(({ item }) => item) })), next: null } });
  },
});

const lifeEvent = defineRoute({
  method: "get",
  path: "/life-events/{bundle}",
  access: "bundle.read",
  tag: "catalogue",
  summary: "One bundle: its items in order, and every question once",
  params: z.object({ pool: z.string(), bundle: z.string().max(80) }),
  response: bundleGuide,
  async handle({ deps, actor, pool, params }) {
    const found = await readBundle(deps, actor, pool, params.bundle);
    if (!found.ok) return found;
    const { bundle, items, form, materials } = found.value;
    return ok({
      body: {
        bundle: bundle.code,
        names: bundle.names,
        lifeEvent: bundle.lifeEvent,
        items: items.map(({ code, guide: of }) => ({
          item: code,
          names: of.names,
          after: [...(bundle.members.find(({ item }) => item === code)?.after ?? [])],
          promisedDays: of.promisedDays,
        })),
        form: shownForm(form),
        materials: shownMaterials(materials),
      },
    });
  },
});

export const catalogueRoutes: readonly Route[] = [search, guide, lifeEvents, lifeEvent];
