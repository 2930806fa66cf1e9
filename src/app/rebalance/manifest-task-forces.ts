import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { TaskForceDeclaration } from "../../domain/rebalance/declare-task-force.js";
import { unlessRefused, type Result } from "../../domain/result.js";
import { differences } from "../pool/differences.js";
import { duplicateProblems, entryOf, type DeclaredRow, type DeclaringAct, type RowOutcome } from "../pool/declaring.js";
import type { TaskForce } from "../ports/task-force.js";
import { settleTaskForce } from "./task-force-content.js";

type Facts = Readonly<Record<string, unknown>>;

/**
 * Task forces of a manifest: one that is not there is proposed, and waits for its members and a second person like any other. The same again
 * changes nothing, whatever became of it; another content under its name is refused, since what was proposed is never edited.
 */
export async function writeTaskForces(act: DeclaringAct, rows: readonly DeclaredRow<TaskForceDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  const { tx, at, actor, policyVersion } = act;
  const problems: Problem[] = duplicateProblems(rows, "task-force", "taskForce", ({ id }) => id);
  const today = localDateOf(dayNumberOf(at));
  const outcomes: RowOutcome[] = [];
  for (const { declaration, place } of problems.length > 0 ? [] : rows) {
    const { id } = declaration;
    const known = await tx.taskForces.get(id);
    const after = declaredFacts(declaration);
    if (known) {
      const before = proposedFacts(known, declaration);
      const changed = differences(before, after);
      if (changed) problems.push(problem("task-force.not_as_proposed", { taskForce: id, fields: Object.keys(changed.after).join(", ") }, place));
      outcomes.push({ key: id, change: "unchanged", before, after, seenGeneration: known.generation, generation: known.generation });
      continue;
    }
    outcomes.push({ key: id, change: "created", before: null, after, seenGeneration: null, generation: 1 });
    const content = await settleTaskForce(tx, today, declaration);
    if (!content.ok) problems.push(...content.problems.map((found) => ({ ...found, ...place })));
    // The second person is another than the first: one of whom nothing is known cannot be told from anybody.
    else if (actor.kind !== "person") problems.push(problem("access.forbidden", { action: "task-force.propose" }, place));
    else if (!act.dryRun) {
      await tx.taskForces.insert(id, content.value, { by: actor.personId, at });
      await tx.audit.append(entryOf({ ...act, policyVersion }, "task-force.propose", "task-force", id, { after: { state: "proposed", content: content.value } }));
    }
  }
  return unlessRefused(problems, outcomes);
}

const itemsOf = (items: TaskForceDeclaration["items"]): Facts => Object.fromEntries(items.map(({ item, divisions }) => [item, [...divisions].sort()]));

const declaredFacts = ({ names, basis, until, parent, members, items }: TaskForceDeclaration): Facts => ({
  names, basis, until, parent,
  members: Object.fromEntries(members.map(({ unit, resources }) => [unit, Object.fromEntries(resources.map(({ resource, amount }) => [resource, amount]))])),
  items: itemsOf(items),
});

/** As somebody would write it: an amount that the declaration leaves out is whatever was free when it was proposed. */
function proposedFacts({ content: { names, basis, until, parent, members, resources, items } }: TaskForce, declaration: TaskForceDeclaration): Facts {
  const leftOut = new Set(declaration.members.flatMap((member) => member.resources.filter(({ amount }) => amount === null).map(({ resource }) => resource)));
  const given = (unit: string): Facts => Object.fromEntries(resources.filter((one) => one.unit === unit).map(({ resource, amount }) => [resource, leftOut.has(resource) ? null : amount]));
  return { names, basis, until, parent, members: Object.fromEntries(members.map((unit) => [unit, given(unit)])), items: itemsOf(items) };
}
