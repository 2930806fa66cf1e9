import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SchedulingNotice } from "../../src/app/scheduling/deps.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import { createQueueReader } from "../../src/main/queue-reader.js";
import { startSchedulers } from "../../src/main/scheduler.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { MOMENTS, tcpProxy } from "../support/tcp-proxy.js";
import { TTL_MS } from "./running-writer.js";
import { SmallPool, until } from "./small-pool.js";

const ENTRY = fileURLToPath(new URL("scheduler-process.mjs", import.meta.url));
const QUIET = { info: () => {}, warn: () => {}, error: () => {} };

let database: TestDatabase;
let pool: SmallPool;
let pools = 0;
const children: ChildProcess[] = [];

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  pools += 1;
  pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`pool-${pools}`) });
});
afterEach(async () => {
  for (const child of children.splice(0)) await killed(child);
  await database.sql`delete from pool.pools where pool_id = ${pool.poolId}`;
});
afterAll(() => database.end());

function schedulerProcess(url = database.url): ChildProcess {
  const child = spawn(process.execPath, [ENTRY, url, String(TTL_MS)], { stdio: ["ignore", "inherit", "inherit"] });
  children.push(child);
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await exited;
}

const decided = async (count: number) => await until(async () => (await pool.decisions()).length >= count);
const written = async () => await until(async () => (await pool.writerRow())?.read_port != null && (await pool.untaken()) === 0);

async function expectSound(): Promise<void> {
  const verdict = await verify(database.url, pool.poolId);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
}

describe("scheduler processes", () => {
  test("one is killed with -9 in the middle of its work: another takes over, nothing is lost and nothing done twice", async () => {
    await pool.resource({ class: "staff.review", total: 1_000_000 });
    schedulerProcess();
    await written();
    schedulerProcess();
    let filed = 0;
    for (let round = 0; round < 3; round += 1) {
      const filing = (async () => {
        for (let n = 0; n < 10; n += 1) await pool.fileMany(5, { class: "staff.review", amount: 7 });
      })();
      const before = (await pool.writerRow()).last_seq;
      await until(async () => (await pool.writerRow()).last_seq > before + 10);
      const { lease_holder } = await pool.writerRow();
      const writing = children.find(({ pid, signalCode }) => signalCode === null && lease_holder?.includes(`/${pid}/`));
      await killed(writing!);
      schedulerProcess();
      await filing;
      filed += 50;
      await decided(filed);
    }
    expect(await pool.decisions()).toHaveLength(filed);
    expect((await pool.writerRow()).epoch).toBeGreaterThanOrEqual(4);
    await expectSound();
  });

  test.each(MOMENTS)("one is killed with -9 %s of a batch: the next finds all of it or nothing", async (moment) => {
    await pool.resource({ class: "staff.review", total: 1_000_000 });
    const proxy = await tcpProxy(database.url);
    const child = schedulerProcess(proxy.url);
    await written();
    await pool.fileMany(1, { class: "staff.review", amount: 7 });
    await decided(1);
    const before = (await pool.writerRow()).last_seq;
    proxy.strikeAt(moment, () => child.kill("SIGKILL"));
    await pool.fileMany(5, { class: "staff.review", amount: 7 });
    await until(async () => child.signalCode === "SIGKILL");
    // What the server was sent may be about to commit: who locks the row afterwards knows.
    const [row] = await database.sql<{ last_seq: number }[]>`select last_seq from pool.writers where pool_id = ${pool.poolId} for update`;
    if (moment.startsWith("before") || moment === "after the decisions") expect(row!.last_seq).toBe(before);
    else expect(row!.last_seq).toBeGreaterThan(before);
    schedulerProcess();
    await decided(6);
    expect(await pool.untaken()).toBe(0);
    expect(await pool.decisions()).toHaveLength(6);
    await proxy.close();
    await expectSound();
  });

  test("one is frozen past its lease and wakes: the other has taken over, and what the sleeper had in hand is refused", async () => {
    await pool.resource({ class: "staff.review", total: 1_000_000 });
    const sleeper = schedulerProcess();
    await written();
    const filing = pool.fileMany(40, { class: "staff.review", amount: 7 });
    sleeper.kill("SIGSTOP");
    await filing;
    schedulerProcess();
    await decided(40);
    const { epoch, lease_holder } = await pool.writerRow();
    expect(lease_holder).not.toContain(`/${sleeper.pid}/`);
    sleeper.kill("SIGCONT");
    await pool.fileMany(40, { class: "staff.review", amount: 7 });
    await decided(80);
    expect((await pool.writerRow()).epoch).toBe(epoch);
    expect(await pool.decisions()).toHaveLength(80);
    await expectSound();
  });

  test("one that is asked to stop gives its lease up, so that the next need not wait for it to run out", async () => {
    const child = schedulerProcess();
    await until(async () => (await pool.writerRow())?.read_port != null);
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
    expect(await pool.writerRow()).toMatchObject({ lease_until: null, lease_holder: null, read_port: null });
  });
});

