import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant, type LocalDate } from "../../domain/instant.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { declareTaskForce, type TaskForceDeclaration } from "../../domain/rebalance/declare-task-force.js";
import { consentsNeeded } from "../../domain/rebalance/plan.js";
import { nextTaskForceState, type TaskForceContent, type TaskForceEvent } from "../../domain/rebalance/task-force.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { stableHash } from "../../domain/stable-hash.js";
import type { AppDeps } from "../deps.js";
import type { AuditEntry } from "../ports/audit.js";
import type { Reading, Transaction } from "../ports/store.js";
import type { TaskForce } from "../ports/task-force.js";
import { groundsOf } from "../request/act-on-case.js";
import { applyLoans } from "./apply-loans.js";
import { secondPersonProblem } from "./second-person.js";
import { settleTaskForce, termsOf } from "./task-force-content.js";

export type TaskForceDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** Whose word counts as the second person's. */
const APPROVERS = ["pool-admin", "policy-admin"] as const;

const REASON_MAX = 500;

/** One act on a task force: who, when, under which policy. */
export interface TaskForceAct {
  readonly tx: Transaction;
  readonly by: PersonId;
  readonly at: Instant;
  readonly today: LocalDate;
  readonly policyVersion: number;
}

export const taskForceNotFound = refused(problem("object.not_found", { kind: "task-force" }));
const forbidden = (action: Action): Result<never> => refused(problem("access.forbidden", { action }));

