import type { ClassId, PoolId, UnitId } from "../../domain/id.js";
import type { Names } from "../../domain/catalogue/item.js";
import { dayNumberOf } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import type { Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { Standing } from "../../domain/quota/standing.js";
import { promises, type Promised } from "../../domain/quota/within-capacity.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, type DeclaringAct } from "../pool/declaring.js";
import { periodUses } from "../pool/period-uses.js";
import { readRegister } from "../pool/register.js";
import type { WaitingForClass } from "../ports/quota.js";
import { carryOut, type ShareWish } from "./carry-out.js";
import { quotaLines, readBoard, type QuotaLine } from "./quota-board.js";

/** What is right, and worth saying all the same. */
export type QuotaWarning =
  /** More is used than it promises now: nothing is taken back, and nothing more is given until it is. */
  | { readonly code: "below-use"; readonly used: number; readonly nominal: number }
  /** It borrows only what nobody with a weight wants. */
  | { readonly code: "weight-zero" };

function warningsOf({ quota, standing, peak }: QuotaLine): readonly QuotaWarning[] {
  const used = Math.max(standing.used, quota.nominal === "own" ? 0 : (peak?.used ?? 0));
  return [
    ...(used > standing.nominal ? [{ code: "below-use" as const, used, nominal: standing.nominal }] : []),
    ...(quota.weight === 0 ? [{ code: "weight-zero" as const }] : []),
  ];
}

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
  /** The units whose part changes first, then whoever gets less, then whoever gets more. */
  readonly units: readonly EffectOnUnit[];
  /** What the trees concerned promise of the class, before and after. */
  readonly promised: readonly { readonly before: Promised | null; readonly after: Promised | null }[];
  readonly warnings: readonly QuotaWarning[];
}

/** What another overcommit would mean for what a resource offers. */
export interface SupplyEffect {
  readonly resource: string;
  readonly unitId: UnitId;
  readonly names: Names;
  readonly class: CapacityClass;
  /** Percent. */
  readonly before: number;
  readonly after: number;
  /** The most it offers in a period of the days looked at; null: without limit. */
  readonly offersBefore: Amount | null;
  readonly offersAfter: Amount | null;
  /** Periods of those days in which more is given than it would offer: it stays given, and nothing is added. */
  readonly overdrawn: number;
}

export interface ShareEffect {
  /** Of each class whose quotas or supply would change. */
  readonly classes: readonly QuotaEffect[];
  readonly supplies: readonly SupplyEffect[];
}

/** Steps looked at, in the order of the queue. */
const WAITING_MAX = 10_000;
/** Days from today on in which an overcommit is compared with what is given. */
const SUPPLY_DAYS = 30;
/** Classes whose effect is worked out: a proposal of more is for a table, not for a page. */
const CLASSES_MAX = 20;

type PreviewDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/**
 * What changes would mean, before they are made: they are tried in full and taken back, so that whatever would be refused is refused
 * here. Room is what quotas leave; whether resources are free in the period is for the scheduler.
 */
export async function previewChanges(deps: PreviewDeps, actor: Actor, poolId: PoolId, wishes: readonly ShareWish[]): Promise<Result<ShareEffect>> {
  const allowed = await deps.authorizer.may(actor, "proposal.read", { poolId });
  if (!allowed.ok) return allowed;
  return declaring(deps, actor, poolId, allowed.value.policyVersion, (act) => effectOf(act, wishes), { rollBack: true });
}

