import type { Io } from "../cli/io.js";
import { resultCsv, resultTable } from "../cli/what-if/show.js";
import { readScenarioFile } from "../cli/what-if/scenario-file.js";
import { dayNumberOf } from "../domain/instant.js";
import type { Problem } from "../domain/problem.js";
import { scenarios } from "../manifest/read-scenario.js";
import { problemTitle, problemTodo } from "../text/problems.js";
import { say, type Language } from "../text/text.js";
import { whatIfText } from "../text/what-if.js";
import { simulateFolder } from "./simulate-folder.js";

/** `govpool simulate SCENARIO --folder FOLDER`: plays a scenario on the pool a folder declares, without a server. */
export async function simulateCommand(io: Io, file: string, { folder, output }: { readonly folder: string; readonly output: string }, language: Language): Promise<number> {
  const refuse = (problems: readonly Problem[]): number => {
    for (const one of problems) {
      const place = one.file === undefined ? (one.field ?? "") : `${one.file}${one.line === undefined ? "" : `:${one.line}`}`;
      io.err(`${place === "" ? "" : `${place}: `}${problemTitle(language, one)}\n  ${problemTodo(language, one)}`);
    }
    return 1;
  };
  const scenario = scenarios.readRecord(await readScenarioFile(file, language));
  if (!scenario.ok) return refuse(scenario.problems);
  const made = await simulateFolder(folder, scenario.value, dayNumberOf(Date.now()), (share) => io.progress(say(language, whatIfText["progress"], { percent: Math.floor(share * 100) })));
  io.progress("");
  if (!made.ok) return refuse(made.problems);
  io.out(output === "json" ? JSON.stringify(made.value, null, 2) : output === "csv" ? resultCsv(made.value) : resultTable(language, made.value));
  return 0;
}
