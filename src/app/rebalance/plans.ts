import type { PersonId, PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant, type LocalDate } from "../../domain/instant.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { declarePlan } from "../../domain/rebalance/declare-plan.js";
import { nextPlanState, PLAN_LOANS_MAX, planStateAt, PROPOSAL_LIFE_MS, staleness, type PlanEvent, type PlannedLoan, type PlanOrigin } from "../../domain/rebalance/plan.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AuditEntry } from "../ports/audit.js";
import type { StoredPlan } from "../ports/plan.js";
import type { Reading, Transaction } from "../ports/store.js";
import { lendersOf, PlanDesk, planHash } from "./plan-content.js";

export type PlanDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** One act on a plan: who, when, under which policy. */
export interface PlanAct {
  readonly tx: Transaction;
  readonly by: PersonId;
  readonly at: Instant;
  readonly today: LocalDate;
  readonly policyVersion: number;
}

export const planNotFound = refused(problem("object.not_found", { kind: "plan" }));

export const deskOf = async ({ tx, today }: Pick<PlanAct, "tx" | "today">): Promise<PlanDesk> => PlanDesk.open(tx, today);

/** May somebody draft a plan of these loans? Whoever answers for the pool, and who heads a unit of each of them. */
async function mayDraft({ authorizer }: PlanDeps, actor: Actor, poolId: PoolId, loans: readonly Pick<PlannedLoan, "lender" | "borrower">[]): Promise<Result<number>> {
  let policyVersion = 0;
  for (const { lender, borrower } of loans) {
    const asBorrower = await authorizer.may(actor, "plan.draft", { poolId, unitId: borrower });
    const allowed = asBorrower.ok ? asBorrower : await authorizer.may(actor, "plan.draft", { poolId, unitId: lender });
    if (!allowed.ok) return forbidden("plan.draft");
    ({ policyVersion } = allowed.value);
  }
  return ok(policyVersion);
}

/** A resource says whose it is: who names one need not name its unit. */
async function withLenders(reading: Reading, record: RawRecord): Promise<Result<RawRecord>> {
  const { loans } = record;
  if (!Array.isArray(loans)) return ok(record);
  const isOpen = (loan: unknown): loan is RawRecord => typeof loan === "object" && loan !== null && ((loan as RawRecord)["lender"] ?? "") === "" && typeof (loan as RawRecord)["resource"] === "string" && (loan as RawRecord)["resource"] !== "";
  const codes = (loans as readonly unknown[]).slice(0, PLAN_LOANS_MAX).flatMap((loan) => (isOpen(loan) ? [String(loan["resource"]).trim()] : []));
  if (codes.length === 0) return ok(record);
  const resources = await reading.resources.byCodes(codes);
  const unknown = (loans as readonly unknown[]).flatMap((loan, at) => (isOpen(loan) && at < PLAN_LOANS_MAX && !resources.has(String(loan["resource"]).trim()) ? [problem("input.unknown_reference", { kind: "resource", id: String(loan["resource"]) }, { field: `loans.${at}.resource` })] : []));
  return unlessRefused(unknown, { ...record, loans: (loans as readonly unknown[]).map((loan) => (isOpen(loan) ? { ...loan, lender: resources.get(String(loan["resource"]).trim())?.unitId } : loan)) });
}

/** Keeps a plan as a draft. Nobody but its author changes or proposes it. */
export async function draftPlan(deps: PlanDeps, actor: Actor, poolId: PoolId, record: RawRecord, origin: PlanOrigin = "hand"): Promise<Result<StoredPlan>> {
  const asked = await signedIn(deps, actor, poolId);
  if (!asked.ok) return asked;
  const named = await withLenders(deps.store.read(poolId), record);
  const declared = named.ok ? declarePlan(named.value) : named;
  if (!declared.ok) return declared;
  const allowed = await mayDraft(deps, actor, poolId, declared.value.loans);
  if (!allowed.ok) return allowed;
  return deps.store.transact(poolId, async (tx): Promise<Result<StoredPlan>> => {
    const act = await beginAct(deps, tx, asked.value, allowed.value);
    const content = await (await deskOf(act)).settle(declared.value, origin);
    if (!content.ok) return content;
    const hash = planHash(content.value);
    const id = await tx.plans.insert({ content: content.value, hash, by: act.by, at: act.at });
    await tx.audit.append(entryOf(act, "plan.draft", id, { after: { state: "draft", hash, content: content.value } }));
    return ok((await tx.plans.get(id))!);
  });
}

/** Writes a draft anew, whole. @param expected the generation the author saw */
export function editPlan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number, record: RawRecord, expected: number): Promise<Result<StoredPlan>> {
  return onPlan(deps, actor, poolId, id, "plan.edit", "edit", (plan) => ({ personId: plan.drafted.by }), async (act, plan) => {
    if (plan.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: plan.generation }));
    const named = await withLenders(act.tx, record);
    const declared = named.ok ? declarePlan(named.value) : named;
    if (!declared.ok) return declared;
    const allowed = await mayDraft(deps, actor, poolId, declared.value.loans);
    if (!allowed.ok) return allowed;
    const content = await (await deskOf(act)).settle(declared.value, plan.content.origin);
    if (!content.ok) return content;
    const hash = planHash(content.value);
    await act.tx.plans.edit(id, content.value, hash);
    return ok({ before: { hash: plan.hash, content: plan.content }, after: { hash, content: content.value } });
  });
}

