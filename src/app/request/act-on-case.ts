import type { PoolId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { partsOf, type Action } from "../../domain/policy/action.js";
import type { ObjectFacts } from "../../domain/policy/relation.js";
import { actorIdOf, SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { Act, Doing } from "../../domain/request/case.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { normalised, textProblem } from "../../domain/text.js";
import type { AppDeps } from "../deps.js";
import type { Allowed } from "../ports/authorizer.js";
import type { LockedCase, RequestOwnership } from "../ports/request.js";
import type { Transaction } from "../ports/store.js";
import { followBundle } from "./follow-bundle.js";

/** A locked case, the permission to act on it, and who acts when. */
export interface Acting {
  readonly deps: AppDeps;
  readonly tx: Transaction;
  readonly actor: Actor;
  readonly permission: Allowed;
  readonly locked: LockedCase;
  readonly doing: Doing;
}

/** What an act changes, and what its audit record says besides the states. */
export interface Acted {
  readonly act: Act;
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

export interface ActOutcome {
  readonly publicId: string;
  readonly number: string;
  readonly state: string;
  readonly generation: number;
}

/**
 * The frame of every act on one request: lock it, ask the policy about the row that was locked, compare the generation
 * the caller saw, act, and write request, steps, audit record and commands together.
 */
export async function actOnCase(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  on: { readonly publicId: string; readonly action: Action; readonly generation?: number | undefined },
  perform: (acting: Acting) => Promise<Result<Acted>> | Result<Acted>,
): Promise<Result<ActOutcome>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<ActOutcome>> => {
    const [locked] = isPublicId(on.publicId) ? await tx.requests.lock([on.publicId]) : [];
    // To the last word what somebody is told who may not know of it.
    if (!locked) return refused(problem("object.not_found", { kind: partsOf(on.action).object }));
    const permission = await mayOnCase(deps, actor, pool, on.action, locked);
    if (!permission.ok) return permission;
    if (on.generation !== undefined && on.generation !== locked.generation) {
      return refused(problem("object.generation_stale", { expected: on.generation, actual: locked.generation }));
    }
    const acting: Acting = { deps, tx, actor, permission: permission.value, locked, doing: doingOf(actor, at) };
    const acted = await perform(acting);
    if (!acted.ok) return acted;
    const { act, facts } = acted.value;
    await Promise.all([
      tx.requests.save([{ file: act.case, changed: act.changed, at }]),
      tx.audit.append({
        occurredAt: at,
        actorId: actorIdOf(actor),
        ...(locked.enterpriseCode === null ? {} : { onBehalfOf: locked.enterpriseCode }),
        act: on.action,
        objectKind: "request",
        objectId: locked.publicId,
        before: { state: locked.file.status.state },
        after: { state: act.case.status.state, ...(locked.leadUnitId === null ? {} : { inTheNameOf: locked.leadUnitId }), ...facts },
        policyVersion: permission.value.policyVersion,
      }),
      tx.commands.append(actorIdOf(actor), at, ...act.commands),
    ]);
    if (isClosed(act.case.status.state)) await followBundle(tx, [locked], permission.value.policyVersion, at);
    return ok({ publicId: locked.publicId, number: locked.number, state: act.case.status.state, generation: locked.generation + 1 });
  });
}

/** What the policy is asked about a request. */
export const factsOf = (
  pool: PoolId,
  request: Pick<RequestOwnership, "unitId" | "servingUnitIds" | "applicantId" | "enterpriseCode"> & Partial<Pick<RequestOwnership, "leadUnitId">>,
): ObjectFacts => ({
  poolId: pool,
  unitId: request.unitId,
  // Who is responsible in law for what a task force does sees it.
  servingUnitIds: request.leadUnitId == null ? request.servingUnitIds : [...request.servingUnitIds, request.leadUnitId],
  personId: request.applicantId,
  enterpriseCode: request.enterpriseCode,
});

/** In a sandbox whoever replays a trace plays every officer and applicant of it; everywhere else each acts for themselves. */
export async function mayPlay(deps: AppDeps, actor: Actor, pool: PoolId): Promise<Allowed | undefined> {
  if (actor.kind !== "person" || actor.channel !== "replay" || (await deps.pools.find(pool))?.sandbox !== true) return undefined;
  const playing = await deps.authorizer.may(actor, "replay.submit", { poolId: pool });
  return playing.ok ? playing.value : undefined;
}

export async function mayOnCase(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  action: Action,
  request: Parameters<typeof factsOf>[1],
): Promise<Result<Allowed>> {
  const playing = await mayPlay(deps, actor, pool);
  return playing ? ok(playing) : await deps.authorizer.may(actor, action, factsOf(pool, request));
}

/** As `mayOnCase`, for an act on one step: a unit that serves another step of the request has no say in this one. */
export const mayOnStep = (deps: AppDeps, actor: Actor, pool: PoolId, action: Action, locked: LockedCase, step: StepId): Promise<Result<Allowed>> =>
  mayOnCase(deps, actor, pool, action, { ...locked, leadUnitId: null, servingUnitIds: locked.servingByStep.get(step) ?? [] });

export const doingOf = (actor: Actor, at: Instant): Doing => ({ by: actor.kind === "person" ? actor.personId : SYSTEM_PERSON, at });

const PUBLIC_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const isPublicId = (text: string): boolean => PUBLIC_ID.test(text);

/** Longest grounds, note or reason, in characters. */
export const GROUNDS_MAX = 2_000;

/** Text that goes on record: it must say something, and nothing that deceives. */
export function groundsOf(text: string, field: string, max = GROUNDS_MAX): Result<string> {
  const unfit: Problem | undefined = normalised(text) === "" ? problem("input.missing", {}, { field }) : textProblem(text, max, { field });
  return unfit ? refused(unfit) : ok(normalised(text));
}
