import { STAGES, type Stage } from "../../domain/catalogue/item.js";
import type { PoolId, StepId } from "../../domain/id.js";
import { dayNumberOf, HALF_HOUR_MS, localDateOf, type Instant } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { claimIdOf } from "../../domain/pool/claim-id.js";
import type { PickedSupply } from "../../domain/pool/command.js";
import { periodAt } from "../../domain/pool/period.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { AppDeps } from "../deps.js";
import type { RequestState, StepState } from "../../domain/request/lifecycle.js";
import type { RecordedAct, RequestOwnership } from "../ports/request.js";
import { letGo } from "../drain/offer-alternatives.js";
import type { Reading, Transaction } from "../ports/store.js";
import { isPublicId, mayOnCase } from "../request/act-on-case.js";
import { limitProblem } from "../request/limit-problem.js";
import { offersOf } from "./find-offers.js";

/** Stages at which the applicant is there: what they hand in, and what is looked at with them. */
const WITH_APPLICANT: ReadonlySet<Stage> = new Set(STAGES.filter((stage) => stage === "accept" || stage === "inspect"));
/** Times offered: a working week of whole days, afternoons too, not the whole horizon. */
const TIMES_MAX = 80;
const TIMES_A_DAY = 16;

export interface Appointable {
  readonly step: string;
  readonly held: HeldTimes | null;
  /** When each could come; the earliest first, one for each start. */
  readonly times: readonly Instant[];
}

/** Times held for an applicant whose own could not be kept. */
export interface HeldTimes {
  /** When they were to come. */
  readonly wasAt: Instant | null;
  /** None: all of them ended, unchosen. */
  readonly starts: readonly Instant[];
  /** The first of them ends then; or the last ended. */
  readonly until: Instant;
}

export interface Picked {
  readonly step: StepId;
  /** The turn after which the answer comes. */
  readonly after: number;
}

/** Half-hours the applicant may choose from, as things stand. */
export async function appointmentTimes(deps: AppDeps, actor: Actor, pool: PoolId, publicId: string, name: string): Promise<Result<Appointable>> {
  const found = await deps.store.transact(pool, async (tx): Promise<Result<Pick<AtStep, "asks" | "step">>> => await stepOf(deps, tx, actor, pool, publicId, name));
  if (!found.ok) return found;
  const [times, held] = await Promise.all([timesFor(deps, pool, found.value.asks), heldFor(deps.store.read(pool), found.value.step)]);
  return times.ok ? ok({ step: name, times: times.value, held }) : times;
}

/** Null: none were held, or one of them was chosen. */
async function heldFor(read: Reading, step: StepId): Promise<HeldTimes | null> {
  const ever = await read.drains.alternatives(step);
  // Moved twice, the later counts.
  const last = Math.max(...ever.map(({ drain }) => drain));
  const all = ever.filter(({ drain }) => drain === last);
  const held = all.filter(({ state }) => state === "held");
  if (all.some(({ state }) => state === "chosen" || state === "asked") && held.length === 0) return null;
  const ends = (held.length > 0 ? held : all).map(({ until }) => until);
  return ends.length === 0 ? null : { wasAt: all[0]?.wasAt ?? null, starts: held.map(({ startsAt }) => startsAt), until: held.length > 0 ? Math.min(...ends) : Math.max(...ends) };
}

async function timesFor(deps: AppDeps, pool: PoolId, asks: readonly ClaimAsk[]): Promise<Result<readonly Instant[]>> {
  const offers = await offersOf(deps, pool, asks, { limit: TIMES_MAX, perStart: 1, perDay: TIMES_A_DAY });
  return offers.ok ? ok(offers.value.offers.map(({ startsAt }) => startsAt)) : offers;
}

/** A step for which a time can be picked, as a page shows it. */
export interface OpenAppointment {
  readonly step: string;
  /** When it is arranged for; null: it waits. */
  readonly arranged: Instant | null;
  /** What is arranged is what was picked. */
  readonly picked: boolean;
  /** Null: the scheduler does not answer just now. */
  readonly times: readonly Instant[] | null;
  readonly held: HeldTimes | null;
}

/** Every step of a request for which this reader may pick a time; none, for whoever may not. */
export async function openAppointments(deps: AppDeps, actor: Actor, pool: PoolId, publicId: string): Promise<readonly OpenAppointment[]> {
  const read = deps.store.read(pool);
  const record = await read.requests.record(publicId);
  if (!record || !record.steps.some(({ state, stage }) => state === "ready" && WITH_APPLICANT.has(stage))) return [];
  const owned = await read.requests.ownership(publicId);
  if (!owned || !(await mayOnCase(deps, actor, pool, "request.appoint", owned)).ok) return [];
  const open: OpenAppointment[] = [];
  for (const step of record.steps) {
    const found = await atStep(read, record.state, step);
    if (!found) continue;
    const [times, held] = await Promise.all([timesFor(deps, pool, found.asks), heldFor(read, found.step)]);
    const arranged = step.answer === "granted" ? step.startsAt : null;
    open.push({ step: step.name, arranged, picked: arranged !== null && picksOf(record.acts, step.name).includes(arranged), times: times.ok ? times.value : null, held });
  }
  return open;
}

/** Starts that were asked for since one was last given back; the refused ones too. */
function picksOf(acts: readonly RecordedAct[], step: string): readonly Instant[] {
  const starts = acts.flatMap(({ act, facts }) => (act === "request.appoint" && facts?.["step"] === step ? [facts["start"]] : []));
  return starts.slice(starts.lastIndexOf(null) + 1).map((start) => Date.parse(String(start)));
}

