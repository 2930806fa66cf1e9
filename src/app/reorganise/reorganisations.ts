import { parsePersonId, type PersonId, type PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { readReorganisation, type Reorganisation, type ReorganisationDraft } from "../../domain/org/reorganisation.js";
import type { Action } from "../../domain/policy/action.js";
import { actorIdOf, SYSTEM_PERSON, type Actor, type SystemActor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Reforming } from "../ports/reorganisation.js";
import type { Reading, Transaction } from "../ports/store.js";
import { secondPersonProblem } from "../rebalance/second-person.js";
import { effectOf, type ReorganisationEffect } from "./effect.js";
import { makeChanges, type Done } from "./make-changes.js";
import { takeBack } from "./take-back.js";

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** How far ahead a reform may be scheduled. */
const AHEAD_MS_MAX = 2 * 366 * 86_400_000;

export async function listReorganisations({ store, authorizer }: Deps, actor: Actor, pool: PoolId): Promise<Result<readonly Reorganisation[]>> {
  const allowed = await authorizer.may(actor, "reorganisation.read", { poolId: pool });
  return allowed.ok ? ok(await store.read(pool).reorganisations.list()) : allowed;
}

export async function getReorganisation({ store, authorizer }: Deps, actor: Actor, pool: PoolId, id: string): Promise<Result<Reorganisation>> {
  const allowed = await authorizer.may(actor, "reorganisation.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const found = await store.read(pool).reorganisations.get(id);
  return found ? ok(found) : refused(problem("object.not_found", { kind: "reorganisation" }));
}

/** What it would do, or why it cannot be done; tried in full, and taken back. */
export async function reorganisationEffect(deps: Deps, actor: Actor, pool: PoolId, id: string): Promise<Result<ReorganisationEffect>> {
  const found = await getReorganisation(deps, actor, pool, id);
  if (!found.ok) return found;
  return ok(await effectOf(deps.store, pool, found.value, { ...reformingOf(found.value, actor, await deps.clock.now(pool), 0), reorganisation: null }));
}

export interface DraftInput {
  readonly record: RawRecord;
  /** Of a draft that is changed: the generation the caller saw; null: it must not exist yet. */
  readonly expected: number | null;
}

/** Writes a reform down. Nobody is touched until it is committed, and its moment has come. */
export async function draftReorganisation(deps: Deps, actor: Actor, pool: PoolId, { record, expected }: DraftInput): Promise<Result<Reorganisation>> {
  const allowed = await deps.authorizer.may(actor, "reorganisation.declare", { poolId: pool });
  if (!allowed.ok) return allowed;
  const draft = readReorganisation(record);
  if (!draft.ok) return draft;
  const { id } = draft.value;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<Reorganisation>> => {
    await tx.pools.lockDeclaring();
    const there = await tx.reorganisations.lock(id);
    if (expected === null && there) return refused(problem("object.exists", { kind: "reorganisation", id }));
    if (expected !== null && !there) return refused(problem("object.not_found", { kind: "reorganisation" }));
    if (there && there.generation !== expected) return refused(problem("object.generation_stale", { expected: expected ?? 0, actual: there.generation }));
    if (there && there.state !== "draft") return refused(problem("object.transition_illegal", { kind: "reorganisation", state: there.state, event: "declare" }));
    await tx.reorganisations.put(draft.value, actorIdOf(actor), at);
    await tx.audit.append({
      occurredAt: at, actorId: actorIdOf(actor), act: "reorganisation.declare", objectKind: "reorganisation", objectId: id,
      ...(there ? { before: { changes: there.changes } } : {}), after: draft.value, policyVersion: allowed.value.policyVersion,
    });
    return await reread(tx, id);
  });
}

/**
 * A second person decides it, for exactly the draft they saw: made at once, or at its moment by whichever process is there. What could
 * not be made now is refused now.
 */
export async function commitReorganisation(deps: Deps, actor: Actor, pool: PoolId, id: string, commitAt: Instant | null, expected: number): Promise<Result<Reorganisation>> {
  const at = await deps.clock.now(pool);
  const there = await deps.store.read(pool).reorganisations.get(id);
  const possible = there && (await tried(deps, actor, pool, there, commitAt, at));
  if (possible && !possible.ok) return possible;
  return await withLocked(deps, actor, pool, id, "reorganisation.commit", expected, async (tx) => await commit(deps, tx, actor, pool, id, commitAt, at));
}

/** What is to happen later is tried now, so that nobody schedules what cannot be done. */
async function tried(deps: Deps, actor: Actor, pool: PoolId, draft: ReorganisationDraft, commitAt: Instant | null, at: Instant): Promise<Result<void>> {
  if (commitAt === null) return ok();
  const allowed = await deps.authorizer.may(actor, "reorganisation.commit", { poolId: pool });
  if (!allowed.ok) return allowed;
  const made = await deps.store.rehearse(pool, async (tx) => await makeChanges(tx, draft.changes, { ...reformingOf(draft, actor, at, allowed.value.policyVersion), reorganisation: null }));
  return made.ok ? ok() : made;
}

async function commit(deps: Deps, tx: Transaction, actor: Actor, pool: PoolId, id: string, commitAt: Instant | null, at: Instant): Promise<Result<Reorganisation>> {
  const allowed = await deps.authorizer.may(actor, "reorganisation.commit", { poolId: pool });
  if (!allowed.ok) return allowed;
  const found = await tx.reorganisations.lock(id);
  const person = found && (await commitProblem(tx, actor, found));
  if (person) return refused(person);
  if (!found || found.state !== "draft") return refused(problem("object.transition_illegal", { kind: "reorganisation", state: found?.state ?? "", event: "commit" }));
  const effectiveAt = commitAt ?? at;
  if (effectiveAt < at) return refused(problem("reorganisation.in_the_past", {}, { field: "effectiveAt" }));
  if (effectiveAt - at > AHEAD_MS_MAX) return refused(problem("validity.reversed", {}, { field: "effectiveAt" }));
  await tx.reorganisations.commit(id, effectiveAt, actorIdOf(actor));
  await tx.audit.append({
    occurredAt: at, actorId: actorIdOf(actor), act: "reorganisation.commit", objectKind: "reorganisation", objectId: id,
    before: { state: "draft" }, after: { state: "scheduled", effectiveAt: new Date(effectiveAt).toISOString() }, policyVersion: allowed.value.policyVersion,
  });
  if (effectiveAt > at) return await reread(tx, id);
  return await apply(tx, found, actor, at, allowed.value.policyVersion);
}

/** Whose word counts as the second person's, as of quotas. */
const APPROVERS = ["pool-admin", "policy-admin"] as const;

/**
 * What about somebody's person keeps them from deciding a draft: it is theirs, under this account or another, they head a unit that
 * gains by it, or they were given the power after it was written. What the operator loaded has no such author.
 */
export async function commitProblem(reading: Pick<Reading, "people" | "roleGrants">, actor: Actor, { declaredBy, declaredAt, changes }: Reorganisation): Promise<Problem | undefined> {
  if (actor.kind !== "person") return problem("access.forbidden", { action: "reorganisation.commit" });
  const author = parsePersonId(declaredBy);
  if (!author.ok) return undefined;
  const gains = changes.map((change) => (change.kind === "merge" ? change.into : change.to));
  return await secondPersonProblem(reading, actor.personId, { by: author.value, at: declaredAt, gains }, APPROVERS);
}

async function apply(tx: Transaction, found: Reorganisation, actor: Actor, at: Instant, policyVersion: number): Promise<Result<Reorganisation>> {
  await tellEverybody(tx, actor, at);
  const made = await makeChanges(tx, found.changes, reformingOf(found, actor, at, policyVersion));
  if (!made.ok) return made;
  await tx.reorganisations.applied(found.id, at, made.value as never);
  await tx.audit.append({
    occurredAt: at, actorId: actorIdOf(actor), act: "reorganisation.commit", objectKind: "reorganisation", objectId: found.id,
    before: { state: "scheduled" }, after: { state: "applied", done: summaryOf(made.value) }, policyVersion,
  });
  return await reread(tx, found.id);
}

/**
 * Puts everything back, exactly, as long as nothing it touched was declared anew. Two persons decided it, and two undo it: the first asks,
 * which is refused where it could not be done, and another does it.
 */
export async function rollBackReorganisation(deps: Deps, actor: Actor, pool: PoolId, id: string, expected: number): Promise<Result<Reorganisation>> {
  const at = await deps.clock.now(pool);
  return await withLocked(deps, actor, pool, id, "reorganisation.roll-back", expected, async (tx, found, policyVersion) => {
    if (found.state !== "applied" || found.appliedAt === null) return refused(problem("object.transition_illegal", { kind: "reorganisation", state: found.state, event: "roll-back" }));
    const { appliedAt } = found;
    const done = (await tx.reorganisations.undoOf(id)) as readonly Done[];
    const reforming = reformingOf(found, actor, at, policyVersion);
    const isSecond = await secondToTakeBack(tx, actor, found, at);
    if (!isSecond.ok) return isSecond;
    if (!isSecond.value) {
      const possible = await deps.store.rehearse(pool, async (trial) => await takeBack(trial, done, appliedAt, reforming));
      return possible.ok ? await askBack(tx, actor, found, at, "reorganisation.roll-back", policyVersion) : possible;
    }
    await tellEverybody(tx, actor, at);
    const back = await takeBack(tx, done, appliedAt, reforming);
    if (!back.ok) return back;
    await tx.reorganisations.setState(id, "rolled-back");
    await tx.audit.append({
      occurredAt: at, actorId: actorIdOf(actor), act: "reorganisation.roll-back", objectKind: "reorganisation", objectId: id,
      before: { state: "applied", askedBy: found.backAsked?.by }, after: { state: "rolled-back", done: summaryOf(done) }, policyVersion,
    });
    return await reread(tx, id);
  });
}

/** Takes a draft back, which one may; or a reform whose moment has not come, which two had decided and two take back. */
export async function withdrawReorganisation(deps: Deps, actor: Actor, pool: PoolId, id: string, expected: number): Promise<Result<Reorganisation>> {
  const at = await deps.clock.now(pool);
  const isDecided = (await deps.store.read(pool).reorganisations.get(id))?.state === "scheduled";
  const action = isDecided ? "reorganisation.roll-back" : "reorganisation.declare";
  return await withLocked(deps, actor, pool, id, action, expected, async (tx, found, policyVersion) => {
    if (found.state !== "draft" && found.state !== "scheduled") return refused(problem("object.transition_illegal", { kind: "reorganisation", state: found.state, event: "withdraw" }));
    if (found.state === "scheduled") {
      const isSecond = await secondToTakeBack(tx, actor, found, at);
      if (!isSecond.ok) return isSecond;
      if (!isSecond.value) return await askBack(tx, actor, found, at, action, policyVersion);
    }
    await tx.reorganisations.setState(id, "withdrawn");
    await tx.audit.append({
      occurredAt: at, actorId: actorIdOf(actor), act: action, objectKind: "reorganisation", objectId: id,
      before: { state: found.state, ...(found.backAsked && { askedBy: found.backAsked.by }) }, after: { state: "withdrawn" }, policyVersion,
    });
    return await reread(tx, id);
  });
}

/** As long as proposals wait. */
const ASKED_MS = 7 * 86_400_000;

/** Whether somebody asks for it anew. */
export const isAskedBack = ({ backAsked }: Reorganisation, at: Instant): boolean => backAsked !== null && at - backAsked.at <= ASKED_MS;

/** What about somebody's person keeps them from doing what another asked to take back: as of the commit, with those that regain what they had. */
export async function takeBackProblem(reading: Pick<Reading, "people" | "roleGrants">, actor: Actor, { backAsked, changes }: Reorganisation): Promise<Problem | undefined> {
  if (actor.kind !== "person" || !backAsked) return problem("access.forbidden", { action: "reorganisation.roll-back" });
  const gains = changes.flatMap((change) => (change.kind === "rename" ? [change.unit] : change.from));
  return await secondPersonProblem(reading, actor.personId, { ...backAsked, gains }, APPROVERS);
}

/** False: nobody has asked yet. */
async function secondToTakeBack(tx: Transaction, actor: Actor, found: Reorganisation, at: Instant): Promise<Result<boolean>> {
  if (!isAskedBack(found, at)) return ok(false);
  const person = await takeBackProblem(tx, actor, found);
  return person ? refused(person) : ok(true);
}

async function askBack(tx: Transaction, actor: Actor, { id, state }: Reorganisation, at: Instant, action: Action, policyVersion: number): Promise<Result<Reorganisation>> {
  if (actor.kind !== "person") return refused(problem("access.forbidden", { action }));
  await tx.reorganisations.askBack(id, actor.personId, at);
  await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: action, objectKind: "reorganisation", objectId: id, before: { state }, after: { state, asked: true }, policyVersion });
  return await reread(tx, id);
}

