import type { Names } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { actorIdOf } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { Answers } from "../../domain/request/answers.js";
import { possibleEvents } from "../../domain/request/lifecycle.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { GivenAllocation, RequestRecord, StepView } from "../ports/request.js";
import { factsOf, groundsOf, isPublicId, mayOnCase } from "../request/act-on-case.js";
import { keyOfApplicant } from "../request/applicant-key.js";
import { viewOf } from "../request/get-request.js";
import { requestNamed } from "../request/request-named.js";
import { stepNames, type RequestView } from "../request/request-view.js";
import { openGiven, sealGrounds } from "../request/sealed-answers.js";

/** A step on an officer's screen: what it holds, and what this officer may do with it now. */
export interface OfficerStep extends StepView {
  readonly names: Names;
  readonly may: { readonly start: boolean; readonly complete: boolean; readonly reject: boolean };
}

/** One case on one screen. Personal values are masked until somebody gives a reason. */
export interface OfficerView {
  readonly request: RequestView;
  readonly steps: readonly OfficerStep[];
  readonly allocations: readonly GivenAllocation[];
  readonly may: { readonly askSupplement: boolean; readonly reject: boolean; readonly reconsider: boolean; readonly reveal: boolean };
}

export async function requestForOfficer(deps: AppDeps, actor: Actor, pool: PoolId, name: string): Promise<Result<OfficerView>> {
  const read = deps.store.read(pool);
  const owned = await requestNamed(read, name);
  if (!owned) return refused(problem("object.not_found", { kind: "step" }));
  const facts = factsOf(pool, owned);
  const allowed = await deps.authorizer.may(actor, "step.read", facts);
  if (!allowed.ok) return allowed;
  const [answers, ask, reject, reconsider, record, allocations, now] = await Promise.all([
    deps.authorizer.may(actor, "request.read-answers", facts),
    deps.authorizer.may(actor, "request.ask-supplement", facts),
    deps.authorizer.may(actor, "step.reject", facts),
    deps.authorizer.may(actor, "request.reconsider", facts),
    read.requests.record(owned.publicId),
    read.requests.allocations(owned.publicId),
    deps.clock.now(pool),
  ]);
  if (!record) return refused(problem("object.not_found", { kind: "request" }));
  const [item, request] = await Promise.all([
    read.items.version(record.item, record.itemVersion),
    viewOf(deps, read, record, now, { answers: answers.ok, withdraw: false, supply: false, annul: [] }),
  ]);
  if (!item) throw new Error(`request ${record.number} has no item version ${record.item} ${record.itemVersion}`);
  const events = possibleEvents(record.state);
  const steps = await Promise.all(
    record.steps.map(async (step) => ({ ...step, names: stepNames(item.guide, step.name), may: await mayNow(deps, actor, pool, record, step) })),
  );
  return ok({
    request,
    steps,
    allocations,
    may: {
      askSupplement: ask.ok && events.includes("ask-supplement"),
      reject: reject.ok && events.includes("reject"),
      reconsider: reconsider.ok && events.includes("reconsider"),
      reveal: answers.ok && request.answers !== undefined,
    },
  });
}

async function mayNow(deps: AppDeps, actor: Actor, pool: PoolId, record: RequestRecord, step: StepView): Promise<OfficerStep["may"]> {
  const open = possibleEvents(record.state).includes("work");
  const granted = open && step.state === "ready" && step.answer === "granted";
  const working = open && step.state === "working";
  const facts = { ...record, servingUnitIds: step.serving.map(({ unitId }) => unitId) };
  const may = async (possible: boolean, action: "step.start" | "step.complete" | "step.reject") =>
    possible && (await mayOnCase(deps, actor, pool, action, facts)).ok;
  const [start, complete, reject] = await Promise.all([
    may(granted, "step.start"),
    may(working || (granted && step.mode !== "human"), "step.complete"),
    may(working, "step.reject"),
  ]);
  return { start, complete, reject };
}

export interface Reveal {
  readonly publicId: string;
  /** Why the officer must see it; kept on record. */
  readonly reason: string;
}

/** The answers unmasked, for somebody who says why. The reading is on record before anything is shown. */
export async function revealAnswers(deps: AppDeps, actor: Actor, pool: PoolId, { publicId, reason }: Reveal): Promise<Result<{ readonly answers: Answers }>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<{ answers: Answers }>> => {
    const owned = isPublicId(publicId) ? await tx.requests.ownership(publicId) : undefined;
    if (!owned) return refused(problem("object.not_found", { kind: "request" }));
    const allowed = await deps.authorizer.may(actor, "request.read-answers", factsOf(pool, owned));
    if (!allowed.ok) return allowed;
    const given = groundsOf(reason, "reason");
    if (!given.ok) return given;
    const [record, key] = await Promise.all([tx.requests.record(publicId), keyOfApplicant(tx, owned.applicantId)]);
    if (record?.answersSealed == null || key === null) return refused(problem("object.not_found", { kind: "request" }));
    const { answers } = openGiven(deps.vault, key, record.answersSealed);
    await tx.audit.append({
      occurredAt: at,
      actorId: actorIdOf(actor),
      act: "request.read-answers",
      objectKind: "request",
      objectId: publicId,
      after: { fields: Object.keys(answers).sort(), reasonSealed: sealGrounds(deps.vault, key, given.value) },
      policyVersion: allowed.value.policyVersion,
    });
    return ok({ answers });
  });
}

