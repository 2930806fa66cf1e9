import { z } from "@hono/zod-openapi";
import { declareCalendar, declareClass, declareTrait } from "../../../app/pool/declare-basics.js";
import { poolOverview, type Totals } from "../../../app/pool/pool-overview.js";
import { getCalendar, getClass, listCalendars, listClasses, listDivisions, listTraits, listZones } from "../../../app/pool/read-basics.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { overviewQuery, overviewShown } from "../../../contract/schemas/overview.js";
import { calendarSent, calendarShown, changedClass, classShown, divisionQuery, divisionShown, newClass, traitSent, traitShown, zoneShown } from "../../../contract/schemas/register.js";
import { parseLocalDate } from "../../../domain/instant.js";
import type { Measure } from "../../../domain/pool/class.js";
import { ok } from "../../../domain/result.js";
import { defineRoute, type Route } from "../route.js";
import { shownPage } from "../shown-page.js";
import { amountOf, shownCalendar, shownClass } from "../shown-register.js";

const named = <K extends string>(name: K) => z.object({ pool: z.string(), [name]: z.string().max(120) } as { pool: z.ZodString } & Record<K, z.ZodString>);
const whole = <T>(rows: readonly T[]) => ({ body: { rows: [...rows], next: null } });

const classes = defineRoute({
  method: "get",
  path: "/classes",
  access: "class.read",
  tag: "register",
  summary: "Classes of capacity",
  response: pageOf(classShown),
  async handle({ deps, actor, pool }) {
    const found = await listClasses(deps, actor, pool);
    return found.ok ? ok(whole(found.value.map(shownClass))) : found;
  },
});

const oneClass = defineRoute({
  method: "get",
  path: "/classes/{class}",
  access: "class.read",
  tag: "register",
  summary: "One class of capacity",
  params: named("class"),
  response: classShown,
  async handle({ deps, actor, pool, params }) {
    const found = await getClass(deps, actor, pool, params.class);
    return found.ok ? ok({ body: shownClass(found.value), generation: found.value.generation }) : found;
  },
});

const makeClass = defineRoute({
  method: "post",
  path: "/classes",
  access: "class.declare",
  tag: "register",
  summary: "Declare a new class of capacity",
  body: newClass,
  status: 201,
  response: classShown,
  problems: ["object.exists", "amount.not_multiple", "amount.zero"],
  async handle({ deps, actor, pool, body }) {
    const made = await declareClass(deps, actor, pool, body, null);
    return made.ok ? ok({ body: shownClass(made.value.thing), generation: made.value.thing.generation, location: `/classes/${made.value.thing.id}` }) : made;
  },
});

const changeClass = defineRoute({
  method: "put",
  path: "/classes/{class}",
  access: "class.declare",
  tag: "register",
  summary: "Declare a class anew",
  params: named("class"),
  body: changedClass,
  ifMatch: true,
  response: classShown,
  problems: ["amount.not_multiple", "amount.zero", "class.delegated"],
  async handle({ deps, actor, pool, params, body, ifMatch }) {
    const made = await declareClass(deps, actor, pool, { ...body, class: params.class }, ifMatch);
    return made.ok ? ok({ body: shownClass(made.value.thing), generation: made.value.thing.generation }) : made;
  },
});

const traits = defineRoute({
  method: "get",
  path: "/traits",
  access: "trait.read",
  tag: "register",
  summary: "Traits a resource may have",
  response: pageOf(traitShown),
  async handle({ deps, actor, pool }) {
    const found = await listTraits(deps, actor, pool);
    return found.ok ? ok(whole(found.value.map(({ id, names }) => ({ trait: id, names })))) : found;
  },
});

const putTrait = defineRoute({
  method: "put",
  path: "/traits/{trait}",
  access: "trait.declare",
  tag: "register",
  summary: "Declare a trait",
  params: named("trait"),
  body: traitSent,
  response: traitShown,
  async handle({ deps, actor, pool, params, body }) {
    const made = await declareTrait(deps, actor, pool, { ...body, trait: params.trait });
    return made.ok ? ok({ body: { trait: made.value.thing.id, names: made.value.thing.names }, status: made.value.change === "created" ? 201 : 200 }) : made;
  },
});

