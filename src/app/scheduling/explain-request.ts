import type { ItemGuide, Names, Stage, StepMode } from "../../domain/catalogue/item.js";
import type { PoolId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { DynamicRule, Funnel, RefusalRule, ScoreTerms } from "../../domain/pool/decision.js";
import { problem } from "../../domain/problem.js";
import type { Amount } from "../../domain/quantity.js";
import type { StepState } from "../../domain/request/lifecycle.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AllocationRecord, ClaimRecord, DecidedStep, DecisionRecord, Decisions, References } from "../ports/decision.js";
import type { QueueReader } from "../ports/queue-reader.js";
import type { Reading } from "../ports/store.js";
import type { RequestOwnership } from "../ports/request.js";
import { factsOf } from "../request/act-on-case.js";
import { requestNamed } from "../request/request-named.js";
import { stepNames } from "../request/request-view.js";
import { asked, type ClaimAsked } from "./claim-asked.js";
import { explainWaiting, type WaitingAnswer } from "./explain-waiting.js";

/** One who might have given it. */
export interface Candidate {
  readonly unitNames: Names;
  /** Only for readers who may look into the pool. */
  readonly resource: string | null;
  readonly terms: ScoreTerms;
}

export interface GivenPeriod extends Pick<AllocationRecord, "period" | "amount" | "settled" | "state"> {
  readonly unitNames: Names;
  readonly resource: string | null;
}

export interface GrantedClaim extends ClaimAsked {
  readonly funnel: Funnel | null;
  readonly dynamic: readonly { readonly rule: DynamicRule; readonly count: number; readonly of?: number }[];
  readonly winner: Candidate | null;
  readonly runnerUp: Candidate | null;
  /** Why the winner went before the runner-up: the first term in which they differ. */
  readonly because: keyof ScoreTerms | "only-one" | "listed-first";
  readonly given: readonly GivenPeriod[];
  /** The law that sets the number it was given one of; null: none does. */
  readonly numberBasis: string | null;
  /** The instruments by which the winner acts in the competent unit's name, from that unit onwards; empty: in its own. */
  readonly inNameBy: readonly { readonly document: string; readonly basis: string }[];
}

export interface RefusedClaim extends ClaimAsked {
  readonly funnel: Funnel | null;
  readonly rule: RefusalRule | null;
  readonly asked: Amount;
  readonly most: Amount;
}

interface Decided {
  readonly decidedAt: Instant;
  readonly seq: number;
  readonly policyVersion: number;
}

export type StepAnswer =
  /** Steps before it are not done. */
  | { readonly kind: "not-yet"; readonly after: readonly Names[] }
  | (Decided & { readonly kind: "granted"; readonly startsAt: Instant | null; readonly claims: readonly GrantedClaim[] })
  | WaitingAnswer
  | (Decided & { readonly kind: "refused"; readonly claims: readonly RefusedClaim[]; readonly basis: ItemGuide["basis"] })
  /** The request waits for its applicant. */
  | { readonly kind: "paused" }
  /** It ended before it was answered. */
  | { readonly kind: "ended" };

export interface StepExplanation {
  readonly id: StepId;
  readonly name: string;
  readonly names: Names;
  readonly stage: Stage;
  readonly mode: StepMode;
  readonly state: StepState;
  readonly attempt: number;
  readonly answer: StepAnswer;
}

export interface RequestExplanation {
  readonly publicId: string;
  readonly number: string;
  readonly unitNames: Names;
  readonly unitPhone: string | null;
  readonly steps: readonly StepExplanation[];
}

/**
 * How the pool treated each step of a request, from the values the engine used. Applicants read which units were
 * considered and chosen; which of a unit's resources it was is told to those who may read allocations. Assets, and
 * so persons, are told to nobody here.
 */
export async function explainRequest(deps: AppDeps, actor: Actor, pool: PoolId, name: string): Promise<Result<RequestExplanation>> {
  const read = deps.store.read(pool);
  const owned = await requestNamed(read, name);
  if (!owned) return refused(problem("object.not_found", { kind: "request" }));
  const allowed = await deps.authorizer.may(actor, "request.explain", factsOf(pool, owned));
  if (!allowed.ok) return allowed;
  return await explained(deps, actor, pool, owned, await read.decisions.ofRequest(owned.publicId));
}

/** As `explainRequest`, for one step. */
export async function explainStep(deps: AppDeps, actor: Actor, pool: PoolId, id: StepId): Promise<Result<RequestExplanation>> {
  const read = deps.store.read(pool);
  const step = await read.decisions.ofStep(id);
  const owned = step && (await read.requests.ownership(step.requestPublicId));
  if (!owned) return refused(problem("object.not_found", { kind: "step" }));
  const allowed = await deps.authorizer.may(actor, "request.explain", factsOf(pool, owned));
  if (!allowed.ok) return allowed;
  return await explained(deps, actor, pool, owned, [step]);
}

async function namedDelegations(read: Reading, steps: readonly DecidedStep[]): Promise<Telling["delegations"]> {
  const ids = [...new Set(steps.flatMap(({ decision }) => decision?.reasons ?? []).flatMap(({ delegation }) => delegation ?? []))];
  const rows = await Promise.all(ids.map((id) => read.delegations.get(id)));
  return new Map(rows.flatMap((row) => (row ? [[row.id, { document: row.document, basis: row.basis }] as const] : [])));
}

async function explained(deps: AppDeps, actor: Actor, pool: PoolId, owned: RequestOwnership, steps: readonly DecidedStep[]): Promise<Result<RequestExplanation>> {
  const read = deps.store.read(pool);
  const [record, item, references, inside] = await Promise.all([
    read.requests.record(owned.publicId),
    read.items.version(owned.item, owned.itemVersion),
    read.decisions.references(steps),
    deps.authorizer.may(actor, "allocation.read", factsOf(pool, owned)),
  ]);
  if (!record || !item) return refused(problem("object.not_found", { kind: "request" }));
  const told: Telling = { pool, guide: item.guide, references, inside: inside.ok, paused: record.state === "supplement", queue: deps.queueReader, decisions: read.decisions, delegations: await namedDelegations(read, steps) };
  return ok({
    publicId: owned.publicId,
    number: owned.number,
    unitNames: record.unitNames,
    unitPhone: record.unitPhone,
    steps: await Promise.all(
      steps.map(async (step) => ({
        id: step.id,
        name: step.name,
        names: stepNames(item.guide, step.name),
        stage: step.stage,
        mode: step.mode,
        state: step.state,
        attempt: step.attempt,
        answer: await answerTo(step, told),
      })),
    ),
  });
}

interface Telling {
  readonly pool: PoolId;
  readonly guide: ItemGuide;
  readonly references: References;
  /** The reader may look into the pool. */
  readonly inside: boolean;
  readonly paused: boolean;
  readonly queue: QueueReader;
  readonly decisions: Pick<Decisions, "resources">;
  /** Those that decisions of these steps rest on. */
  readonly delegations: ReadonlyMap<number, { readonly document: string; readonly basis: string }>;
}

async function answerTo(step: DecidedStep, told: Telling): Promise<StepAnswer> {
  const { decision } = step;
  if (step.state === "blocked") return { kind: "not-yet", after: step.after.map((name) => stepNames(told.guide, name)) };
  // What was held was given back when the pause began; the step asks anew when it ends.
  if (told.paused && step.state === "ready") return { kind: "paused" };
  if (decision?.outcome === "granted") {
    const claims = step.claims.map((claim) => grantedClaim(claim, decision, told));
    return { kind: "granted", ...decided(decision), startsAt: decision.startsAt, claims };
  }
  if (decision?.outcome === "refused") {
    return { kind: "refused", ...decided(decision), claims: refusedClaims(step, decision, told), basis: told.guide.basis };
  }
  return step.state === "ready" ? await explainWaiting(step, told) : { kind: "ended" };
}

const decided = ({ decidedAt, seq, policyVersion }: DecisionRecord): Decided => ({ decidedAt, seq, policyVersion });

function grantedClaim(claim: ClaimRecord, { reasons }: DecisionRecord, told: Telling): GrantedClaim {
  const reason = reasons.find((one) => one.claim === claim.id);
  const winner = candidate(reason?.winner, told);
  const runnerUp = candidate(reason?.runnerUp, told);
  return {
    ...asked(claim),
    funnel: (reason && told.references.funnels.get(reason.shape)) ?? null,
    dynamic: reason?.dynamic ?? [],
    winner,
    runnerUp,
    because: whyFirst(winner?.terms, runnerUp?.terms),
    inNameBy: (reason?.delegation ?? []).flatMap((id) => told.delegations.get(id) ?? []),
    numberBasis: claim.allocations[0]?.resource.numberBasis ?? null,
    given: claim.allocations.map(({ resource, period, amount, settled, state }) => ({
      period,
      amount,
      settled,
      state,
      unitNames: resource.unitNames,
      resource: told.inside ? resource.code : null,
    })),
  };
}

function candidate(chosen: { readonly resource: number; readonly terms: ScoreTerms } | undefined, { references, inside }: Telling): Candidate | null {
  const resource = chosen && references.resources.get(chosen.resource as never);
  return resource ? { unitNames: resource.unitNames, resource: inside ? resource.code : null, terms: chosen.terms } : null;
}

/** In the order in which terms are compared. */
const TERMS = ["period", "distance", "otherUnit", "loadPercent"] as const satisfies readonly (keyof ScoreTerms)[];

function whyFirst(winner: ScoreTerms | undefined, runnerUp: ScoreTerms | undefined): GrantedClaim["because"] {
  if (!winner || !runnerUp) return "only-one";
  return TERMS.find((term) => winner[term] !== runnerUp[term]) ?? "listed-first";
}

function refusedClaims(step: DecidedStep, { reasons }: DecisionRecord, told: Telling): readonly RefusedClaim[] {
  return reasons.flatMap((reason) => {
    const claim = step.claims.find(({ id }) => id === reason.claim);
    if (!claim || reason.outcome !== "refused") return [];
    const { rule = null, asked: wanted = claim.amount, most = 0 } = reason.refusal ?? {};
    return [{ ...asked(claim), funnel: told.references.funnels.get(reason.shape) ?? null, rule, asked: wanted, most }];
  });
}