/** The applicant comes then, or, without a start, whenever it is arranged. What is arranged stays until the new time is theirs. */
export async function pickTime(deps: AppDeps, actor: Actor, pool: PoolId, { publicId, step: name, start }: { readonly publicId: string; readonly step: string; readonly start: Instant | null }): Promise<Result<Picked>> {
  const at = await deps.clock.now(pool);
  if (start !== null && start % HALF_HOUR_MS !== 0) return refused(problem("input.invalid", { expected: "hh:00, hh:30" }, { field: "start" }));
  return await deps.store.transact(pool, async (tx): Promise<Result<Picked>> => {
    const found = await stepOf(deps, tx, actor, pool, publicId, name);
    if (!found.ok) return found;
    const { step, slots, asks, horizonDays, policyVersion, applicantId, item } = found.value;
    const today = dayNumberOf(at);
    // What was never to be had is told as that, not as taken by somebody else.
    if (start !== null && (start + HALF_HOUR_MS <= at || dayNumberOf(start) > today + horizonDays)) {
      return refused(problem("input.invalid", { expected: `${localDateOf(today)} – ${localDateOf(today + horizonDays)}` }, { field: "start" }));
    }
    const reached = start === null ? null : await tx.requests.holdsReached({ applicantId, item, step });
    if (reached) return refused(limitProblem(reached));
    const first = slots[0]!;
    const named = start === null ? [] : slots.filter((ordinal) => ordinal === first || asks[ordinal]!.together).map((ordinal): PickedSupply => ({ claim: claimIdOf(step, ordinal), resource: null, generation: null, period: periodAt("slot", start) }));
    const after = await tx.directClaims.lastTurn(step);
    const keptBy = start === null ? undefined : await takeHeld(tx, step, start, actorIdOf(actor), at);
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "request.appoint",
      objectKind: "request",
      objectId: publicId,
      after: { step: name, start: start === null ? null : new Date(start).toISOString(), ...(keptBy !== undefined && { held: true }) },
      policyVersion,
    });
    await tx.commands.append(actorIdOf(actor), at, { kind: "step.picked", step, named, ...(keptBy !== undefined && { keptBy }) });
    return ok({ step, after });
  });
}

/**
 * Of the times held for the step, the one that was picked stays held until the writer has given it to the step; the others go back,
 * as do all of them when another time was picked.
 */
async function takeHeld(tx: Transaction, step: StepId, start: Instant, by: string, at: Instant): Promise<StepId | undefined> {
  const open = (await tx.drains.alternatives(step)).filter(({ state }) => state === "held" || state === "asked");
  const chosen = open.find((one) => one.state === "held" && one.startsAt === start);
  const locked = chosen && (await tx.directClaims.lock(chosen.claimId));
  const kept = locked?.state === "held" && (locked.holdUntil === null || locked.holdUntil > at) ? locked : undefined;
  if (kept) {
    await tx.directClaims.confirm(kept, at);
    await tx.drains.choose(kept.publicId, at);
    await tx.commands.append(by, at, { kind: "claim.confirmed", step: kept.step });
  }
  await letGo(tx, open.flatMap(({ claimId }) => (claimId === kept?.publicId ? [] : [claimId])), by, at);
  return kept?.step;
}

interface AtStep {
  readonly step: StepId;
  readonly asks: readonly ClaimAsk[];
  /** Ordinals of its claims by the half-hour. */
  readonly slots: readonly number[];
  /** So many days ahead half-hours are counted at most. */
  readonly horizonDays: number;
}

/** A step that is being arranged and at which the applicant is there. */
async function stepOf(deps: AppDeps, tx: Transaction, actor: Actor, pool: PoolId, publicId: string, name: string): Promise<Result<AtStep & Pick<RequestOwnership, "applicantId" | "item"> & { readonly policyVersion: number }>> {
  const [locked] = isPublicId(publicId) ? await tx.requests.lock([publicId]) : [];
  if (!locked) return refused(problem("object.not_found", { kind: "request" }));
  const allowed = await mayOnCase(deps, actor, pool, "request.appoint", locked);
  if (!allowed.ok) return allowed;
  const step = locked.file.steps.find((one) => one.name === name);
  if (!step) return refused(problem("object.not_found", { kind: "step" }));
  const found = await atStep(tx, locked.file.status.state, { ...step, stage: await tx.directClaims.stageOf(step.id) });
  return found ? ok({ ...found, applicantId: locked.applicantId, item: locked.item, policyVersion: allowed.value.policyVersion }) : refused(problem("appointment.not_offered", { step: name }));
}

async function atStep(read: Reading, request: RequestState, { id, stage, state }: { readonly id: StepId; readonly stage: Stage; readonly state: StepState }): Promise<AtStep | undefined> {
  if (state !== "ready" || !WITH_APPLICANT.has(stage) || (request !== "received" && request !== "in_progress")) return undefined;
  const asks = await read.directClaims.asksOf(id);
  const horizons = new Map((await read.classes.all()).flatMap((one) => (one.period === "slot" ? [[one.id, one.horizonDays ?? 0] as const] : [])));
  const slots = asks.flatMap(({ classId }, ordinal) => (horizons.has(classId) ? [ordinal] : []));
  return slots.length === 0 ? undefined : { step: id, asks, slots, horizonDays: Math.max(...slots.map((ordinal) => horizons.get(asks[ordinal]!.classId) ?? 0)) };
}
