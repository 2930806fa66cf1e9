import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CommitOutcome, PoolWriter, WriterBatch } from "../../src/app/ports/writer.js";
import { trusted, type PoolId, type ResourceId } from "../../src/domain/id.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriter, startWriterWhenFree, type RunningWriter } from "./running-writer.js";
import { SmallPool, until, type Filed } from "./small-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let desk: ResourceId;
let pools = 0;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  pools += 1;
  pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`pool-${pools}`) });
  desk = await pool.resource({ class: "staff.review", total: 100 });
});
afterAll(() => database.end());

/** Holds the first batch that decides something until `go`, which says what becomes of it. */
class Turnstile {
  #arrived = (): void => {};
  #go: ((how: (send: () => Promise<CommitOutcome>) => Promise<CommitOutcome>) => void) | undefined;
  readonly arrived = new Promise<void>((resolve) => (this.#arrived = resolve));
  readonly sent: WriterBatch[] = [];
  #used = false;

  readonly around = (writer: PoolWriter): PoolWriter => ({
    ...writer,
    renew: () => Promise.resolve(true),
    commit: async (batch) => {
      this.sent.push(batch);
      if (this.#used || batch.decisions.length === 0) return await writer.commit(batch);
      this.#used = true;
      const how = new Promise<(send: () => Promise<CommitOutcome>) => Promise<CommitOutcome>>((resolve) => (this.#go = resolve));
      this.#arrived();
      return await (await how)(() => writer.commit(batch));
    },
  });

  go(how: (send: () => Promise<CommitOutcome>) => Promise<CommitOutcome> = (send) => send()): void {
    this.#go!(how);
  }
}

const ask = { class: "staff.review", amount: 30 } as const;
const only = (filed: Filed) => filed.steps["only"]!.id;

/** A batch on its way that grants one step, and one decided behind it that grants another. */
async function twoOpen(): Promise<{ gate: Turnstile; writer: RunningWriter; first: Filed; second: Filed }> {
  const gate = new Turnstile();
  const writer = startWriter({ url: database.url, pool: pool.poolId, around: gate.around });
  await until(async () => (await pool.untaken()) === 0);
  const first = await pool.file(ask);
  await gate.arrived;
  const second = await pool.file(ask);
  await until(async () => writer.view()!.counts().holding === 2);
  return { gate, writer, first, second };
}

async function expectBothOnce(first: Filed, second: Filed): Promise<void> {
  await until(async () => (await pool.untaken()) === 0 && (await pool.decisions()).length === 2);
  expect(await pool.decisions(only(first))).toMatchObject([{ outcome: "granted", attempt: 1 }]);
  expect(await pool.decisions(only(second))).toMatchObject([{ outcome: "granted", attempt: 1 }]);
}

async function expectSound(): Promise<void> {
  expect((await verify(database.url, pool.poolId)).checks.filter(({ ok }) => !ok)).toEqual([]);
}

describe("while a batch is on its way", () => {
  test("the next is decided; it is sent when the first has arrived, and its numbers follow", async () => {
    const { gate, writer, first, second } = await twoOpen();
    const sent = gate.sent.length;
    expect(await pool.decisions()).toEqual([]);
    gate.go();
    await expectBothOnce(first, second);
    const [one, two] = gate.sent.slice(sent - 1);
    expect(two!.fromSeq).toBe(one!.toSeq);
    expect(await writer.stop()).toBe("stopped");
    await expectSound();
  });

  test("a command about one of its steps waits, and those behind it too", async () => {
    const gate = new Turnstile();
    let looks = 0;
    const around = (port: PoolWriter): PoolWriter => {
      const gated = gate.around(port);
      const takeCommands: PoolWriter["takeCommands"] = async (...asked) => {
        const taken = await gated.takeCommands(...asked);
        looks += 1;
        return taken;
      };
      return { ...gated, takeCommands };
    };
    const looked = async (more: number): Promise<void> => {
      const enough = looks + more;
      await until(async () => looks >= enough);
    };
    const writer = startWriter({ url: database.url, pool: pool.poolId, around });
    await until(async () => (await pool.untaken()) === 0);
    const first = await pool.file(ask);
    await gate.arrived;
    await pool.withdraw(first);
    const second = await pool.file(ask);
    await looked(2);
    expect(writer.view()!.counts().holding).toBe(1);
    gate.go();
    await until(async () => (await pool.untaken()) === 0 && (await pool.decisions(only(second))).length === 1);
    expect(await pool.allocations(only(first))).toMatchObject([{ state: "released" }]);
    await writer.stop();
    await expectSound();
  });

  test("told to stop, the writer waits for it", async () => {
    const { gate, writer, first } = await twoOpen();
    const stopped = writer.stop();
    gate.go();
    expect(await stopped).toBe("stopped");
    expect(await pool.decisions(only(first))).toHaveLength(1);
    expect((await pool.writerRow()).lease_until).toBeNull();
    const next = startWriter({ url: database.url, pool: pool.poolId });
    await until(async () => (await pool.decisions()).length === 2);
    await next.stop();
    await expectSound();
  });
});

describe("with a batch behind it, one that", () => {
  test("was rolled back for a deadlock is sent again as it was", async () => {
    const { gate, writer, first, second } = await twoOpen();
    gate.go(async () => ({ kind: "conflict" }));
    await expectBothOnce(first, second);
    await writer.stop();
    await expectSound();
  });

  test("was answered by nobody is looked up: it happened", async () => {
    const { gate, writer, first, second } = await twoOpen();
    gate.go(async (send) => {
      await send();
      return { kind: "unknown" };
    });
    await expectBothOnce(first, second);
    expect(writer.notices).toContainEqual({ kind: "unknown-resolved", as: "committed" });
    await writer.stop();
    await expectSound();
  });

  test("was answered by nobody is looked up: it did not happen, and is sent again", async () => {
    const { gate, writer, first, second } = await twoOpen();
    gate.go(async () => ({ kind: "unknown" }));
    await expectBothOnce(first, second);
    expect(writer.notices).toContainEqual({ kind: "unknown-resolved", as: "not-committed" });
    await writer.stop();
    await expectSound();
  });

  test("finds that something was withdrawn takes the other back with it, and both are decided again", async () => {
    const { gate, writer, first, second } = await twoOpen();
    await pool.setTotal(desk, 50);
    await pool.revoke();
    gate.go();
    await expectBothOnce(first, second);
    expect(writer.notices).toContainEqual({ kind: "again", why: "stale-revocations" });
    // Fifty minutes a day hold one of the two: the books show what was true when they were decided at last.
    expect((await pool.allocations()).map(({ capacity }) => capacity)).toEqual([50, 50]);
    await writer.stop();
    await expectSound();
  });

  test("meets a step that was begun meanwhile takes the other back with it", async () => {
    const { gate, writer, first, second } = await twoOpen();
    gate.go(async () => ({ kind: "stale-step" }));
    await expectBothOnce(first, second);
    expect(writer.notices).toContainEqual({ kind: "again", why: "stale-step" });
    await writer.stop();
    await expectSound();
  });

  test("books more than there is: both are read anew, and the resource stays out", async () => {
    const { gate, writer, first } = await twoOpen();
    const other = await pool.resource({ class: "staff.decide", total: 100 });
    gate.go(async () => ({ kind: "over-capacity", rows: [{ resource: desk, period: 1, capacity: 1, held: 2, settled: 0, increase: 1 }] }));
    await until(async () => writer.notices.some(({ kind }) => kind === "frozen"));
    const elsewhere = await pool.file({ class: "staff.decide", amount: 1 });
    await until(async () => (await pool.decisions(only(elsewhere))).length === 1);
    expect((await pool.allocations()).map(({ resource_id }) => resource_id)).toEqual([other]);
    // Declared again, it takes part again.
    await pool.setTotal(desk, 100);
    if ((await pool.requestState(first)) === "unservable") await pool.reconsider(first, only(first));
    await until(async () => (await pool.allocations(only(first))).length === 1);
    await writer.stop();
    await expectSound();
  });

  test("is fenced ends the writer, and the other never happened", async () => {
    const { gate, writer, first, second } = await twoOpen();
    await database.sql`update pool.writers set lease_until = null where pool_id = ${pool.poolId}`;
    const next = await startWriterWhenFree({ url: database.url, pool: pool.poolId });
    await until(async () => (await pool.decisions()).length === 2);
    gate.go();
    expect(await writer.ended).toBe("lost");
    await expectBothOnce(first, second);
    await next.stop();
    await expectSound();
  });
});

test("work that begins while its time is given back costs one batch, and keeps its time", async () => {
  let raced = false;
  const writer = startWriter({
    url: database.url,
    pool: pool.poolId,
    around: (port) => ({
      ...port,
      takeCommands: async (...asked) => {
        const taken = await port.takeCommands(...asked);
        if (!raced && taken.commands.some(({ command }) => command.kind === "step.picked")) {
          raced = true;
          await pool.start(only(filed));
        }
        return taken;
      },
    }),
  });
  const filed = await pool.file(ask);
  await until(async () => (await pool.decisions(only(filed))).length === 1);
  await pool.pick(only(filed), []);
  await until(async () => raced && (await pool.untaken()) === 0);
  expect(writer.notices.filter(({ kind }) => kind === "again")).toEqual([{ kind: "again", why: "stale-step" }]);
  expect(writer.notices.filter(({ kind }) => kind === "writing")).toHaveLength(1);
  expect(await pool.allocations(only(filed))).toMatchObject([{ attempt: 1, state: "held" }]);
  await writer.stop();
  await expectSound();
});
