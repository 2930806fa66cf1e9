import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PoolWriter } from "../../src/app/ports/writer.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { tcpProxy } from "../support/tcp-proxy.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import { startWriter, startWriterWhenFree } from "./running-writer.js";
import { MONDAY, SmallPool, until } from "./small-pool.js";

let database: TestDatabase;
let pool: SmallPool;

let pools = 0;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  pools += 1;
  pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`pool-${pools}`) });
});
afterAll(() => database.end());

const decided = async (count: number) => await until(async () => (await pool.decisions()).length >= count);

async function expectSound(): Promise<void> {
  const verdict = await verify(database.url, pool.poolId);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
}

describe("two writers of one pool", () => {
  test("only one of two gets the lease; the other says so and ends", async () => {
    const first = startWriter({ url: database.url, pool: pool.poolId });
    await until(async () => first.notices.length > 0);
    expect(await startWriter({ url: database.url, pool: pool.poolId }).ended).toBe("not-free");
    expect(await first.stop()).toBe("stopped");
    // Given up, not run out: the next one need not wait.
    const second = startWriter({ url: database.url, pool: pool.poolId });
    await until(async () => second.notices.length > 0);
    expect((await pool.writerRow()).epoch).toBe(2);
    await second.stop();
  });

  test("an act that holds the writer's row as one begins is waited for: it is no writer", async () => {
    let began!: Promise<void>;
    await database.sql`insert into pool.writers (pool_id) values (${pool.poolId}) on conflict do nothing`;
    await database.sql.begin(async (sql) => {
      await sql`update pool.writers set revocations = revocations + 1 where pool_id = ${pool.poolId}`;
      const writer = startWriter({ url: database.url, pool: pool.poolId });
      began = until(async () => writer.notices.length > 0).then(async () => void (await writer.stop()));
      await until(async () => (await database.sql`select from pg_locks where not granted`).length > 0);
    });
    await began;
  });

  test("racing for one pool, the lease torn from them again and again, they never give one thing twice", async () => {
    await pool.resource({ class: "staff.review", total: 100 });
    await pool.resource({ class: "material.counter", total: 3 });
    let racing = true;
    const ends: string[] = [];
    const racer = async () => {
      while (racing) {
        const writer = startWriter({ url: database.url, pool: pool.poolId, decisionsPerTurn: 3 });
        void (async () => {
          while (racing) await new Promise((resolve) => setTimeout(resolve, 20));
          await writer.stop().catch(() => {});
        })();
        ends.push(await writer.ended);
      }
    };
    const racers = [racer(), racer()];
    await until(async () => (await pool.untaken()) === 0);
    let filed = 0;
    for (let round = 0; round < 12; round += 1) {
      await pool.fileMany(8, [{ name: "visit", claims: [{ class: "staff.review", amount: 9, together: true }, { class: "material.counter", amount: 1, slots: 2, together: true }] }]);
      filed += 8;
      // A third takes it, in the middle of things, and leaves at once: whoever wrote does not know.
      const [torn] = await database.sql<{ epoch: number }[]>`
        update pool.writers set epoch = epoch + 1, lease_until = null where pool_id = ${pool.poolId} returning epoch`;
      await until(async () => (await pool.writerRow()).epoch > torn!.epoch);
    }
    // A visit needs 9 of a day's 100 minutes and a counter; counters are given three days ahead: eleven visits a day.
    await until(async () => (await pool.untaken()) === 0 && (await pool.decisions()).length === 33);
    racing = false;
    await Promise.all(racers);
    expect(filed).toBe(96);
    expect(ends.filter((end) => end === "lost").length).toBeGreaterThan(5);
    await expectSound();
  });
});

