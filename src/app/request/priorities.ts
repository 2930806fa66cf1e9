import type { PoolId, RequestId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import type { PriorityClass } from "../../domain/pool/priority-class.js";
import { problem } from "../../domain/problem.js";
import { isClosed } from "../../domain/request/lifecycle.js";
import type { PriorityState } from "../../domain/request/priority.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { ClaimedPriority } from "../ports/priority.js";
import type { LockedCase } from "../ports/request.js";
import type { Transaction } from "../ports/store.js";
import { factsOf, groundsOf, isPublicId, mayOnCase } from "./act-on-case.js";
import { keyOfApplicant } from "./applicant-key.js";
import { requestNamed } from "./request-named.js";
import { openEvidence, sealEvidence, sealGrounds } from "./sealed-answers.js";

/*
 * Grounds to be served before others. Somebody claims one for a request and says what it rests on; that is sealed at
 * once. Another, competent person confirms or declines it. Staff, pages and decisions know the code alone.
 */

/** What everybody who may see the request sees of a ground. */
export type ShownPriority = Pick<ClaimedPriority, "code" | "state" | "claimedAt" | "decidedAt"> & { readonly class: PriorityClass | undefined };

export async function listPriorities(deps: AppDeps, actor: Actor, pool: PoolId, name: string): Promise<Result<readonly ShownPriority[]>> {
  const read = deps.store.read(pool);
  const owned = await requestNamed(read, name);
  if (!owned) return refused(problem("object.not_found", { kind: "request" }));
  const allowed = await deps.authorizer.may(actor, "request.read", factsOf(pool, owned));
  if (!allowed.ok) return allowed;
  const [classes, claimed] = await Promise.all([read.priorities.classes(), read.priorities.ofRequest(owned.publicId)]);
  return ok(claimed.map(({ code, state, claimedAt, decidedAt }) => ({ code, state, claimedAt, decidedAt, class: classes.find((one) => one.code === code) })));
}

export interface PriorityClaim {
  readonly publicId: string;
  readonly code: string;
  /** The circumstances, and what proves them. */
  readonly evidence: string | null;
}

/** Claims a ground for an open request: the applicant, an agent, or the counter for them. */
export async function claimPriority(deps: AppDeps, actor: Actor, pool: PoolId, { publicId, code, evidence }: PriorityClaim): Promise<Result<PriorityState>> {
  return await onRequest(deps, actor, pool, publicId, "request.claim-priority", code, async ({ tx, locked, declared, claimed, at }) => {
    if (claimed?.state === "claimed" || claimed?.state === "confirmed") return refused(problem("priority.claimed_already", { code }));
    const said = evidence === null || evidence.trim() === "" ? null : groundsOf(evidence, "evidence");
    if (said && !said.ok) return said;
    if (said === null && declared.evidenceRequired) return refused(problem("input.missing", {}, { field: "evidence" }));
    const key = await keyOfApplicant(tx, locked.applicantId);
    if (key === null) return refused(problem("object.not_found", { kind: "person" }));
    await tx.priorities.claim(locked.file.id, { code, by: actorIdOf(actor), at, evidenceSealed: said === null ? null : sealEvidence(deps.vault, key, said.value) });
    return ok("claimed");
  });
}

/** Confirms or declines what somebody else claimed. */
export async function decidePriority(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  { publicId, code, confirm }: { readonly publicId: string; readonly code: string; readonly confirm: boolean },
): Promise<Result<PriorityState>> {
  return await onRequest(deps, actor, pool, publicId, "request.confirm-priority", code, async ({ tx, locked, claimed, at }) => {
    if (claimed?.state !== "claimed") return refused(problem("priority.not_claimed", { code }));
    const by = actorIdOf(actor);
    if (claimed.claimedBy === by) return refused(problem("priority.second_person", { code }));
    const state = confirm ? "confirmed" : "declined";
    await tx.priorities.decide(locked.file.id, code, { state, by, at });
    return ok(state);
  });
}

/** The ground holds no longer, or was claimed by mistake: the request goes back to the place it has without it. */
export async function withdrawPriority(deps: AppDeps, actor: Actor, pool: PoolId, { publicId, code }: { readonly publicId: string; readonly code: string }): Promise<Result<PriorityState>> {
  return await onRequest(deps, actor, pool, publicId, "request.withdraw-priority", code, async ({ tx, locked, claimed, at }) => {
    if (claimed?.state !== "claimed" && claimed?.state !== "confirmed") return refused(problem("priority.not_claimed", { code }));
    await tx.priorities.decide(locked.file.id, code, { state: "withdrawn", by: actorIdOf(actor), at });
    return ok("withdrawn");
  });
}

/** What a ground rests on, for whoever decides it or audits it and says why. The reading is on record before anything is shown. */
export async function openPriority(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  { publicId, code, reason }: { readonly publicId: string; readonly code: string; readonly reason: string },
): Promise<Result<{ readonly evidence: string | null }>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<{ evidence: string | null }>> => {
    const owned = isPublicId(publicId) ? await tx.requests.ownership(publicId) : undefined;
    if (!owned) return refused(problem("object.not_found", { kind: "request" }));
    const allowed = await deps.authorizer.may(actor, "request.open-priority", factsOf(pool, owned));
    if (!allowed.ok) return allowed;
    const given = groundsOf(reason, "reason");
    if (!given.ok) return given;
    const claimed = (await tx.priorities.ofRequest(publicId)).find((one) => one.code === code);
    const key = await keyOfApplicant(tx, owned.applicantId);
    if (!claimed || key === null) return refused(problem("object.not_found", { kind: "priority" }));
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "request.open-priority",
      objectKind: "request",
      objectId: publicId,
      after: { ground: code, reasonSealed: sealGrounds(deps.vault, key, given.value) },
      policyVersion: allowed.value.policyVersion,
    });
    return ok({ evidence: claimed.evidenceSealed === null ? null : openEvidence(deps.vault, key, claimed.evidenceSealed) });
  });
}

