import { mainText } from "../text/main.js";
import { say, type Bilingual, type Facts } from "../text/text.js";
import { verify, type Finding } from "../verify/verify.js";
import type { Config } from "./config.js";

/** `govpool verify`: one line a check, the offending rows beneath it. */
export async function verifyCommand(url: string, { pool, output }: { pool?: string; output: string }, { language }: Config, print: (line: string) => void): Promise<number> {
  const verdict = await verify(url, pool);
  if (output === "json") {
    print(JSON.stringify(verdict, null, 2));
    return verdict.ok ? 0 : 1;
  }
  const t = (entry: Bilingual, facts?: Facts): string => say(language, entry, facts);
  if (verdict.analysed.length > 0) print(`${t(mainText["verify.analysed"], { count: verdict.analysed.length })}\n`);
  const widest = Math.max(...verdict.checks.map(({ name }) => name.length));
  for (const { name, ok, rows, more } of verdict.checks) {
    print(`${name.padEnd(widest)}  ${t(mainText[ok ? "verify.ok" : "verify.differs"])}`);
    for (const row of rows) print(`    ${JSON.stringify(row)}`);
    if (more) print(`    ${t(mainText["verify.more"])}`);
  }
  const failed = verdict.checks.filter((check: Finding) => !check.ok).length;
  print("");
  print(failed === 0 ? t(mainText["verify.passed"], { count: verdict.checks.length }) : t(mainText["verify.failed"], { count: failed }));
  return verdict.ok ? 0 : 1;
}
