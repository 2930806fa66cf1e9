import type { PoolId, StepId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, startOfDay, type DayNumber, type Instant } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import type { EvacuatedResource } from "../../domain/pool/command.js";
import type { Kind } from "../../domain/pool/class.js";
import { forcedGround } from "../../domain/pool/order.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { offersOf } from "../direct/find-offers.js";
import type { AppDeps } from "../deps.js";
import type { AtStake, Drain, Drained, DrainKind, DrainTarget } from "../ports/drain.js";
import type { Reading, Transaction } from "../ports/store.js";
import { groundsOf } from "../request/act-on-case.js";
import { handOverWork } from "./hand-over-work.js";

export interface DrainInput {
  readonly kind: DrainKind;
  readonly targetKind: DrainTarget;
  readonly target: string;
  /** First and last day; absent: from today, until it is lifted. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly reason: string;
  /** Why it goes before dates that law sets. */
  readonly ground?: string | undefined;
}

/** People and things are away or broken; an authority, money and data are not. */
export const DRAINABLE: ReadonlySet<Kind> = new Set(["staff", "material"]);
/** Steps that are held to the last day law allows; and how many of them a refusal names. */
const AT_STAKE_MAX = 300;
const NAMED_MAX = 10;
/** Ways to serve a step elsewhere that are looked at. */
const WAYS_MAX = 16;

/** The one thing among several that is named. */
export type DrainNamed = Pick<DrainInput, "targetKind" | "target">;

/**
 * Takes something out of service for some days. A cordon gives nothing new; a drain also moves what is held and not begun, to
 * its own time elsewhere if that can be; a failover is a drain nobody chose, and is not refused for dates that law sets.
 */
export async function declareDrain(deps: AppDeps, actor: Actor, pool: PoolId, input: DrainInput): Promise<Result<Drain>> {
  const made = await declareDrains(deps, actor, pool, { ...input, targets: [input] });
  return made.ok ? ok(made.value[0]!) : made;
}

export interface Target {
  readonly named: DrainNamed;
  readonly unitId: UnitId;
  readonly policyVersion: number;
  readonly covered: readonly Drained[];
}

/** As `declareDrain`, of several at once: all of them or none, and nothing is moved from one of them to another. */
export async function declareDrains(deps: AppDeps, actor: Actor, pool: PoolId, { targets, ...input }: Omit<DrainInput, keyof DrainNamed> & { readonly targets: readonly DrainNamed[] }): Promise<Result<readonly Drain[]>> {
  const several = targets.length > 1;
  const found: Target[] = [];
  for (const [at, named] of targets.entries()) {
    const one = await targetOf(deps, actor, pool, input.kind, named);
    if (!one.ok) return several ? refused({ ...one.problems[0], field: `targets.${at}` }) : one;
    found.push(one.value);
  }
  const twice = targets.findIndex((one, at) => targets.findIndex((other) => other.targetKind === one.targetKind && other.target === one.target) < at);
  if (twice >= 0) return refused(problem("input.duplicate", { kind: targets[twice]!.targetKind, id: targets[twice]!.target }, { field: `targets.${twice}` }));
  const at = await deps.clock.now(pool);
  const days = daysOf(input, dayNumberOf(at));
  if (!days.ok) return days;
  const reason = groundsOf(input.reason, "reason");
  if (!reason.ok) return reason;
  const ground = input.ground === undefined ? ok(null) : groundsOf(input.ground, "ground");
  if (!ground.ok) return ground;
  if (input.kind === "drain" && ground.value === null) {
    const broken = await breaksLaw(deps, pool, found.flatMap(({ covered }) => covered), days.value);
    if (broken.length > 0) return refused(problem("drain.breaks_law", { count: broken.length, requests: `${broken.slice(0, NAMED_MAX).map(({ number }) => number).join(", ")}${broken.length > NAMED_MAX ? " …" : ""}` }, { field: "ground" }));
  }

  return await deps.store.transact(pool, async (tx): Promise<Result<readonly Drain[]>> => {
    // Two at once would both find the target in service.
    await tx.pools.lockDeclaring();
    return await takeOut(tx, found, { actor, at, kind: input.kind, days: days.value, reason: reason.value, ground: ground.value });
  });
}

/** Inside somebody's transaction, who has asked whether that may be. */
export async function takeOut(tx: Transaction, targets: readonly Target[], taking: Taking): Promise<Result<readonly Drain[]>> {
  // What one of them holds is not to be moved to another, and then once more.
  if (targets.length > 1) await tx.commands.append(actorIdOf(taking.actor), taking.at, { kind: "resource.declared", resources: [...new Set(targets.flatMap(({ covered }) => covered.map(({ resource }) => resource)))] });
  // All are away before the work of one is handed to another.
  const entered: { readonly target: Target; readonly id: number; readonly instead: number | undefined }[] = [];
  for (const target of targets) {
    const there = await enter(tx, target, taking);
    if (!there.ok) return there;
    entered.push({ target, ...there.value });
  }
  const made: Drain[] = [];
  for (const { target, id, instead } of entered) made.push(await empty(tx, target, id, instead, taking));
  return ok(made);
}

async function targetOf(deps: AppDeps, actor: Actor, pool: PoolId, kind: DrainKind, named: DrainNamed): Promise<Result<Target>> {
  const read = deps.store.read(pool);
  const unitId = await unitOf(read, named);
  if (unitId === undefined) return refused(problem("object.not_found", { kind: named.targetKind }));
  const allowed = await deps.authorizer.may(actor, kind === "failover" ? "drain.report-failure" : "drain.declare", { poolId: pool, unitId });
  if (!allowed.ok) return allowed;
  const covered = drainable(named, await read.drains.covered(named.targetKind, named.target));
  return covered.ok ? ok({ named, unitId, policyVersion: allowed.value.policyVersion, covered: covered.value }) : covered;
}

