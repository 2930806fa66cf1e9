import { readFileSync } from "node:fs";
import type { WhatIfResult } from "../../domain/what-if/result.js";
import { say, type Language } from "../../text/text.js";
import { whatIfText } from "../../text/what-if.js";
import { CallRefused } from "../call.js";
import type { Io } from "../io.js";
import { differences } from "./show.js";

/** `govpool simulate --diff a.json b.json`: where two results differ. */
export function diffResults(io: Io, language: Language, files: readonly [string, string]): void {
  const [a, b] = files.map((file) => resultOf(file, language));
  io.out(differences(language, a!, b!));
}

function resultOf(file: string, language: Language): WhatIfResult {
  let found: Partial<WhatIfResult>;
  try {
    const read = JSON.parse(readFileSync(file, "utf8")) as Partial<WhatIfResult> & { result?: WhatIfResult };
    found = read.result ?? read;
  } catch (error) {
    throw new CallRefused([say(language, whatIfText["file.unreadable"], { file, reason: (error as NodeJS.ErrnoException).code ?? "JSON" })], "result");
  }
  if (!found.base || !found.changed || !found.units || !found.items || !found.divisions) throw new CallRefused([say(language, whatIfText["file.not_result"], { file })], "result");
  return found as WhatIfResult;
}
