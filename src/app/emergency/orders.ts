import { lastDayOf, isInForce, isOver, orderStateAt, orderTimes, powerProblems, SCOPE_MAX, type EmergencyOrder, type EmergencyPower, type OrderDays, type ResponseLevel } from "../../domain/emergency/order.js";
import type { ClassId, DivisionCode, ItemCode, PoolId } from "../../domain/id.js";
import { liesIn, parentsOf } from "../../domain/org/division.js";
import type { Actor, PersonActor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { EmergencyUse } from "../ports/emergency.js";
import type { Reading } from "../ports/store.js";
import { groundsOf } from "../request/act-on-case.js";
import { secondPersonProblem } from "../rebalance/second-person.js";

export type EmergencyDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

export interface OrderInput extends OrderDays {
  readonly document: string;
  readonly title: string;
  readonly level: ResponseLevel;
  readonly trigger: string;
  readonly divisions: readonly string[];
  readonly items: readonly string[];
  readonly powers: {
    readonly priority?: { readonly ground: string; readonly everyCase?: boolean | undefined } | undefined;
    readonly lend?: readonly { readonly class: string; readonly amount: number }[] | undefined;
    readonly rules?: boolean | undefined;
  };
  readonly replaces?: number | undefined;
  /** In force before a second person has confirmed it. */
  readonly atOnce?: boolean | undefined;
}

export interface ShownOrder {
  readonly order: EmergencyOrder;
  readonly state: ReturnType<typeof orderStateAt>;
  /** The last day, included. */
  readonly last: string;
}

const SIGNERS = ["pool-admin", "policy-admin"] as const;
const notFound = refused(problem("object.not_found", { kind: "emergency-order" }));

const shownAt = (order: EmergencyOrder, now: number): ShownOrder => ({ order, state: orderStateAt(order, now), last: lastDayOf(order) });

export async function listOrders(deps: EmergencyDeps, actor: Actor, pool: PoolId, page: PageAsked): Promise<Result<Page<ShownOrder & { readonly uses: number; readonly standing: number }>>> {
  const allowed = await deps.authorizer.may(actor, "emergency.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const [now, { rows, next }] = await Promise.all([deps.clock.now(pool), deps.store.read(pool).emergencies.list(page)]);
  return ok({ rows: rows.map((order) => ({ ...shownAt(order, now), uses: order.uses, standing: order.standing })), next });
}

export async function readOrder(deps: EmergencyDeps, actor: Actor, pool: PoolId, id: number): Promise<Result<ShownOrder>> {
  const allowed = await deps.authorizer.may(actor, "emergency.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const order = await deps.store.read(pool).emergencies.get(id);
  return order ? ok(shownAt(order, await deps.clock.now(pool))) : notFound;
}

/** Every use of a power under it: who, what for, when, what is still owed. */
export async function listUses(deps: EmergencyDeps, actor: Actor, pool: PoolId, id: number, page: PageAsked): Promise<Result<Page<EmergencyUse>>> {
  const there = await readOrder(deps, actor, pool, id);
  return there.ok ? ok(await deps.store.read(pool).emergencies.uses(id, page)) : there;
}

/** One person writes an order down. It waits for another's signature, or has effect at once and waits for their confirmation. */
export async function enterOrder(deps: EmergencyDeps, actor: Actor, pool: PoolId, input: OrderInput): Promise<Result<ShownOrder>> {
  const allowed = await deps.authorizer.may(actor, "emergency.enter", { poolId: pool });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.forbidden", { action: "emergency.enter" }));
  return declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<ShownOrder>> => {
    const times = orderTimes({ ...input, atOnce: input.atOnce === true }, act.at);
    const { priority, lend = [], rules = false } = input.powers;
    const powers = {
      priority: priority === undefined ? null : { ground: priority.ground, everyCase: priority.everyCase === true },
      lend: lend.map(({ class: classId, amount }) => ({ classId: classId as ClassId, amount })),
      rules,
    };
    const unknown = await unknownIn(act.tx, input);
    const [first, ...rest] = [...times.problems, ...powerProblems(powers, input.items), ...unknown];
    if (first) return refused(first, ...rest);
    const id = await act.tx.emergencies.insert({
      document: input.document,
      title: input.title,
      level: input.level,
      trigger: input.trigger,
      divisions: [...new Set(input.divisions)] as DivisionCode[],
      items: [...new Set(input.items)] as ItemCode[],
      powers,
      startsAt: times.startsAt,
      sunsetAt: times.sunsetAt,
      confirmBy: times.confirmBy === null ? null : Math.min(times.confirmBy, times.sunsetAt),
      replaces: input.replaces ?? null,
      enteredBy: actor.personId,
      enteredAt: act.at,
    });
    await act.tx.audit.append(entryOf(act, "emergency.enter", "emergency-order", String(id), { after: { ...input, sunsetAt: new Date(times.sunsetAt).toISOString() } }));
    return ok(shownAt((await act.tx.emergencies.get(id))!, act.at));
  });
}

async function unknownIn(tx: Reading, { document, divisions, items, powers, replaces }: OrderInput): Promise<Problem[]> {
  const [isThere, known, classes, grounds] = await Promise.all([tx.emergencies.hasDocument(document), tx.divisions.all(), tx.classes.all(), tx.priorities.classes()]);
  const problems: Problem[] = [];
  if (isThere) problems.push(problem("object.exists", { kind: "emergency-order", id: document }, { field: "document" }));
  if (divisions.length > SCOPE_MAX || items.length > SCOPE_MAX) problems.push(problem("emergency.too_many", { max: SCOPE_MAX }, { field: divisions.length > SCOPE_MAX ? "divisions" : "items" }));
  else {
    for (const [at, code] of divisions.entries()) if (!known.some((one) => one.code === code)) problems.push(problem("division.unknown", { division: code }, { field: `divisions.${at}` }));
    const there = await tx.items.newestAll(items);
    for (const [at, code] of items.entries()) if (!there.has(code)) problems.push(problem("input.unknown_reference", { kind: "item", id: code }, { field: `items.${at}` }));
  }
  for (const [at, { class: cls }] of (powers.lend ?? []).entries()) {
    const of = classes.find((one) => one.id === cls);
    if (!of) problems.push(problem("class.unknown", { class: cls }, { field: `powers.lend.${at}.class` }));
    else if (of.lend === "none") problems.push(problem("loan.not_lendable", { class: cls }, { field: `powers.lend.${at}.class` }));
  }
  const ground = powers.priority?.ground;
  if (ground !== undefined && !grounds.some(({ code }) => code === ground)) problems.push(problem("input.unknown_reference", { kind: "priority", id: ground }, { field: "powers.priority.ground" }));
  if (replaces !== undefined && !(await tx.emergencies.get(replaces))) problems.push(problem("input.unknown_reference", { kind: "emergency-order", id: String(replaces) }, { field: "replaces" }));
  return problems;
}

/** A second person signs it, or confirms what has effect already. What it replaces ends when it begins. */
export function signOrder(deps: EmergencyDeps, actor: Actor, pool: PoolId, id: number): Promise<Result<ShownOrder>> {
  return onOrder(deps, actor, pool, id, "emergency.sign", async (act, order, person) => {
    const state = orderStateAt(order, act.at);
    if (order.signedAt !== null || (state !== "entered" && state !== "unconfirmed")) return refused(problem("object.transition_illegal", { kind: "emergency-order", state, event: "sign" }));
    const other = await secondPersonProblem(act.tx, person.personId, { by: order.enteredBy, at: order.enteredAt, gains: [] }, SIGNERS);
    if (other) return refused(other);
    await act.tx.emergencies.sign(id, person.personId, act.at);
    await act.tx.audit.append(entryOf(act, "emergency.sign", "emergency-order", String(id), { before: { state }, after: { document: order.document, enteredBy: order.enteredBy } }));
    const old = order.replaces === null ? null : await act.tx.emergencies.lock(order.replaces);
    const begins = Math.max(order.startsAt, act.at);
    if (old && begins < Math.min(old.sunsetAt, old.endedAt ?? Infinity)) {
      await act.tx.emergencies.end(old.id, { at: begins, as: "replaced", by: person.personId, reason: order.document });
      await act.tx.audit.append(entryOf(act, "emergency.end", "emergency-order", String(old.id), { before: { state: orderStateAt(old, act.at) }, after: { state: "replaced", by: order.document, at: new Date(begins).toISOString() } }));
    }
    return ok(shownAt((await act.tx.emergencies.get(id))!, act.at));
  });
}

/** The danger is over: it ends now, whoever says so; one that was never in force is withdrawn. */
export function endOrder(deps: EmergencyDeps, actor: Actor, pool: PoolId, id: number, reason: string): Promise<Result<ShownOrder>> {
  return onOrder(deps, actor, pool, id, "emergency.end", async (act, order, person) => {
    const grounds = groundsOf(reason, "reason");
    if (!grounds.ok) return grounds;
    const state = orderStateAt(order, act.at);
    const as = state === "in-force" || state === "unconfirmed" ? "ended" : state === "entered" || state === "ahead" ? "withdrawn" : null;
    if (as === null) return refused(problem("object.transition_illegal", { kind: "emergency-order", state, event: "end" }));
    await act.tx.emergencies.end(id, { at: act.at, as, by: person.personId, reason: grounds.value });
    await act.tx.audit.append(entryOf(act, "emergency.end", "emergency-order", String(id), { before: { state }, after: { state: as, reason: grounds.value } }));
    if (state === "ahead") await resumeReplaced(act, order);
    return ok(shownAt((await act.tx.emergencies.get(id))!, act.at));
  });
}

/** What was to end for an order that never began goes on. */
async function resumeReplaced(act: DeclaringAct, { replaces, document }: EmergencyOrder): Promise<void> {
  const old = replaces === null ? null : await act.tx.emergencies.lock(replaces);
  if (!old || old.endedAs !== "replaced" || old.endedReason !== document || isOver(old, act.at)) return;
  await act.tx.emergencies.resume(old.id);
  await act.tx.audit.append(entryOf(act, "emergency.end", "emergency-order", String(old.id), { before: { state: "replaced", by: document, at: new Date(old.endedAt!).toISOString() }, after: { state: orderStateAt({ ...old, endedAt: null, endedAs: null }, act.at) } }));
}

/** What was left out because of the danger has been done since: the lender's head was told, or the evidence is there. */
export async function makeGood(deps: EmergencyDeps, actor: Actor, pool: PoolId, useId: number): Promise<Result<EmergencyUse>> {
  const seen = await deps.authorizer.may(actor, "emergency.read", { poolId: pool });
  if (!seen.ok) return seen;
  const there = await deps.store.read(pool).emergencies.use(useId);
  if (!there) return refused(problem("object.not_found", { kind: "emergency-use" }));
  const allowed = await deps.authorizer.may(actor, "emergency.make-good", { poolId: pool, unitId: there.unitId });
  if (!allowed.ok || actor.kind !== "person") return refused(problem("access.forbidden", { action: "emergency.make-good" }));
  const by = actor.personId;
  return declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<EmergencyUse>> => {
    // Of two who say so at once the second is told that nothing is owed.
    await act.tx.emergencies.lock(there.order);
    const use = (await act.tx.emergencies.use(useId))!;
    if (use.owed === null || use.toldAt !== null) return refused(problem("emergency.nothing_owed", {}));
    await act.tx.emergencies.madeGood(useId, by, act.at);
    await act.tx.audit.append(entryOf(act, "emergency.make-good", "emergency-order", String(use.order), { after: { use: useId, owed: use.owed } }));
    return ok((await act.tx.emergencies.use(useId))!);
  });
}

async function onOrder(
  deps: EmergencyDeps,
  actor: Actor,
  pool: PoolId,
  id: number,
  action: "emergency.sign" | "emergency.end",
  work: (act: DeclaringAct, order: EmergencyOrder, person: PersonActor) => Promise<Result<ShownOrder>>,
): Promise<Result<ShownOrder>> {
  const seen = await deps.authorizer.may(actor, "emergency.read", { poolId: pool });
  if (!seen.ok) return seen;
  const allowed = await deps.authorizer.may(actor, action, { poolId: pool });
  if (!allowed.ok || actor.kind !== "person") return refused(problem("access.forbidden", { action }));
  return declaring(deps, actor, pool, allowed.value.policyVersion, async (act) => {
    const order = await act.tx.emergencies.lock(id);
    return order ? await work(act, order, actor) : notFound;
  });
}

/** No power without a live order that gives it: asked in the transaction of each use, with the order locked, so that none is used while it ends. */
export async function orderGiving(tx: Pick<Reading, "emergencies">, id: number, power: EmergencyPower, now: number): Promise<Result<EmergencyOrder>> {
  const order = await tx.emergencies.lock(id);
  if (!order) return notFound;
  if (!isInForce(order, now)) return refused(problem("emergency.not_in_force", { document: order.document, state: orderStateAt(order, now) }));
  const { priority, lend, rules } = order.powers;
  const given = power === "priority" ? priority !== null : power === "lend" ? lend.length > 0 : rules;
  return given ? ok(order) : refused(problem("emergency.power_not_given", { document: order.document, power }));
}

/** The divisions of the scope with all beneath them; empty: everywhere. */
export async function divisionsOf(tx: Pick<Reading, "divisions">, { divisions }: Pick<EmergencyOrder, "divisions">): Promise<readonly DivisionCode[]> {
  if (divisions.length === 0) return [];
  const all = await tx.divisions.all();
  const parents = parentsOf(all);
  return all.filter(({ code }) => divisions.some((outer) => liesIn(parents, code, outer))).map(({ code }) => code);
}

/** Whether a place is in it: a village of a county need not be declared to be in the county. */
export const isIn = (within: readonly string[], place: string | null): boolean => within.length === 0 || (place !== null && within.some((code) => place.startsWith(code)));
