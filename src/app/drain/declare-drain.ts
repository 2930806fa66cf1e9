import type { PoolId, StepId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, startOfDay, type DayNumber } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import type { EvacuatedResource } from "../../domain/pool/command.js";
import type { Kind } from "../../domain/pool/class.js";
import { forcedGround } from "../../domain/pool/order.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { offersOf } from "../direct/find-offers.js";
import type { AppDeps } from "../deps.js";
import type { AtStake, Drain, Drained, DrainKind, DrainTarget } from "../ports/drain.js";
import type { Reading } from "../ports/store.js";
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

/**
 * Takes something out of service for some days. A cordon gives nothing new; a drain also moves what is held and not begun, to
 * its own time elsewhere if that can be; a failover is a drain nobody chose, and is not refused for dates that law sets.
 */
export async function declareDrain(deps: AppDeps, actor: Actor, pool: PoolId, input: DrainInput): Promise<Result<Drain>> {
  const read = deps.store.read(pool);
  const unitId = await unitOf(read, input);
  if (unitId === undefined) return refused(problem("object.not_found", { kind: input.targetKind }));
  const allowed = await deps.authorizer.may(actor, input.kind === "failover" ? "drain.report-failure" : "drain.declare", { poolId: pool, unitId });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  const days = daysOf(input, dayNumberOf(at));
  if (!days.ok) return days;
  const reason = groundsOf(input.reason, "reason");
  if (!reason.ok) return reason;
  const ground = input.ground === undefined ? ok(null) : groundsOf(input.ground, "ground");
  if (!ground.ok) return ground;
  const covered = drainable(input, await read.drains.covered(input.targetKind, input.target));
  if (!covered.ok) return covered;
  if (input.kind === "drain" && ground.value === null) {
    const broken = await breaksLaw(deps, pool, covered.value, days.value);
    if (broken.length > 0) return refused(problem("drain.breaks_law", { count: broken.length, requests: `${broken.slice(0, NAMED_MAX).map(({ number }) => number).join(", ")}${broken.length > NAMED_MAX ? " …" : ""}` }, { field: "ground" }));
  }

  return await deps.store.transact(pool, async (tx): Promise<Result<Drain>> => {
    // Two at once would both find the target in service.
    await tx.pools.lockDeclaring();
    const found = await tx.drains.inForce(input.targetKind, input.target);
    const over = found?.to != null && (parseLocalDate(found.to) ?? Infinity) < dayNumberOf(at);
    // Last month's leave, that nobody has lifted, is no reason against today's.
    if (found && over) await tx.drains.lift(found.id, actorIdOf(actor), at, reason.value);
    const there = over ? null : found;
    if (there) return refused(problem("drain.exists", { drain: there.id, target: input.target }));
    const { from, to } = days.value;
    const row = {
      kind: input.kind,
      targetKind: input.targetKind,
      target: input.target,
      unitId,
      from: localDateOf(from),
      to: to === null ? null : localDateOf(to),
      reason: reason.value,
      ground: ground.value,
      declaredBy: actorIdOf(actor),
      declaredAt: at,
    };
    const id = await tx.drains.insert(row, covered.value);
    const range = { from: Math.max(at, startOfDay(from)), to: to === null ? null : startOfDay(to + 1), whatFitsStays: input.targetKind === "asset" };
    const resources = covered.value.map(({ resource }): EvacuatedResource => ({ resource, ...range }));
    await tx.commands.append(
      actorIdOf(actor),
      at,
      input.kind === "cordon" ? { kind: "resource.declared", resources: covered.value.map(({ resource }) => resource) } : { kind: "resource.evacuated", resources, ground: forcedGround("drain", id) },
    );
    const handed = input.kind === "cordon" || from > dayNumberOf(at) ? [] : await handOverWork(tx, covered.value, { actor, at, policyVersion: allowed.value.policyVersion, drain: id });
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: `drain.${input.kind === "drain" ? "declare" : input.kind === "cordon" ? "cordon" : "report-failure"}`,
      objectKind: "drain",
      objectId: String(id),
      after: { ...row, resources: covered.value.map(({ code }) => code), handedOver: handed, ...(over && { instead: found?.id }) },
      policyVersion: allowed.value.policyVersion,
    });
    const drain = await tx.drains.get(id);
    if (!drain) throw new Error(`drain ${id} is not there after it was written`);
    return ok(drain);
  });
}

async function unitOf(read: Reading, { targetKind, target }: DrainInput): Promise<UnitId | undefined> {
  if (targetKind === "unit") return (await read.units.get(target))?.id;
  if (targetKind === "resource") return (await read.resources.byCode(target))?.unitId;
  return (await read.assets.byCode(target))?.unitId;
}

interface Days {
  readonly from: DayNumber;
  readonly to: DayNumber | null;
}

function daysOf({ from, to }: DrainInput, today: DayNumber): Result<Days> {
  const first = from === undefined ? today : parseLocalDate(from);
  const last = to === undefined ? null : parseLocalDate(to);
  if (first === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" }));
  if (last === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "to" }));
  if (first < today) return refused(problem("drain.days_past", { today: localDateOf(today) }, { field: "from" }));
  if (last !== null && last < first) return refused(problem("validity.reversed", {}, { field: "to" }));
  return ok({ from: first, to: last });
}

function drainable({ targetKind, target }: DrainInput, covered: readonly Drained[]): Result<readonly Drained[]> {
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
