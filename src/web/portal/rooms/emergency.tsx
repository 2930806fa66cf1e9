import { divisionsOf, endOrder, enterOrder, isIn, listOrders, listUses, makeGood, readOrder, signOrder } from "../../../app/emergency/orders.js";
import { nameOfficers } from "../../../app/policy/name-officers.js";
import { isInForce } from "../../../domain/emergency/order.js";
import { trusted, type PersonId } from "../../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../../domain/instant.js";
import type { Problem } from "../../../domain/problem.js";
import { problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { OrderPage, OrdersPage } from "../pages/emergency/page.js";
import { NOTHING_TRIED, takeBack, usePower, USES_DONE, type UseOutcome } from "./emergency-uses.js";
import { unitsHeld } from "../../../domain/policy/subject.js";

const HERE = { room: "centre", here: "emergency" } as const;
const PATH = "/centre/emergency";
const ORDERS_MAX = 100;
const USES_MAX = 500;
const LEVELS = [1, 2, 3, 4] as const;
const TEXTS = ["document", "title", "trigger"] as const;

const idOf = (text: string): number => Number(/^\d{1,9}$/.exec(text)?.[0] ?? 0);
const parts = (text: string | undefined): string[] => (text ?? "").split(/[;；,，\s]+/).filter((part) => part !== "");

async function ordersPage(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form } = call;
  const found = await listOrders(deps, actor, pool, { limit: ORDERS_MAX });
  if (!found.ok) return refuse(found.problems);
  const grounds = await deps.store.read(pool).priorities.classes();
  const may = await deps.authorizer.may(actor, "emergency.enter", { poolId: pool });
  const view = { orders: found.value.rows, grounds: grounds.map(({ code, names }) => ({ value: code, label: frame.voice.name(names) })), mayEnter: may.ok, key: freshKey(), problems, typed: problems.length === 0 ? {} : form };
  return page(<OrdersPage frame={frame} view={view} />, problems.length > 0 ? 422 : undefined);
}

async function orderPage(call: PageCall, came: Partial<Exclude<UseOutcome, { readonly to: string }>> = {}): Promise<PageAnswer> {
  const { deps, actor, pool, frame } = call;
  const id = idOf(call.param("order"));
  const [found, uses] = [await readOrder(deps, actor, pool, id), await listUses(deps, actor, pool, id, { limit: USES_MAX })];
  if (!found.ok) return refuse(found.problems);
  if (!uses.ok) return refuse(uses.problems);
  const { state, order } = found.value;
  const { name } = frame.voice;
  const persons = uses.value.rows.flatMap(({ by, toldBy }) => [...(by.startsWith("system:") ? [] : [trusted<PersonId>(by)]), ...(toldBy === null ? [] : [toldBy])]);
  const names = await nameOfficers(deps, actor, persons, "emergency.read");
  const reading = deps.store.read(pool);
  const [units, classes, grounds, within] = await Promise.all([reading.units.all(), reading.classes.all(), reading.priorities.classes(), divisionsOf(reading, order)]);
  const now = await deps.clock.now(pool);
  const may = async (action: "emergency.sign" | "emergency.end" | "emergency.make-good" | "emergency.prioritise" | "emergency.lend", unitId: string | null = null): Promise<boolean> => (await deps.authorizer.may(actor, action, { poolId: pool, unitId: unitId === null ? null : trusted(unitId) })).ok;
  const good = new Set<string | null>();
  for (const unitId of new Set(uses.value.rows.filter(({ owed }) => owed !== null).map((use) => use.unitId))) if (await may("emergency.make-good", unitId)) good.add(unitId);
  // A clerk serves the cases of their own unit first, and is asked for each case again.
  let mayPrioritise = false;
  for (const unitId of [null, ...unitsHeld(actor)]) mayPrioritise ||= await may("emergency.prioritise", unitId);
  const open = ["entered", "ahead", "unconfirmed", "in-force"].includes(state);
  const cases = came.cases ?? [];
  const items = await reading.items.newestAll([...order.items, ...cases.map(({ item }) => item)]);
  const places = order.divisions.length === 0 ? [] : await reading.divisions.all();
  const ground = grounds.find(({ code }) => code === order.powers.priority?.ground);
  const view = {
    ...NOTHING_TRIED,
    shown: found.value,
    inForce: isInForce(order, now),
    mayPrioritise,
    mayLend: await may("emergency.lend"),
    groundName: ground === undefined ? (order.powers.priority?.ground ?? "") : name(ground.names),
    classes: new Map(classes.map((one) => [one.id as string, one])),
    items: new Map([...items].map(([code, { guide }]) => [code, name(guide.names)])),
    places: new Map(places.map((one) => [one.code as string, name(one.names)])),
    borrowers: units.filter((unit) => unit.state === "active" && isIn(within, unit.division)).map((unit) => ({ value: unit.id as string, label: name(unit.names) })),
    today: localDateOf(dayNumberOf(now)),
    typed: call.form,
    uses: uses.value.rows,
    names: names.ok ? names.value : new Map<string, string>(),
    units: new Map<string, string>(units.map((unit) => [unit.id, name(unit.names)])),
    maySign: (state === "entered" || state === "unconfirmed") && actor.kind === "person" && actor.personId !== order.enteredBy && (await may("emergency.sign")),
    mayEnd: open && (await may("emergency.end")),
    mayMakeGood: ({ unitId }: { readonly unitId: string | null }) => good.has(unitId),
    done: USES_DONE.find((one) => one === call.query("done")),
    key: freshKey(),
    ...came,
  };
  return page(<OrderPage frame={frame} view={view} />, view.problems.length > 0 ? 422 : undefined);
}

