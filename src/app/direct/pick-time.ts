import { STAGES, type Stage } from "../../domain/catalogue/item.js";
import type { PoolId, StepId } from "../../domain/id.js";
import { HALF_HOUR_MS, type Instant } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { claimIdOf } from "../../domain/pool/claim-id.js";
import type { PickedSupply } from "../../domain/pool/command.js";
import { periodAt } from "../../domain/pool/period.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { AppDeps } from "../deps.js";
import type { LockedCase } from "../ports/request.js";
import type { Reading } from "../ports/store.js";
import { isPublicId, mayOnCase } from "../request/act-on-case.js";
import { offersOf } from "./find-offers.js";

/** Stages at which the applicant is there: what they hand in, and what is looked at with them. */
const WITH_APPLICANT: ReadonlySet<Stage> = new Set(STAGES.filter((stage) => stage === "accept" || stage === "inspect"));
/** Times offered: a working week of them, not the whole horizon. */
const TIMES_MAX = 30;
const TIMES_A_DAY = 6;

export interface Appointable {
  readonly step: string;
  /** When each could come; the earliest first, one for each start. */
  readonly times: readonly Instant[];
}

export interface Picked {
  readonly step: StepId;
  /** The turn after which the answer comes. */
  readonly after: number;
}

/** Half-hours the applicant may choose from, as things stand. */
export async function appointmentTimes(deps: AppDeps, actor: Actor, pool: PoolId, publicId: string, name: string): Promise<Result<Appointable>> {
  const found = await deps.store.transact(pool, async (tx): Promise<Result<readonly ClaimAsk[]>> => {
    const at = await stepOf(deps, tx, actor, pool, publicId, name);
    return at.ok ? ok(at.value.asks) : at;
  });
  if (!found.ok) return found;
  const offers = await offersOf(deps, pool, found.value, { limit: TIMES_MAX, perStart: 1, perDay: TIMES_A_DAY });
  return offers.ok ? ok({ step: name, times: offers.value.offers.map(({ startsAt }) => startsAt) }) : offers;
}

/** The applicant comes then, or, without a start, whenever it is arranged. What is arranged stays until the new time is theirs. */
export async function pickTime(deps: AppDeps, actor: Actor, pool: PoolId, { publicId, step: name, start }: { readonly publicId: string; readonly step: string; readonly start: Instant | null }): Promise<Result<Picked>> {
  const at = await deps.clock.now(pool);
  if (start !== null && start % HALF_HOUR_MS !== 0) return refused(problem("input.invalid", { expected: "hh:00, hh:30" }, { field: "start" }));
  return await deps.store.transact(pool, async (tx): Promise<Result<Picked>> => {
    const found = await stepOf(deps, tx, actor, pool, publicId, name);
    if (!found.ok) return found;
    const { step, slots, asks, policyVersion } = found.value;
    const first = slots[0]!;
    const named = start === null ? [] : slots.filter((ordinal) => ordinal === first || asks[ordinal]!.together).map((ordinal): PickedSupply => ({ claim: claimIdOf(step, ordinal), resource: null, generation: null, period: periodAt("slot", start) }));
    const after = await tx.directClaims.lastTurn(step);
    await Promise.all([
      tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "request.appoint", objectKind: "request", objectId: publicId, after: { step: name, start: start === null ? null : new Date(start).toISOString() }, policyVersion }),
      tx.commands.append(actorIdOf(actor), at, { kind: "step.picked", step, named }),
    ]);
    return ok({ step, after });
  });
}

interface AtStep {
  readonly step: StepId;
  readonly asks: readonly ClaimAsk[];
  /** Ordinals of its claims by the half-hour. */
  readonly slots: readonly number[];
  readonly policyVersion: number;
}

/** A step that is being arranged and at which the applicant is there. */
async function stepOf(deps: AppDeps, tx: Reading, actor: Actor, pool: PoolId, publicId: string, name: string): Promise<Result<AtStep>> {
  const [locked] = isPublicId(publicId) ? await tx.requests.lock([publicId]) : [];
  if (!locked) return refused(problem("object.not_found", { kind: "request" }));
  const allowed = await mayOnCase(deps, actor, pool, "request.appoint", locked);
  if (!allowed.ok) return allowed;
  const step = locked.file.steps.find((one) => one.name === name);
  if (!step) return refused(problem("object.not_found", { kind: "step" }));
  const asks = await tx.directClaims.asksOf(step.id);
  const slotClasses = new Set((await tx.classes.all()).filter(({ period }) => period === "slot").map(({ id }) => id));
  const slots = asks.flatMap(({ classId }, ordinal) => (slotClasses.has(classId) ? [ordinal] : []));
  const stage = await tx.directClaims.stageOf(step.id);
  if (slots.length === 0 || !WITH_APPLICANT.has(stage) || step.state !== "ready" || !isOpenCase(locked)) return refused(problem("appointment.not_offered", { step: name }));
  return ok({ step: step.id, asks, slots, policyVersion: allowed.value.policyVersion });
}

const isOpenCase = ({ file }: LockedCase): boolean => file.status.state === "received" || file.status.state === "in_progress";