async function effectOf(act: DeclaringAct, wishes: readonly ShareWish[]): Promise<Result<ShareEffect>> {
  const register = await readRegister(act.tx);
  if (!register.ok) return register;
  const named = wishes.flatMap((wish) => (wish.kind === "overcommit" && "declare" in wish ? [String(wish.declare["resource"]).trim()] : []));
  const board = await readBoard(act.tx, act.at, undefined);
  const ownBefore = await act.tx.quotas.ownCapacities();
  const suppliesBefore = await suppliesOf(act, named, board.classes);
  const tried = await carryOut(act, wishes);
  if (!tried.ok) return tried;
  const quotas = await act.tx.quotas.all();
  const cohorts = await act.tx.quotas.cohorts();
  const own = await act.tx.quotas.ownCapacities();
  const suppliesAfter = await suppliesOf(act, named, board.classes);
  const lines: Lines = { before: quotaLines(board), after: quotaLines(await readBoard(act.tx, act.at, undefined)) };
  const namesOf = (id: UnitId): Names => register.value.units.get(id)?.names ?? { zh: id, en: id };
  const touched = new Map<ClassId, Set<UnitId>>();
  const touch = (classId: ClassId, unitId: UnitId): void => void touched.set(classId, (touched.get(classId) ?? new Set()).add(unitId));
  for (const { kind, id } of tried.value) if (kind === "quota") touch(id.split(":")[1] as ClassId, id.split(":")[0] as UnitId);
  // A resource that promises more gives its unit more room only where the unit has a quota of what is its own.
  for (const { resource, class: of } of suppliesAfter) if (quotas.some(({ classId }) => classId === of.id)) touch(of.id, resource.unitId);
  const classes: QuotaEffect[] = [];
  for (const [classId, units] of [...touched].slice(0, CLASSES_MAX)) {
    const of = board.classes.get(classId)!;
    const [before, after] = [lines.before, lines.after].map((some) => some.filter((line) => line.quota.classId === classId)) as [QuotaLine[], QuotaLine[]];
    const waiting = await act.tx.quotas.waiting(classId, WAITING_MAX);
    const promisedBefore = promises(board.quotas, board.cohorts, ownBefore).filter((one) => one.classId === classId);
    const promisedAfter = promises(quotas, cohorts, own).filter((one) => one.classId === classId);
    const changed = after.filter(({ quota }) => units.has(quota.unitId));
    classes.push({
      class: of,
      period: changed[0]?.period ?? board.periodOf(of),
      units: effects(units, before, after, waiting, namesOf),
      promised: [...new Set([...promisedBefore, ...promisedAfter].map(({ cohort }) => cohort))].map((cohort) => ({
        before: promisedBefore.find((one) => one.cohort === cohort) ?? null,
        after: promisedAfter.find((one) => one.cohort === cohort) ?? null,
      })),
      warnings: changed.flatMap(warningsOf),
    });
  }
  const supplies = suppliesAfter.map(({ resource, class: of, offers, overdrawn }, at): SupplyEffect => ({
    resource: resource.code,
    unitId: resource.unitId,
    names: namesOf(resource.unitId),
    class: of,
    before: suppliesBefore[at]!.resource.overcommitPercent,
    after: resource.overcommitPercent,
    offersBefore: suppliesBefore[at]!.offers,
    offersAfter: offers,
    overdrawn,
  }));
  return ok({ classes, supplies });
}

interface Lines {
  readonly before: readonly QuotaLine[];
  readonly after: readonly QuotaLine[];
}

async function suppliesOf(act: DeclaringAct, codes: readonly string[], classes: ReadonlyMap<ClassId, CapacityClass>) {
  const found = [];
  const today = dayNumberOf(act.at);
  for (const resource of (await act.tx.resources.byCodes(codes)).values()) {
    const of = classes.get(resource.classId)!;
    const { unlimited, periods } = await periodUses(act.tx, resource, of, today, SUPPLY_DAYS);
    found.push({ resource, class: of, offers: unlimited ? null : Math.max(0, ...periods.map(({ capacity }) => capacity)), overdrawn: unlimited ? 0 : periods.filter(({ free }) => free < 0).length });
  }
  return found;
}

function effects(changed: ReadonlySet<UnitId>, before: readonly QuotaLine[], after: readonly QuotaLine[], waiting: readonly WaitingForClass[], namesOf: (id: UnitId) => Names): readonly EffectOnUnit[] {
  const ids = [...new Set([...changed, ...[...before, ...after].map(({ quota }) => quota.unitId)])];
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
  return units.sort((a, b) => Number(changed.has(b.unitId)) - Number(changed.has(a.unitId)) || change(a) - change(b) || (a.unitId < b.unitId ? -1 : 1));
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

