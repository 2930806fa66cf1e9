import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, lstatSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "../../src/main/config.js";
import { borrowDatabase, openDatabase } from "../../src/main/database.js";
import { isAlive, repairLinks, startEmbedded } from "../../src/main/embedded-postgres.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "govpool-embedded-"));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function ask<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

const pidIn = (directory: string): number => Number(readFileSync(join(directory, "postmaster.pid"), "utf8").split("\n")[0]);

describe("startEmbedded()", () => {
  test("keeps what was stored from one start to the next", async () => {
    const first = await startEmbedded(join(folder, "db"), { password: "one" });
    await ask(first.url, (sql) => sql`create table kept as select 7 as n`);
    await first.stop();
    const second = await startEmbedded(join(folder, "db"), { password: "one" });
    expect((await ask(second.url, (sql) => sql`select n from kept`))[0]).toEqual({ n: 7 });
    await second.stop();
  });

  test("makes the cluster again when the first start was cut off in the middle", async () => {
    mkdirSync(join(folder, "db", "base"), { recursive: true });
    writeFileSync(join(folder, "db", "half"), "");
    const server = await startEmbedded(join(folder, "db"), { password: "one" });
    expect((await ask(server.url, (sql) => sql`select 1 as n`))[0]).toEqual({ n: 1 });
    await server.stop();
  });

  test("takes over a server that a killed process left running, and stops that one", async () => {
    await startEmbedded(join(folder, "db"), { password: "one" });
    const pid = pidIn(join(folder, "db"));
    const again = await startEmbedded(join(folder, "db"), { password: "one" });
    expect(pidIn(join(folder, "db"))).toBe(pid);
    await again.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test("comes back by itself after the server was killed", async () => {
    const server = await startEmbedded(join(folder, "db"), { password: "one" });
    await ask(server.url, (sql) => sql`create table kept as select 7 as n`);
    const pid = pidIn(join(folder, "db"));
    process.kill(pid, "SIGKILL");
    await expect.poll(() => isAlive(pid)).toBe(false);
    const again = await startEmbedded(join(folder, "db"), { password: "one" });
    expect((await ask(again.url, (sql) => sql`select n from kept`))[0]).toEqual({ n: 7 });
    await again.stop();
  });
});

describe("repairLinks()", () => {
  test("makes the links the package lists, and leaves those that are there", () => {
    mkdirSync(join(folder, "native", "lib"), { recursive: true });
    writeFileSync(join(folder, "native", "lib", "libx.so.1.2"), "x");
    writeFileSync(join(folder, "native", "pg-symlinks.json"), JSON.stringify([{ source: "native/lib/libx.so.1.2", target: "native/lib/libx.so" }]));
    repairLinks(folder);
    repairLinks(folder);
    expect(lstatSync(join(folder, "native", "lib", "libx.so")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "native", "lib", "libx.so"), "utf8")).toBe("x");
  });
});

describe("openDatabase()", () => {
  const config = () => readConfig({ GOVPOOL_HOME: join(folder, "home") });

  test("lends its database to local commands, and frees the folder at the end", async () => {
    const database = await openDatabase(config(), () => {});
    const borrowed = await borrowDatabase(config(), () => {});
    expect(borrowed.url).toBe(database.url);
    await borrowed.stop();
    expect((await ask(database.url, (sql) => sql`select 1 as n`))[0]).toEqual({ n: 1 });
    await database.stop();
    const again = await openDatabase(config(), () => {});
    await again.stop();
  });

  test("names a folder that cannot be written, and a server that cannot be reached, in one line", async () => {
    writeFileSync(join(folder, "file"), "");
    await expect(openDatabase(readConfig({ GOVPOOL_HOME: join(folder, "file") }), () => {})).rejects.toThrow(ConfigError);
    await expect(openDatabase(readConfig({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" }), () => {})).rejects.toThrow(/cannot reach PostgreSQL at 127\.0\.0\.1:1/);
  });
});
