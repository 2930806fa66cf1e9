import { stringify } from "yaml";
import { problemsOf } from "../contract/problem-of-issue.js";
import { scenarioSchema } from "../contract/schemas/what-if.js";
import type { Scenarios } from "../app/ports/scenarios.js";
import { problem, type Problem } from "../domain/problem.js";
import { ok, refused, unlessRefused, type Result } from "../domain/result.js";
import type { Scenario } from "../domain/what-if/scenario.js";
import { API_VERSION, readYaml } from "./read-yaml.js";

const KIND = "Scenario";
/** A file of changes is small; one with a trace in it has a line a request. */
const BYTES_MAX = 8 * 1024 * 1024;

export const scenarios: Scenarios = {
  readText(content, file) {
    if (Buffer.byteLength(content) > BYTES_MAX) return refused(problem("input.too_large", { maxBytes: BYTES_MAX }, { file }));
    const problems: Problem[] = [];
    const documents = readYaml(file, content, problems);
    if (problems.length > 0) return unlessRefused(problems, undefined as never);
    const [document, second] = documents;
    if (!document || second || document.kind !== KIND) return refused(problem("scenario.not_a_scenario", {}, { file, line: (second ?? document)?.line ?? 1 }));
    const read = scenarios.readRecord(document.record);
    if (read.ok) return read;
    const [first, ...rest] = read.problems.map((found): Problem => ({ ...found, file, line: found.field === undefined ? document.line : document.lineOf(found.field) }));
    return first ? refused(first, ...rest) : read;
  },
  readRecord(record): Result<Scenario> {
    const waiting = tracesNotSent(record);
    if (waiting.length > 0) return unlessRefused(waiting, undefined as never);
    const read = scenarioSchema.safeParse(record);
    return read.success ? ok(read.data as Scenario) : refused(...problemsOf(read.error));
  },
  write: (scenario) => stringify({ apiVersion: API_VERSION, kind: KIND, ...scenario }, { lineWidth: 0 }),
};

/** A trace that is named by its file: whoever reads the scenario must bring its rows. */
function tracesNotSent(record: unknown): Problem[] {
  const demand = (record as { demand?: unknown } | null)?.demand;
  if (!Array.isArray(demand)) return [];
  return (demand as readonly unknown[]).flatMap((change, at) => {
    const file = (change as { trace?: { file?: unknown } } | null)?.trace?.file;
    return typeof file === "string" ? [problem("scenario.trace_not_sent", { file: file.slice(0, 200) }, { field: `demand.${at}.trace.file` })] : [];
  });
}