describe("a writer's thread", () => {
  test("survives a database that goes away and comes back, and sessions that the server ends", async () => {
    const proxy = await tcpProxy(database.url);
    const notices: SchedulingNotice[] = [];
    const faults: object[] = [];
    const schedulers = startSchedulers({
      databaseUrl: proxy.url,
      leaseTtlMs: TTL_MS,
      log: { ...QUIET, error: (facts) => faults.push(facts) },
      onNotice: (_, notice) => notices.push(notice),
    });
    await pool.resource({ class: "staff.review", total: 1_000_000 });
    await written();
    let filed = 0;
    const file = async () => {
      await pool.fileMany(5, { class: "staff.review", amount: 1 });
      filed += 5;
    };
    for (let outage = 0; outage < 3; outage += 1) {
      await file();
      proxy.down();
      await file();
      const { lease_until } = await pool.writerRow();
      await until(async () => Date.now() > (lease_until?.getTime() ?? 0) + TTL_MS);
      proxy.up();
      await decided(filed);
    }
    for (let round = 0; round < 5; round += 1) {
      await file();
      await database.sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name like 'govpool-%'`;
      await decided(filed);
    }
    // It was the same writer all the time.
    expect((await pool.writerRow()).epoch).toBe(1);
    expect(notices.filter(({ kind }) => kind === "writing")).toHaveLength(1);
    expect(faults).toEqual([]);
    await schedulers.stop();
    await proxy.close();
    await expectSound();
  });

  test("answers why a step waits, its rank and the queue, within the time a page has; afterwards the last figure stands", async () => {
    const schedulers = startSchedulers({ databaseUrl: database.url, leaseTtlMs: TTL_MS, log: QUIET });
    await pool.resource({ class: "staff.decide", total: 10 });
    await written();
    const first = await pool.fileMany(6, { class: "staff.decide", amount: 10, scope: "competent" });
    await decided(4);
    await pool.settled();
    const reader = createQueueReader(database);
    const fifth = first[4]!.steps["only"]!.id;
    let figure = await reader.waiting(pool.poolId, fifth);
    await until(async () => (figure = await reader.waiting(pool.poolId, fifth))?.fresh === true);
    expect(figure).toMatchObject({ fresh: true, value: { step: fifth, reasons: [{ rank: 1, waiting: 2, blockedBy: { rule: "capacity", asked: 10, mostFree: 0 } }] } });
    expect(await reader.waiting(pool.poolId, first[0]!.steps["only"]!.id)).toMatchObject({ fresh: true, value: null });
    expect(await reader.queue(pool.poolId)).toMatchObject({ fresh: true, value: { waiting: 2, holding: 4, rows: [{ classId: "staff.decide", waiting: 2 }] } });

    await schedulers.stop();
    expect(await reader.waiting(pool.poolId, fifth)).toMatchObject({ fresh: false, value: { step: fifth } });
    expect(await createQueueReader(database).waiting(pool.poolId, fifth)).toBeUndefined();
  });

  test("no writer begins where the server has no connections left for it, which is said once; when it has, it begins", async () => {
    const warnings: object[] = [];
    const crowded = startSchedulers({ databaseUrl: database.url, leaseTtlMs: TTL_MS, connectionsKept: 100_000, log: { ...QUIET, warn: (facts) => warnings.push(facts) } });
    await until(async () => warnings.length > 0);
    expect(warnings).toMatchObject([{ pools: 1, writing: 0, roomFor: 0 }]);
    await crowded.stop();
    expect(warnings).toHaveLength(1);
    const roomy = startSchedulers({ databaseUrl: database.url, leaseTtlMs: TTL_MS, connectionsKept: 0, log: QUIET });
    await written();
    await roomy.stop();
  });

  test("the read port tells nothing without the writer's token", async () => {
    const schedulers = startSchedulers({ databaseUrl: database.url, leaseTtlMs: TTL_MS, log: QUIET });
    await written();
    const [at] = await database.sql<{ read_host: string; read_port: number; read_token: string }[]>`
      select read_host, read_port, read_token from pool.writers where pool_id = ${pool.poolId}`;
    const base = `http://${at!.read_host}:${at!.read_port}`;
    expect((await fetch(`${base}/queue`)).status).toBe(401);
    expect((await fetch(`${base}/queue`, { headers: { authorization: "Bearer guess" } })).status).toBe(401);
    const authorization = `Bearer ${at!.read_token}`;
    expect((await fetch(`${base}/queue`, { headers: { authorization } })).status).toBe(200);
    expect((await fetch(`${base}/waiting/__proto__`, { headers: { authorization } })).status).toBe(404);
    expect((await fetch(`${base}/queue`, { method: "POST", headers: { authorization } })).status).toBe(404);
    await schedulers.stop();
  });
});
