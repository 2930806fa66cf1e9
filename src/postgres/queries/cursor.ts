/** The place after a row, as text that travels in URLs: opaque to callers, parsed here. */
export const cursorOf = (...parts: readonly (string | number)[]): string => Buffer.from(JSON.stringify(parts), "utf8").toString("base64url");

type Kind = "string" | "number" | "uuid";

/** The last millisecond of the year 9999: later instants are written in a way PostgreSQL cannot read, and no number of ours is larger. */
const NUMBER_MAX = 253_402_300_799_999;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The parts of a cursor, or undefined when somebody made it up: nothing is handed on that PostgreSQL could not read. */
export function readCursor(cursor: string, kinds: readonly Kind[]): (string | number)[] | undefined {
  try {
    const parts = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown;
    if (!Array.isArray(parts) || parts.length !== kinds.length) return undefined;
    return parts.every((part, index) => isOfKind(part, kinds[index])) ? (parts as (string | number)[]) : undefined;
  } catch {
    return undefined;
  }
}

function isOfKind(part: unknown, kind: Kind | undefined): boolean {
  if (kind === "number") return Number.isSafeInteger(part) && (part as number) >= 0 && (part as number) <= NUMBER_MAX;
  if (typeof part !== "string") return false;
  return kind === "uuid" ? UUID.test(part) : !part.includes("\u0000");
}
