import { unitRecord, unitTreeProblems, type UnitDeclaration } from "../../domain/org/declare-unit.js";
import { problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import { duplicateProblems, entryOf, expectationProblem, orRefused, type DeclaredRow, type DeclaringAct, type RowOutcome } from "../pool/declaring.js";
import { differences, said } from "../pool/differences.js";

/** Compares declared units with the tree that is there, and writes what differs. The tree as it would be has no circle and no loose end. */
export async function writeUnits(act: DeclaringAct, rows: readonly DeclaredRow<UnitDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  const { tx } = act;
  const known = new Map((await tx.units.all()).map((unit) => [unit.id, unit]));
  const problems = duplicateProblems(rows, "unit", "unit", ({ id }) => id);
  const tree = new Map<string, Pick<UnitDeclaration, "id" | "parent">>(known);
  for (const { declaration } of rows) tree.set(declaration.id, declaration);
  const loose = unitTreeProblems(tree);
  const outcomes = rows.map((row) => {
    const { declaration, place } = row;
    const before = known.get(declaration.id);
    const inTree = loose.get(declaration.id);
    if (inTree) problems.push({ ...inTree, ...place, field: "parent" });
    const stale = expectationProblem(row, "unit", declaration.id, before?.generation ?? null);
    if (stale) problems.push(stale);
    if (before?.state === "retired") problems.push(problem("object.transition_illegal", { kind: "unit", state: "retired", event: "declare" }, place));
    const after = unitRecord(declaration);
    // Whether somebody is an organ is not changed by declaring: cases, functions and agreements hang on it.
    if (before ? before.kind !== declaration.kind : declaration.kind === "task-force") problems.push(problem("unit.kind_fixed", { unit: declaration.id, kind: declaration.kind ?? "organ" }, { field: "kind", ...place }));
    if (!before) return { row, changed: null, outcome: { key: declaration.id, change: "created", before: null, after, seenGeneration: null, generation: 1 } satisfies RowOutcome };
    const changed = differences(unitRecord(before), after);
    const outcome: RowOutcome = {
      key: declaration.id,
      change: changed ? "changed" : "unchanged",
      before: unitRecord(before),
      after,
      seenGeneration: before.generation,
      generation: before.generation + (changed ? 1 : 0),
    };
    return { row, changed, outcome };
  });
  return orRefused(problems, async () => {
    const written = outcomes.filter(({ outcome }) => outcome.change !== "unchanged");
    if (!act.dryRun && written.length > 0) {
      await tx.units.put(written.map(({ row }) => row.declaration), act.at);
      await tx.audit.append(...written.map(({ outcome, changed }) => entryOf(act, "unit.declare", "unit", outcome.key, changed ?? { after: said(outcome.after) })));
      // A unit's division and calendar reach every resource it has.
      await tx.commands.append(act.actorId, act.at, { kind: "pool.declared" });
    }
    return outcomes.map(({ outcome }) => outcome);
  });
}

/** Those of the units that were not open to the public before. */
export const newlyPublic = (outcomes: readonly RowOutcome[]): readonly string[] =>
  outcomes.filter(({ before, after }) => after["public"] === "true" && before?.["public"] !== "true").map(({ key }) => key);
