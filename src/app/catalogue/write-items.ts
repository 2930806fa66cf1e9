import type { BundleDeclaration } from "../../domain/catalogue/declare-bundle.js";
import type { Item, ItemGuide } from "../../domain/catalogue/item.js";
import { problem } from "../../domain/problem.js";
import type { Result } from "../../domain/result.js";
import { duplicateProblems, entryOf, expectationProblem, orRefused, type DeclaredRow, type DeclaringAct, type RowOutcome } from "../pool/declaring.js";
import { differences, said } from "../pool/differences.js";

export interface ItemDeclaration {
  readonly guide: ItemGuide;
  /** Made by an importer from the item's name; waits for the unit's yes. */
  readonly guessed: boolean;
  /** Goes into the catalogue at once; otherwise it is a draft. */
  readonly publish: boolean;
}

/**
 * Compares declared items with their newest versions, and writes what differs.
 *
 * A published version never changes: a changed guide becomes the next version, and requests that run keep theirs. A
 * draft is replaced. Publishing makes the former published version `superseded`.
 */
export async function writeItems(act: DeclaringAct, rows: readonly DeclaredRow<ItemDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  const known = await act.tx.items.lockNewestAll(rows.map(({ declaration }) => declaration.guide.item));
  const problems = duplicateProblems(rows, "item", "item", ({ guide }) => guide.item);
  const planned = rows.map((row) => {
    const { guide, guessed, publish } = row.declaration;
    const newest = known.get(guide.item);
    const stale = expectationProblem(row, "item", guide.item, newest?.generation ?? null);
    if (stale) problems.push(stale);
    if (newest?.state === "retired") problems.push(problem("object.transition_illegal", { kind: "item", state: "retired", event: "declare" }, row.place));
    const after = { ...guide, guessed };
    // A confirmed recipe is not doubted again because the same table is read again.
    const before = newest ? { ...newest.guide, guessed: guessed && newest.guessed } : null;
    const changed = before && differences({ ...absent(after), ...before }, { ...absent(before), ...after, guessed: before.guessed });
    const publishes = publish && newest?.state === "draft";
    const change: RowOutcome["change"] = newest ? (changed || publishes ? "changed" : "unchanged") : "created";
    const outcome: RowOutcome = {
      key: guide.item,
      change,
      before,
      after,
      seenGeneration: newest?.generation ?? null,
      generation: generationAfter(newest, Boolean(changed), publishes),
    };
    return { ...row.declaration, newest, changed, outcome };
  });
  return orRefused(problems, async () => {
    if (!act.dryRun) await write(act, planned);
    return planned.map(({ outcome }) => outcome);
  });
}

type Planned = ItemDeclaration & { readonly newest: Item | undefined; readonly changed: ReturnType<typeof differences>; readonly outcome: RowOutcome };

/** A field that one of two guides leaves out counts as changed when the other has it. */
const absent = (guide: Readonly<Record<string, unknown>>) => Object.fromEntries(Object.keys(guide).map((field) => [field, undefined]));

function generationAfter(newest: Item | undefined, changed: boolean, publishes: boolean): number {
  if (!newest || (changed && newest.state !== "draft")) return 1;
  return newest.generation + (changed ? 1 : 0) + (publishes ? 1 : 0);
}

async function write(act: DeclaringAct, planned: readonly Planned[]): Promise<void> {
  const { items, audit } = act.tx;
  const fresh: Parameters<typeof items.insert>[0][number][] = [];
  for (const { guide, guessed, publish, newest, changed, outcome } of planned) {
    if (outcome.change === "unchanged") continue;
    if (newest?.state === "draft") {
      if (changed) await items.redraft(newest.code, newest.version, guide, guessed);
      if (publish) await publishVersion(act, newest);
    } else {
      if (publish && newest?.state === "published") await items.setState(newest.code, newest.version, "superseded");
      fresh.push({ version: (newest?.version ?? 0) + 1, state: publish ? "published" : "draft", guessed, guide });
    }
  }
  await items.insert(fresh);
  const written = planned.filter(({ outcome }) => outcome.change !== "unchanged");
  await audit.append(
    ...written.map(({ changed, outcome, publish }) =>
      entryOf(act, publish && !changed && outcome.before ? "item.publish" : "item.declare", "item", outcome.key, changed ?? { after: said(outcome.after) }),
    ),
  );
}

/** Makes a draft the published version. */
export async function publishVersion({ tx }: DeclaringAct, draft: Item): Promise<void> {
  const published = await tx.items.published(draft.code);
  if (published) await tx.items.setState(draft.code, published.version, "superseded");
  await tx.items.setState(draft.code, draft.version, "published");
}

export async function writeBundles(act: DeclaringAct, rows: readonly DeclaredRow<BundleDeclaration>[]): Promise<Result<readonly RowOutcome[]>> {
  const known = new Map((await act.tx.bundles.all()).map((bundle) => [bundle.code, bundle]));
  const problems = duplicateProblems(rows, "bundle", "bundle", ({ code }) => code);
  const planned = rows.map((row) => {
    const { code, ...after } = row.declaration;
    const there = known.get(code);
    const stale = expectationProblem(row, "bundle", code, there?.generation ?? null);
    if (stale) problems.push(stale);
    const before = there && { names: there.names, lifeEvent: there.lifeEvent, members: there.members, form: there.form, source: there.source };
    const changed = before ? differences(before, after) : null;
    const outcome: RowOutcome = {
      key: code,
      change: before ? (changed ? "changed" : "unchanged") : "created",
      before: before ?? null,
      after,
      seenGeneration: there?.generation ?? null,
      generation: there ? there.generation + (changed ? 1 : 0) : 1,
    };
    return { declaration: row.declaration, changed, outcome };
  });
  return orRefused(problems, async () => {
    const written = planned.filter(({ outcome }) => outcome.change !== "unchanged");
    if (!act.dryRun && written.length > 0) {
      await act.tx.bundles.put(written.map(({ declaration }) => declaration));
      await act.tx.audit.append(...written.map(({ outcome, changed }) => entryOf(act, "bundle.declare", "bundle", outcome.key, changed ?? { after: said(outcome.after) })));
    }
    return planned.map(({ outcome }) => outcome);
  });
}
