import { expect, test } from "vitest";
import { readConfig } from "../../src/main/config.js";
import { storyCommand } from "../../src/main/story/command.js";
import { freshDatabase } from "../support/database.js";

test("the flood, in few days: with the pool people are helped sooner, everything returns, and verify finds no difference", async () => {
  const database = await freshDatabase();
  const lines: string[] = [];
  try {
    const code = await storyCommand(readConfig({ LANG: "zh_CN.UTF-8", GOVPOOL_LEASE_TTL_MS: "1000" }), { short: true, databaseUrl: database.url }, (line) => lines.push(line));
    expect(lines.filter((line) => line.includes("不符合"))).toEqual([]);
    expect(code, lines.join("\n")).toBe(0);
    expect(lines.filter((line) => line.trim().startsWith("符合"))).toHaveLength(16);
  } finally {
    await database.end();
  }
}, 240_000);
