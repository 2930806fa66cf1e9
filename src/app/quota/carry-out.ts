import { declareResource, resourceRecord } from "../../domain/pool/declare-resource.js";
import { problem, type Problem } from "../../domain/problem.js";
import { declareCohort } from "../../domain/quota/declare-cohort.js";
import { declareQuota } from "../../domain/quota/declare-quota.js";
import { declareSharing } from "../../domain/quota/declare-sharing.js";
import type { ShareChange, ShareKind } from "../../domain/quota/proposal.js";
import { quotaKey } from "../../domain/quota/quota.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { entryOf, type DeclaredRow, type DeclaringAct, type RowOutcome } from "../pool/declaring.js";
import { readRegister } from "../pool/register.js";
import { writeResources } from "../pool/write-resources.js";
import type { Reading } from "../ports/store.js";
import { cohortFacts, quotaFacts, sharingFacts, writeCohorts, writeQuotas, writeSharing } from "./write-quotas.js";

type Expected = { readonly expected?: number | null };

/**
 * One change somebody wants. `expected`: the generation they saw; null: it must be new; absent: whatever there is.
 * Overcommit is `{ resource, percent }`: it is never removed, 100 is none.
 */
export type ShareWish =
  | ({ readonly kind: "quota" | "cohort"; readonly remove: string } & Expected)
  | ({ readonly kind: ShareKind; readonly declare: RawRecord } & Expected);

const TOLD = { kind: "quota.declared" } as const;

/** Makes all of them in an order in which each can rest on the others, and gives back those that changed something. */
export async function carryOut(act: DeclaringAct, wishes: readonly ShareWish[]): Promise<Result<readonly ShareChange[]>> {
  const place = (wish: ShareWish) => (wishes.length === 1 ? {} : { line: wishes.indexOf(wish) + 1 });
  const declared = (kind: ShareKind) => wishes.flatMap((wish) => ("declare" in wish && wish.kind === kind ? [wish] : []));
  const removed = (kind: ShareKind) => wishes.flatMap((wish) => ("remove" in wish && wish.kind === kind ? [wish] : []));
  const changes: ShareChange[] = [];
  const problems: Problem[] = [];

  /** Reads each wish by itself, so that every mistake is told with its line. */
  const rowsOf = <D>(kind: ShareKind, read: (record: RawRecord) => Result<D>): DeclaredRow<D>[] =>
    declared(kind).flatMap((wish) => {
      const one = read(wish.declare);
      if (one.ok) return [{ declaration: one.value, place: place(wish), ...(wish.expected === undefined ? {} : { expected: wish.expected }) }];
      problems.push(...one.problems.map((found) => ({ ...found, ...place(wish) })));
      return [];
    });

  const register = await readRegister(act.tx);
  if (!register.ok) return register;
  const cohorts = rowsOf("cohort", declareCohort);
  const quotas = rowsOf("quota", (record) => declareQuota(record, register.value));
  const sharing = rowsOf("sharing", declareSharing);
  if (sharing.length > 1) problems.push(problem("input.duplicate", { kind: "sharing", id: act.tx.poolId }));
  if (problems.length > 0) return unlessRefused(problems, []);

  const steps: readonly (() => Promise<Result<readonly ShareChange[]>>)[] = [
    async () => changesOf("cohort", await writeCohorts(act, cohorts)),
    () => each(removed("quota"), (wish) => takeQuota(act, wish.remove, wish.expected)),
    async () => changesOf("quota", await writeQuotas(act, quotas)),
    () => each(removed("cohort"), (wish) => takeCohort(act, wish.remove, wish.expected)),
    async () => changesOf("sharing", await writeSharing(act, sharing[0])),
    () => each(declared("overcommit"), (wish) => putOvercommit(act, wish.declare, { place: place(wish), ...(wish.expected === undefined ? {} : { expected: wish.expected }) })),
  ];
  for (const step of steps) {
    const done = await step();
    if (!done.ok) return done;
    changes.push(...done.value);
  }
  return ok(changes);
}

export const changesOf = (kind: ShareKind, outcomes: Result<readonly RowOutcome[]>): Result<readonly ShareChange[]> =>
  outcomes.ok ? ok(outcomes.value.flatMap(({ key: id, change, before, after, seenGeneration: seen }) => (change === "unchanged" ? [] : [{ kind, id, before, after, seen }]))) : outcomes;

async function each<W>(wishes: readonly W[], work: (wish: W) => Promise<Result<readonly ShareChange[]>>): Promise<Result<readonly ShareChange[]>> {
  const changes: ShareChange[] = [];
  for (const wish of wishes) {
    const done = await work(wish);
    if (!done.ok) return done;
    changes.push(...done.value);
  }
  return ok(changes);
}

