import type { ClassId, ResourceId } from "../../domain/id.js";
import { resourceRecord, type ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import { nextResourceState } from "../../domain/pool/lifecycle.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import { secondLeadProblems } from "../duties/second-lead.js";
import { duplicateProblems, entryOf, expectationProblem, orRefused, partsOf, type DeclaredRow, type DeclaringAct, type RowOutcome } from "./declaring.js";
import { agreementRowProblems, ceilingProblems } from "./under-agreement.js";
import { differences, said } from "./differences.js";

/** Percent: a resource promises what it has. */
export const NO_OVERCOMMIT = 100;

/** Compares declared resources with what is there, and writes what differs: rows, audit, and word to the pool's writer. */
export async function writeResources(act: DeclaringAct, rows: readonly DeclaredRow<ResourceDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  const known = await act.tx.resources.lockAll(rows.map(({ declaration }) => declaration.code));
  const problems = duplicateProblems(rows, "resource", "resource", ({ code }) => code);
  const dated = await act.tx.resources.dated([...known.values()].map(({ id }) => id));
  for (const { declaration, place } of rows) {
    const there = known.get(declaration.code);
    if (there && dated.has(there.id)) problems.push(problem("loan.dated_resource", { resource: there.code }, place));
  }
  if (!act.overcommitApproved) {
    for (const { declaration, place } of rows) {
      const inForce = known.get(declaration.code)?.overcommitPercent ?? NO_OVERCOMMIT;
      if (declaration.overcommitPercent !== inForce) problems.push(problem("overcommit.two_persons", { resource: declaration.code, percent: declaration.overcommitPercent, now: inForce }, { field: "overcommit", ...place }));
    }
  }
  const planned = rows.map((row) => planRow(row, known.get(row.declaration.code), problems));
  const written = planned.filter(({ outcome }) => outcome.change !== "unchanged").map(({ declaration, place }) => ({ declaration, place }));
  if (problems.length === 0) problems.push(...(await agreementRowProblems(act.tx, act.at, written)), ...(await secondLeadProblems(act.tx, act.at, written)));
  if (problems.length === 0 && !act.dryRun) {
    await write(act, planned);
    problems.push(...(await ceilingProblems(act.tx, written.map(({ declaration }) => declaration.unitId))));
  }
  return orRefused(problems, () => Promise.resolve(planned.map(({ outcome }) => outcome)));
}

interface Planned {
  readonly declaration: ResourceDeclaration & { readonly state: "registered" | "published" };
  readonly place: DeclaredRow<ResourceDeclaration>["place"];
  readonly id: ResourceId | null;
  readonly changed: ReturnType<typeof differences>;
  readonly outcome: RowOutcome;
}

function planRow(row: DeclaredRow<ResourceDeclaration>, known: Resource | undefined, problems: Problem[]): Planned {
  const declaration = { ...row.declaration, state: row.declaration.state ?? (known?.state === "registered" ? "registered" : "published") } as const;
  const stale = expectationProblem(row, "resource", declaration.code, known?.generation ?? null);
  if (stale) problems.push(stale);
  const after = resourceRecord(declaration);
  if (!known) {
    return { declaration, place: row.place, id: null, changed: null, outcome: { key: declaration.code, change: "created", before: null, after, seenGeneration: null, generation: 1 } };
  }
  const before = resourceRecord(known);
  const event = nextResourceState(known.state, "declare");
  const unpublishes = known.state === "published" && declaration.state === "registered";
  if (!event.ok) problems.push(...event.problems.map((found) => ({ ...found, ...row.place })));
  else if (unpublishes) problems.push(problem("object.transition_illegal", { kind: "resource", state: known.state, event: "register" }, row.place));
  if (known.classId !== declaration.classId) problems.push(problem("resource.class_fixed", { class: known.classId }, { field: "class", ...row.place }));
  const changed = differences(before, after);
  return {
    declaration,
    place: row.place,
    id: known.id,
    changed,
    outcome: {
      key: declaration.code,
      change: changed ? "changed" : "unchanged",
      before,
      after,
      seenGeneration: known.generation,
      generation: known.generation + (changed ? 1 : 0),
    },
  };
}

async function write(act: DeclaringAct, planned: readonly Planned[]): Promise<void> {
  const { tx, importId } = act;
  const created = planned.filter(({ id }) => id === null);
  const changed = planned.flatMap((one) => (one.id !== null && one.changed !== null ? [{ ...one, id: one.id }] : []));
  const createdIds = await tx.resources.insert(created.map(({ declaration }) => declaration), importId);
  await tx.resources.update(changed.map(({ declaration, id }) => ({ ...declaration, id })), importId);
  const touched = [
    ...created.map(({ declaration }, i) => ({ id: createdIds[i] as ResourceId, derived: declaration.derived })),
    ...changed.map(({ declaration, id }) => ({ id, derived: declaration.derived })),
  ];
  const derived = touched.filter((one) => one.derived).map(({ id }) => id);
  if (derived.length > 0) await tx.resources.sumAssets(derived);
  for (const part of partsOf([...created, ...changed])) {
    await tx.audit.append(
      ...part.map(({ outcome, changed: fields }) => entryOf(act, "resource.declare", "resource", outcome.key, fields ?? { after: said(outcome.after) })),
    );
  }
  await tellWriter(act, touched.map(({ id }) => id));
  if (changed.some(({ declaration }) => isAuthority(declaration.classId))) await tx.policies.raiseRevocations();
}

/** An authority that changes or ends may be one the writer has just relied on: it decides again rather than too late. */
export const isAuthority = (classId: ClassId): boolean => classId.startsWith("function.");

/** The declared capacity of these resources changed: the writer reads them again. */
export async function tellWriter({ tx, actorId, at }: DeclaringAct, ids: readonly ResourceId[]): Promise<void> {
  for (const part of partsOf(ids)) await tx.commands.append(actorId, at, { kind: "resource.declared", resources: part });
}
