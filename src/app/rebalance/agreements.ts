import type { AgreementId, ClassId, PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant, type LocalDate } from "../../domain/instant.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { agreementProblems, firstDayWithout, nextAgreementState, type AgreementEvent, type Suspension } from "../../domain/rebalance/agreement.js";
import { agreementRecord, declareAgreement, type AgreementDeclaration } from "../../domain/rebalance/declare-agreement.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Agreement } from "../ports/agreement.js";
import type { AuditEntry } from "../ports/audit.js";
import type { Reading, Transaction } from "../ports/store.js";
import { groundsOf } from "../request/act-on-case.js";
import { agreementsSystem, drainDays, drainWhatIsLess, liftDrains } from "./agreement-drains.js";
import { secondPersonProblem } from "./second-person.js";

export type AgreementDeps = AppDeps;

/** Whose word counts as the second person's: whoever heads the organ that buys, or answers for the pool. */
const APPROVERS = ["unit-head", "pool-admin", "policy-admin"] as const;

/** One act on an agreement: who, when, under which policy. */
export interface AgreementAct {
  readonly tx: Transaction;
  readonly actorId: string;
  readonly at: Instant;
  readonly policyVersion: number;
}

export const agreementNotFound = refused(problem("object.not_found", { kind: "agreement" }));

const entryOf = (act: AgreementAct, name: Action, id: AgreementId, version: number, change: Pick<AuditEntry, "before" | "after">): AuditEntry => ({
  occurredAt: act.at, actorId: act.actorId, act: name, objectKind: "agreement", objectId: `${id}/${version}`, policyVersion: act.policyVersion, ...change,
});

/**
 * What keeps it from being agreed as things are now.
 *
 * @param coming items that are declared together with it
 */
export async function agreementObstacles(reading: Reading, { id, content }: AgreementDeclaration, today: LocalDate, coming: ReadonlySet<string> = new Set()): Promise<readonly Problem[]> {
  const [provider, purchaser] = [await reading.units.get(content.provider), await reading.units.get(content.purchaser)];
  const [classes, divisions, items, traits] = [await reading.classes.all(), await reading.divisions.all(), await reading.items.codes(), await reading.traits.all()];
  // What is over by its own date stands in nobody's way, though the rhythm may not have closed it yet.
  const living = (await reading.agreements.living([content.provider])).filter((one) => (one.endedFrom ?? one.content.until) > today);
  const others = living.filter((one) => one.id !== id);
  // Once approved it is what holds: until its first day nothing would, though the one before does today.
  const gap = content.from > today && living.some((one) => one.id === id && one.content.from <= today) ? [problem("agreement.leaves_gap", { from: content.from, today }, { field: "from" })] : [];
  const found = agreementProblems(content, {
    today,
    provider,
    purchaser,
    classes: new Map(classes.map((one) => [one.id, one])),
    divisions: new Set(divisions.map(({ code }) => code)),
    items: new Set([...items, ...coming]),
    traits: new Set(traits.map((one) => one.id)),
    others: others.flatMap((one) => one.content.classes.map(({ classId }) => ({ agreement: one.id, classId }))),
  });
  return [...found, ...gap];
}

/** Writes down what is to be bought: the first version of an agreement, or what is to follow the one in force. Nothing is offered under it before a second person approves it. */
export async function proposeAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, record: RawRecord): Promise<Result<Agreement>> {
  const known = await deps.authorizer.may(actor, "agreement.read", { poolId, unitId: null });
  if (!known.ok) return known;
  const declared = declareAgreement(record);
  if (!declared.ok) return declared;
  const allowed = await deps.authorizer.may(actor, "agreement.propose", { poolId, unitId: declared.value.content.purchaser, public: true });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(poolId);
  return deps.store.transact(poolId, async (tx): Promise<Result<Agreement>> => {
    await tx.pools.lockDeclaring();
    const version = await propose({ tx, actorId: actorIdOf(actor), at, policyVersion: allowed.value.policyVersion }, declared.value);
    return version.ok ? ok((await tx.agreements.lock(declared.value.id, version.value))!) : version;
  });
}

