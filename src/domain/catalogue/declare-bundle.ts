import { parseItemCode, type ItemCode } from "../id.js";
import { inCircle } from "./in-circle.js";
import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import type { Bundle } from "./bundle.js";
import { formAt } from "./form.js";
import { parseSlug } from "./slug.js";

export type BundleDeclaration = Omit<Bundle, "generation">;

const MEMBERS_MAX = 30;

/** `{ bundle, names, lifeEvent, items: [{ item, after? }], form?, source? }`; `hasItem` says which items are in the catalogue. */
export function declareBundle(record: unknown, hasItem: (code: string) => boolean): Result<BundleDeclaration> {
  const reader = new RecordReader(record, []);
  const code = reader.id("bundle", parseSlug);
  const names = reader.names("names");
  const lifeEvent = reader.id("lifeEvent", parseSlug);
  const entries = reader.records("items");
  if (entries.length === 0 || entries.length > MEMBERS_MAX) reader.refuse(problem("input.out_of_range", { min: 1, max: MEMBERS_MAX }, reader.at("items")));
  const members = entries.map((entry, i) => {
    const item = entry.id("item", parseItemCode);
    if (item !== "" && !hasItem(item)) entry.refuse(problem("input.unknown_reference", { kind: "item", id: item }, entry.at("item")));
    const after = entry.texts("after") as ItemCode[];
    entry.end();
    return { item, after, place: reader.at(`items.${i}`) };
  });
  for (const [i, { item, after, place }] of members.entries()) {
    if (members.findIndex((other) => other.item === item) < i) reader.refuse(problem("input.duplicate", { kind: "item", id: item }, { field: `${place.field}.item` }));
    for (const before of after) {
      if (!members.some((other) => other.item === before)) reader.refuse(problem("input.unknown_reference", { kind: "item", id: before }, { field: `${place.field}.after` }));
    }
  }
  const circle = inCircle(members.map(({ item, after }) => ({ id: item, after })));
  if (circle.length > 0) reader.refuse(problem("recipe.cycle", { steps: circle.join(", ") }, reader.at("items")));
  const form = formAt(reader);
  const source = reader.optionalText("source", 1_000);
  reader.end();
  return unlessRefused(reader.problems, { code, names, lifeEvent, members: members.map(({ item, after }) => ({ item, after })), form, source });
}
