type Facts = Readonly<Record<string, unknown>>;

/** The fields that differ, with what they were and what they are; null when there are none. */
export function differences(before: Facts, after: Facts): { before: Record<string, unknown>; after: Record<string, unknown> } | null {
  const changed = Object.keys(after).filter((field) => canonical(before[field]) !== canonical(after[field]));
  if (changed.length === 0) return null;
  const pick = (record: Facts) => Object.fromEntries(changed.map((field) => [field, record[field]]));
  return { before: pick(before), after: pick(after) };
}

/** JSON with sorted keys: the database keeps objects in an order of its own. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(",")}}`;
}

/** What a record says; empty fields say nothing and need no place in the audit. */
export const said = (record: Facts): Record<string, unknown> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== "" && value !== null && value !== undefined));
