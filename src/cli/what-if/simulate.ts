import type { WhatIfResult } from "../../domain/what-if/result.js";
import { say } from "../../text/text.js";
import { whatIfText } from "../../text/what-if.js";
import { CallRefused } from "../call.js";
import type { CommonFlags, Io } from "../io.js";
import type { Row } from "../nouns.js";
import { Remote } from "../remote.js";
import { readScenarioFile } from "./scenario-file.js";
import { resultCsv, resultTable } from "./show.js";

export interface SimulateFlags extends CommonFlags {
  readonly output: string;
}

/** How often a what-if under way is looked at. */
const LOOK_EVERY_MS = 500;

/** `govpool simulate SCENARIO`: has a server play it on a copy of the pool, and shows what came of it. */
export async function simulate(io: Io, file: string, flags: SimulateFlags): Promise<number> {
  const remote = await Remote.open(io, flags);
  const { language } = remote.session;
  const begun = await remote.write("POST", "/what-ifs", { scenario: await readScenarioFile(file, language) });
  const id = String(begun["whatIf"]);
  let found: Row = begun;
  while (found["state"] === "waiting" || found["state"] === "running") {
    io.progress(say(language, whatIfText["progress"], { percent: Number(found["progress"]) }));
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    found = await remote.get(`/what-ifs/${id}`);
  }
  io.progress("");
  const result = found["result"] as WhatIfResult | null;
  if (!result) {
    const problems = found["problems"] as readonly { readonly title: string; readonly detail: string; readonly field?: string; readonly code: string }[];
    throw new CallRefused(
      problems.length === 0 ? [say(language, whatIfText["state.cancelled"])] : problems.map(({ title, detail, field }) => `${field === undefined ? "" : `${field}: `}${title}\n  ${detail}`),
      problems[0]?.code ?? "what-if",
    );
  }
  io.out(flags.output === "json" ? JSON.stringify(result, null, 2) : flags.output === "csv" ? resultCsv(result) : resultTable(language, result));
  return 0;
}
