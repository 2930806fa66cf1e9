import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { declareCohort as readCohort } from "../../domain/quota/declare-cohort.js";
import { declareQuota as readQuota } from "../../domain/quota/declare-quota.js";
import { declareSharing as readSharing } from "../../domain/quota/declare-sharing.js";
import { quotaKey, type Cohort, type Quota, type Sharing } from "../../domain/quota/quota.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { declaring, entryOf, type DeclareDeps, type DeclaringAct } from "../pool/declaring.js";
import { readRegister } from "../pool/register.js";
import type { Action } from "../../domain/policy/action.js";
import { quotaLines, readBoard, type QuotaLine } from "./quota-board.js";
import { cohortFacts, quotaFacts, writeCohorts, writeQuotas, writeSharing } from "./write-quotas.js";

const TOLD = { kind: "quota.declared" } as const;

/** What is right, and worth saying all the same. */
export type QuotaWarning =
  /** More is used than it promises now: nothing is taken back, and nothing more is given until it is. */
  | { readonly code: "below-use"; readonly used: number; readonly nominal: number }
  /** It borrows only what nobody with a weight wants. */
  | { readonly code: "weight-zero" };

export interface DeclaredQuota {
  readonly line: QuotaLine;
  readonly warnings: readonly QuotaWarning[];
}

/** Runs one act on what is shared: asked for first, told to the writer, on record with what it changed. */
async function sharing<T>(deps: DeclareDeps, actor: Actor, poolId: PoolId, action: Action, work: (act: DeclaringAct) => Promise<Result<T>>): Promise<Result<T>> {
  const allowed = await deps.authorizer.may(actor, action, { poolId });
  return allowed.ok ? declaring(deps, actor, poolId, allowed.value.policyVersion, work) : allowed;
}

/** @param expected the generation the caller saw; null: it must be new. */
export function declareQuota(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord, expected: number | null): Promise<Result<DeclaredQuota>> {
  return sharing(deps, actor, poolId, "quota.declare", (act) => putQuota(act, record, expected));
}

async function putQuota(act: DeclaringAct, record: RawRecord, expected: number | null | undefined): Promise<Result<DeclaredQuota>> {
  const register = await readRegister(act.tx);
  if (!register.ok) return register;
  const declared = readQuota(record, register.value);
  if (!declared.ok) return declared;
  const written = await writeQuotas(act, [{ declaration: declared.value, place: {}, ...(expected === undefined ? {} : { expected }) }]);
  if (!written.ok) return written;
  const line = quotaLines(await readBoard(act.tx, act.at, undefined)).find(({ quota }) => quotaKey(quota) === quotaKey(declared.value));
  if (!line) throw new Error(`quota ${quotaKey(declared.value)} is not there after it was written`);
  return ok({ line, warnings: warningsOf(line) });
}

export function warningsOf({ quota, standing, peak }: QuotaLine): readonly QuotaWarning[] {
  const used = Math.max(standing.used, quota.nominal === "own" ? 0 : (peak?.used ?? 0));
  return [
    ...(used > standing.nominal ? [{ code: "below-use" as const, used, nominal: standing.nominal }] : []),
    ...(quota.weight === 0 ? [{ code: "weight-zero" as const }] : []),
  ];
}

/** The unit uses the class as if there had never been one. */
export function removeQuota(deps: DeclareDeps, actor: Actor, poolId: PoolId, key: string, expected: number): Promise<Result<Quota>> {
  return sharing(deps, actor, poolId, "quota.retire", (act) => takeQuota(act, key, expected));
}

async function takeQuota(act: DeclaringAct, key: string, expected?: number): Promise<Result<Quota>> {
  const there = (await act.tx.quotas.all()).find((quota) => quotaKey(quota) === key);
  if (!there) return refused(problem("object.not_found", { kind: "quota" }));
  if (expected !== undefined && there.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: there.generation }));
  await act.tx.quotas.remove(there);
  await act.tx.audit.append(entryOf(act, "quota.retire", "quota", key, { before: quotaFacts(there) }));
  await act.tx.commands.append(act.actorId, act.at, TOLD);
  return ok(there);
}

/** @param expected the generation the caller saw; null: it must be new. */
export function declareCohort(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord, expected: number | null): Promise<Result<Cohort>> {
  return sharing(deps, actor, poolId, "cohort.declare", (act) => putCohort(act, record, expected));
}

