import { storyText } from "../../text/story.js";
import { say, type Facts } from "../../text/text.js";
import { verify } from "../../verify/verify.js";
import type { Config } from "../config.js";
import type { StoryFigures } from "./figures.js";
import { FULL, playFlood, SHORT, storyBegins, storyDate, type StoryKey, type Teller } from "./flood.js";
import { openWorld } from "./world.js";

export interface StoryOptions {
  readonly short: boolean;
  /** A database to play in; absent: a PostgreSQL of its own. */
  readonly databaseUrl?: string | undefined;
}

const ROWS: readonly (readonly [StoryKey, (figures: StoryFigures) => number])[] = [
  ["row.asked", ({ asked }) => asked],
  ["row.helped", ({ helped }) => helped],
  ["row.median", ({ hoursMedian }) => hoursMedian],
  ["row.p90", ({ hoursP90 }) => hoursP90],
  ["row.breaches", ({ breaches }) => breaches],
  ["row.moved", ({ officersMoved }) => officersMoved],
  ["row.fen", ({ fenSpent }) => fenSpent],
];

/** Plays the flood with the pool and without, tells it line by line, and ends with `verify`. 1: something of it does not hold. */
export async function storyCommand(config: Config, { short, databaseUrl }: StoryOptions, print: (line: string) => void): Promise<number> {
  const t = (key: StoryKey, facts?: Facts): string => say(config.language, storyText[key], facts);
  const size = short ? SHORT : FULL;
  const checks: { readonly key: StoryKey; readonly holds: boolean }[] = [];
  const teller: Teller = {
    tell: (_column, at, key, facts) => print(`${storyDate(at)}  ${t(key, facts)}`),
    check(key, holds) {
      checks.push({ key, holds });
      print(`${" ".repeat(18)}${t(holds ? "check.ok" : "check.not")}: ${t(key)}`);
    },
    figures: () => {},
    rest: async () => {},
  };
  const world = await openWorld(config, storyBegins(), databaseUrl);
  try {
    print(`\n== ${t("title")} ==\n\n-- ${t("pooled")} --`);
    const pooled = await playFlood(world, "pooled", size, teller);
    print(`\n-- ${t("alone")} --`);
    const alone = await playFlood(world, "alone", size, teller);
    print(`\n${t("table")}\n${" ".repeat(4)}${t("pooled")} | ${t("alone")}`);
    for (const [key, value] of ROWS) print(`    ${t(key)}: ${value(pooled)} | ${value(alone)}`);
    print("");
    teller.check("check.better", pooled.hoursMedian < alone.hoursMedian && pooled.hoursP90 < alone.hoursP90 && pooled.breaches < alone.breaches);
    const verdict = await verify(world.url);
    for (const { name, ok, rows } of verdict.checks) if (!ok) print(`    ${name} ${JSON.stringify(rows[0])}`);
    print(t("verify", { checks: verdict.checks.length, failed: verdict.checks.filter(({ ok }) => !ok).length }));
    const failed = checks.filter(({ holds }) => !holds).length + (verdict.ok ? 0 : 1);
    const { user, system } = process.cpuUsage();
    print(failed === 0 ? t("end.ok", { checks: checks.length, seconds: Math.round((user + system) / 1e6) }) : t("end.not", { failed }));
    return failed === 0 ? 0 : 1;
  } finally {
    await world.close();
  }
}
