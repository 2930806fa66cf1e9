import { cohortTreeProblems, type CohortDeclaration } from "../../domain/quota/declare-cohort.js";
import type { QuotaDeclaration } from "../../domain/quota/declare-quota.js";
import type { SharingDeclaration } from "../../domain/quota/declare-sharing.js";
import { quotaKey, type Quota } from "../../domain/quota/quota.js";
import { promises } from "../../domain/quota/within-capacity.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, unlessRefused, type Result } from "../../domain/result.js";
import { entryOf, expectationProblem, orRefused, type DeclaredRow, type DeclaringAct, type RowOutcome } from "../pool/declaring.js";
import { differences, said } from "../pool/differences.js";
import { writeAll } from "../pool/write-basics.js";
import type { Reading } from "../ports/store.js";

type Facts = Readonly<Record<string, unknown>>;

const TOLD = { kind: "quota.declared" } as const;

export const cohortFacts = ({ parent, names }: CohortDeclaration): Facts => ({ parent, names: { zh: names.zh, en: names.en } });

/** Compares declared cohorts with the tree that is there, and writes what differs. The tree as it would be has no circle and no loose end. */
export async function writeCohorts(act: DeclaringAct, rows: readonly DeclaredRow<CohortDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  const all = await act.tx.quotas.cohorts();
  const tree = new Map<string, CohortDeclaration>(all.map((cohort) => [cohort.id, cohort]));
  for (const { declaration } of rows) tree.set(declaration.id, declaration);
  const loose = cohortTreeProblems(tree);
  const problems = rows.flatMap(({ declaration, place }) => {
    const found = loose.get(declaration.id);
    return found ? [{ ...found, ...place, field: "parent" }] : [];
  });
  const known = new Map(all.map((cohort) => [cohort.id as string, { facts: cohortFacts(cohort), generation: cohort.generation }]));
  const written = await writeAll(act, rows, { kind: "cohort", action: "cohort.declare", known, keyOf: ({ id }) => id, factsOf: cohortFacts, put: (some) => act.tx.quotas.putCohorts(some), command: TOLD, problems });
  if (!written.ok || rows.length === 0) return written;
  const quotas = await act.tx.quotas.all();
  const above = await aboveCapacity(act.tx, { quotas, cohorts: all }, { quotas, cohorts: [...tree.values()] });
  return above.length === 0 ? written : unlessRefused(above, written.value);
}

export const quotaFacts = ({ cohort, nominal, borrowingLimit, lendingLimit, weight }: QuotaDeclaration): Facts => ({ cohort, nominal, borrowingLimit, lendingLimit, weight });

/** Compares declared quotas with those that are there, and writes what differs: after units, classes, resources and cohorts. */
export async function writeQuotas(act: DeclaringAct, rows: readonly DeclaredRow<QuotaDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  if (rows.length === 0) return ok([]);
  const all = await act.tx.quotas.all();
  const cohorts = await act.tx.quotas.cohorts();
  const ids = new Set<string>(cohorts.map(({ id }) => id));
  const problems: Problem[] = rows.flatMap(({ declaration: { cohort }, place }) => (ids.has(cohort) ? [] : [problem("input.unknown_reference", { kind: "cohort", id: cohort }, { field: "cohort", ...place })]));
  const together = new Map<string, Omit<Quota, "generation">>(all.map((quota) => [quotaKey(quota), quota]));
  for (const { declaration } of rows) together.set(quotaKey(declaration), declaration);
  if (problems.length === 0) problems.push(...(await aboveCapacity(act.tx, { quotas: all, cohorts }, { quotas: [...together.values()], cohorts }, rows)));
  const known = new Map(all.map(({ generation, ...declared }) => [quotaKey(declared), { facts: quotaFacts(declared), generation }]));
  return writeAll(act, rows, { kind: "quota", action: "quota.declare", known, keyOf: quotaKey, factsOf: quotaFacts, put: (some) => act.tx.quotas.put(some), command: TOLD, problems });
}

interface Promising {
  readonly quotas: readonly Omit<Quota, "generation">[];
  readonly cohorts: readonly Pick<CohortDeclaration, "id" | "parent">[];
}

/**
 * Each tree and class in which more is promised than its members have, and more above it than before: what was promised when there was
 * more capacity is not laid to somebody who changes something else, or takes a part of it back. At the row of the class, where one is known.
 */
async function aboveCapacity(reading: Reading, before: Promising, after: Promising, rows: readonly DeclaredRow<QuotaDeclaration>[] = []): Promise<readonly Problem[]> {
  const own = await reading.quotas.ownCapacities();
  const promised = ({ quotas, cohorts }: Promising) => promises(quotas, cohorts, own).flatMap(({ capacity, ...rest }) => (capacity === null ? [] : [{ ...rest, capacity, above: Math.max(0, rest.nominal - capacity) }]));
  const was = new Map(promised(before).map(({ cohort, classId, above }) => [`${cohort} ${classId}`, above]));
  return promised(after).flatMap(({ cohort, classId, nominal, capacity, above }) => {
    if (above <= (was.get(`${cohort} ${classId}`) ?? 0)) return [];
    const ofClass = rows.filter(({ declaration }) => declaration.classId === classId);
    const row = ofClass.find(({ declaration }) => declaration.nominal !== "own") ?? ofClass[0];
    return [problem("quota.above_capacity", { cohort, class: classId, nominal, capacity }, { field: "nominal", ...row?.place })];
  });
}

export const sharingFacts = ({ halfLifeDays, applicants, items }: SharingDeclaration): Facts => ({ halfLifeDays, applicants: { openRequests: applicants.openRequests, holds: applicants.holds }, items });

/** How the pool shares: its half-life, and the limits of applicants. */
export async function writeSharing(act: DeclaringAct, row: DeclaredRow<SharingDeclaration> | undefined): Promise<Result<readonly RowOutcome[]>> {
  if (!row) return ok([]);
  const { declaration, place } = row;
  const { generation, ...before } = await act.tx.quotas.sharing();
  const problems: Problem[] = [];
  const stale = expectationProblem(row, "sharing", act.tx.poolId, generation);
  if (stale) problems.push(stale);
  const codes = new Set<string>(await act.tx.items.codes());
  declaration.items.forEach(({ item }, at) => {
    if (!codes.has(item)) problems.push(problem("input.unknown_reference", { kind: "item", id: item }, { field: `applicants.items.${at}.item`, ...place }));
  });
  const [was, after] = [sharingFacts(before), sharingFacts(declaration)];
  const changed = differences(was, after);
  return orRefused(problems, async () => {
    if (!act.dryRun && changed) {
      await act.tx.quotas.putSharing(declaration);
      await act.tx.audit.append(entryOf(act, "sharing.declare", "sharing", act.tx.poolId, { before: said(changed.before), after: changed.after }));
      await act.tx.commands.append(act.actorId, act.at, TOLD);
    }
    return [{ key: act.tx.poolId, change: changed ? "changed" : "unchanged", before: was, after, seenGeneration: generation, generation: generation + (changed ? 1 : 0) } satisfies RowOutcome];
  });
}
