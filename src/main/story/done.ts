import type { Result } from "../../domain/result.js";
import { problemTitle } from "../../text/problems.js";

/** A story has no refusals but those it tells of: any other stops it. */
export function done<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(result.problems.map((one) => `${one.code}${one.field === undefined ? "" : ` (${one.field})`}: ${problemTitle("en", one)} ${one.file ?? ""}:${one.line ?? ""}`).join("\n"));
}
