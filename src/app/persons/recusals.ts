import { parsePersonId, type PersonId, type PoolId, type StepId, type UnitId } from "../../domain/id.js";
import { startOfDay, parseLocalDate, type Instant } from "../../domain/instant.js";
import { actorIdOf, SYSTEM_PERSON, type Actor, type SystemActor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { RecusalGround } from "../../domain/request/recusal.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Recusal, RecusalSubject, SubjectMeant } from "../ports/recusal.js";
import type { Transaction } from "../ports/store.js";
import { mayOnCase } from "../request/act-on-case.js";
import { requestNamed } from "../request/request-named.js";
import { leftWithoutOfficer, reconsiderWithoutOfficer, type Cause } from "../work/without-officer-again.js";

/** In whose matters: one request, all of its applicant, an enterprise, a person. Exactly one. */
export interface SubjectNamed {
  readonly request?: string | undefined;
  readonly applicantOf?: string | undefined;
  readonly enterprise?: string | undefined;
  readonly person?: string | undefined;
}

export interface RecusalInput extends SubjectNamed {
  /** The unit the officer works for. */
  readonly unit: string;
  readonly officer: string;
  readonly ground: RecusalGround;
  /** The last day; absent: until withdrawn. */
  readonly to?: string | undefined;
}

/**
 * An officer takes no part from now on (回避). What is held of their time for such a matter and nobody has begun goes back
 * at once; whoever has begun one is told and hands it over.
 */
export async function declareRecusal(deps: AppDeps, actor: Actor, pool: PoolId, input: RecusalInput): Promise<Result<Recusal>> {
  const officer = parsePersonId(input.officer, "officer");
  if (!officer.ok) return officer;
  const unitId = input.unit as UnitId;
  const allowed = await deps.authorizer.may(actor, "recusal.declare", { poolId: pool, unitId, personId: officer.value });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  const validTo = input.to === undefined ? ok(null) : endOf(input.to, at);
  if (!validTo.ok) return validTo;
  return await deps.store.transact(pool, async (tx): Promise<Result<Recusal>> => {
    const roles = await tx.roleGrants.of(officer.value);
    if (!roles.some((held) => held.unitId === unitId)) return refused(problem("deputy.of_another_unit", { unit: input.unit.slice(0, 63) }, { field: "officer" }));
    const meant = await subjectOf(deps, tx, actor, pool, input);
    if (!meant.ok) return meant;
    // Said twice is said once, also at once: each costs the writer a look at all the steps it is about.
    await tx.pools.lockDeclaring();
    const said = await tx.recusals.same(officer.value, meant.value, input.ground, validTo.value);
    if (said) return ok(said);
    // The writer's row before any request's, as its own batches lock them: what it made ready before is seen below, and what it does after is fenced.
    await tx.policies.raiseRevocations();
    const subject = await lockSubject(tx, meant.value);
    const declared = {
      officerId: officer.value,
      subject,
      ground: input.ground,
      validFrom: at,
      validTo: validTo.value,
      declaredBy: byOf(actor, officer.value),
      declaredAt: at,
    };
    const id = await tx.recusals.insert(declared);
    const steps = await tx.recusals.readyStepsOf(id);
    if (steps.length > 0) await tx.commands.append(actorIdOf(actor), at, { kind: "persons.barred", steps });
    await record(tx, actor, at, allowed.value.policyVersion, "recusal.declare", id, { officer: officer.value, subject: publicSubject(subject), ground: input.ground, to: input.to ?? null });
    return ok({ id, ...declared });
  });
}

/** Takes it back. What waits for the officer goes on at once; what was refused because nobody was left goes back into the queue. */
export async function withdrawRecusal(deps: AppDeps, actor: Actor, pool: PoolId, id: number): Promise<Result<void>> {
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    // Two who take it back at once take it back once.
    await tx.pools.lockDeclaring();
    const recusal = await tx.recusals.get(id);
    if (!recusal) return refused(problem("object.not_found", { kind: "recusal" }));
    const units = await unitsOf(tx, recusal.officerId);
    const allowed = await mayFor(deps, actor, pool, "recusal.withdraw", units, recusal.officerId);
    if (!allowed.ok) return allowed;
    // The writer's row before any request's, and a batch on its way refuses nobody any more for what ends here.
    await tx.policies.raiseRevocations();
    // Before it is gone: whose steps it bears on.
    const steps = await tx.recusals.readySteps(recusal.officerId);
    await tx.recusals.withdraw(id, byOf(actor, recusal.officerId), at);
    await goOn(tx, steps, { actor, at, policyVersion: allowed.value.policyVersion, because: { recusal: id } });
    await record(tx, actor, at, allowed.value.policyVersion, "recusal.withdraw", id, { officer: recusal.officerId });
    return ok();
  });
}

/**
 * Closes recusals whose last day has passed, and tells the writer of the steps they bore on: what waits for that officer
 * goes on at once. Gives how many. Any number of processes may do so; each recusal is closed once.
 */
