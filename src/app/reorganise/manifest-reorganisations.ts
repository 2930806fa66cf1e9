import { changeRecord, type ReorganisationDraft } from "../../domain/org/reorganisation.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { duplicateProblems, entryOf, type DeclaredRow, type DeclaringAct, type RowOutcome } from "../pool/declaring.js";
import { differences } from "../pool/differences.js";

const recordOf = ({ names, basis, changes }: ReorganisationDraft): Readonly<Record<string, unknown>> => ({ names, basis, changes: changes.map(changeRecord) });

/**
 * Reforms of a manifest are drafts: nobody is touched until a second person commits one. The same again changes nothing, also when it
 * was made since; another under the name of one that is decided is refused.
 */
export async function writeReorganisations(act: DeclaringAct, rows: readonly DeclaredRow<ReorganisationDraft>[]): Promise<Result<readonly RowOutcome[]>> {
  const problems: Problem[] = duplicateProblems(rows, "reorganisation", "reorganisation", ({ id }) => id);
  const outcomes: RowOutcome[] = [];
  for (const { declaration, place } of rows) {
    const there = await act.tx.reorganisations.lock(declaration.id);
    const [before, after] = [there && recordOf(there), recordOf(declaration)];
    const change = before === null ? "created" : differences(before, after) === null ? "unchanged" : "changed";
    const seen = there?.generation ?? null;
    outcomes.push({ key: declaration.id, change, before, after, seenGeneration: seen, generation: (seen ?? 0) + (change === "unchanged" ? 0 : 1) });
    if (change === "changed" && there?.state !== "draft") problems.push(problem("object.transition_illegal", { kind: "reorganisation", state: there?.state ?? "", event: "declare" }, place));
    else if (change !== "unchanged" && !act.dryRun) {
      await act.tx.reorganisations.put(declaration, act.actorId, act.at);
      await act.tx.audit.append(entryOf(act, "reorganisation.declare", "reorganisation", declaration.id, { ...(before === null ? {} : { before }), after }));
    }
  }
  const [first, ...rest] = problems;
  return first ? refused(first, ...rest) : ok(outcomes);
}