/** Inside somebody's transaction. */
export async function propose(act: AgreementAct, declared: AgreementDeclaration, coming?: ReadonlySet<string>): Promise<Result<number>> {
  const { tx, at, actorId } = act;
  const problems = [...(await agreementObstacles(tx, declared, localDateOf(dayNumberOf(at)), coming))];
  for (const { state, content } of await tx.agreements.versions(declared.id)) {
    if (state === "proposed") problems.push(problem("agreement.stands", { agreement: declared.id }, { field: "agreement" }));
    if (content.provider !== declared.content.provider || content.purchaser !== declared.content.purchaser) problems.push(problem("agreement.parties_fixed", { agreement: declared.id }, { field: "provider" }));
  }
  const [first, ...rest] = problems;
  if (first) return refused(first, ...rest);
  const version = await tx.agreements.insert(declared.id, declared.content, actorId, at);
  await tx.audit.append(entryOf(act, "agreement.propose", declared.id, version, { after: { state: "proposed", ...agreementRecord(declared) } }));
  return ok(version);
}

/** The same with a later last day: proposed like any other version. */
export async function renewAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string, until: string): Promise<Result<Agreement>> {
  const known = await deps.authorizer.may(actor, "agreement.read", { poolId, unitId: null });
  if (!known.ok) return known;
  const there = await deps.store.read(poolId).agreements.get(id);
  return there ? proposeAgreement(deps, actor, poolId, { ...agreementRecord(there), until }) : agreementNotFound;
}

/** A second person approves exactly what was proposed: from now on the provider's resources may be published, and serve inside term and scope. */
export function approveAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string, version: number): Promise<Result<Agreement>> {
  return onAgreement(deps, actor, poolId, id, version, "agreement.approve", "approve", async (act, agreement) => {
    if (actor.kind !== "person") return refused(problem("access.forbidden", { action: "agreement.approve" }));
    const { proposed } = agreement;
    const person = await secondPersonProblem(act.tx, actor.personId, { by: proposed.by as typeof actor.personId, at: proposed.at, gains: [agreement.content.provider] }, APPROVERS);
    const problems = [...(person ? [person] : []), ...(await agreementObstacles(act.tx, agreement, localDateOf(dayNumberOf(act.at))))];
    if (problems.length > 0) return unlessRefused(problems, undefined as never);
    return await takeEffect(act, agreement);
  });
}

/**
 * From now on it holds; the version before, and others of the provider whose time is over, hold no more. What was to end early goes on, and what is
 * held where this version serves no more is moved.
 */
export async function takeEffect(act: AgreementAct, { id, version, content }: Pick<Agreement, "id" | "version" | "content">): Promise<Result<Pick<AuditEntry, "before" | "after">>> {
  const { tx, actorId, at } = act;
  const classes = content.classes.map(({ classId }) => classId);
  const touched = [...classes];
  const replaced: string[] = [];
  let before: Agreement | undefined;
  for (const other of await tx.agreements.living([content.provider])) {
    if (other.id !== id && !other.content.classes.some(({ classId }) => classes.includes(classId))) continue;
    const as = other.id === id ? "replaced" : "ended";
    if (as === "replaced") {
      const next = nextAgreementState(other.state, "replace");
      if (!next.ok) return next;
      before = other;
    }
    await tx.agreements.close(other.id, other.version, as, actorId, null, at);
    touched.push(...other.content.classes.map(({ classId }) => classId));
    replaced.push(`${other.id}/${other.version}`);
  }
  await tx.agreements.approve(id, version, actorId, at);
  const above = await tx.agreements.aboveCeiling([content.provider]);
  if (above.length > 0) return unlessRefused(above.map(ceilingProblem), undefined as never);
  await tellWriter(act, content.provider, touched);
  await liftDrains(act, content);
  const drains = await drainWhatIsLess(act, before, { content });
  if (!drains.ok) return drains;
  return ok({ before: { state: "proposed" }, after: { state: "active", ...(replaced.length === 0 ? {} : { replaced }), ...(drains.value.length === 0 ? {} : { drains: drains.value }) } });
}

