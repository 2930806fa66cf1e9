import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IdempotencyScope, Once, StoredAnswer } from "../../src/app/ports/idempotency.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import { problem } from "../../src/domain/problem.js";
import { ok, refused, type Result } from "../../src/domain/result.js";
import { createStore, type PostgresStore } from "../../src/postgres/store.js";
import { together } from "../../src/postgres/together.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

const POOL: PoolId = trusted("together");
let database: TestDatabase;
let store: PostgresStore;

beforeAll(async () => {
  database = await freshDatabase();
  store = createStore(database);
});
afterAll(() => database.end());

const scope = (of: Partial<IdempotencyScope> = {}): IdempotencyScope => ({ pool: POOL, personId: randomUUID(), route: "post /things", key: randomUUID(), bodyHash: "a", ...of });
const answer = (body: string): Result<StoredAnswer> => ok({ status: 201, body, headers: {} });

/** Writes a row that shows whether its transaction was kept. */
const written = (mark: string, then: Result<StoredAnswer>) => async (): Promise<Result<StoredAnswer>> => {
  await store.transact(POOL, (tx) => tx.audit.append({ occurredAt: 0, actorId: mark, act: "thing.make", objectKind: "thing", objectId: mark, policyVersion: 0 }));
  return then;
};
const marks = async (): Promise<string[]> => (await database.sql<{ actor_id: string }[]>`select actor_id from pool.audit_records where pool_id = ${POOL}`).map(({ actor_id }) => actor_id);
const codes = (once: Once) => (once.kind === "refused" ? once.problems.map(({ code }) => code) : []);

describe("calls that share a transaction", () => {
  test("have each their own answer, and each is kept under its own key", async () => {
    const scopes = Array.from({ length: 40 }, () => scope());
    const answers = await Promise.all(scopes.map((one, at) => store.idempotency.once(one, written(`own-${at}`, answer(`thing ${at}`)), "together")));
    expect(answers.map((one) => one.kind === "done" && !one.replayed && one.answer.body)).toEqual(scopes.map((_, at) => `thing ${at}`));
    const again = await Promise.all(scopes.map((one) => store.idempotency.once(one, async () => answer("never"), "together")));
    expect(again.map((one) => one.kind === "done" && one.replayed && one.answer.body)).toEqual(scopes.map((_, at) => `thing ${at}`));
    expect((await marks()).filter((mark) => mark.startsWith("own-")).length).toBe(40);
  });

  test("a refusal is its own: neighbours are stored, and its key may be used again", async () => {
    const wrong = scope();
    const no = refused(problem("input.missing", {}, { field: "x" }));
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, (_, at) => store.idempotency.once(scope(), written(`beside-${at}`, answer("yes")), "together")),
      store.idempotency.once(wrong, async () => no, "together"),
    ]);
    expect(answers.filter(({ kind }) => kind === "done").length).toBe(10);
    expect(codes(answers.at(-1)!)).toEqual(["input.missing"]);
    expect((await marks()).filter((mark) => mark.startsWith("beside-")).length).toBe(10);
    expect((await store.idempotency.once(wrong, async () => answer("now"), "together")).kind).toBe("done");
  });

  test("a fault is its own: nothing of the shared transaction stays, and every neighbour is done once", async () => {
    const answers = await Promise.allSettled([
      ...Array.from({ length: 10 }, (_, at) => store.idempotency.once(scope(), written(`unharmed-${at}`, answer("yes")), "together")),
      store.idempotency.once(scope(), () => Promise.reject(new Error("bug")), "together"),
      store.idempotency.once(scope(), async () => {
        await store.transact(POOL, (tx) => tx.audit.append({ occurredAt: Number.NaN, actorId: "x", act: "y", objectKind: "z", objectId: "z", policyVersion: 0 }));
        return answer("no");
      }, "together"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 10 }, () => "fulfilled"), "rejected", "rejected"]);
    expect((await marks()).filter((mark) => mark.startsWith("unharmed-")).sort()).toEqual(Array.from({ length: 10 }, (_, at) => `unharmed-${at}`).sort());
  });

  test("of many calls with one key, one has an effect; another body under it is refused", async () => {
    const one = scope();
    let done = 0;
    const answers = await Promise.all(
      Array.from({ length: 30 }, () =>
        store.idempotency.once(one, async () => {
          done += 1;
          return answer("once");
        }, "together"),
      ),
    );
    expect(done).toBe(1);
    expect(answers.filter((once) => once.kind === "done" && !once.replayed).length).toBe(1);
    // Whoever comes while it is done is told so; whoever comes later gets the kept answer.
    expect(answers.flatMap((once) => (once.kind === "done" ? [] : codes(once))).filter((code) => code !== "idempotency.in_flight")).toEqual([]);
    expect(answers.flatMap((once) => (once.kind === "done" ? [once.answer.body] : [])).every((body) => body === "once")).toBe(true);
    expect(codes(await store.idempotency.once({ ...one, bodyHash: "b" }, async () => answer("other"), "together"))).toEqual(["idempotency.key_reused"]);
  });
});

test("what comes while nothing is under way is done at once; what comes meanwhile is done together", async () => {
  const groups: number[] = [];
  const release: (() => void)[] = [];
  const double = together<number, number>(
    async (jobs) => {
      groups.push(jobs.length);
      await new Promise<void>((resolve) => release.push(resolve));
      return jobs.map((job) => job * 2);
    },
    async (job) => job * 2,
  );
  const answers = Promise.all(Array.from({ length: 100 }, (_, at) => double(at)));
  // A second group begins beside the first when there are enough for it.
  expect(groups).toEqual([1, 24]);
  while (groups.length < 4 || release.length > 0) {
    release.shift()?.();
    await Promise.resolve();
  }
  expect(await answers).toEqual(Array.from({ length: 100 }, (_, at) => at * 2));
  expect(groups).toEqual([1, 24, 64, 11]);
});