describe("a batch that may not happen", () => {
  test("a writer whose lease was taken while it slept is fenced, and ends without having written", async () => {
    await pool.resource({ class: "staff.review", total: 100 });
    let freeze = async (): Promise<void> => {};
    const around = (writer: PoolWriter): PoolWriter => ({
      ...writer,
      renew: () => Promise.resolve(true),
      commit: async (batch) => {
        if (batch.decisions.length > 0) await freeze();
        return await writer.commit(batch);
      },
    });
    const sleeper = startWriter({ url: database.url, pool: pool.poolId, around });
    await until(async () => sleeper.notices.length > 0);
    let wake = (): void => {};
    const asleep = new Promise<void>((isAsleep) => {
      freeze = async () => {
        isAsleep();
        await new Promise<void>((resolve) => (wake = resolve));
      };
    });
    const filed = await pool.file({ class: "staff.review", amount: 60 });
    await asleep;
    const next = await startWriterWhenFree({ url: database.url, pool: pool.poolId });
    await decided(1);
    wake();
    expect(await sleeper.ended).toBe("lost");
    expect(await pool.decisions(filed.steps["only"]!.id)).toHaveLength(1);
    await next.stop();
    await expectSound();
  });

  test("when something was withdrawn meanwhile, everything assumed is forgotten and decided again", async () => {
    const desk = await pool.resource({ class: "staff.review", total: 100 });
    let revoke: (() => Promise<void>) | undefined;
    const around = (writer: PoolWriter): PoolWriter => ({
      ...writer,
      commit: async (batch) => {
        if (batch.decisions.length > 0) {
          await revoke?.();
          revoke = undefined;
        }
        return await writer.commit(batch);
      },
    });
    const writer = startWriter({ url: database.url, pool: pool.poolId, around });
    await until(async () => writer.notices.length > 0);
    revoke = async () => {
      await database.sql`update pool.resources set state = 'retired' where resource_id = ${desk}`;
      await pool.revoke({ kind: "resource.declared", resources: [desk] });
    };
    const filed = await pool.file({ class: "staff.review", amount: 60 });
    await decided(1);
    expect(writer.notices).toContainEqual({ kind: "again", why: "stale-revocations" });
    // The only desk is gone, and the decision knows it.
    expect(await pool.decisions(filed.steps["only"]!.id)).toMatchObject([{ outcome: "refused" }]);
    expect(await pool.requestState(filed)).toBe("unservable");
    await writer.stop();
    await expectSound();
  });

  test("work that was begun this very moment is not taken back by the end of its period", async () => {
    await pool.resource({ class: "staff.review", total: 100 });
    let begin: (() => Promise<void>) | undefined;
    const around = (writer: PoolWriter): PoolWriter => ({
      ...writer,
      commit: async (batch) => {
        if (batch.closings.length > 0) {
          await begin?.();
          begin = undefined;
        }
        return await writer.commit(batch);
      },
    });
    const writer = startWriter({ url: database.url, pool: pool.poolId, around });
    const filed = await pool.file({ class: "staff.review", amount: 60 });
    const step = filed.steps["only"]!.id;
    await decided(1);
    begin = () => pool.start(step);
    await pool.setClock(MONDAY * 86_400_000 + 86_400_000);
    await until(async () => (await pool.untaken()) === 0);
    expect(writer.notices).toContainEqual({ kind: "again", why: "stale-step" });
    expect(await pool.allocations(step)).toMatchObject([{ attempt: 1, state: "held" }]);
    await writer.stop();
    await expectSound();
  });

  test("a turn that an act began this very moment is not given by the end of a period too: nobody can begin work on what is about to be taken back", async () => {
    await pool.resource({ class: "staff.review", total: 100 });
    let act: (() => Promise<void>) | undefined;
    const around = (writer: PoolWriter): PoolWriter => ({
      ...writer,
      commit: async (batch) => {
        if (batch.closings.length > 0) {
          await act?.();
          act = undefined;
        }
        return await writer.commit(batch);
      },
    });
    const writer = startWriter({ url: database.url, pool: pool.poolId, around });
    const filed = await pool.file({ class: "staff.review", amount: 60 });
    const step = filed.steps["only"]!.id;
    await decided(1);
    act = async () => {
      await pool.pause(filed);
      await pool.resume(filed);
    };
    await pool.setClock(MONDAY * 86_400_000 + 86_400_000);
    await decided(2);
    expect(writer.notices).toContainEqual({ kind: "again", why: "stale-step" });
    expect(await pool.allocations(step)).toMatchObject([
      { attempt: 1, state: "released" },
      { attempt: 2, state: "held" },
    ]);
    await writer.stop();
    await expectSound();
  });

  test("a grant the books have no room for is rolled back, alarms, and keeps only that resource out", async () => {
    const broken = await pool.resource({ class: "staff.review", total: 100 });
    await pool.resource({ class: "staff.decide", total: 100 });
    const writer = startWriter({ url: database.url, pool: pool.poolId });
    await until(async () => (await pool.untaken()) === 0);
    // Behind the writer's back: somebody's hand in the tables.
    await database.sql`
      insert into pool.balances (pool_id, resource_id, period, capacity, held) values (${pool.poolId}, ${broken}, ${MONDAY}, 100, 95)`;
    const stuck = await pool.file({ class: "staff.review", amount: 60 });
    await until(async () => writer.notices.some(({ kind }) => kind === "frozen"));
    expect(writer.notices.find(({ kind }) => kind === "frozen")).toEqual({
      kind: "frozen",
      rows: [{ resource: broken, period: MONDAY, capacity: 100, held: 155, settled: 0, increase: 60 }],
    });
    await until(async () => {
      const records = await database.sql`select object_id, actor_id from pool.audit_records where pool_id = ${pool.poolId} and act = 'resource.freeze'`;
      return records.length === 1 && records[0]!["object_id"] === String(broken) && records[0]!["actor_id"] === "scheduler";
    });

    const other = await pool.file({ class: "staff.decide", amount: 60, scope: "competent" });
    await until(async () => (await pool.decisions(other.steps["only"]!.id)).length === 1);
    expect(await pool.allocations(stuck.steps["only"]!.id)).toEqual([]);

    // Mended; but whoever writes next keeps it out, too, until somebody declares it again: then it takes part again.
    await database.sql`delete from pool.balances where resource_id = ${broken}`;
    await writer.stop();
    const next = startWriter({ url: database.url, pool: pool.poolId });
    const later = await pool.file({ class: "staff.review", amount: 10 });
    await until(async () => (await pool.decisions(later.steps["only"]!.id)).length === 1);
    expect(await pool.allocations(later.steps["only"]!.id)).toEqual([]);
    expect(await database.sql`select resource_id from pool.frozen_resources where pool_id = ${pool.poolId}`).toEqual([{ resource_id: broken }]);
    await pool.setTotal(broken, 100);
    if ((await pool.requestState(stuck)) === "unservable") await pool.reconsider(stuck, stuck.steps["only"]!.id);
    await until(async () => (await pool.allocations(stuck.steps["only"]!.id)).length === 1);
    expect(await database.sql`select 1 from pool.frozen_resources where pool_id = ${pool.poolId}`).toHaveLength(0);
    await next.stop();
    await expectSound();
  });
});