export const ceilingProblem = ({ agreement, classId, ceiling, offered }: { readonly agreement: string; readonly classId: string; readonly ceiling: number; readonly offered: number }): Problem =>
  problem("agreement.above_ceiling", { agreement, class: classId, ceiling, offered });

async function tellWriter({ tx, actorId, at }: AgreementAct, provider: UnitId, classes: readonly ClassId[]): Promise<void> {
  const resources = (await tx.agreements.resources(provider, classes)).map((one) => one.id);
  if (resources.length > 0) await tx.commands.append(actorId, at, { kind: "resource.declared", resources });
}

/** Says no, and why. */
export async function refuseAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string, version: number, reason: string): Promise<Result<Agreement>> {
  return onAgreement(deps, actor, poolId, id, version, "agreement.approve", "refuse", async (act, { state }) => {
    const grounds = groundsOf(reason, "reason");
    if (!grounds.ok) return grounds;
    await act.tx.agreements.close(id as AgreementId, version, "refused", act.actorId, grounds.value, act.at);
    return ok({ before: { state }, after: { state: "refused", reason: grounds.value } });
  });
}

/** Takes a proposal back. */
export async function withdrawAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string, version: number): Promise<Result<Agreement>> {
  return onAgreement(deps, actor, poolId, id, version, "agreement.propose", "withdraw", async (act, { state }) => {
    await act.tx.agreements.close(id as AgreementId, version, "withdrawn", act.actorId, null, act.at);
    return ok({ before: { state }, after: { state: "withdrawn" } });
  });
}

/** Nothing is offered under it until it is resumed; what is held and not begun is moved, or listed with those who must be told. */
export async function suspendAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string, reason: string): Promise<Result<Agreement>> {
  return onLiving(deps, actor, poolId, id, "suspend", async (act, agreement) => {
    const grounds = groundsOf(reason, "reason");
    if (!grounds.ok) return grounds;
    const { id: named, version, state, suspensions, content } = agreement;
    const begun: Suspension = { at: act.at, by: act.actorId, reason: grounds.value, resumedAt: null, resumedBy: null };
    await act.tx.agreements.setSuspensions(named, version, "suspended", [...suspensions, begun]);
    // One that is to end early has its last days drained already: one drain takes all of it.
    await liftDrains(act, content);
    const drains = await drainDays(act, content, localDateOf(dayNumberOf(act.at)), content.until, grounds.value);
    if (!drains.ok) return drains;
    await tellWriter(act, content.provider, content.classes.map(({ classId }) => classId));
    return ok({ before: { state }, after: { state: "suspended", reason: grounds.value, drains: drains.value } });
  });
}

/** It serves again; what was moved stays where it is. */
export async function resumeAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string): Promise<Result<Agreement>> {
  return onLiving(deps, actor, poolId, id, "resume", async (act, { version, state, suspensions, content, endedFrom, id: named }) => {
    const { tx, at, actorId } = act;
    await tx.agreements.setSuspensions(named, version, "active", suspensions.map((one, nth) => (nth === suspensions.length - 1 ? { ...one, resumedAt: at, resumedBy: actorId } : one)));
    await liftDrains(act, content);
    // What was said while it served, or while it did not, holds: after its last day nothing stays.
    const drains = endedFrom === null ? ok() : await drainDays(act, content, endedFrom, content.until, content.instrument);
    if (!drains.ok) return drains;
    await tellWriter(act, content.provider, content.classes.map(({ classId }) => classId));
    return ok({ before: { state }, after: { state: "active" } });
  });
}

/** Ends it before its time, after its days of notice; what is held later than that is moved. */
export async function endAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string, reason: string): Promise<Result<Agreement>> {
  return onLiving(deps, actor, poolId, id, "end", async (act, { version, state, content, endedFrom, id: named }) => {
    const grounds = groundsOf(reason, "reason");
    if (!grounds.ok) return grounds;
    if (endedFrom !== null) return refused(problem("object.transition_illegal", { kind: "agreement", state: "ending", event: "end" }));
    const from = firstDayWithout(content, localDateOf(dayNumberOf(act.at)));
    await act.tx.agreements.endEarly(named, version, from);
    const drains = await drainDays(act, content, from, content.until, grounds.value);
    if (!drains.ok) return drains;
    await tellWriter(act, content.provider, content.classes.map(({ classId }) => classId));
    return ok({ before: { state, until: content.until }, after: { state, endedFrom: from, reason: grounds.value, drains: drains.value } });
  });
}

