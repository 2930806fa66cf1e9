import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { SCENARIO_LIMITS } from "../../domain/what-if/scenario.js";
import { say, type Facts, type Language } from "../../text/text.js";
import { whatIfText } from "../../text/what-if.js";
import { CallRefused } from "../call.js";
import { NotATrace, readTrace } from "../replay/trace.js";

/** Uses of YAML anchors: enough for shared dates, far from an alias bomb. */
const ALIASES_MAX = 100;

/** A scenario's fields as its file says them; whoever plays it holds them to the rules. Traces that are named by a file are read in. */
export async function readScenarioFile(file: string, language: Language): Promise<unknown> {
  const refusal = (key: keyof typeof whatIfText, facts: Facts): CallRefused => new CallRefused([say(language, whatIfText[key], facts)], "scenario");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw refusal("file.unreadable", { file, reason: (error as NodeJS.ErrnoException).code ?? "" });
  }
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: ALIASES_MAX, merge: false });
  } catch (error) {
    throw refusal("file.not_yaml", { file, reason: (error as Error).message.split("\n")[0] ?? "" });
  }
  if (typeof document !== "object" || document === null || (document as { kind?: unknown }).kind !== "Scenario" || (document as { apiVersion?: unknown }).apiVersion !== "govpool/v1") {
    throw refusal("file.not_yaml", { file, reason: "apiVersion: govpool/v1, kind: Scenario" });
  }
  const { apiVersion: _apiVersion, kind: _kind, ...record } = document as Record<string, unknown>;
  const { demand } = record;
  if (!Array.isArray(demand)) return record;
  const brought = await Promise.all(
    (demand as readonly unknown[]).map(async (change) => {
      const trace = (change as { trace?: { file?: unknown } } | null)?.trace;
      if (typeof trace?.file !== "string") return change;
      const { file: named, ...rest } = trace;
      const path = join(dirname(file), named as string);
      const { rows } = await readTrace(path, SCENARIO_LIMITS.traceRowsMax + 1).catch((error: unknown) => {
        throw refusal("file.unreadable", { file: path, reason: error instanceof NotATrace ? "created_at, type" : ((error as NodeJS.ErrnoException).code ?? (error as Error).message) });
      });
      if (rows.length > SCENARIO_LIMITS.traceRowsMax) throw refusal("trace.too_many", { file: path, rows: rows.length, max: SCENARIO_LIMITS.traceRowsMax });
      return { trace: { ...rest, rows: rows.map(({ at, agency, type, district }) => [new Date(at).toISOString().slice(0, 19), `${agency} ${type}`.trim(), district]) } };
    }),
  );
  return { ...record, demand: brought };
}
