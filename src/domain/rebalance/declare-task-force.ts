import type { Names } from "../catalogue/item.js";
import { parseDivisionCode, parseItemCode, parseResourceCode, parseUnitId, type DivisionCode, type ItemCode, type UnitId } from "../id.js";
import type { LocalDate } from "../instant.js";
import { problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";

/** What somebody writes: names are looked up, amounts left out are found when it is proposed. */
export interface TaskForceDeclaration {
  readonly id: UnitId;
  readonly names: Names;
  readonly basis: string;
  readonly until: LocalDate;
  readonly parent: UnitId | null;
  readonly members: readonly {
    readonly unit: UnitId;
    /** Amount null: all that is free of it in every period of the term. */
    readonly resources: readonly { readonly resource: string; readonly amount: Amount | null }[];
  }[];
  readonly items: readonly { readonly item: ItemCode; readonly divisions: readonly DivisionCode[] }[];
}

export const MEMBERS_MAX = 50;
export const TASK_FORCE_RESOURCES_MAX = 200;
const ITEMS_MAX = 200;
const BASIS_MAX = 500;

/** `{ taskForce, names, basis, until, parent?, members: [{ unit, resources: [{ resource, amount? }] }], items: [{ item, divisions? }] }` */
export function declareTaskForce(record: unknown): Result<TaskForceDeclaration> {
  const reader = new RecordReader(record, []);
  const id = reader.id("taskForce", parseUnitId);
  const names = reader.names("names");
  const basis = reader.text("basis", BASIS_MAX);
  const until = reader.optionalDate("until");
  if (until === null && !reader.has("until")) reader.refuse(problem("input.missing", {}, reader.at("until")));
  const parent = reader.optionalId("parent", parseUnitId);
  const members = listAt(reader, "members", MEMBERS_MAX).map((member) => {
    const unit = member.id("unit", parseUnitId);
    const resources = member.records("resources").map((one) => {
      const resource = { resource: one.id("resource", parseResourceCode), amount: one.optionalAmount("amount", { min: 1 }) };
      one.end();
      return resource;
    });
    member.end();
    return { unit, resources };
  });
  const items = listAt(reader, "items", ITEMS_MAX).map((one) => {
    const item = one.id("item", parseItemCode);
    const divisions = one.texts("divisions").flatMap((text) => {
      const parsed = parseDivisionCode(text, one.at("divisions").field);
      if (parsed.ok) return [parsed.value];
      for (const found of parsed.problems) one.refuse(found);
      return [];
    });
    one.end();
    return { item, divisions };
  });
  reader.end();
  if (members.reduce((sum, { resources }) => sum + resources.length, 0) > TASK_FORCE_RESOURCES_MAX) reader.refuse(problem("input.out_of_range", { min: 0, max: TASK_FORCE_RESOURCES_MAX }, reader.at("members")));
  twice(reader, "unit", members.map(({ unit }, at) => [unit, `members.${at}.unit`]));
  twice(reader, "resource", members.flatMap(({ resources }, at) => resources.map(({ resource }, nth): [string, string] => [resource, `members.${at}.resources.${nth}.resource`])));
  twice(reader, "item", items.map(({ item }, at) => [item, `items.${at}.item`]));
  return unlessRefused(reader.problems, { id, names, basis, until: until ?? "", parent, members, items });
}

function listAt(reader: RecordReader, field: string, max: number): readonly RecordReader[] {
  const all = reader.records(field);
  if (all.length === 0) reader.refuse(problem("input.missing", {}, reader.at(field)));
  if (all.length > max) reader.refuse(problem("input.out_of_range", { min: 1, max }, reader.at(field)));
  return all.slice(0, max);
}

function twice(reader: RecordReader, kind: string, named: readonly (readonly [string, string])[]): void {
  const seen = new Set<string>();
  for (const [id, field] of named) {
    if (id !== "" && seen.has(id)) reader.refuse(problem("input.duplicate", { kind, id }, { field }));
    seen.add(id);
  }
}
