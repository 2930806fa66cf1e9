import type { CommonFlags, Io } from "./io.js";
import { known, one } from "./get.js";
import { cell, titleOf, type Row } from "./nouns.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

/** `govpool describe NOUN NAME`: everything about one thing, lists inside it as tables. */
export async function describe(io: Io, name: string, key: string, flags: CommonFlags & { readonly output: string }): Promise<void> {
  const remote = await Remote.open(io, flags);
  const row = await one(remote, known(remote, name), key);
  io.out(flags.output === "json" ? JSON.stringify(row, null, 2) : sheet(row, remote.session.language));
}

/** Scalars first, one a line; then each list under its name. */
export function sheet(row: Row, language: "zh" | "en", indent = ""): string {
  const entries = Object.entries(row);
  const scalars = entries.filter(([, value]) => !isRows(value) && !isNested(value));
  const width = Math.max(0, ...scalars.map(([key]) => key.length));
  const lines = scalars.map(([key, value]) => `${indent}${`${key}:`.padEnd(width + 2)}${cell(value, language) ?? "-"}`);
  for (const [key, value] of entries) {
    if (isRows(value)) {
      lines.push("", `${indent}${key}:`);
      const keys = [...new Set(value.flatMap((one) => Object.keys(one)))].filter((inner) => value.some((one) => !isRows(one[inner])));
      const columns = keys.map((inner) => ({ title: titleOf(inner), value: (one: Row) => cell(one[inner], language) }));
      lines.push(renderTable(value, columns).replace(/^/gm, `${indent}  `));
    } else if (isNested(value)) {
      lines.push("", `${indent}${key}:`, sheet(value, language, `${indent}  `));
    }
  }
  return lines.join("\n");
}

const isRows = (value: unknown): value is readonly Row[] => Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === "object" && one !== null && !Array.isArray(one));

const isNested = (value: unknown): value is Row => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const names = value as { zh?: unknown; en?: unknown };
  return !(typeof names.zh === "string" && typeof names.en === "string");
};
