import { ordinalOf } from "../../src/domain/pool/claim-id.js";
import type { StepAsk } from "../../src/scheduler/contract.js";
import type { QuotaRule } from "../../src/scheduler/quota-rules.js";
import type { Books } from "./books.js";

/*
 * Quotas read again, the slow way: every unit, every period, the whole tree each time, and from the definition of what units may
 * do together rather than from what is available to one.
 */

/** By `unit/class/period`: held and settled. */
export type Uses = Map<string, number>;

const keyOf = (unitId: string, classId: string, period: number): string => `${unitId}/${classId}/${period}`;

export function usesOf(books: Books): Uses {
  const uses: Uses = new Map([...books.settled.values()].map(({ unitId, classId, period, amount }) => [keyOf(unitId, classId, period), amount]));
  for (const { ask, holds } of books.steps.values()) {
    for (const { claim, period, amount } of holds) add(uses, ask, claim, period, amount);
  }
  return uses;
}

function add(uses: Uses, ask: StepAsk, claim: number, period: number, amount: number): void {
  const { unitId, classId } = ask.claims[ordinalOf(claim as never)]!;
  const key = keyOf(unitId, classId, period);
  uses.set(key, (uses.get(key) ?? 0) + amount);
}

function nominalOf(books: Books, { unitId, classId, nominal }: QuotaRule, period: number): number {
  if (nominal !== "own") return nominal;
  let sum = 0;
  for (const resource of books.resources.values()) {
    if (resource.unitId === unitId && resource.classId === classId && resource.offered) sum += books.capacity(resource.id, period);
  }
  return sum;
}

/** Which rules of the class the uses break in the period: a unit above its limit, or a cohort above what its members lend. */
function broken(books: Books, uses: Uses, classId: string, period: number): string[] {
  const { cohorts, quotas } = books.quotas;
  const found: string[] = [];
  const rules = quotas.filter((rule) => rule.classId === classId);
  const from = (id: string | null): { quota: number; used: number } => {
    let quota = 0;
    let used = 0;
    for (const rule of rules.filter(({ cohort }) => cohort === id)) {
      const nominal = nominalOf(books, rule, period);
      const use = uses.get(keyOf(rule.unitId, classId, period)) ?? 0;
      const lent = Math.min(nominal, rule.lendingLimit ?? Infinity);
      quota += lent;
      used += Math.max(0, use - (nominal - lent));
      if (rule.borrowingLimit !== null && use > nominal + rule.borrowingLimit) found.push(`${rule.unitId} uses ${use} of ${nominal} + ${rule.borrowingLimit} in ${period}`);
    }
    for (const cohort of cohorts.filter(({ parent }) => parent === id)) {
      const below = from(cohort.id);
      quota += below.quota;
      used += below.used;
    }
    return { quota, used };
  };
  for (const root of cohorts.filter(({ parent }) => parent === null)) {
    const { quota, used } = from(root.id);
    if (used > quota) found.push(`${root.id} uses ${used} of ${quota} in ${period}`);
  }
  return found;
}

const isStock = (classId: string): boolean => !classId.startsWith("function.");

/** What grants pushed above a limit; what stood above it before, and did not rise, is left alone. */
export function overUse(books: Books, before: Uses, granted: readonly number[]): string[] {
  const after = usesOf(books);
  const found: string[] = [];
  for (const [key, used] of after) {
    const [, classId, period] = key.split("/") as [string, string, string];
    if (used <= (before.get(key) ?? 0) || !isStock(classId) || granted.length === 0) continue;
    found.push(...broken(books, after, classId, Number(period)));
  }
  return found;
}

/** Whether the step may be charged what serves it, by claim: nothing that holds then is broken by it. */
export function mayUse(books: Books, ask: StepAsk, takes: readonly (readonly { readonly period: number; readonly amount: number }[])[]): boolean {
  const uses = usesOf(books);
  const cells = new Set<string>();
  takes.forEach((of, claim) => {
    const { unitId, classId } = ask.claims[claim]!;
    if (!isStock(classId) || !books.quotas.quotas.some((rule) => rule.unitId === unitId && rule.classId === classId)) return;
    for (const { period, amount } of of) {
      const key = keyOf(unitId, classId, period);
      uses.set(key, (uses.get(key) ?? 0) + amount);
      cells.add(`${classId}/${period}`);
    }
  });
  return [...cells].every((cell) => {
    const [classId, period] = cell.split("/") as [string, string];
    return broken(books, uses, classId, Number(period)).length === 0;
  });
}
