import { stringify } from "csv-stringify/sync";
import type { AppDeps } from "../app/deps.js";
import type { WhatIfRecord } from "../app/ports/what-if.js";
import { figureRows } from "../domain/what-if/result-rows.js";

/** A file that somebody takes away. */
export interface WhatIfFile {
  readonly name: string;
  readonly type: string;
  readonly content: AsyncIterable<Uint8Array>;
}

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** The figures of a what-if as a table, all of it as JSON, or its scenario as the file it came as. */
export function whatIfFileOf({ scenarios }: Pick<AppDeps, "scenarios">, { id, scenario, result }: WhatIfRecord, format: "csv" | "json" | "yaml"): WhatIfFile {
  if (format === "yaml") return { name: `scenario-${id.slice(0, 8)}.yaml`, type: "application/yaml; charset=utf-8", content: once(scenarios.write(scenario)) };
  if (format === "json") return { name: `what-if-${id.slice(0, 8)}.json`, type: "application/json; charset=utf-8", content: once(`${JSON.stringify(result, null, 2)}\n`) };
  const rows = result ? figureRows(result).map((row) => ({ ...row })) : [];
  return { name: `what-if-${id.slice(0, 8)}.csv`, type: "text/csv; charset=utf-8", content: once(stringify(rows, { header: true, columns: ["section", "key", "figure", "base", "scenario"] })) };
}
