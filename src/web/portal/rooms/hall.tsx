import { bundleGuide, listBundles } from "../../../app/catalogue/bundle-guide.js";
import { itemGuide } from "../../../app/catalogue/item-guide.js";
import { searchItems } from "../../../app/catalogue/search-items.js";
import { readPlaces } from "../../../app/org/read-places.js";
import { listDrafts } from "../../../app/request/drafts.js";
import { listMyRequests } from "../../../app/request/list-my-requests.js";
import type { Audience } from "../../../domain/catalogue/item.js";
import { page, refuse, type PageCall, type PageRoute } from "../page-route.js";
import { BundlePage } from "../pages/bundle/page.js";
import { HomePage } from "../pages/home/page.js";
import { ItemPage } from "../pages/item/page.js";
import { ItemsPage } from "../pages/items/page.js";
import { applyRoutes } from "./apply.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { publicRegisterRoute } from "./public-register.js";
import { priorityPages } from "./priorities.js";
import { requestRoutes } from "./requests.js";
import { statementRoutes } from "./statement.js";

const optional = (text: string): string | undefined => (text === "" ? undefined : text);
const audienceOf = (text: string): Audience | undefined => (text === "person" || text === "enterprise" ? text : undefined);
const named = (value: string, names: { readonly zh: string; readonly en: string } | null) => names ?? { zh: value, en: value };

/** Open requests looked at for the summary on the home page; more are shown under My requests. */
const MINE_MAX = 100;

async function mine({ deps, actor, pool }: PageCall) {
  if (actor.kind !== "person") return undefined;
  const [open, drafts] = [await listMyRequests(deps, actor, pool, { open: true, limit: MINE_MAX }), await listDrafts(deps, actor, pool)];
  const rows = open.ok ? open.value.rows : [];
  return {
    needsYou: rows.filter(({ state }) => state === "supplement").length,
    open: rows.length,
    drafts: drafts.ok ? drafts.value.length : 0,
  };
}

const home: PageRoute = {
  method: "get",
  path: "",
  access: "portal.read",
  room: "hall",
  here: "home",
  async handle(call) {
    const { deps, actor, pool, frame } = call;
    const [found, bundles] = [await searchItems(deps, actor, pool, { limit: 1 }), await listBundles(deps, actor, pool)];
    if (!found.ok) return refuse(found.problems);
    const { facets } = found.value;
    const countOf = (audience: Audience): number => facets.audience.find(({ value }) => value === audience)?.count ?? 0;
    return page(
      <HomePage
        frame={frame}
        view={{
          people: countOf("person"),
          enterprises: countOf("enterprise"),
          bundles: bundles.ok ? bundles.value.map((bundle) => ({ code: bundle.code, names: bundle.names, items: bundle.members.length })) : [],
          themes: facets.theme.map(({ value, names, count }) => ({ theme: value, names: named(value, names), items: count })),
          mine: await mine(call),
        }}
      />,
    );
  },
};

const items: PageRoute = {
  method: "get",
  path: "/items",
  access: "item.read",
  room: "hall",
  here: "items",
  async handle({ deps, actor, pool, frame, query }) {
    const asked = { q: query("q").trim(), audience: query("audience"), theme: query("theme"), line: query("line"), division: query("division") };
    const words = asked.q.toLowerCase();
    const found = await searchItems(deps, actor, pool, {
      words: optional(asked.q),
      audience: audienceOf(asked.audience),
      theme: optional(asked.theme),
      line: optional(asked.line),
      division: optional(asked.division),
      limit: PAGE_ROWS,
      after: optional(query("after")),
    });
    // The filters offer everything there is, whatever is chosen now; without a choice that is what was found.
    const all = Object.values(asked).every((one) => one === "") ? found : await searchItems(deps, actor, pool, { limit: 1 });
    const places = await readPlaces(deps, actor, pool);
    const bundles = words === "" || query("after") !== "" ? undefined : await listBundles(deps, actor, pool);
    if (!found.ok) return refuse(found.problems);
    if (!all.ok) return refuse(all.problems);
    if (!places.ok) return refuse(places.problems);
    return page(
      <ItemsPage
        frame={frame}
        view={{
          query: asked,
          options: {
            themes: all.value.facets.theme.map(({ value, names }) => ({ value, names: named(value, names) })),
            lines: all.value.facets.line.map(({ value, names }) => ({ value, names: named(value, names) })),
            divisions: places.value.counties.map(({ code, names }) => ({ value: code, names })),
          },
          total: found.value.total,
          items: found.value.rows,
          next: found.value.next === null ? undefined : queryString({ ...asked, after: found.value.next }),
          bundles: bundles?.ok
            ? bundles.value.filter(({ names }) => names.zh.includes(words) || names.en.toLowerCase().includes(words)).map(({ code, names }) => ({ code, names }))
            : [],
        }}
      />,
    );
  },
};

const item: PageRoute = {
  method: "get",
  path: "/items/:item",
  access: "item.read",
  room: "hall",
  here: "items",
  async handle({ deps, actor, pool, frame, param, query }) {
    const places = await readPlaces(deps, actor, pool);
    if (!places.ok) return refuse(places.problems);
    const division = places.value.counties.find(({ code }) => code === query("division"))?.code ?? "";
    const [guide, chosen] = [await itemGuide(deps, actor, pool, param("item")), division === "" ? undefined : await itemGuide(deps, actor, pool, param("item"), division)];
    if (!guide.ok) return refuse(guide.problems);
    return page(
      <ItemPage
        frame={frame}
        view={{
          guide: guide.value.guide,
          version: guide.value.version,
          guessed: guide.value.guessed,
          dueIfNow: guide.value.ifFiledNow.promisedDueAt,
          course: chosen?.ok ? chosen.value.course : undefined,
          division,
          places: places.value.counties.map(({ code, names }) => ({ value: code, names })),
          offices: guide.value.offices.map((office) => ({ unit: office.names, division: named(office.division, office.divisionNames), address: office.address, phone: office.phone })),
          bundles: guide.value.bundles,
        }}
      />,
    );
  },
};

const bundle: PageRoute = {
  method: "get",
  path: "/bundles/:bundle",
  access: "bundle.read",
  room: "hall",
  here: "items",
  async handle({ deps, actor, pool, frame, param }) {
    const found = await bundleGuide(deps, actor, pool, param("bundle"));
    if (!found.ok) return refuse(found.problems);
    const { bundle: opened, items: members } = found.value;
    const after = new Map(opened.members.map((member) => [member.item, member.after]));
    return page(<BundlePage frame={frame} view={{ code: opened.code, names: opened.names, members: members.map(({ code, guide }) => ({ guide, after: after.get(code) ?? [] })) }} />);
  },
};

export const hallRoutes: readonly PageRoute[] = [home, items, item, bundle, ...applyRoutes, ...priorityPages, ...requestRoutes, ...statementRoutes("mine"), publicRegisterRoute];
