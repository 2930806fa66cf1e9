import type { AssetId, ResourceId } from "../../domain/id.js";
import { assetRecord, type AssetDeclaration } from "../../domain/pool/declare-asset.js";
import { nextAssetState } from "../../domain/pool/lifecycle.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import type { AssetRow } from "../ports/asset.js";
import { duplicateProblems, entryOf, expectationProblem, orRefused, partsOf, type DeclaredRow, type DeclaringAct, type RowOutcome } from "./declaring.js";
import { ceilingProblems } from "./under-agreement.js";
import { differences, said } from "./differences.js";
import { tellWriter } from "./write-resources.js";

interface Planned {
  readonly declaration: AssetDeclaration;
  readonly known: AssetRow | undefined;
  readonly changed: ReturnType<typeof differences>;
  readonly outcome: RowOutcome;
}

/**
 * Compares declared assets with what is there, and writes what differs. The resources behind them, old and new, get
 * their derived totals and are told to the pool's writer.
 */
export async function writeAssets(act: DeclaringAct, rows: readonly DeclaredRow<AssetDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  const { tx } = act;
  const known = await tx.assets.lockAll(rows.map(({ declaration }) => declaration.code));
  const resources = await tx.resources.byCodes(rows.flatMap(({ declaration }) => declaration.resource ?? []));
  const problems = duplicateProblems(rows, "asset", "asset", ({ code }) => code);
  for (const { declaration, place } of rows) {
    const { resource } = declaration;
    if (resource !== null && !resources.has(resource)) {
      problems.push(problem("input.unknown_reference", { kind: "resource", id: resource }, { field: "resource", ...place }));
    }
  }
  const planned = rows.map((row) => planRow(row, known.get(row.declaration.code), problems));
  if (problems.length === 0 && !act.dryRun) {
    await write(act, planned, (code) => (code === null ? null : (resources.get(code)?.id ?? null)));
    problems.push(...(await ceilingProblems(tx, planned.map(({ declaration }) => declaration.unitId))));
  }
  return orRefused(problems, () => Promise.resolve(planned.map(({ outcome }) => outcome)));
}

function planRow(row: DeclaredRow<AssetDeclaration>, known: AssetRow | undefined, problems: Problem[]): Planned {
  const { declaration, place } = row;
  const stale = expectationProblem(row, "asset", declaration.code, known?.generation ?? null);
  if (stale) problems.push(stale);
  const after = assetRecord(declaration);
  if (!known) {
    return { declaration, known, changed: null, outcome: { key: declaration.code, change: "created", before: null, after, seenGeneration: null, generation: 1 } };
  }
  const event = nextAssetState(known.state, "declare");
  if (!event.ok) problems.push(...event.problems.map((found) => ({ ...found, ...place })));
  const before = assetRecord(known);
  const changed = differences(before, after);
  return {
    declaration,
    known,
    changed,
    outcome: { key: declaration.code, change: changed ? "changed" : "unchanged", before, after, seenGeneration: known.generation, generation: known.generation + (changed ? 1 : 0) },
  };
}

async function write(act: DeclaringAct, planned: readonly Planned[], idOf: (code: string | null) => ResourceId | null): Promise<void> {
  const { tx } = act;
  const stored = (declaration: AssetDeclaration) => ({ ...declaration, resourceId: idOf(declaration.resource) });
  const created = planned.filter(({ known }) => !known);
  const changed = planned.flatMap(({ declaration, known, changed }) => (known && changed ? [{ ...stored(declaration), id: known.id as AssetId }] : []));
  await tx.assets.insert(created.map(({ declaration }) => stored(declaration)));
  await tx.assets.update(changed);
  const written = planned.filter(({ outcome }) => outcome.change !== "unchanged");
  for (const part of partsOf(written)) {
    await tx.audit.append(...part.map(({ outcome, changed }) => entryOf(act, "asset.declare", "asset", outcome.key, changed ?? { after: said(outcome.after) })));
  }
  const behind = written.flatMap(({ declaration, known }) => [idOf(declaration.resource), known?.resourceId ?? null].filter((id) => id !== null));
  await restock(act, [...new Set(behind)]);
}

/** After assets changed: derived totals follow, and the writer reads the resources again. */
export async function restock(act: DeclaringAct, resources: readonly ResourceId[]): Promise<void> {
  if (resources.length === 0) return;
  await act.tx.resources.sumAssets(resources);
  await tellWriter(act, resources);
}
