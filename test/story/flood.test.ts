import { expect, test } from "vitest";
import { readConfig } from "../../src/main/config.js";
import { freePort } from "../../src/main/embedded-postgres.js";
import { storyCommand } from "../../src/main/story/command.js";
import { freshDatabase } from "../support/database.js";
import { until } from "../scheduling/small-pool.js";

test("the flood, in few days: with the pool people are helped sooner, everything returns, verify finds no difference, and whoever watches moves three officers", async () => {
  const [database, port] = [await freshDatabase(), await freePort()];
  const url = `http://127.0.0.1:${port}/story/flood`;
  const seen = async (query = ""): Promise<string> => await (await fetch(`${url}${query}`)).text();
  const lines: string[] = [];
  let stop = (): void => undefined;
  const watching = new Promise<void>((resolve) => (stop = resolve));
  try {
    const config = readConfig({ LANG: "zh_CN.UTF-8", GOVPOOL_LEASE_TTL_MS: "1000", PORT: String(port) });
    const played = storyCommand(config, { short: true, paceMs: 0, databaseUrl: database.url, until: watching }, (line) => lines.push(line));
    let failed: unknown;
    played.catch((error: unknown) => (failed = error));
    await until(async () => failed !== undefined || lines.some((line) => line.includes("故事")));
    expect(failed, lines.join("\n")).toBeUndefined();
    expect(lines.filter((line) => line.includes("不符合")), lines.join("\n")).toEqual([]);
    expect(lines.filter((line) => line.includes("应急权力：")).length).toBeGreaterThan(1);
    expect(lines.filter((line) => line.trim().startsWith("符合"))).toHaveLength(21);

    const move = (origin: string) => fetch(`${url}/move`, { method: "POST", headers: { origin }, body: new URLSearchParams({ direction: "there" }), redirect: "manual" });
    expect((await move("http://elsewhere.example")).status).toBe(403);
    expect(await seen()).toContain("还没有推演");
    expect((await move(`http://127.0.0.1:${port}`)).status).toBe(303);
    await until(async () => (await seen()).includes("起三名去册亨五天"));
    expect(await seen("?lang=en")).toContain("Three to Ceheng for five days");
    stop();
    expect(await played, lines.join("\n")).toBe(0);
  } finally {
    stop();
    await database.end();
  }
});