describe("a database that is gone", () => {
  test("for two seconds: nothing is lost, the writer goes on by itself, and does not storm it", async () => {
    const proxy = await tcpProxy(database.url);
    await pool.resource({ class: "staff.review", total: 1_000 });
    const writer = startWriter({ url: proxy.url, pool: pool.poolId, ttlMs: 10_000 });
    await until(async () => (await pool.untaken()) === 0);
    proxy.gone();
    const gone = performance.now();
    await pool.fileMany(20, { class: "staff.review", amount: 10 });
    await until(async () => performance.now() - gone > 2_000);
    expect(await pool.decisions()).toEqual([]);
    // Five connections and the policy's, each with its own patience: tens, not thousands.
    expect(proxy.knocks).toBeGreaterThan(0);
    expect(proxy.knocks).toBeLessThan(60);
    proxy.up();
    await decided(20);
    await pool.settled();
    expect(await writer.stop()).toBe("stopped");
    await proxy.close();
    await expectSound();
  });

  test("from the start: the writer begins when it comes, and hears of commands at once from then on", async () => {
    const proxy = await tcpProxy(database.url);
    proxy.down();
    await pool.resource({ class: "staff.review", total: 1_000 });
    const early = startWriter({ url: proxy.url, pool: pool.poolId });
    await expect(early.ended).rejects.toThrow("cannot be reached");
    proxy.up();
    const writer = startWriter({ url: proxy.url, pool: pool.poolId });
    await pool.file({ class: "staff.review", amount: 10 });
    await decided(1);
    await writer.stop();
    await proxy.close();
    await expectSound();
  });
});

describe("a reply that is lost", () => {
  test("what became of the batch is read from the writer's row: it happened once, or it is sent again", async () => {
    const proxy = await tcpProxy(database.url);
    await pool.resource({ class: "staff.review", total: 1_000 });
    const writer = startWriter({ url: proxy.url, pool: pool.poolId });
    await until(async () => (await pool.untaken()) === 0);
    const resolved = () => writer.notices.flatMap((notice) => (notice.kind === "unknown-resolved" ? notice.as : []));
    const sent = ["reply", "commit", "reply", "commit"] as const;
    for (const [before, lose] of sent.entries()) {
      if (lose === "reply") proxy.loseNextReplyToCommit();
      else proxy.loseNextCommit();
      const filed = await pool.file({ class: "staff.review", amount: 10 });
      await until(async () => (await pool.decisions(filed.steps["only"]!.id)).length === 1);
      await until(async () => resolved().length === before + 1);
    }
    expect(proxy.lost).toBe(4);
    expect(resolved()).toEqual(["committed", "not-committed", "committed", "not-committed"]);
    await pool.file({ class: "staff.review", amount: 10 });
    await decided(5);
    await writer.stop();
    await proxy.close();
    await expectSound();
  });
});