export interface Taking {
  readonly actor: Actor;
  readonly at: Instant;
  readonly kind: DrainKind;
  readonly days: Days;
  readonly reason: string;
  readonly ground: string | null;
}

async function enter(tx: Transaction, { named: { targetKind, target }, unitId, covered }: Target, { actor, at, kind, days, reason, ground }: Taking): Promise<Result<{ readonly id: number; readonly instead: number | undefined }>> {
  const found = await tx.drains.inForce(targetKind, target);
  const over = found?.to != null && (parseLocalDate(found.to) ?? Infinity) < dayNumberOf(at);
  if (found && !over) return refused(problem("drain.exists", { drain: found.id, target }));
  // Last month's leave, that nobody has lifted, is no reason against today's.
  if (found) await tx.drains.lift(found.id, actorIdOf(actor), at, reason);
  const id = await tx.drains.insert({ kind, targetKind, target, unitId, from: localDateOf(days.from), to: days.to === null ? null : localDateOf(days.to), reason, ground, declaredBy: actorIdOf(actor), declaredAt: at }, covered);
  return ok({ id, instead: found?.id });
}

async function empty(tx: Transaction, { named: { targetKind }, policyVersion, covered }: Target, id: number, instead: number | undefined, { actor, at, kind, days: { from, to } }: Taking): Promise<Drain> {
  const range = { from: Math.max(at, startOfDay(from)), to: to === null ? null : startOfDay(to + 1), whatFitsStays: targetKind === "asset" };
  const resources = covered.map(({ resource }): EvacuatedResource => ({ resource, ...range }));
  await tx.commands.append(
    actorIdOf(actor),
    at,
    kind === "cordon" ? { kind: "resource.declared", resources: covered.map(({ resource }) => resource) } : { kind: "resource.evacuated", resources, ground: forcedGround("drain", id) },
  );
  const handed = kind === "cordon" || from > dayNumberOf(at) ? [] : await handOverWork(tx, covered, { actor, at, policyVersion, drain: id });
  const drain = await tx.drains.get(id);
  if (!drain) throw new Error(`drain ${id} is not there after it was written`);
  await tx.audit.append({
    occurredAt: at,
    actorId: actorIdOf(actor),
    act: `drain.${kind === "drain" ? "declare" : kind === "cordon" ? "cordon" : "report-failure"}`,
    objectKind: "drain",
    objectId: String(id),
    after: {
      kind,
      targetKind,
      target: drain.target,
      unitId: drain.unitId,
      from: drain.from,
      to: drain.to,
      reason: drain.reason,
      ground: drain.ground,
      declaredBy: drain.declaredBy,
      declaredAt: at,
      resources: covered.map(({ code }) => code),
      handedOver: handed,
      ...(instead !== undefined && { instead }),
    },
    policyVersion,
  });
  return drain;
}

async function unitOf(read: Reading, { targetKind, target }: DrainNamed): Promise<UnitId | undefined> {
  if (targetKind === "unit") return (await read.units.get(target))?.id;
  if (targetKind === "resource") return (await read.resources.byCode(target))?.unitId;
  return (await read.assets.byCode(target))?.unitId;
}

interface Days {
  readonly from: DayNumber;
  readonly to: DayNumber | null;
}

function daysOf({ from, to }: Pick<DrainInput, "from" | "to">, today: DayNumber): Result<Days> {
  const first = from === undefined ? today : parseLocalDate(from);
  const last = to === undefined ? null : parseLocalDate(to);
  if (first === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" }));
  if (last === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "to" }));
  if (first < today) return refused(problem("drain.days_past", { today: localDateOf(today) }, { field: "from" }));
  if (last !== null && last < first) return refused(problem("validity.reversed", {}, { field: "to" }));
  return ok({ from: first, to: last });
}

function drainable({ targetKind, target }: DrainNamed, covered: readonly Drained[]): Result<readonly Drained[]> {
  const some = covered.filter(({ kind }) => DRAINABLE.has(kind));
  if (some.length > 0) return ok(some);
  const [other] = covered;
  if (targetKind !== "unit" && other) return refused(problem("drain.not_drainable", { target, kind: other.kind }));
  return refused(targetKind === "asset" ? problem("drain.asset_not_counted", { asset: target }) : problem("drain.nothing", { target }));
}

/**
 * Requests whose last lawful day passes before anybody else could serve the step, as things stand. What the scheduler does not
 * answer in time counts as broken: whoever drains then says why.
 */
async function breaksLaw(deps: AppDeps, pool: PoolId, covered: readonly Drained[], { from, to }: Days): Promise<readonly AtStake[]> {
  const read = deps.store.read(pool);
  const leaving = new Set(covered.map(({ code }) => code));
  const stake = await read.drains.atStake(covered.map(({ resource }) => resource), from, to, AT_STAKE_MAX);
  const broken: AtStake[] = [];
  for (const one of stake) if (!(await servedElsewhere(deps, pool, read, one.step, one.statutoryDueAt, leaving))) broken.push(one);
  return broken;
}

async function servedElsewhere(deps: AppDeps, pool: PoolId, read: Reading, step: StepId, before: number, leaving: ReadonlySet<string>): Promise<boolean> {
  const asks = await read.directClaims.asksOf(step);
  const found = await offersOf(deps, pool, asks, { limit: WAYS_MAX, perStart: 4, perDay: WAYS_MAX });
  return found.ok && found.value.offers.some(({ startsAt, parts }) => startsAt <= before && parts.every(({ resource }) => !leaving.has(resource)));
}
