import type { ApplyReport } from "../app/pool/apply-manifest.js";
import type { PoolSummary } from "../app/ports/pool-directory.js";
import { say, type Facts } from "../text/text.js";
import { welcomeText } from "../text/welcome.js";
import type { Config } from "./config.js";
import { version } from "./version.js";

/** Tells the person at the terminal where everything is and how to sign in, in the language of the terminal. */
export function announce(config: Config, url: string, pools: readonly PoolSummary[], first: ApplyReport | undefined, print: (line: string) => void = console.log): void {
  const { language } = config;
  const t = (key: keyof typeof welcomeText, facts?: Facts): string => say(language, welcomeText[key], facts);
  const names = pools.filter(({ sandbox }) => !sandbox).map(({ id, names: both }) => `${both[language]} (${id})`);
  const created = (noun: string): number => first?.nouns.find((row) => row.noun === noun)?.created ?? 0;

  print("");
  print(t("ready", { version }));
  if (first) print(t("loaded", { pool: names[0] ?? first.poolId, resources: created("resources"), items: created("items") }));
  print("");
  const rows: [string, string][] = [
    [t("portal"), url],
    [t("api"), `${url}/api/docs`],
    [t("health"), `${url}/readyz`],
    [t("pools"), names.join(", ")],
  ];
  for (const [label, value] of rows) print(`  ${label.padEnd(14 - (language === "zh" ? label.length : 0))}${value}`);
  print("");
  print(config.demo ? t("demo", { url: `${url}/sign-in/step-in` }) : t("accounts"));
  print(t("stop"));
}
