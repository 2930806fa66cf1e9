import { setTimeout as sleep } from "node:timers/promises";
import { serve as listen } from "@hono/node-server";
import { storyText } from "../../text/story.js";
import { say, type Facts } from "../../text/text.js";
import { verify } from "../../verify/verify.js";
import { storyRouter } from "../../web/story/router.js";
import { baseUrlOf } from "../compose.js";
import type { Config } from "../config.js";
import { createLog } from "../log.js";
import type { StoryFigures } from "./figures.js";
import { FULL, playFlood, SHORT, storyBegins, storyDate, type StoryKey, type Teller } from "./flood.js";
import { LiveBoard, ROWS } from "./live-board.js";
import { openWorld, type StoryWorld } from "./world.js";

export interface StoryOptions {
  readonly short: boolean;
  /** Milliseconds between two moments of the story while people watch; absent: nobody watches. */
  readonly paceMs?: number | undefined;
  /** A database to play in; absent: a PostgreSQL of its own. */
  readonly databaseUrl?: string | undefined;
  /** When watching ends. */
  readonly until?: Promise<unknown> | undefined;
}

type Print = (line: string) => void;

/** Plays the flood with the pool and without, tells it line by line, and ends with `verify`. 1: something of it does not hold. */
export async function storyCommand(config: Config, options: StoryOptions, print: Print): Promise<number> {
  const world = await openWorld(config, storyBegins(), options.databaseUrl);
  try {
    return options.paceMs === undefined ? await told(world, options, undefined, print) : await watched(world, options, options.paceMs, print);
  } finally {
    await world.close();
  }
}

/** As `told`, with a page that shows it while it plays, and afterwards until Ctrl-C. */
async function watched(world: StoryWorld, options: StoryOptions, paceMs: number, print: Print): Promise<number> {
  const { config } = world;
  const log = createLog(config);
  const board = new LiveBoard(world, (err) => log.error({ part: "story", err }, "three officers could not be moved"));
  const server = listen({ fetch: storyRouter(board, config.language).fetch, hostname: config.host, port: config.port });
  const stopped = options.until ?? new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  try {
    print(say(config.language, storyText["page.at"], { url: `${baseUrlOf(config)}/story/flood` }));
    const code = await told(world, { ...options, paceMs }, board, print);
    await stopped;
    return code;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

async function told(world: StoryWorld, { short, paceMs = 0 }: StoryOptions, board: LiveBoard | undefined, print: Print): Promise<number> {
  const { language } = world.config;
  const t = (key: StoryKey, facts?: Facts): string => say(language, storyText[key], facts);
  const size = short ? SHORT : FULL;
  const checks: { readonly key: StoryKey; readonly holds: boolean }[] = [];
  const check = (column: "pooled" | "alone", key: StoryKey, holds: boolean): void => {
    checks.push({ key, holds });
    board?.check(column, key, holds);
    print(`${" ".repeat(18)}${t(holds ? "check.ok" : "check.not")}: ${t(key)}`);
  };
  const teller = (column: "pooled" | "alone"): Teller => ({
    tell(at, key, facts) {
      board?.tell(column, at, key, facts);
      print(`${storyDate(at)}  ${board ? `[${t(column)}] ` : ""}${t(key, facts)}`);
    },
    check: (key, holds) => check(column, key, holds),
    figures: (figures) => board?.figures(column, figures),
    rest: () => (paceMs === 0 ? Promise.resolve() : sleep(paceMs)),
  });
  const play = (column: "pooled" | "alone"): Promise<StoryFigures> => {
    if (!board) print(`\n-- ${t(column)} --`);
    return playFlood(world, column, size, teller(column));
  };

  print(`\n== ${t("title")} ==`);
  // Watched side by side, told one after the other.
  const [pooled, alone] = board ? await Promise.all([play("pooled"), play("alone")]) : [await play("pooled"), await play("alone")];
  print(`\n${t("table")}\n${" ".repeat(4)}${t("pooled")} | ${t("alone")}`);
  for (const [key, value] of ROWS) print(`    ${t(key)}: ${value(pooled)} | ${value(alone)}`);
  print("");
  check("pooled", "check.better", pooled.hoursMedian < alone.hoursMedian && pooled.hoursP90 < alone.hoursP90 && pooled.breaches < alone.breaches);
  const verdict = await verify(world.url);
  for (const { name, ok, rows } of verdict.checks) if (!ok) print(`    ${name} ${JSON.stringify(rows[0])}`);
  print(t("verify", { checks: verdict.checks.length, failed: verdict.checks.filter(({ ok }) => !ok).length }));
  const failed = checks.filter(({ holds }) => !holds).length + (verdict.ok ? 0 : 1);
  const { user, system } = process.cpuUsage();
  const [key, facts] = failed === 0 ? (["end.ok", { checks: checks.length, seconds: Math.round((user + system) / 1e6) }] as const) : (["end.not", { failed }] as const);
  board?.end(key, facts);
  print(t(key, facts));
  return failed === 0 ? 0 : 1;
}