/** Closes what is over, gives nothing new of a class that is used up, and gives of it again when enough came back: the process's own rhythm. Gives how many. */
export async function followAgreements(deps: AgreementDeps, poolId: PoolId): Promise<number> {
  const at = await deps.clock.now(poolId);
  const today = localDateOf(dayNumberOf(at));
  const due = await deps.store.read(poolId).agreements.due(today);
  if (due.length === 0) return 0;
  const actor = agreementsSystem(poolId);
  const allowed = await deps.authorizer.may(actor, "agreement.end", { poolId, unitId: null });
  if (!allowed.ok) return 0;
  return deps.store.transact(poolId, async (tx): Promise<number> => {
    await tx.pools.lockDeclaring();
    const act: AgreementAct = { tx, actorId: actorIdOf(actor), at, policyVersion: allowed.value.policyVersion };
    let done = 0;
    for (const one of await tx.agreements.due(today)) {
      const agreement = await tx.agreements.lock(one.id, one.version);
      if (!agreement) continue;
      const { provider, classes } = agreement.content;
      if (one.why === "over") {
        await tx.agreements.close(one.id, one.version, "ended", act.actorId, null, at);
        await tellWriter(act, provider, classes.map(({ classId }) => classId));
        await tx.audit.append(entryOf(act, "agreement.end", one.id, one.version, { before: { state: agreement.state }, after: { state: "ended" } }));
      } else {
        // What is held under it was bought, and stays.
        await tx.agreements.setUsedUp(one.id, one.version, one.classId, one.why === "used-up" ? at : null);
        await tellWriter(act, provider, [one.classId]);
        await tx.audit.append(entryOf(act, "agreement.suspend", one.id, one.version, { after: { class: one.classId, usedUp: one.why === "used-up" } }));
      }
      done += 1;
    }
    return done;
  });
}

/** Whatever version is in force or suspended. */
async function onLiving(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string, event: "suspend" | "resume" | "end", work: Work): Promise<Result<Agreement>> {
  const there = await deps.store.read(poolId).agreements.get(id);
  return onAgreement(deps, actor, poolId, id, there?.version ?? 0, event === "end" ? "agreement.end" : "agreement.suspend", event, work);
}

type Work = (act: AgreementAct, agreement: Agreement) => Promise<Result<Pick<AuditEntry, "before" | "after">>>;

/** One act on one version in one transaction, with its lock, its permission about the row that was loaded, its transition and its record. */
async function onAgreement(deps: AgreementDeps, actor: Actor, poolId: PoolId, id: string, version: number, action: Action, event: AgreementEvent, work: Work): Promise<Result<Agreement>> {
  const known = await deps.authorizer.may(actor, "agreement.read", { poolId, unitId: null });
  if (!known.ok) return known;
  const at = await deps.clock.now(poolId);
  return deps.store.transact(poolId, async (tx): Promise<Result<Agreement>> => {
    await tx.pools.lockDeclaring();
    const agreement = await tx.agreements.lock(id, version);
    if (!agreement) return agreementNotFound;
    const allowed = await deps.authorizer.may(actor, action, { poolId, unitId: agreement.content.purchaser, public: true });
    if (!allowed.ok) return allowed;
    const next = nextAgreementState(agreement.state, event);
    if (!next.ok) return next;
    const act: AgreementAct = { tx, actorId: actorIdOf(actor), at, policyVersion: allowed.value.policyVersion };
    const done = await work(act, agreement);
    if (!done.ok) return done;
    await tx.audit.append(entryOf(act, action, agreement.id, version, done.value));
    return ok((await tx.agreements.lock(id, version))!);
  });
}