/** The unit uses the class as if there had never been one. */
async function takeQuota(act: DeclaringAct, key: string, expected?: number | null): Promise<Result<readonly ShareChange[]>> {
  const there = (await act.tx.quotas.all()).find((quota) => quotaKey(quota) === key);
  if (!there) return refused(problem("object.not_found", { kind: "quota" }));
  if (typeof expected === "number" && there.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: there.generation }));
  await act.tx.quotas.remove(there);
  await act.tx.audit.append(entryOf(act, "quota.retire", "quota", key, { before: quotaFacts(there) }));
  await act.tx.commands.append(act.actorId, act.at, TOLD);
  return ok([{ kind: "quota", id: key, before: quotaFacts(there), after: null, seen: there.generation }]);
}

/** Ends a cohort. Refused while quotas or other cohorts stand in it. */
async function takeCohort(act: DeclaringAct, id: string, expected?: number | null): Promise<Result<readonly ShareChange[]>> {
  const cohorts = await act.tx.quotas.cohorts();
  const there = cohorts.find((cohort) => cohort.id === id);
  if (!there) return refused(problem("object.not_found", { kind: "cohort" }));
  if (typeof expected === "number" && there.generation !== expected) return refused(problem("object.generation_stale", { expected, actual: there.generation }));
  const quotas = (await act.tx.quotas.all()).filter(({ cohort }) => cohort === there.id).length;
  const within = cohorts.filter(({ parent }) => parent === there.id).length;
  if (quotas + within > 0) return refused(problem("cohort.in_use", { cohort: id, quotas, cohorts: within }));
  await act.tx.quotas.removeCohort(id);
  await act.tx.audit.append(entryOf(act, "cohort.retire", "cohort", id, { before: cohortFacts(there) }));
  await act.tx.commands.append(act.actorId, act.at, TOLD);
  return ok([{ kind: "cohort", id, before: cohortFacts(there), after: null, seen: there.generation }]);
}

/** What is promised of a resource, in percent of what it has. All else that is declared of it stays. */
async function putOvercommit(act: DeclaringAct, { resource: named, percent: wanted }: RawRecord, row: Omit<DeclaredRow<unknown>, "declaration">): Promise<Result<readonly ShareChange[]>> {
  const there = typeof named === "string" ? await act.tx.resources.lock(named.trim()) : null;
  if (!there) return refused(problem("object.not_found", { kind: "resource" }, { field: "resource", ...row.place }));
  // An empty field would mean "as it is by default" in a table of resources.
  if (wanted === undefined || wanted === null || wanted === "") return refused(problem("input.missing", {}, { field: "percent", ...row.place }));
  const register = await readRegister(act.tx);
  if (!register.ok) return register;
  const declared = declareResource({ ...resourceRecord(there), state: "", overcommit: wanted }, register.value);
  if (!declared.ok) return unlessRefused(declared.problems.map((one) => (one.field === "overcommit" ? { ...one, field: "percent", ...row.place } : { ...one, ...row.place })), []);
  const written = await writeResources({ ...act, overcommitApproved: true }, [{ ...row, declaration: declared.value }]);
  if (!written.ok) return written;
  const [before, after] = [{ percent: there.overcommitPercent }, { percent: declared.value.overcommitPercent }];
  if (before.percent === after.percent) return ok([]);
  await act.tx.audit.append(entryOf(act, "overcommit.declare", "overcommit", there.code, { before, after }));
  return ok([{ kind: "overcommit", id: there.code, before, after, seen: there.generation }]);
}

/** The wish that brings about what a change says, of what was seen then or of whatever there is. */
export function wishOf({ kind, id, after, seen }: ShareChange, onto: "seen" | "whatever-is" = "seen"): ShareWish {
  const seeing = onto === "seen" ? { expected: seen } : {};
  if (after === null) return { kind: kind as "quota" | "cohort", remove: id, ...seeing };
  if (kind === "overcommit") return { kind, declare: { resource: id, percent: after["percent"] }, ...seeing };
  if (kind === "cohort") return { kind, declare: { cohort: id, ...after }, ...seeing };
  if (kind === "sharing") {
    const { items, applicants, ...rest } = after;
    return { kind, declare: { ...rest, applicants: { ...(applicants as object), items } }, ...seeing };
  }
  const [unit, of] = id.split(":");
  return { kind, declare: { unit, class: of, ...after }, ...seeing };
}

/** A thing as it is now; null: it is not there. */
export async function factsNow(reading: Reading, { kind, id }: Pick<ShareChange, "kind" | "id">): Promise<{ readonly facts: Readonly<Record<string, unknown>>; readonly generation: number } | null> {
  switch (kind) {
    case "quota": {
      const there = (await reading.quotas.all()).find((quota) => quotaKey(quota) === id);
      return there ? { facts: quotaFacts(there), generation: there.generation } : null;
    }
    case "cohort": {
      const there = (await reading.quotas.cohorts()).find((cohort) => cohort.id === id);
      return there ? { facts: cohortFacts(there), generation: there.generation } : null;
    }
    case "sharing": {
      const there = await reading.quotas.sharing();
      return { facts: sharingFacts(there), generation: there.generation };
    }
    case "overcommit": {
      const there = await reading.resources.byCode(id);
      return there ? { facts: { percent: there.overcommitPercent }, generation: there.generation } : null;
    }
  }
}
