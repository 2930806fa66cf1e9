import { setTimeout as sleep } from "node:timers/promises";
import type { AskedClaim } from "../../../app/direct/asked-claims.js";
import { claimDirectly } from "../../../app/direct/claim-directly.js";
import { findOffers } from "../../../app/direct/find-offers.js";
import { confirmDirectClaim, releaseDirectClaim } from "../../../app/direct/keep-or-release.js";
import { answerWithin, listDirectClaims } from "../../../app/direct/read-direct-claims.js";
import { refusalProblem } from "../../../app/direct/refusal-problem.js";
import { trusted, type StepId } from "../../../domain/id.js";
import { parseLocalDate, startOfDay } from "../../../domain/instant.js";
import { HOLD_MINUTES_USUAL } from "../../../domain/pool/direct-claim.js";
import { periodStart } from "../../../domain/pool/period.js";
import { problem, type Problem } from "../../../domain/problem.js";
import { parseAmount } from "../../../domain/quantity.js";
import { ok, refused, type Result } from "../../../domain/result.js";
import { normalised, textProblem } from "../../../domain/text.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { BookingsPage, type BookingSought, type BookingsView } from "../pages/bookings/page.js";
import { NoUnitPage } from "../pages/desk/page.js";
import { instantOf, queryString } from "./common.js";
import { deskUnits } from "./units.js";

const ROWS = 20;
const OFFERS = 8;
/** Offers with one start, so that one morning does not fill the page. */
const PER_START = 3;
const ANSWER_MS = 2_000;
const TITLE_MAX = 200;

const soughtOf = ({ query, form }: PageCall): BookingSought => {
  const field = (name: string): string => form[name] ?? query(name);
  return { class: field("class"), amount: field("amount") || "1", slots: field("slots") || "1", day: field("day"), title: form["title"] ?? "" };
};

/** What was typed as a claim. */
function claimOf({ class: classId, amount, slots, day }: BookingSought): Result<AskedClaim> {
  const wanted = parseAmount(amount, { field: "amount" });
  if (!wanted.ok) return wanted;
  const inRow = /^\d{1,2}$/.test(slots) ? Number(slots) : 0;
  if (inRow < 1 || inRow > 48) return refused(problem("input.out_of_range", { min: 1, max: 48 }, { field: "slots" }));
  const from = day === "" ? undefined : parseLocalDate(day);
  if (day !== "" && from === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "day" }));
  return ok({ class: classId, amount: wanted.value, slots: inRow, ...(from !== undefined && { earliest: startOfDay(from) }) });
}

async function bookings(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const { units, unit } = await deskUnits(call);
  if (unit === undefined) return page(<NoUnitPage frame={frame} />);
  const list = await listDirectClaims(deps, actor, pool, { unit: unit.id }, { limit: ROWS, after: query("after") || undefined });
  if (!list.ok) return refuse(list.problems);
  const may = (await deps.authorizer.may(actor, "direct-claim.create", { poolId: pool, unitId: unit.id })).ok;
  const classes = await deps.store.read(pool).classes.all();
  const sought = soughtOf(call);
  const shown: Problem[] = [...problems];
  let offers: BookingsView["offers"];
  let unanswered = false;
  if (may && sought.class !== "") {
    const claim = claimOf(sought);
    const found = claim.ok ? await findOffers(deps, actor, pool, { unit: unit.id, claims: [claim.value], limit: OFFERS, perStart: PER_START }) : claim;
    if (found.ok) {
      const rows = found.value.offers.flatMap(({ parts, claims }) => {
        const [part, taken] = [parts[0], claims[0]];
        if (!part || taken?.generation === undefined) return [];
        return [{ resource: part.resource, generation: taken.generation, unitNames: part.unitNames, start: part.start, startSent: taken.start === undefined ? "" : new Date(taken.start).toISOString() }];
      });
      offers = { rows, complete: found.value.complete };
    } else {
      unanswered = found.problems[0].code === "service.unavailable";
      offers = { rows: [], complete: true };
      // The fields of one claim, as this page names them; a problem with them is said once.
      const fresh = found.problems.map((one) => (one.field === undefined ? one : { ...one, field: one.field.replace(/^claims\.0\./, "") }));
      if (!unanswered) shown.push(...fresh.filter(({ code, field }) => !shown.some((said) => said.code === code && said.field === field)));
    }
  }
  const done = query("done");
  const view: BookingsView = {
    unit,
    units,
    sought,
    // An authority is exercised, never booked.
    classes: classes.filter(({ kind }) => kind !== "function").map(({ id, names, measure }) => ({ id, names, measure })),
    offers,
    unanswered,
    rows: list.value.rows.map((row) => {
      const given = row.parts.flatMap((part) => part.given.map((one) => ({ ...one, kind: part.periodKind })));
      const first = given.find(({ kind }) => kind !== "none");
      return {
        claim: row.publicId,
        title: row.title,
        state: row.state,
        holdUntil: row.holdUntil,
        start: first ? periodStart(first.kind, first.period) : null,
        resources: [...new Set(given.map(({ resource }) => resource))],
      };
    }),
    next: list.value.next === null ? undefined : queryString({ unit: unit.id, after: list.value.next }),
    done: done === "held" || done === "asked" || done === "confirmed" || done === "released" ? done : undefined,
    idempotencyKey: freshKey(),
    problems: shown,
    may,
  };
  return page(<BookingsPage frame={frame} view={view} />, problems.length > 0 ? 422 : undefined);
}