const calendars = defineRoute({
  method: "get",
  path: "/calendars",
  access: "calendar.read",
  tag: "register",
  summary: "Calendars: layers of working time",
  response: pageOf(calendarShown),
  async handle({ deps, actor, pool }) {
    const found = await listCalendars(deps, actor, pool);
    return found.ok ? ok(whole(found.value.map(shownCalendar))) : found;
  },
});

const oneCalendar = defineRoute({
  method: "get",
  path: "/calendars/{calendar}",
  access: "calendar.read",
  tag: "register",
  summary: "One calendar",
  params: named("calendar"),
  response: calendarShown,
  async handle({ deps, actor, pool, params }) {
    const found = await getCalendar(deps, actor, pool, params.calendar);
    return found.ok ? ok({ body: shownCalendar(found.value) }) : found;
  },
});

const putCalendar = defineRoute({
  method: "put",
  path: "/calendars/{calendar}",
  access: "calendar.declare",
  tag: "register",
  summary: "Declare a calendar",
  params: named("calendar"),
  body: calendarSent,
  response: calendarShown,
  problems: ["calendar.cycle", "calendar.base_above", "calendar.never_works"],
  async handle({ deps, actor, pool, params, body }) {
    const made = await declareCalendar(deps, actor, pool, { ...body, calendar: params.calendar });
    return made.ok ? ok({ body: shownCalendar(made.value.thing), status: made.value.change === "created" ? 201 : 200 }) : made;
  },
});

const divisions = defineRoute({
  method: "get",
  path: "/divisions",
  access: "division.read",
  tag: "register",
  summary: "Administrative divisions of the pool (GB/T 2260)",
  query: divisionQuery,
  response: pageOf(divisionShown),
  async handle({ deps, actor, pool, query: { limit, after, ...filter } }) {
    const found = await listDivisions(deps, actor, pool, filter, { limit, after });
    return shownPage(found, ({ code, names, level, parent }) => ({ division: code, names, level, parent }));
  },
});

const zones = defineRoute({
  method: "get",
  path: "/zones",
  access: "zone.read",
  tag: "register",
  summary: "Functional zones: sets of townships that a jurisdiction may name",
  response: pageOf(zoneShown),
  async handle({ deps, actor, pool }) {
    const found = await listZones(deps, actor, pool);
    return found.ok ? ok(whole(found.value.map(({ id, names, townships }) => ({ zone: id, names, townships: [...townships] })))) : found;
  },
});

const shownTotals = (measure: Measure, { total, reserved, capacity, held, settled, free, resources, unlimited, overdrawn }: Omit<Totals, "used">) => ({
  resources,
  unlimited,
  overdrawn,
  total: amountOf(measure, total),
  reserved: amountOf(measure, reserved),
  capacity: amountOf(measure, capacity),
  held: amountOf(measure, held),
  settled: amountOf(measure, settled),
  free: amountOf(measure, free),
});

const overview = defineRoute({
  method: "get",
  path: "/overview",
  access: "overview.read",
  tag: "register",
  summary: "The pool as one: total, reserved, used and free of every class, by owner, kind and division",
  query: overviewQuery,
  response: overviewShown,
  async handle({ deps, actor, pool, query }) {
    const found = await poolOverview(deps, actor, pool, { day: query.day === undefined ? undefined : parseLocalDate(query.day) });
    if (!found.ok) return found;
    const measures = new Map(found.value.classes.map((one) => [one.class.id, one.class.measure]));
    return ok({
      body: {
        day: found.value.day,
        classes: found.value.classes.map((one) => {
          const { id, kind, names, measure, period } = one.class;
          const owners = one.owners.map(({ unitId, division, borrowed, lent, ...owner }) => ({
            unit: unitId,
            division,
            ...shownTotals(measure, owner),
            borrowed: amountOf(measure, borrowed),
            lent: amountOf(measure, lent),
          }));
          return { class: id, kind, names, measure, period, ...shownTotals(measure, one), used: amountOf(measure, one.used), owners };
        }),
        kinds: [...found.value.kinds],
        divisions: found.value.divisions.map(({ division, names, classes: some }) => ({
          division,
          names,
          classes: some.map((one) => {
            const measure = measures.get(one.class) ?? "piece";
            return { class: one.class, kind: one.kind, ...shownTotals(measure, one), used: amountOf(measure, one.used) };
          }),
        })),
      },
    });
  },
});

export const registerRoutes: readonly Route[] = [classes, oneClass, makeClass, changeClass, traits, putTrait, calendars, oneCalendar, putCalendar, divisions, zones, overview];
