import { listItems } from "../../../app/catalogue/read-items.js";
import { mayPropose, previewTaskForce, proposeTaskForce, type TaskForcePreview } from "../../../app/rebalance/task-forces.js";
import type { Reading } from "../../../app/ports/store.js";
import type { Names } from "../../../domain/catalogue/item.js";
import { trusted, type UnitId } from "../../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../../domain/instant.js";
import type { Unit } from "../../../domain/org/unit.js";
import type { CapacityClass } from "../../../domain/pool/class.js";
import type { Problem } from "../../../domain/problem.js";
import { MEMBERS_MAX } from "../../../domain/rebalance/declare-task-force.js";
import type { RawRecord } from "../../../domain/record.js";
import { ok, refused } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { TaskForceFormPage, type MemberRow } from "../pages/task-forces/form.js";
import { unitTyped } from "./units.js";
import { unitsHeld } from "../../../domain/policy/subject.js";

const HERE = { room: "centre", here: "task-forces" } as const;
const PATH = "/centre/task-forces/new";
const ITEMS_MAX = 1_000;
const ITEM_ROWS_MAX = 50;
/** Of one member's resources on the page; a unit has a dozen. */
const GIVEN_MAX = 60;
/** As people write “all that is free of it”. */
const ALL = /^(all|全部|\*)$/i;

type Typed = Readonly<Record<string, string>>;

/** What was typed, as a proposal, and where on the page each of its fields stands. */
interface Written {
  /** Without the rows that were left empty. */
  readonly typed: Typed;
  readonly members: readonly MemberRow[];
  readonly itemRows: number;
  readonly record: RawRecord;
  readonly fieldOf: ReadonlyMap<string, string>;
}

const given = (typed: Typed, path: string): string => (typed[path] ?? "").trim();
const rowsOf = (typed: Typed, name: string, max: number): number => Math.min(max, /^\d{1,3}$/.test(typed[name] ?? "") ? Number(typed[name]) : 0);

/** What comes back when the term is over; deciding persons serve in a task force, and nowhere else away from home. */
const canBeGiven = ({ kind, lend, consumable, period }: CapacityClass): boolean => !consumable && (period === "day" || period === "slot") && (kind === "staff" || lend !== "none");

const codeOf = (known: readonly { readonly code: string; readonly names: Names }[], text: string): string => known.find(({ names }) => names.zh === text || names.en === text)?.code ?? text;

async function memberRow(reading: Reading, { frame }: PageCall, unit: Unit | undefined, classes: ReadonlyMap<string, CapacityClass>): Promise<MemberRow> {
  if (!unit) return { unit: null, resources: [], hasMore: false };
  const { name, amount } = frame.voice;
  const { rows, next } = await reading.resources.list({ units: [unit.id], state: "published", own: true }, { limit: GIVEN_MAX });
  const resources = rows.flatMap(({ code, classId, total }) => {
    const of = classes.get(classId);
    return of && canBeGiven(of) ? [{ code, label: `${name(of.names)} · ${code}`, total: total === null ? null : amount(total, of.measure) }] : [];
  });
  return { unit: unit.id, resources, hasMore: next !== null };
}

async function written(call: PageCall, form: Typed): Promise<Written> {
  const reading = call.deps.store.read(call.pool);
  const units = (await reading.units.all()).filter(({ state }) => state === "active");
  const divisions = await reading.divisions.all();
  const items = await itemsOf(call);
  const classes = new Map((await reading.classes.all()).map((one) => [one.id as string, one]));
  const typed: Record<string, string> = Object.fromEntries(Object.entries(form).filter(([name]) => !/^(members|items)\./.test(name)));
  const fieldOf = new Map([["members", "members.0.unit"], ["items", "items.0.item"], ["names", "names.zh"]]);
  const members: MemberRow[] = [];
  const sent: RawRecord[] = [];
  for (const text of Array.from({ length: rowsOf(form, "memberRows", MEMBERS_MAX) }, (_, at) => given(form, `members.${at}.unit`)).filter((one) => one !== "")) {
    const at = members.length;
    const id = unitTyped(units, text);
    typed[`members.${at}.unit`] = text;
    // A unit that was written twice has its resources once; the second is refused.
    const row = await memberRow(reading, call, members.some(({ unit }) => unit === id) ? undefined : units.find((unit) => unit.id === id), classes);
    const resources = row.resources.flatMap(({ code }) => {
      const amount = given(form, `amount.${code}`);
      return amount === "" ? [] : [{ resource: code, ...(ALL.test(amount) ? {} : { amount }) }];
    });
    for (const [nth, { resource }] of resources.entries()) for (const part of ["resource", "amount"]) fieldOf.set(`members.${at}.resources.${nth}.${part}`, `amount.${resource}`);
    members.push(row);
    sent.push({ unit: id, resources });
  }
  const taken = Array.from({ length: rowsOf(form, "itemRows", ITEM_ROWS_MAX) }, (_, at) => ({ item: given(form, `items.${at}.item`), places: given(form, `items.${at}.divisions`) })).filter(({ item, places }) => item !== "" || places !== "");
  for (const [at, { item, places }] of taken.entries()) {
    typed[`items.${at}.item`] = item;
    typed[`items.${at}.divisions`] = places;
  }
  const parent = given(form, "parent");
  const record = {
    taskForce: given(form, "taskForce"),
    names: { zh: given(form, "names.zh"), en: given(form, "names.en") },
    basis: given(form, "basis"),
    until: given(form, "until"),
    ...(parent === "" ? {} : { parent: unitTyped(units, parent) }),
    members: sent,
    items: taken.map(({ item, places }) => ({ item: codeOf(items, item), divisions: places.split(/[,，;；、\n]+/).map((one) => one.trim()).filter((one) => one !== "").map((one) => codeOf(divisions, one)) })),
  };
  return { typed, members, itemRows: taken.length, record, fieldOf };
}

