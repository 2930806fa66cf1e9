import type { Names } from "../catalogue/item.js";
import { parseItemCode, parseResourceCode, parseUnitId, type ItemCode, type PersonId, type UnitId } from "../id.js";
import type { Instant } from "../instant.js";
import { problem, type Problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";

/** One part of a reform, in the order they are made. */
export type ReorganisationChange =
  /** The units end; what they have, do and did goes to `into`. */
  | { readonly kind: "merge"; readonly from: readonly UnitId[]; readonly into: UnitId }
  /** The unit goes on under another id, and may be under other names. */
  | { readonly kind: "rename"; readonly unit: UnitId; readonly to: UnitId; readonly names: Names | null }
  /** A part of a unit becomes one of its own: a new unit like it, with the resources and items named. */
  | { readonly kind: "split"; readonly from: UnitId; readonly to: UnitId; readonly names: Names; readonly resources: readonly string[]; readonly items: readonly ItemCode[] }
  /** Resources and items of one unit become another's. */
  | { readonly kind: "move"; readonly from: UnitId; readonly to: UnitId; readonly resources: readonly string[]; readonly items: readonly ItemCode[] };

export const REORGANISATION_STATES = ["draft", "scheduled", "applied", "rolled-back", "withdrawn"] as const;
export type ReorganisationState = (typeof REORGANISATION_STATES)[number];

export interface ReorganisationDraft {
  readonly id: string;
  readonly names: Names;
  /** The decision or law it rests on. */
  readonly basis: string;
  readonly changes: readonly ReorganisationChange[];
}

export interface Reorganisation extends ReorganisationDraft {
  readonly state: ReorganisationState;
  readonly effectiveAt: Instant | null;
  readonly declaredBy: string;
  readonly declaredAt: Instant;
  readonly committedBy: string | null;
  readonly appliedAt: Instant | null;
  /** Why it was not applied when it was due. */
  readonly problems: readonly Problem[];
  /** Who asked to take back what two persons had decided; another does it. */
  readonly backAsked: { readonly by: PersonId; readonly at: Instant } | null;
  readonly generation: number;
}

/** More changes than any plan of a prefecture had. */
const CHANGES_MAX = 200;

/** `{ reorganisation, names, basis, changes: [{ merge: { from, into } } | { rename: { unit, to, names? } } | { split: { from, to, names, resources, items } } | { move: { from, to, resources, items } }] }` */
export function readReorganisation(record: unknown): Result<ReorganisationDraft> {
  const reader = new RecordReader(record, []);
  const id = reader.id("reorganisation", parseUnitId) as string;
  const names = reader.names("names");
  const basis = reader.text("basis", 2_000);
  const parts = reader.records("changes");
  if (parts.length === 0) reader.refuse(problem("input.missing", {}, reader.at("changes")));
  if (parts.length > CHANGES_MAX) reader.refuse(problem("input.out_of_range", { min: 1, max: CHANGES_MAX }, reader.at("changes")));
  const changes = parts.slice(0, CHANGES_MAX).flatMap((part) => changeAt(part) ?? []);
  reader.end();
  return unlessRefused(reader.problems, { id, names, basis, changes });
}

const KINDS = ["merge", "rename", "split", "move"] as const;

function changeAt(part: RecordReader): ReorganisationChange | undefined {
  const kinds = KINDS.filter((kind) => part.has(kind));
  const [kind] = kinds;
  const inner = kind && part.record(kind);
  part.end();
  if (!kind || !inner || kinds.length > 1) {
    part.refuse(problem("input.invalid", { expected: KINDS.join(" | ") }, part.at(kind ?? "merge")));
    return undefined;
  }
  const change = changeOf(kind, inner);
  inner.end();
  return change;
}

function changeOf(kind: (typeof KINDS)[number], inner: RecordReader): ReorganisationChange {
  switch (kind) {
    case "merge": {
      const from = idsAt(inner, "from", parseUnitId);
      if (from.length === 0) inner.refuse(problem("input.missing", {}, inner.at("from")));
      return { kind, from, into: inner.id("into", parseUnitId) };
    }
    case "rename":
      return { kind, unit: inner.id("unit", parseUnitId), to: inner.id("to", parseUnitId), names: inner.optionalNames("names") };
    case "split":
      return { kind, from: inner.id("from", parseUnitId), to: inner.id("to", parseUnitId), names: inner.names("names"), ...movedAt(inner) };
    case "move":
      return { kind, from: inner.id("from", parseUnitId), to: inner.id("to", parseUnitId), ...movedAt(inner) };
  }
}

function movedAt(inner: RecordReader): { readonly resources: readonly string[]; readonly items: readonly ItemCode[] } {
  const moved = { resources: idsAt(inner, "resources", parseResourceCode), items: idsAt(inner, "items", parseItemCode) };
  if (moved.resources.length + moved.items.length === 0) inner.refuse(problem("input.missing", {}, inner.at("items")));
  return moved;
}

function idsAt<T extends string>(reader: RecordReader, field: string, parse: (text: string, field: string) => Result<T>): T[] {
  return reader.texts(field).flatMap((text) => {
    const parsed = parse(text, reader.at(field).field);
    if (parsed.ok) return [parsed.value];
    for (const found of parsed.problems) reader.refuse(found);
    return [];
  });
}

/** As it is written in a manifest and shown again. */
export const changeRecord = (change: ReorganisationChange): Record<string, unknown> => {
  const { kind, ...rest } = change;
  return { [kind]: Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)) };
};
