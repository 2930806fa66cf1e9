import type { UnitId } from "../../domain/id.js";
import { ancestorsOf } from "../../domain/org/tree.js";
import type { Register } from "../../domain/pool/register.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, type Result } from "../../domain/result.js";
import { declaring, type DeclareDeps, type DeclaredRow } from "../pool/declaring.js";
import type { ImportChange, ImportOptions, TableRecord } from "../ports/import.js";
import type { Reading } from "../ports/store.js";
import { plainRecord } from "./cells.js";
import type { KindContext, Standing, TableKind } from "./kind.js";

/** A row as the reader gave it. */
export interface ReadRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
}

export type StoredChange = Omit<ImportChange, "generation">;

export interface Compared {
  readonly changes: readonly StoredChange[];
  readonly unchanged: number;
}

/** Units whose objects an import may touch: the unit named and those beneath it; undefined: all of the pool. */
export function scopeOf({ unit }: ImportOptions, { units }: Register): ReadonlySet<UnitId> | undefined {
  if (unit === undefined) return undefined;
  const parents = new Map([...units.values()].map(({ id, parent }) => [id, parent]));
  return new Set([...parents.keys()].filter((id) => id === unit || ancestorsOf(parents, id).includes(unit)));
}

/**
 * Compares rows of a table with what stands in the pool, by the register's own rules: nothing is written. A row with a
 * problem is bad, whatever the others are.
 */
export async function compareRows(
  deps: DeclareDeps,
  actor: Actor,
  { kind, read, register, scope, seen }: { kind: TableKind; read: Reading; register: Register; scope: ReadonlySet<UnitId> | undefined; seen: Set<string> },
  rows: readonly ReadRow[],
): Promise<Result<Compared>> {
  const records = rows.map((row) => ({ ...row, given: plainRecord(row.cells, kind.layout) }));
  const keys = records.flatMap(({ given }) => (given[kind.key] ? [String(given[kind.key])] : []));
  const standing = await kind.standing(read, keys);
  const whole = records.map((row) => ({ ...row, record: withStanding(row.given, row.cells, standing.get(String(row.given[kind.key]))) }));
  const context: KindContext = { register, standing, extra: await kind.extra?.(read, whole.map(({ record }) => record)) };

  const bad = new Map<number, readonly Problem[]>();
  const declared: DeclaredRow<unknown>[] = [];
  for (const row of whole) {
    const problems = [...row.problems];
    const key = String(row.record[kind.key] ?? "");
    if (key !== "" && seen.has(key)) problems.push(problem("input.duplicate", { kind: kind.key, id: key }, { field: kind.key }));
    seen.add(key);
    problems.push(...staleness(row.given["generation"], standing.get(key)));
    const declaration = kind.declare(withoutGeneration(row.record), context);
    if (!declaration.ok) problems.push(...declaration.problems);
    else {
      problems.push(...outside(scope, kind.unitOf(declaration.value, register), standing.get(key)));
      if (problems.length === 0) declared.push({ declaration: declaration.value, place: { line: row.line } });
    }
    if (problems.length > 0) bad.set(row.line, problems);
  }

  const outcomes = await tried(deps, actor, read, kind, declared, bad);
  if (!outcomes.ok) return outcomes;
  let unchanged = 0;
  const changes: StoredChange[] = [];
  for (const { line, record, cells } of whole) {
    const key = String(record[kind.key] ?? "");
    const there = standing.get(key);
    const problems = bad.get(line);
    const at = { ordinal: line, key: key.slice(0, 200), seenGeneration: there?.generation ?? null };
    if (problems) {
      changes.push({ ...at, change: "bad", before: there?.row ?? null, after: { ...cells }, problems: problems.map((one) => ({ ...one, line })) });
      continue;
    }
    const outcome = outcomes.value.get(line);
    if (!outcome || outcome.change === "unchanged") unchanged += 1;
    else changes.push({ ...at, change: outcome.change, before: there?.row ?? null, after: outcome.after, problems: [] });
  }
  return ok({ changes, unchanged });
}

/** A column the table leaves out keeps what stands there; an empty cell of a column it has means nothing. */
function withStanding(given: TableRecord, cells: Readonly<Record<string, string>>, there: Standing | undefined): TableRecord {
  if (!there) return given;
  const kept = Object.entries(there.row).filter(([key, value]) => !(key in cells) && value !== "");
  return { ...Object.fromEntries(kept), ...given };
}

function withoutGeneration({ generation: _seen, ...record }: TableRecord): TableRecord {
  return record;
}

function staleness(written: unknown, there: Standing | undefined): Problem[] {
  if (written === undefined) return [];
  const expected = Number(written);
  if (!Number.isSafeInteger(expected)) return [problem("input.not_whole_number", { value: String(written).slice(0, 40) }, { field: "generation" })];
  if (!there) return [problem("object.not_found", { kind: "row" }, { field: "generation" })];
  return there.generation === expected ? [] : [problem("object.generation_stale", { expected, actual: there.generation }, { field: "generation" })];
}

function outside(scope: ReadonlySet<UnitId> | undefined, unit: UnitId | null, there: Standing | undefined): Problem[] {
  if (scope === undefined) return [];
  const foreign = [unit, there ? there.unit : unit].find((one) => one === null || !scope.has(one));
  return foreign === undefined ? [] : [problem("import.outside_scope", { unit: foreign ?? "—" }, { field: "unit" })];
}

interface Tried {
  readonly change: "created" | "changed" | "unchanged";
  readonly after: TableRecord;
}

/** Lets the register look at the rows together; those it refuses become bad, and the rest are looked at again. */
async function tried(
  deps: DeclareDeps,
  actor: Actor,
  { poolId }: Reading,
  kind: TableKind,
  declared: readonly DeclaredRow<unknown>[],
  bad: Map<number, readonly Problem[]>,
): Promise<Result<ReadonlyMap<number, Tried>>> {
  let left = declared;
  for (;;) {
    const outcomes = await declaring(deps, actor, poolId, 0, (act) => kind.write(act, left), { dryRun: true });
    if (outcomes.ok) {
      return ok(new Map(outcomes.value.map(({ change }, index) => {
        const row = left[index] as DeclaredRow<unknown>;
        return [row.place.line as number, { change, after: kind.rowOf(row.declaration) }];
      })));
    }
    const lines = new Set(outcomes.problems.flatMap(({ line }) => (line === undefined ? [] : [line])));
    // A refusal that names no row is about the whole table.
    if (lines.size === 0) return outcomes;
    for (const line of lines) bad.set(line, outcomes.problems.filter((one) => one.line === line));
    left = left.filter(({ place }) => !lines.has(place.line as number));
  }
}