/** Fixes what a draft says and asks the others. It rests on what is declared at that moment. */
export function proposePlan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number): Promise<Result<StoredPlan>> {
  return onPlan(deps, actor, poolId, id, "plan.edit", "propose", (plan) => ({ personId: plan.drafted.by }), async (act, plan) => {
    const desk = await deskOf(act);
    const unlawful = [...(await desk.unlawful(plan.content.loans)), ...(await desk.shortfalls(plan.content.loans))];
    if (unlawful.length > 0) return unlessRefused(unlawful, undefined as never);
    const content = { ...plan.content, seen: await desk.seen(plan.content.loans) };
    const hash = planHash(content);
    await act.tx.plans.propose(id, content, hash, act, act.at + PROPOSAL_LIFE_MS);
    return ok({ before: { state: plan.state, hash: plan.hash }, after: { state: "proposed", hash, content } });
  });
}

/** Takes back one that was not applied. */
export function withdrawPlan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number): Promise<Result<StoredPlan>> {
  return onPlan(deps, actor, poolId, id, "plan.withdraw", "withdraw", (plan) => ({ personId: plan.drafted.by }), async (act, plan) => {
    await act.tx.plans.close(id, "withdrawn", null, act);
    return ok({ before: { state: plan.state }, after: { state: "withdrawn", hash: plan.hash } });
  });
}

/** Says no, and why: whoever may approve it, or who heads a unit that is to lend. */
export async function refusePlan(deps: PlanDeps, actor: Actor, poolId: PoolId, id: number, reason: string): Promise<Result<StoredPlan>> {
  const there = await deps.store.read(poolId).plans.get(id);
  const lenders = there ? lendersOf(there.content.loans) : [];
  let unitId = lenders[0] ?? null;
  for (const lender of lenders) if ((await deps.authorizer.may(actor, "plan.refuse", { poolId, unitId: lender })).ok) unitId = lender;
  return onPlan(deps, actor, poolId, id, "plan.refuse", "refuse", () => ({ unitId }), async (act, plan) => {
    await act.tx.plans.close(id, "refused", reason, act);
    return ok({ before: { state: plan.state }, after: { state: "refused", hash: plan.hash, reason } });
  });
}

/**
 * One act on one plan in one transaction, with its lock, its permission about the row that was loaded, its transition and its record.
 * Whether somebody may know of plans at all is asked first.
 */
export async function onPlan(
  deps: PlanDeps,
  actor: Actor,
  poolId: PoolId,
  id: number,
  action: Action,
  event: PlanEvent,
  facts: (plan: StoredPlan) => { readonly personId?: PersonId; readonly unitId?: StoredPlan["content"]["loans"][number]["lender"] | null },
  work: (act: PlanAct, plan: StoredPlan) => Promise<Result<Pick<AuditEntry, "before" | "after">>>,
): Promise<Result<StoredPlan>> {
  const asked = await signedIn(deps, actor, poolId);
  if (!asked.ok) return asked;
  return deps.store.transact(poolId, async (tx): Promise<Result<StoredPlan>> => {
    const plan = await tx.plans.lock(id);
    if (!plan) return planNotFound;
    const allowed = await deps.authorizer.may(actor, action, { poolId, ...facts(plan) });
    // Who may read every plan is told that they may not do this: there is nothing left to hide.
    if (!allowed.ok) return forbidden(action);
    const act = await beginAct(deps, tx, asked.value, allowed.value.policyVersion);
    const next = nextPlanState(planStateAt(plan.state, plan.expiresAt, plan.content.loans, act.at, act.today), event);
    if (!next.ok) return next;
    const done = await work(act, plan);
    if (!done.ok) return done;
    await tx.audit.append(entryOf(act, action === "plan.edit" && event === "propose" ? "plan.propose" : action, id, done.value));
    return ok((await tx.plans.get(id))!);
  });
}

/** A person of whom it is known that they may read plans: what follows may then say "not permitted". */
async function signedIn({ authorizer }: PlanDeps, actor: Actor, poolId: PoolId): Promise<Result<PersonId>> {
  const allowed = await authorizer.may(actor, "plan.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  return actor.kind === "person" ? ok(actor.personId) : forbidden("plan.propose");
}

const forbidden = (action: Action): Result<never> => refused(problem("access.forbidden", { action }));

export async function beginAct({ clock }: PlanDeps, tx: Transaction, by: PersonId, policyVersion: number): Promise<PlanAct> {
  const at = await clock.now(tx.poolId);
  return { tx, by, at, today: localDateOf(dayNumberOf(at)), policyVersion };
}

export const entryOf = (act: PlanAct, name: Action, id: number, change: Pick<AuditEntry, "before" | "after">): AuditEntry => ({
  occurredAt: act.at,
  actorId: act.by,
  act: name,
  objectKind: "plan",
  objectId: String(id),
  policyVersion: act.policyVersion,
  ...change,
});

/** What was declared anew since the plan was made, what makes it unlawful now, and what it needs that is not free any more. */
export async function obstaclesNow(desk: PlanDesk, { content: { loans, seen } }: Pick<StoredPlan, "content">): Promise<readonly Problem[]> {
  const changed = staleness(seen, await desk.seen(loans));
  // What was declared anew explains all that follows from it.
  const unlawful = changed.length > 0 ? [] : await desk.unlawful(loans);
  return [...changed, ...unlawful, ...(await desk.shortfalls(loans))];
}