async function take(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form } = call;
  const { unit } = await deskUnits(call);
  if (unit === undefined) return page(<NoUnitPage frame={frame} />);
  const at = (query: Record<string, string>): string => `${inPool(frame, "/desk/bookings")}?${queryString({ unit: unit.id, ...query })}`;
  const title = normalised(form["title"] ?? "");
  const claim = claimOf(soughtOf(call));
  const [resource = "", generation = "", start = ""] = (form["offer"] ?? "").split(" ");
  const unfit = title === "" ? problem("input.missing", {}, { field: "title" }) : textProblem(title, TITLE_MAX, { field: "title" });
  if (unfit) return await bookings(call, [unfit]);
  if (!claim.ok) return await bookings(call, claim.problems);
  const instant = instantOf(start);
  if (!/^\d{1,15}$/.test(generation) || (start !== "" && instant === undefined)) return await bookings(call, [problem("input.invalid", { expected: "offer" })]);
  const { earliest: _, ...wanted } = claim.value;
  const done = await once(call, async () => {
    const asked = await claimDirectly(deps, actor, pool, {
      unit: unit.id,
      title,
      claims: [{ ...wanted, resource, generation: Number(generation), ...(instant !== undefined && { start: instant }) }],
      holdMinutes: HOLD_MINUTES_USUAL,
      waits: false,
    });
    return asked.ok ? ok(at({ step: String(asked.value.step) })) : asked;
  });
  if (!("to" in done)) return await bookings(call, done.problems);
  const step = Number(new URL(done.to, "http://portal").searchParams.get("step"));
  const { outcome, reasons } = await answerWithin(deps, pool, trusted<StepId>(step), ANSWER_MS, sleep);
  return outcome === "refused" ? await bookings(call, [refusalProblem(reasons)]) : go(at({ done: outcome === null ? "asked" : "held" }));
}

const acting = (path: "confirmation" | "release"): PageRoute => ({
  method: "post",
  path: `/desk/bookings/:claim/${path}`,
  access: "direct-claim.change",
  room: "desk",
  here: "bookings",
  async handle(call) {
    const { deps, actor, pool, frame, param, form } = call;
    const done = await once(call, async () => {
      const acted = await (path === "confirmation" ? confirmDirectClaim : releaseDirectClaim)(deps, actor, pool, param("claim"));
      return acted.ok ? ok(`${inPool(frame, "/desk/bookings")}?${queryString({ unit: form["unit"], done: path === "confirmation" ? "confirmed" : "released" })}`) : acted;
    });
    return "to" in done ? go(done.to) : done.problems[0].code === "object.not_found" ? refuse(done.problems) : await bookings(call, done.problems);
  },
});

export const bookingRoutes: readonly PageRoute[] = [
  { method: "get", path: "/desk/bookings", access: "direct-claim.read", room: "desk", here: "bookings", handle: (call) => bookings(call) },
  { method: "post", path: "/desk/bookings", access: "direct-claim.create", room: "desk", here: "bookings", handle: take },
  acting("confirmation"),
  acting("release"),
];