async function putCohort(act: DeclaringAct, record: RawRecord, expected: number | null | undefined): Promise<Result<Cohort>> {
  const declared = readCohort(record);
  if (!declared.ok) return declared;
  const written = await writeCohorts(act, [{ declaration: declared.value, place: {}, ...(expected === undefined ? {} : { expected }) }]);
  return written.ok ? ok({ ...declared.value, generation: written.value[0]?.generation ?? 1 }) : written;
}

/** Ends a cohort. Refused while quotas or other cohorts stand in it. */
export function removeCohort(deps: DeclareDeps, actor: Actor, poolId: PoolId, id: string, expected: number): Promise<Result<Cohort>> {
  return sharing(deps, actor, poolId, "cohort.retire", (act) => takeCohort(act, id, expected));
}

async function takeCohort(act: DeclaringAct, id: string, expected?: number): Promise<Result<Cohort>> {
  const cohorts = await act.tx.quotas.cohorts();
  const there = cohorts.find((cohort) => cohort.id === id);
  if (!there) return refused(problem("object.not_found", { kind: "cohort" }));
  if (expected !== undefined && there.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: there.generation }));
  const quotas = (await act.tx.quotas.all()).filter(({ cohort }) => cohort === there.id).length;
  const within = cohorts.filter(({ parent }) => parent === there.id).length;
  if (quotas + within > 0) return refused(problem("cohort.in_use", { cohort: id, quotas, cohorts: within }));
  await act.tx.quotas.removeCohort(id);
  await act.tx.audit.append(entryOf(act, "cohort.retire", "cohort", id, { before: cohortFacts(there) }));
  await act.tx.commands.append(act.actorId, act.at, TOLD);
  return ok(there);
}

/** Replaces how the pool shares: the half-life of what is borrowed, and what one applicant may have. */
export function declareSharing(deps: DeclareDeps, actor: Actor, poolId: PoolId, record: RawRecord, expected: number): Promise<Result<Sharing>> {
  return sharing(deps, actor, poolId, "sharing.declare", (act) => putSharing(act, record, expected));
}

async function putSharing(act: DeclaringAct, record: RawRecord, expected?: number): Promise<Result<Sharing>> {
  const declared = readSharing(record);
  if (!declared.ok) return declared;
  const written = await writeSharing(act, { declaration: declared.value, place: {}, ...(expected === undefined ? {} : { expected }) });
  return written.ok ? ok({ ...declared.value, generation: written.value[0]?.generation ?? 1 }) : written;
}

/**
 * Undoes one change by making another: the fields it changed become what they were before it, those changed since stay. What it
 * made is removed, what it removed is made again, by the same rules as any declaration.
 */
export function undoChange(deps: DeclareDeps, actor: Actor, poolId: PoolId, change: number): Promise<Result<{ readonly kind: string; readonly id: string }>> {
  return sharing(deps, actor, poolId, "quota.declare", async (act) => {
    const entry = await act.tx.auditTrail.get(change);
    const before = entry?.before as RawRecord | null | undefined;
    const undone = { kind: entry?.objectKind ?? "", id: entry?.objectId ?? "" };
    const done = (result: Result<unknown>): Result<typeof undone> => (result.ok ? ok(undone) : result);
    switch (entry?.objectKind) {
      case "quota": {
        if (!before) return done(await takeQuota(act, entry.objectId));
        const there = (await act.tx.quotas.all()).find((quota) => quotaKey(quota) === entry.objectId);
        const [unit, of] = entry.objectId.split(":");
        return done(await putQuota(act, { unit, class: of, ...(there && quotaFacts(there)), ...before }, undefined));
      }
      case "cohort": {
        if (!before) return done(await takeCohort(act, entry.objectId));
        const there = (await act.tx.quotas.cohorts()).find(({ id }) => id === entry.objectId);
        return done(await putCohort(act, { cohort: entry.objectId, ...(there && cohortFacts(there)), ...before }, undefined));
      }
      case "sharing": {
        const { generation: _generation, items, applicants, ...there } = await act.tx.quotas.sharing();
        const { items: itemsBefore, applicants: applicantsBefore, ...rest } = before ?? {};
        return done(await putSharing(act, { ...there, ...rest, applicants: { ...((applicantsBefore as object | undefined) ?? applicants), items: itemsBefore ?? items } }));
      }
      default:
        return refused(problem("object.not_found", { kind: "change" }));
    }
  });
}
