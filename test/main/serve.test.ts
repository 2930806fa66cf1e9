import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePort, isAlive } from "../../src/main/embedded-postgres.js";
import { govpool, type GovpoolProcess } from "../support/process.js";

/** Resolves once `serve` said everything it says at a start. */
const READY = /Ctrl-C stops it/;

let home: string;
let port: number;
let running: GovpoolProcess | undefined;

const env = (more: Record<string, string> = {}): Record<string, string> => ({ GOVPOOL_HOME: home, PORT: String(port), ...more });
const at = (path: string): string => `http://127.0.0.1:${port}${path}`;

async function start(more: Record<string, string> = {}): Promise<GovpoolProcess> {
  running = govpool(["serve"], env(more));
  await running.until(READY);
  return running;
}

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "govpool-serve-"));
  chmodSync(folder, 0o755);
  home = join(folder, "home");
  port = await freePort();
});
afterEach(async () => {
  running?.kill("SIGTERM");
  await running?.ended;
  running = undefined;
});
afterAll(() => rmSync(join(home, ".."), { recursive: true, force: true }));

describe("govpool serve", () => {
  test("starts from nothing, says where it is and how to sign in, and stops cleanly on Ctrl-C", async () => {
    const process = await start();
    expect(process.out).toMatch(/First start: made “Qianxinan Prefecture[^”]*” with \d+ resources and \d+ items/);
    expect(process.out).toContain(`${at("")}/sign-in/step-in`);
    await expect.poll(async () => (await fetch(at("/readyz"))).status).toBe(200);
    expect(await (await fetch(at("/healthz"))).text()).toBe("ok\n");
    expect(await (await fetch(at("/metrics"))).text()).toMatch(/govpool_writer_lease_age_seconds\{pool="qianxinan"\} \d/);
    expect((await fetch(at("/pools/qianxinan"))).status).toBe(200);

    process.kill("SIGINT");
    const ended = await process.ended;
    expect([ended.code, ended.signal]).toEqual([0, null]);
    expect(existsSync(join(home, "postgres", "postmaster.pid"))).toBe(false);
  });

  test("keeps secrets to its owner", () => {
    for (const file of ["master.key", "database-password"]) expect(statSync(join(home, file)).mode & 0o777).toBe(0o600);
  });

  test("finds its data again, also after it was killed with everything it started", async () => {
    const first = await start();
    expect(first.out).not.toContain("First start");
    const database = Number(readFileSync(join(home, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
    first.kill("SIGKILL");
    process.kill(database, "SIGKILL");
    await first.ended;
    await expect.poll(() => isAlive(database)).toBe(false);
    const second = await start();
    expect(second.out).not.toContain("First start");
    expect((await fetch(at("/pools/qianxinan"))).status).toBe(200);
  });

  test("lends its database to local commands: verify holds, and an administrator is made only outside demo mode's persons", async () => {
    await start();
    const verified = await govpool(["verify", "-o", "json"], env()).ended;
    expect(verified.code).toBe(0);
    expect((JSON.parse(verified.out) as { ok: boolean }).ok).toBe(true);

    const created = await govpool(["admin", "create", "--name", "示例管理员"], env()).ended;
    expect(created.code).toBe(0);
    const link = /http:\S+\/set-password\S+/.exec(created.out)?.[0] ?? "";
    expect((await fetch(link)).status).toBe(200);
    const again = await govpool(["admin", "create", "--name", "示例管理员"], env()).ended;
    expect(again.code).toBe(1);
  });

  test("outside demo mode there is nobody to step into", async () => {
    const process = await start({ GOVPOOL_DEMO: "0" });
    expect(process.out).toContain("There is no default account");
    expect((await fetch(at("/sign-in/step-in"))).status).toBe(404);
    const answer = await fetch(at("/api/v1/pools/qianxinan/demo-tokens"), {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "step-in-refused" },
      body: '{"person":"demo-shili-yi"}',
    });
    expect(answer.status).toBe(403);
  });

  test("a second one on the same folder is told which process has it", async () => {
    await start();
    const second = await govpool(["serve"], { ...env(), PORT: String(await freePort()) }).ended;
    expect([second.code, second.err.trim().split("\n").length]).toEqual([2, 1]);
    expect(second.err).toContain(`process ${running?.pid}`);
  });
});

describe("govpool serve says in one line what is wrong with", () => {
  const oneLine = async (more: Record<string, string>, words: RegExp): Promise<void> => {
    const ended = await govpool(["serve"], env(more)).ended;
    expect(ended.code).toBe(2);
    expect(ended.err.trim().split("\n")).toHaveLength(1);
    expect(ended.err).toMatch(words);
  };

  test("a taken port", async () => {
    const holder: Server = createServer();
    await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
    try {
      await oneLine({}, new RegExp(`port ${port} on 127.0.0.1 is taken`));
    } finally {
      await new Promise((resolve) => holder.close(resolve));
    }
  });

  test("a folder that cannot be made", () => oneLine({ GOVPOOL_HOME: "/dev/null/govpool" }, /cannot write in \/dev\/null\/govpool/));
  test("a database that is not there", () => oneLine({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/none" }, /cannot reach PostgreSQL/));
  test("a guessable master key", () => oneLine({ GOVPOOL_MASTER_KEY: "secret" }, /GOVPOOL_MASTER_KEY/));
  test("demo mode where others could reach it", () => oneLine({ HOST: "0.0.0.0", GOVPOOL_DEMO: "1" }, /loopback/));
});
