/** The place after a row, as text that travels in URLs: opaque to callers, parsed here. */
export const cursorOf = (...parts: readonly (string | number)[]): string => Buffer.from(JSON.stringify(parts), "utf8").toString("base64url");

/** The parts of a cursor, or undefined when somebody made it up. */
export function readCursor(cursor: string, kinds: readonly ("string" | "number")[]): (string | number)[] | undefined {
  try {
    const parts = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown;
    if (!Array.isArray(parts) || parts.length !== kinds.length) return undefined;
    return parts.every((part, index) => typeof part === kinds[index] && (typeof part === "string" || Number.isSafeInteger(part))) ? (parts as (string | number)[]) : undefined;
  } catch {
    return undefined;
  }
}