export async function endRecusals(deps: AppDeps, pool: PoolId): Promise<Result<number>> {
  const actor: SystemActor = { kind: "system", poolId: pool, task: "recusals" };
  const allowed = await deps.authorizer.may(actor, "recusal.withdraw", { poolId: pool });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  const ended = await deps.store.read(pool).recusals.ended(at);
  if (ended.length === 0) return ok(0);
  return await deps.store.transact(pool, async (tx) => {
    await tx.pools.lockDeclaring();
    await tx.policies.raiseRevocations();
    const still = await tx.recusals.ended(at);
    for (const { id, officerId } of still) {
      const steps = await tx.recusals.readyStepsOf(id);
      await tx.recusals.withdraw(id, SYSTEM_PERSON as PersonId, at);
      await goOn(tx, steps, { actor, at, policyVersion: allowed.value.policyVersion, because: { recusal: id } });
      await record(tx, actor, at, allowed.value.policyVersion, "recusal.withdraw", id, { officer: officerId, ended: true });
    }
    return ok(still.length);
  });
}

export async function listRecusals(deps: AppDeps, actor: Actor, pool: PoolId, unit: string | undefined, page: PageAsked): Promise<Result<Page<Recusal>>> {
  const facts = unit === undefined ? { poolId: pool } : { poolId: pool, unitId: unit as UnitId };
  const allowed = await deps.authorizer.may(actor, "recusal.read", facts);
  if (!allowed.ok) return allowed;
  const read = deps.store.read(pool);
  const officers = unit === undefined ? undefined : [...new Set((await read.roleGrants.list({ unitId: unit as UnitId })).map(({ personId }) => personId))];
  return ok(await read.recusals.list(officers, page));
}

/** The writer is told of the steps that wait; those that were refused ask anew. */
async function goOn(tx: Transaction, steps: readonly StepId[], cause: Cause): Promise<void> {
  const again = new Set(await reconsiderWithoutOfficer(tx, await leftWithoutOfficer(tx, steps), cause));
  const waiting = steps.filter((step) => !again.has(step));
  if (waiting.length > 0) await tx.commands.append(actorIdOf(cause.actor), cause.at, { kind: "persons.barred", steps: waiting });
}

async function subjectOf(deps: AppDeps, tx: Transaction, actor: Actor, pool: PoolId, named: SubjectNamed): Promise<Result<SubjectMeant>> {
  const given = [named.request, named.applicantOf, named.enterprise, named.person].filter((one) => one !== undefined && one !== "");
  if (given.length !== 1) return refused(problem("recusal.one_subject", {}));
  if (named.enterprise) return ok({ kind: "enterprise", enterpriseCode: named.enterprise });
  if (named.person) {
    const person = parsePersonId(named.person, "person");
    return person.ok ? ok({ kind: "person", personId: person.value }) : person;
  }
  const field = named.request ? "request" : "applicantOf";
  const name = named.request ?? named.applicantOf ?? "";
  const owned = await requestNamed(tx, name);
  // Whoever may not know the request hears the same as of one that is not there.
  if (!owned || !(await mayOnCase(deps, actor, pool, "request.read", owned)).ok) {
    return refused(problem("input.unknown_reference", { kind: "request", id: name.slice(0, 60) }, { field }));
  }
  return ok(named.request ? { kind: "request", publicId: owned.publicId, number: owned.number } : { kind: "person", personId: owned.applicantId });
}

async function lockSubject(tx: Transaction, meant: SubjectMeant): Promise<RecusalSubject> {
  if (meant.kind !== "request") return meant;
  const [locked] = await tx.requests.lock([meant.publicId]);
  if (!locked) throw new Error(`request ${meant.publicId} was there a moment ago`);
  return { kind: "request", requestId: locked.file.id, number: meant.number };
}

/** Of a person only that it is one: the record is read by more people than may know whom. */
const publicSubject = (subject: RecusalSubject): Readonly<Record<string, unknown>> =>
  subject.kind === "request" ? { kind: subject.kind, number: subject.number } : subject.kind === "enterprise" ? { kind: subject.kind, enterprise: subject.enterpriseCode } : { kind: subject.kind };

async function unitsOf(tx: Transaction, person: PersonId): Promise<readonly UnitId[]> {
  return (await tx.roleGrants.of(person)).flatMap(({ unitId }) => (unitId === null ? [] : [unitId]));
}

async function mayFor(deps: AppDeps, actor: Actor, pool: PoolId, action: "recusal.withdraw", units: readonly UnitId[], person: PersonId) {
  const first = await deps.authorizer.may(actor, action, { poolId: pool, unitId: units[0] ?? null, personId: person });
  for (const unitId of first.ok ? [] : units.slice(1)) {
    const allowed = await deps.authorizer.may(actor, action, { poolId: pool, unitId, personId: person });
    if (allowed.ok) return allowed;
  }
  return first;
}

const byOf = (actor: Actor, otherwise: PersonId): PersonId => (actor.kind === "person" ? actor.personId : otherwise);

/** The end of the day, which must not have passed. */
function endOf(date: string, now: Instant): Result<Instant> {
  const day = parseLocalDate(date);
  if (day === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "to" }));
  return startOfDay(day + 1) > now ? ok(startOfDay(day + 1)) : refused(problem("validity.reversed", {}, { field: "to" }));
}

const record = (tx: Transaction, actor: Actor, at: Instant, policyVersion: number, act: "recusal.declare" | "recusal.withdraw", id: number, after: Readonly<Record<string, unknown>>) =>
  tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act, objectKind: "recusal", objectId: String(id), after, policyVersion });