/** Makes the reforms whose moment has come. One that cannot be made any more says why, and is left to people. */
export async function applyDueReorganisations(deps: Deps, pool: PoolId): Promise<number> {
  const at = await deps.clock.now(pool);
  const due = await deps.store.read(pool).reorganisations.due(at);
  if (due.length === 0) return 0;
  const actor: SystemActor = { kind: "system", poolId: pool, task: "reorganisations" };
  let done = 0;
  for (const id of due) {
    const applied = await deps.store.transact(pool, async (tx): Promise<Result<Reorganisation>> => {
      await tx.pools.lockDeclaring();
      const found = await tx.reorganisations.lock(id);
      if (!found || found.state !== "scheduled") return refused(problem("object.not_found", { kind: "reorganisation" }));
      return await apply(tx, found, actor, at, await deps.authorizer.version(pool));
    });
    if (applied.ok) done += 1;
    else if (applied.problems[0].code !== "object.not_found") await deps.store.transact(pool, async (tx) => await tx.reorganisations.setProblems(id, applied.problems));
  }
  return done;
}

async function withLocked(
  deps: Deps,
  actor: Actor,
  pool: PoolId,
  id: string,
  action: Action,
  expected: number,
  work: (tx: Transaction, found: Reorganisation, policyVersion: number) => Promise<Result<Reorganisation>>,
): Promise<Result<Reorganisation>> {
  const allowed = await deps.authorizer.may(actor, action, { poolId: pool });
  if (!allowed.ok) return allowed;
  return await deps.store.transact(pool, async (tx): Promise<Result<Reorganisation>> => {
    await tx.pools.lockDeclaring();
    const found = await tx.reorganisations.lock(id);
    if (!found) return refused(problem("object.not_found", { kind: "reorganisation" }));
    if (found.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: found.generation }));
    return await work(tx, found, allowed.value.policyVersion);
  });
}