interface OnRequest {
  readonly tx: Transaction;
  readonly locked: LockedCase;
  readonly declared: PriorityClass;
  readonly claimed: ClaimedPriority | undefined;
  readonly at: number;
}

/** Locks the request, asks the policy, acts, and writes record and command with it. The strongest confirmed ground counts. */
async function onRequest(
  deps: AppDeps,
  actor: Actor,
  pool: PoolId,
  publicId: string,
  action: Action,
  code: string,
  perform: (on: OnRequest) => Promise<Result<PriorityState>>,
): Promise<Result<PriorityState>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<PriorityState>> => {
    const [locked] = isPublicId(publicId) ? await tx.requests.lock([publicId]) : [];
    if (!locked) return refused(problem("object.not_found", { kind: "request" }));
    const permission = await mayOnCase(deps, actor, pool, action, locked);
    if (!permission.ok) return permission;
    if (isClosed(locked.file.status.state)) return refused(problem("request.over", { state: locked.file.status.state }));
    const classes = await tx.priorities.classes();
    const declared = classes.find((one) => one.code === code);
    if (!declared) return refused(problem("input.unknown_reference", { kind: "priority", id: code }, { field: "code" }));
    const before = await tx.priorities.ofRequest(publicId);
    const claimed = before.find((one) => one.code === code);
    const done = await perform({ tx, locked, declared, claimed, at });
    if (!done.ok) return done;
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: action,
      objectKind: "request",
      objectId: publicId,
      before: { ground: code, state: claimed?.state ?? null },
      after: { ground: code, state: done.value },
      policyVersion: permission.value.policyVersion,
    });
    if (done.value === "confirmed" || claimed?.state === "confirmed") await standAnew(tx, { id: locked.file.id, publicId }, classes, actorIdOf(actor), at);
    return done;
  });
}

/** The steps of a request stand by the strongest ground that is confirmed now, and the writer hears of it. */
export async function standAnew(tx: Transaction, request: { readonly id: RequestId; readonly publicId: string }, classes: readonly PriorityClass[], actorId: string, at: Instant): Promise<void> {
  const confirmed = (await tx.priorities.ofRequest(request.publicId)).filter(({ state }) => state === "confirmed").map(({ code }) => code);
  const counts = strongest(confirmed, classes);
  const priority = counts && { ground: counts.code, advanceMinutes: counts.advanceMinutes };
  const steps = await tx.priorities.setOnSteps(request.id, priority);
  if (steps.length > 0) await tx.commands.append(actorId, at, { kind: "request.prioritised", request: request.id, steps, priority });
}

function strongest(codes: readonly string[], classes: readonly PriorityClass[]): PriorityClass | null {
  const confirmed = classes.filter(({ code }) => codes.includes(code));
  return confirmed.reduce<PriorityClass | null>((best, one) => (best === null || (one.advanceMinutes ?? Infinity) > (best.advanceMinutes ?? Infinity) ? one : best), null);
}
