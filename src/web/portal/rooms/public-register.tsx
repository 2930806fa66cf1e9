import { readPlaces } from "../../../app/org/read-places.js";
import { listPublicRegister } from "../../../app/scheduling/list-public-register.js";
import { trusted, type DivisionCode } from "../../../domain/id.js";
import { page, refuse, type PageRoute } from "../page-route.js";
import { PublicRegisterPage } from "../pages/public-register/page.js";

const ROWS = 50;

export const publicRegisterRoute: PageRoute = {
  method: "get",
  path: "/public-register",
  access: "public-register.read",
  room: "hall",
  here: "public",
  async handle({ deps, actor, pool, frame, query }) {
    const places = await readPlaces(deps, actor, pool);
    if (!places.ok) return refuse(places.problems);
    const county = [places.value.prefecture, ...places.value.counties].find(({ code }) => code === query("county"))?.code ?? "";
    const found = await listPublicRegister(deps, actor, pool, { county: county === "" ? undefined : trusted<DivisionCode>(county) }, { limit: ROWS, after: query("after") || undefined });
    if (!found.ok) return refuse(found.problems);
    return page(<PublicRegisterPage frame={frame} view={{ rows: found.value.rows, next: found.value.next ?? undefined, county, counties: places.value.counties }} />);
  },
};