/**
 * Units, resources, quotas and competences change: nothing decided on the old ones stands, and the writer reads the pool anew
 * before it hears what becomes of single cases. Said first: a case asked for anew on the old pool would be refused for good.
 */
async function tellEverybody(tx: Transaction, actor: Actor, at: Instant): Promise<void> {
  await tx.policies.raiseRevocations();
  await tx.commands.append(actorIdOf(actor), at, { kind: "pool.declared" }, { kind: "delegation.declared" }, { kind: "quota.declared" });
}

const reformingOf = (reform: ReorganisationDraft, actor: Actor, at: Instant, policyVersion: number): Reforming => ({
  reorganisation: reform.id,
  by: actor.kind === "person" ? actor.personId : (SYSTEM_PERSON as PersonId),
  actorId: actorIdOf(actor),
  at,
  basis: reform.basis,
  reason: reform.names.zh,
  policyVersion,
});

async function reread(tx: Transaction, id: string): Promise<Result<Reorganisation>> {
  const found = await tx.reorganisations.get(id);
  if (!found) throw new Error(`reorganisation ${id} is not there after it was written`);
  return ok(found);
}

/** For the record: how much of what changed hands. */
function summaryOf(done: readonly Done[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const part of done) {
    const count = part.kind === "resources" ? part.rows.length : part.kind === "cases" ? part.publicIds.length : part.kind === "assets" || part.kind === "requests" || part.kind === "leads" || part.kind === "direct-claims" ? part.ids.length : 1;
    counts[part.kind] = (counts[part.kind] ?? 0) + count;
  }
  return counts;
}
