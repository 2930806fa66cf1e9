import type { PoolId, UnitId } from "../../domain/id.js";
import type { Names } from "../../domain/catalogue/item.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { Period } from "../../domain/pool/period.js";
import { problem } from "../../domain/problem.js";
import type { Amount } from "../../domain/quantity.js";
import { declareQuota } from "../../domain/quota/declare-quota.js";
import { quotaKey } from "../../domain/quota/quota.js";
import type { Standing } from "../../domain/quota/standing.js";
import { promises, type Promised } from "../../domain/quota/within-capacity.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { RawRecord } from "../../domain/record.js";
import type { AppDeps } from "../deps.js";
import { declaring } from "../pool/declaring.js";
import { readRegister } from "../pool/register.js";
import type { WaitingForClass } from "../ports/quota.js";
import { warningsOf, type QuotaWarning } from "./declare-quotas.js";
import { quotaLines, readBoard, type QuotaLine } from "./quota-board.js";
import { writeQuotas } from "./write-quotas.js";

/** A quota as it would be, or one that would be no more. */
export type QuotaWish = { readonly declare: RawRecord } | { readonly remove: string };

/** What would become of one unit in the period shown. */
export interface EffectOnUnit {
  readonly unitId: UnitId;
  readonly names: Names;
  /** Null: it has no quota of the class, before or after. */
  readonly before: Standing | null;
  readonly after: Standing | null;
  /** Steps that wait for the class on its account, and how many of the first of them its quota has room for in the period. */
  readonly waiting: { readonly steps: number; readonly amount: Amount; readonly fitBefore: number; readonly fitAfter: number };
}

export interface QuotaEffect {
  readonly class: CapacityClass;
  readonly period: Period;
  /** The unit whose quota changes first, then whoever gets less, then whoever gets more. */
  readonly units: readonly EffectOnUnit[];
  /** What the trees concerned promise of the class, before and after. */
  readonly promised: readonly { readonly before: Promised | null; readonly after: Promised | null }[];
  readonly warnings: readonly QuotaWarning[];
}

/** Steps looked at, in the order of the queue. */
const WAITING_MAX = 10_000;

/**
 * What a change of one quota would mean, before it is made: the declaration is tried in full and taken back, so that whatever would
 * be refused is refused here. Room is what quotas leave; whether resources are free in the period is for the scheduler.
 */
export async function previewQuota(deps: Pick<AppDeps, "store" | "authorizer" | "clock">, actor: Actor, poolId: PoolId, wish: QuotaWish): Promise<Result<QuotaEffect>> {
  const allowed = await deps.authorizer.may(actor, "quota.declare", { poolId });
  if (!allowed.ok) return allowed;
  return declaring(
    deps,
    actor,
    poolId,
    allowed.value.policyVersion,
    async (act): Promise<Result<QuotaEffect>> => {
      const register = await readRegister(act.tx);
      if (!register.ok) return register;
      const board = await readBoard(act.tx, act.at, undefined);
      const changed = "remove" in wish ? board.quotas.find((quota) => quotaKey(quota) === wish.remove) : undefined;
      if ("remove" in wish && !changed) return refused(problem("object.not_found", { kind: "quota" }));
      const declared = "declare" in wish ? declareQuota(wish.declare, register.value) : ok(changed!);
      if (!declared.ok) return declared;
      if ("declare" in wish) {
        const tried = await writeQuotas(act, [{ declaration: declared.value, place: {} }]);
        if (!tried.ok) return tried;
      } else await act.tx.quotas.remove(declared.value);
      const quotas = await act.tx.quotas.all();
      const { unitId, classId } = declared.value;
      const own = await act.tx.quotas.ownCapacities();
      const [before, after] = [quotaLines(board), quotaLines(await readBoard(act.tx, act.at, undefined))].map((lines) => lines.filter((line) => line.quota.classId === classId)) as [QuotaLine[], QuotaLine[]];
      const waiting = await act.tx.quotas.waiting(classId, WAITING_MAX);
      const [promisedBefore, promisedAfter] = [board.quotas, quotas].map((some) => promises(some, board.cohorts, own).filter((one) => one.classId === classId)) as [Promised[], Promised[]];
      const line = after.find(({ quota }) => quota.unitId === unitId);
      const declaredClass = board.classes.get(classId)!;
      return ok({
        class: declaredClass,
        period: line?.period ?? board.periodOf(declaredClass),
        units: effects(unitId, before, after, waiting, (id) => register.value.units.get(id)?.names ?? { zh: id, en: id }),
        promised: [...new Set([...promisedBefore, ...promisedAfter].map(({ cohort }) => cohort))].map((cohort) => ({
          before: promisedBefore.find((one) => one.cohort === cohort) ?? null,
          after: promisedAfter.find((one) => one.cohort === cohort) ?? null,
        })),
        warnings: line ? warningsOf(line) : [],
      });
    },
    { rollBack: true },
  );
}

function effects(changed: UnitId, before: readonly QuotaLine[], after: readonly QuotaLine[], waiting: readonly WaitingForClass[], namesOf: (id: UnitId) => Names): readonly EffectOnUnit[] {
  const ids = [...new Set([changed, ...[...before, ...after].map(({ quota }) => quota.unitId)])];
  const units = ids.map((unitId): EffectOnUnit => {
    const standing = (lines: readonly QuotaLine[]) => lines.find(({ quota }) => quota.unitId === unitId)?.standing ?? null;
    const [was, is] = [standing(before), standing(after)];
    const own = waiting.filter((one) => one.unitId === unitId);
    return {
      unitId,
      names: namesOf(unitId),
      before: was,
      after: is,
      waiting: { steps: own.length, amount: own.reduce((sum, { amount }) => sum + amount, 0), fitBefore: fitting(own, was), fitAfter: fitting(own, is) },
    };
  });
  const change = ({ before: was, after: is }: EffectOnUnit): number => (is?.room ?? 0) - (was?.room ?? 0);
  return units.sort((a, b) => Number(b.unitId === changed) - Number(a.unitId === changed) || change(a) - change(b) || (a.unitId < b.unitId ? -1 : 1));
}

/** How many of the first of them there is room for; without a quota the account stops nobody. */
function fitting(steps: readonly WaitingForClass[], standing: Standing | null): number {
  if (standing === null) return steps.length;
  let room = standing.room;
  let count = 0;
  for (const { amount } of steps) {
    if (amount > room) break;
    room -= amount;
    count += 1;
  }
  return count;
}