/** A person of whom it is known that they may read task forces: what follows may then say "not permitted". */
async function signedIn({ authorizer }: TaskForceDeps, actor: Actor, poolId: PoolId): Promise<Result<PersonId>> {
  const allowed = await authorizer.may(actor, "task-force.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  return actor.kind === "person" ? ok(actor.personId) : forbidden("task-force.propose");
}

/**
 * Writes down what a virtual office would have, take and until when. Nothing is anybody's else than before, until its members'
 * heads have agreed and a second person has approved it.
 */
export async function proposeTaskForce(deps: TaskForceDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<TaskForce>> {
  const asked = await askedToPropose(deps, actor, poolId, record);
  if (!asked.ok) return asked;
  const { by, policyVersion, declared } = asked.value;
  const { id } = declared;
  return deps.store.transact(poolId, async (tx): Promise<Result<TaskForce>> => {
    await tx.pools.lockDeclaring();
    const act = await beginAct(deps, tx, by, policyVersion);
    const content = await settleTaskForce(tx, act.today, declared);
    if (!content.ok) return content;
    await tx.taskForces.insert(id, content.value, act);
    await tx.audit.append(entryOf(act, "task-force.propose", id, { after: { state: "proposed", content: content.value } }));
    return ok((await tx.taskForces.get(id))!);
  });
}

interface AskedToPropose {
  readonly by: PersonId;
  readonly policyVersion: number;
  readonly declared: TaskForceDeclaration;
}

async function askedToPropose(deps: TaskForceDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<AskedToPropose>> {
  const asked = await signedIn(deps, actor, poolId);
  if (!asked.ok) return asked;
  const declared = declareTaskForce(record);
  if (!declared.ok) return declared;
  const { members, parent } = declared.value;
  const allowed = await mayPropose(deps, actor, poolId, [...members.map(({ unit }) => unit), ...(parent === null ? [] : [parent])]);
  return allowed.ok ? ok({ by: asked.value, policyVersion: allowed.value, declared: declared.value }) : allowed;
}

export interface TaskForcePreview {
  readonly content: TaskForceContent;
  readonly hash: string;
  /** Members whose heads would be asked. */
  readonly asked: readonly UnitId[];
}

/** What would be proposed, with the amounts that are free now and in whose name it would act. Nothing is kept. */
export async function previewTaskForce(deps: TaskForceDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<TaskForcePreview>> {
  const asked = await askedToPropose(deps, actor, poolId, record);
  if (!asked.ok) return asked;
  const reading = deps.store.read(poolId);
  const { declared } = asked.value;
  const today = localDateOf(dayNumberOf(await deps.clock.now(poolId)));
  const content = await settleTaskForce(reading, today, declared);
  if (!content.ok) return content;
  return ok({ content: content.value, hash: String(stableHash(JSON.stringify(content.value))), asked: await consentsAsked(reading, { id: declared.id, content: content.value }) });
}

/** Whoever answers for the pool, and who heads one of its units. */
export async function mayPropose({ authorizer }: TaskForceDeps, actor: Actor, poolId: PoolId, units: readonly UnitId[]): Promise<Result<number>> {
  for (const unitId of [null, ...units]) {
    const allowed = await authorizer.may(actor, "task-force.propose", { poolId, unitId });
    if (allowed.ok) return ok(allowed.value.policyVersion);
  }
  return forbidden("task-force.propose");
}

/** Members whose heads must agree: in whose name it acts, and who would lend more in a period than agreed to beforehand. */
export async function consentsAsked(reading: Reading, { id, content }: Pick<TaskForce, "id" | "content">): Promise<readonly UnitId[]> {
  const lending = content.resources.map(({ classId, unit: lender, amount }) => ({ lender, classId, amount, from: "0001-01-01", to: content.until }));
  const others = (await reading.loans.standing()).filter(({ borrower }) => borrower !== id);
  const above = consentsNeeded(lending, await reading.plans.standingLimits(), others).map(({ unitId }) => unitId);
  return [...new Set([...content.leads, ...above])].sort();
}

export const missingConsents = (asked: readonly UnitId[], { consents }: Pick<TaskForce, "consents">): readonly UnitId[] => asked.filter((unit) => !consents.some(({ unitId }) => unitId === unit));

/** The head of a member agrees to what it says. */
export function consentToTaskForce(deps: TaskForceDeps, actor: Actor, poolId: PoolId, id: string, unitId: UnitId): Promise<Result<TaskForce>> {
  return onTaskForce(deps, actor, poolId, id, "task-force.consent", "consent", ({ content }) => ({ unitId: content.members.find((member) => member === unitId) ?? null }), async (act, force) => {
    if (force.consents.some((one) => one.unitId === unitId)) return refused(problem("task-force.consented_already", { unit: unitId }));
    if (!(await consentsAsked(act.tx, force)).includes(unitId)) return refused(problem("task-force.consent_not_asked", { unit: unitId }));
    await act.tx.taskForces.consent(force.id, unitId, act);
    return ok({ before: { state: force.state }, after: { state: "proposed", unit: unitId } });
  });
}

/** What keeps it from being approved as things are now, days after it was proposed; the person aside. */
export async function taskForceObstacles(reading: Reading, force: TaskForce, today: LocalDate): Promise<readonly Problem[]> {
  const missing = missingConsents(await consentsAsked(reading, force), force).map((unit) => problem("task-force.consent_missing", { unit }));
  const again = await settleTaskForce(reading, today, { ...force.content, id: force.id, members: membersOf(force) }, force.id);
  return [...missing, ...(again.ok ? [] : again.problems)];
}

/** A second person approves it: from now on there is a unit, it has what it was given, and it takes new cases of its items. */
export function approveTaskForce(deps: TaskForceDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<TaskForce>> {
  return onTaskForce(deps, actor, poolId, id, "task-force.approve", "approve", () => ({ unitId: null }), async (act, force) => {
    const { tx, at, by, today, policyVersion } = act;
    const { content } = force;
    const person = await secondPersonProblem(tx, by, { by: force.proposed.by, at: force.proposed.at, gains: content.parent === null ? [] : [content.parent] }, APPROVERS);
    const problems = [...(person ? [person] : []), ...(await taskForceObstacles(tx, force, today))];
    if (problems.length > 0) return unlessRefused(problems, undefined as never);
    await tx.taskForces.makeUnit(force.id, content, at);
    await tx.taskForces.approve(force.id, act);
    // Said first: the borrower must be known when its loans are booked.
    await tx.commands.append(by, at, { kind: "pool.declared" });
    const lent = await applyLoans({ tx, actor, actorId: by, at, policyVersion, dryRun: false }, termsOf(force.id, content, today), { taskForce: force.id });
    if (!lent.ok) return lent;
    const officers = await giveRoles(act, force.id);
    return ok({ before: { state: force.state }, after: { state: "active", loans: lent.value.map((loan) => loan.id), officers, inTheNameOf: content.leads } });
  });
}

const membersOf = ({ content }: Pick<TaskForce, "content">) =>
  content.members.map((unit) => ({ unit, resources: content.resources.filter((one) => one.unit === unit).map(({ resource, amount }) => ({ resource, amount })) }));

/** Whoever holds a post behind what it was given works for it too, beside their own unit. */
async function giveRoles({ tx, by, at, policyVersion }: TaskForceAct, id: UnitId): Promise<number> {
  let given = 0;
  for (const person of await tx.taskForces.officers(id)) {
    const held = await tx.roleGrants.of(person);
    // Who watches the record does none of the work that stands in it.
    if (held.some(({ role }) => role === "auditor")) continue;
    const grant = await tx.roleGrants.insert({ role: "clerk", unitId: id }, person, by, at);
    if (!grant) continue;
    given += 1;
    await tx.audit.append({ occurredAt: at, actorId: by, onBehalfOf: person, act: "role-grant.grant-unit-role", objectKind: "role-grant", objectId: String(grant.grantId), after: { personId: person, role: "clerk", unitId: id }, policyVersion });
  }
  return given;
}

/** Says no, and why: whoever may approve it, or heads a member. */
export async function refuseTaskForce(deps: TaskForceDeps, actor: Actor, poolId: PoolId, id: string, reason: string): Promise<Result<TaskForce>> {
  const grounds = groundsOf(reason, "reason", REASON_MAX);
  if (!grounds.ok) return grounds;
  const members = (await deps.store.read(poolId).taskForces.get(id))?.content.members ?? [];
  let unitId: UnitId | null = members[0] ?? null;
  for (const member of members) if ((await deps.authorizer.may(actor, "task-force.refuse", { poolId, unitId: member })).ok) unitId = member;
  return onTaskForce(deps, actor, poolId, id, "task-force.refuse", "refuse", () => ({ unitId }), async (act, force) => {
    await act.tx.taskForces.close(force.id, "refused", act.by, grounds.value, act.at);
    return ok({ before: { state: force.state }, after: { state: "refused", reason: grounds.value } });
  });
}

/** Takes a proposal back. */
export function withdrawTaskForce(deps: TaskForceDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<TaskForce>> {
  return onTaskForce(deps, actor, poolId, id, "task-force.withdraw", "withdraw", ({ proposed }) => ({ personId: proposed.by }), async (act, force) => {
    await act.tx.taskForces.close(force.id, "withdrawn", act.by, null, act.at);
    return ok({ before: { state: force.state }, after: { state: "withdrawn" } });
  });
}

/** One act on one task force in one transaction, with its lock, its permission about the row that was loaded, its transition and its record. */
export async function onTaskForce(
  deps: TaskForceDeps,
  actor: Actor,
  poolId: PoolId,
  id: string,
  action: Action,
  event: TaskForceEvent,
  facts: (force: TaskForce) => { readonly personId?: PersonId; readonly unitId?: UnitId | null },
  work: (act: TaskForceAct, force: TaskForce) => Promise<Result<Pick<AuditEntry, "before" | "after">>>,
): Promise<Result<TaskForce>> {
  const asked = await signedIn(deps, actor, poolId);
  if (!asked.ok) return asked;
  return deps.store.transact(poolId, async (tx): Promise<Result<TaskForce>> => {
    await tx.pools.lockDeclaring();
    const force = await tx.taskForces.lock(id);
    if (!force) return taskForceNotFound;
    const allowed = await deps.authorizer.may(actor, action, { poolId, ...facts(force) });
    if (!allowed.ok) return forbidden(action);
    const next = nextTaskForceState(force.state, event);
    if (!next.ok) return next;
    const act = await beginAct(deps, tx, asked.value, allowed.value.policyVersion);
    const done = await work(act, force);
    if (!done.ok) return done;
    await tx.audit.append(entryOf(act, action, force.id, done.value));
    return ok((await tx.taskForces.get(force.id))!);
  });
}

async function beginAct({ clock }: TaskForceDeps, tx: Transaction, by: PersonId, policyVersion: number): Promise<TaskForceAct> {
  const at = await clock.now(tx.poolId);
  return { tx, by, at, today: localDateOf(dayNumberOf(at)), policyVersion };
}

const entryOf = (act: TaskForceAct, name: Action, id: UnitId, change: Pick<AuditEntry, "before" | "after">): AuditEntry => ({
  occurredAt: act.at, actorId: act.by, act: name, objectKind: "task-force", objectId: id, policyVersion: act.policyVersion, ...change,
});