async function used(call: PageCall, does: (order: number) => Promise<UseOutcome>): Promise<PageAnswer> {
  const outcome = await does(idOf(call.param("order")));
  return "to" in outcome ? go(outcome.to) : await orderPage(call, outcome);
}

const act = (path: string, access: PageRoute["access"], does: (call: PageCall, id: number) => Promise<Result<unknown>>): PageRoute => ({
  method: "post",
  path: `${PATH}/:order/${path}`,
  access,
  ...HERE,
  async handle(call) {
    const id = idOf(call.param("order"));
    const done = await once(call, async () => {
      const made = await does(call, id);
      return made.ok ? ok(inPool(call.frame, `${PATH}/${id}`)) : made;
    });
    return "to" in done ? go(done.to) : await orderPage(call, { form: path, problems: done.problems });
  },
});

export const emergencyPages: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "emergency.read", ...HERE, handle: (call) => ordersPage(call) },
  {
    method: "post",
    path: PATH,
    access: "emergency.enter",
    ...HERE,
    async handle(call) {
      const { deps, actor, pool, form } = call;
      const missing = [...TEXTS, "until" as const].filter((field) => (form[field] ?? "").trim() === "").map((field) => problem("input.missing", {}, { field }));
      if (missing.length > 0) return await ordersPage(call, missing);
      const lend = (form["lend"] ?? "").split(/[;；]+/).flatMap((part) => {
        const [cls = "", amount = ""] = part.trim().split(/\s+/);
        return cls === "" ? [] : [{ class: cls, amount: /^\d{1,15}$/.test(amount) ? Number(amount) : Number.NaN }];
      });
      const ground = form["ground"] ?? "";
      const replaces = idOf(form["replaces"] ?? "");
      const done = await once(call, async () => {
        const made = await enterOrder(deps, actor, pool, {
          document: (form["document"] ?? "").trim().slice(0, 120),
          title: (form["title"] ?? "").trim().slice(0, 200),
          trigger: (form["trigger"] ?? "").trim().slice(0, 2_000),
          level: LEVELS.find((one) => String(one) === form["level"]) ?? 4,
          divisions: parts(form["divisions"]),
          items: parts(form["items"]),
          powers: { ...(ground === "" ? {} : { priority: { ground } }), lend, rules: form["rules"] === "true" },
          until: form["until"] ?? "",
          ...(replaces > 0 ? { replaces } : {}),
          atOnce: form["atOnce"] === "true",
        });
        return made.ok ? ok(inPool(call.frame, `${PATH}/${made.value.order.id}`)) : made;
      });
      return "to" in done ? go(done.to) : await ordersPage(call, done.problems);
    },
  },
  { method: "get", path: `${PATH}/:order`, access: "emergency.read", ...HERE, handle: (call) => orderPage(call) },
  act("sign", "emergency.sign", ({ deps, actor, pool }, id) => signOrder(deps, actor, pool, id)),
  act("end", "emergency.end", ({ deps, actor, pool, form }, id) => endOrder(deps, actor, pool, id, form["reason"] ?? "")),
  { method: "post", path: `${PATH}/:order/prioritise`, access: "emergency.prioritise", ...HERE, handle: (call) => used(call, (order) => usePower(call, order, "first")) },
  { method: "post", path: `${PATH}/:order/lend`, access: "emergency.lend", ...HERE, handle: (call) => used(call, (order) => usePower(call, order, "lend")) },
  { method: "post", path: `${PATH}/:order/back`, access: "emergency.read", ...HERE, handle: (call) => used(call, (order) => takeBack(call, order)) },
  act("made-good/:use", "emergency.make-good", (call) => makeGood(call.deps, call.actor, call.pool, idOf(call.param("use")))),
];
