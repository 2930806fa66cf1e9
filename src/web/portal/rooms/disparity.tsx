import { listDisparityAlarms } from "../../../app/disparity/list-alarms.js";
import { listDisparityCases, readDisparityWatch } from "../../../app/disparity/read-disparities.js";
import { declareDisparitySettings } from "../../../app/disparity/settings.js";
import { DIMENSIONS } from "../../../domain/disparity/reading.js";
import { READING_PERIODS } from "../../../domain/disparity/period.js";
import { problem } from "../../../domain/problem.js";
import { inPool } from "../frame.js";
import { go, page, refuse, type PageRoute } from "../page-route.js";
import { DisparityCasesPage } from "../pages/disparity/cases.js";
import { DisparityPage } from "../pages/disparity/page.js";
import { PAGE_ROWS, queryString } from "./common.js";

const optional = (text: string): string | undefined => (text === "" ? undefined : text);
/** What is no number is out of every range. */
const whole = (text: string | undefined): number => (/^\d{1,9}$/.test(text ?? "") ? Number(text) : -1);

const watch: PageRoute = {
  method: "get",
  path: "/centre/disparity",
  access: "disparity.read",
  room: "centre",
  here: "disparity",
  async handle({ deps, actor, pool, frame, query }) {
    const read = await readDisparityWatch(deps, actor, pool, optional(query("period")));
    if (!read.ok) return refuse(read.problems);
    const kept = await listDisparityAlarms(deps, actor, pool, { limit: PAGE_ROWS });
    if (!kept.ok) return refuse(kept.problems);
    const mayDeclare = (await deps.authorizer.may(actor, "disparity.declare", { poolId: pool })).ok;
    return page(<DisparityPage frame={frame} view={{ read: read.value, kept: kept.value.rows, mayDeclare }} />);
  },
};

const cases: PageRoute = {
  method: "get",
  path: "/centre/disparity/cases",
  access: "disparity.read",
  room: "centre",
  here: "disparity",
  async handle({ deps, actor, pool, frame, query }) {
    const dimension = DIMENSIONS.find((one) => one === query("dimension"));
    if (!dimension) return refuse([problem("input.invalid", { expected: DIMENSIONS.join(" | ") }, { field: "dimension" })]);
    const asked = { period: optional(query("period")), dimension, group: query("group") };
    const found = await listDisparityCases(deps, actor, pool, asked, { limit: PAGE_ROWS, after: optional(query("after")) });
    if (!found.ok) return refuse(found.problems);
    const { names, period, rows, next } = found.value;
    return page(
      <DisparityCasesPage
        frame={frame}
        view={{ group: { dimension, group: asked.group, names }, period, rows, next: next === null ? undefined : queryString({ ...asked, period, after: next }) }}
      />,
    );
  },
};

const settings: PageRoute = {
  method: "post",
  path: "/centre/disparity/settings",
  access: "disparity.declare",
  room: "centre",
  here: "disparity",
  async handle({ deps, actor, pool, frame, form }) {
    const period = READING_PERIODS.find((one) => one === form["period"]);
    if (!period) return refuse([problem("input.invalid", { expected: READING_PERIODS.join(" | ") }, { field: "period" })]);
    const done = await declareDisparitySettings(deps, actor, pool, { period, minCases: whole(form["minCases"]), ratioPercent: whole(form["ratioPercent"]), generation: whole(form["generation"]) });
    return done.ok ? go(inPool(frame, "/centre/disparity")) : refuse(done.problems);
  },
};

export const disparityPages: readonly PageRoute[] = [watch, cases, settings];