async function itemsOf({ deps, actor, pool }: PageCall): Promise<readonly { readonly code: string; readonly names: Names }[]> {
  const found = await listItems(deps, actor, pool, {}, { limit: ITEMS_MAX });
  return found.ok ? found.value.rows.map(({ code, guide }) => ({ code, names: guide.names })) : [];
}

/** Whether this person may propose one at all: of which units is asked when they are named. */
export async function mayProposeTaskForce({ deps, actor, pool }: PageCall): Promise<boolean> {
  const units = unitsHeld(actor);
  return (await mayPropose(deps, actor, pool, units)).ok;
}

interface Shown {
  readonly preview?: TaskForcePreview;
  readonly isChanged?: boolean;
  readonly problems?: readonly Problem[];
  /** Empty rows beyond those that were filled in. */
  readonly more?: { readonly members?: number; readonly items?: number };
}

async function formPage(call: PageCall, { typed, members, itemRows, fieldOf }: Pick<Written, "typed" | "members" | "itemRows" | "fieldOf">, { preview, isChanged = false, problems = [], more = {} }: Shown): Promise<PageAnswer> {
  const reading = call.deps.store.read(call.pool);
  const { name } = call.frame.voice;
  const units = await reading.units.all();
  const items = await itemsOf(call);
  const memberRows = Math.min(MEMBERS_MAX, Math.max(1, members.length + (more.members ?? 0)));
  const view = {
    units: new Map(units.map(({ id, names }) => [id as string, names])),
    classes: new Map((await reading.classes.all()).map((one) => [one.id as string, one])),
    items: new Map(items.map(({ code, names }) => [code, names])),
    divisions: new Map((await reading.divisions.all()).map(({ code, names }) => [code as string, names])),
    unitChoices: units.filter(({ state }) => state === "active").map(({ id, names }) => ({ value: id as string, label: name(names) })),
    itemChoices: items.map(({ code, names }) => ({ value: code, label: name(names) })),
    typed,
    members: Array.from({ length: memberRows }, (_, at) => members[at] ?? { unit: null, resources: [], hasMore: false }),
    itemRows: Math.min(ITEM_ROWS_MAX, Math.max(1, itemRows + (more.items ?? 0))),
    preview,
    isChanged,
    key: freshKey(),
    problems: problems.map((one) => (one.field === undefined ? one : { ...one, field: fieldOf.get(one.field) ?? one.field })),
  };
  return page(<TaskForceFormPage frame={call.frame} view={view} />, problems.length > 0 ? 422 : undefined);
}

async function blank(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool } = call;
  if (!(await mayProposeTaskForce(call))) {
    const told = await deps.authorizer.may(actor, "task-force.propose", { poolId: pool, unitId: null });
    if (!told.ok) return refuse(told.problems);
  }
  // Codes are for files and commands; who writes on the page need not think of one.
  const today = localDateOf(dayNumberOf(await deps.clock.now(pool))).replaceAll("-", "");
  const reading = deps.store.read(pool);
  let serial = 1;
  while ((await reading.taskForces.get(`force-${today}-${serial}`)) !== null) serial += 1;
  return await formPage(call, { typed: { taskForce: `force-${today}-${serial}` }, members: [], itemRows: 0, fieldOf: new Map() }, { more: { members: 2 } });
}

async function posted(call: PageCall): Promise<PageAnswer> {
  const { deps, actor, pool, frame, form } = call;
  if (!(await mayProposeTaskForce(call))) return await blank(call);
  const now = await written(call, form);
  const act = form["act"] ?? "";
  if (act === "list") return await formPage(call, now, {});
  if (act === "add-member" || act === "add-item") return await formPage(call, now, { more: act === "add-member" ? { members: 1 } : { items: 1 } });
  const preview = await previewTaskForce(deps, actor, pool, now.record);
  if (!preview.ok) return await formPage(call, now, { problems: preview.problems });
  if (act !== "propose" || form["seen"] !== preview.value.hash) return await formPage(call, now, { preview: preview.value, isChanged: act === "propose" });
  const done = await once(call, async () => {
    const made = await proposeTaskForce(deps, actor, pool, now.record);
    return made.ok ? ok(inPool(frame, `/centre/task-forces/${made.value.id}?done=propose`)) : refused(...made.problems);
  });
  return "to" in done ? go(done.to) : await formPage(call, now, { problems: done.problems });
}

/** Before `/:taskForce`, which would take `new` for one. */
export const taskForceFormPages: readonly PageRoute[] = [
  { method: "get", path: PATH, access: "task-force.propose", ...HERE, handle: blank },
  { method: "post", path: PATH, access: "task-force.propose", ...HERE, handle: posted },
];
