import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { verify } from "../../src/verify/verify.js";
import type { PoolWriter } from "../../src/app/ports/writer.js";
import type { ResourceId } from "../../src/domain/id.js";
import { startWriter, type RunningWriter } from "./running-writer.js";
import { DAY, MONDAY_NINE, SmallPool, until, type Filed } from "./small-pool.js";

/** What to do in the middle of the next commit, once. */
let beforeCommit: (() => Promise<void>) | undefined;
let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
const around = (real: PoolWriter): PoolWriter => ({
  ...real,
  async commit(batch) {
    if (batch.decisions.length > 0 && beforeCommit) {
      const act = beforeCommit;
      beforeCommit = undefined;
      await act();
    }
    return await real.commit(batch);
  },
});

beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  // Deciding time is the officer's own.
  await database.sql`update pool.classes set per = 'asset' where class_id = 'staff.decide'`;
  writer = startWriter({ url: database.url, pool: pool.poolId, around });
});
afterAll(async () => {
  expect(await writer.stop()).toBe("stopped");
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const DECIDE = { class: "staff.decide", amount: 30, scope: "competent" } as const;

/** An officer with a post of their own behind a resource of its own. */
async function officer(unit = "market"): Promise<{ person: string; post: ResourceId }> {
  const person = randomUUID();
  const post = await pool.resource({ class: "staff.decide", total: 300, unit });
  await database.sql`
    insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id)
    values (${pool.poolId}, ${`post-${post}`}, ${unit}, ${post}, 'post', 300, ${person})`;
  return { person, post };
}

const retire = async (...posts: { post: ResourceId }[]) => {
  for (const { post } of posts) {
    await database.sql`update pool.resources set state = 'retired' where resource_id = ${post}`;
    await pool.setTotal(post, 300);
  }
  await pool.settled();
};

async function recuse(who: { person: string }, filed: Filed): Promise<void> {
  const steps = Object.values(filed.steps).map(({ id }) => id);
  await database.sql`
    insert into pool.recusals (pool_id, officer_id, request_id, ground, valid_from, declared_by, declared_at)
    values (${pool.poolId}, ${who.person}, ${filed.request}, 'kinship', ${new Date(MONDAY_NINE)}, ${randomUUID()}, ${new Date(MONDAY_NINE)})`;
  await pool.revoke({ kind: "persons.barred", steps });
}

const givenTo = async (filed: Filed, step = "only") => (await pool.allocations(filed.steps[step]!.id)).filter(({ state }) => state === "held").map(({ resource_id }) => resource_id);
const reasonOf = async (filed: Filed, step = "only") => {
  const [row] = await database.sql<{ reasons: { refusal?: { rule: string }; delegation?: number[] }[] }[]>`
    select pool.reasons(d) as reasons from pool.decisions d where step_id = ${filed.steps[step]!.id} order by attempt desc limit 1`;
  return row?.reasons[0];
};

describe("who takes no part", () => {
  test("a recusal that comes while the batch is on its way to the books is heeded by that very batch", async () => {
    const [li, wang] = [await officer(), await officer()];
    await pool.settled();
    let filed: Filed | undefined;
    const begun = new Promise<void>((resolve) => {
      beforeCommit = async () => {
        await until(async () => filed !== undefined);
        await recuse(li, filed!);
        resolve();
      };
    });
    filed = await pool.file(DECIDE);
    await begun;
    await until(async () => (await givenTo(filed!)).length === 1);
    expect(await givenTo(filed)).toEqual([wang.post]);
    expect(writer.notices).toContainEqual({ kind: "again", why: "stale-revocations" });
    await retire(li, wang);
  });

  test("a recusal after the grant takes the time back before work begins, and the next officer gets it with the old place", async () => {
    const [li, wang] = [await officer(), await officer()];
    const filed = await pool.file(DECIDE);
    await until(async () => (await givenTo(filed)).length === 1);
    const [first] = await givenTo(filed);
    const [held, other] = first === li.post ? [li, wang] : [wang, li];
    await recuse(held, filed);
    await until(async () => (await givenTo(filed))[0] === other.post);
    expect(await pool.decisions(filed.steps["only"]!.id)).toMatchObject([{ attempt: 1 }, { attempt: 2 }]);
    await recuse(other, filed);
    await until(async () => (await pool.decisions(filed.steps["only"]!.id)).length === 3);
    expect(await reasonOf(filed)).toMatchObject({ refusal: { rule: "persons" } });
    expect(await pool.requestState(filed)).toBe("unservable");
    await retire(li, wang);
  });

  test("work that has begun stays with who began it", async () => {
    const li = await officer();
    const filed = await pool.file(DECIDE);
    await until(async () => (await givenTo(filed)).length === 1);
    await pool.start(filed.steps["only"]!.id);
    await recuse(li, filed);
    await pool.settled();
    expect(await givenTo(filed)).toEqual([li.post]);
    await pool.complete(filed.steps["only"]!.id);
    await retire(li);
  });

  test("the reviewer is not the decider: whoever worked the step it is kept apart from gets no time for it", async () => {
    const [li, wang] = [await officer(), await officer()];
    const filed = await pool.file([
      { name: "review", claims: [{ class: "staff.decide", amount: 30, scope: "competent" }] },
      { name: "decide", after: ["review"], claims: [DECIDE] },
    ]);
    await database.sql`update pool.steps set not_by = '{review}' where step_id = ${filed.steps["decide"]!.id}`;
    await until(async () => (await givenTo(filed, "review")).length === 1);
    await pool.start(filed.steps["review"]!.id);
    await database.sql`update pool.steps set started_by = ${wang.person} where step_id = ${filed.steps["review"]!.id}`;
    await pool.complete(filed.steps["review"]!.id, [], [filed.steps["decide"]!.id]);
    await until(async () => (await givenTo(filed, "decide")).length === 1);
    expect(await givenTo(filed, "decide")).toEqual([li.post]);
    await retire(li, wang);
  });
});

describe("who acts for whom", () => {
  const delegate = async (validTo: number | null = null): Promise<number> => {
    const [row] = await database.sql<{ delegation_id: number }[]>`
      insert into pool.delegations (pool_id, from_unit_id, to_unit_id, class_id, basis, document, valid_from, valid_to, declared_by, declared_at)
      values (${pool.poolId}, 'market', 'health', 'staff.decide', 'law', 'no. 1', ${new Date(MONDAY_NINE)}, ${validTo === null ? null : new Date(validTo)}, ${randomUUID()}, ${new Date(MONDAY_NINE)})
      returning delegation_id`;
    await pool.revoke({ kind: "delegation.declared" });
    await pool.settled();
    return row!.delegation_id;
  };
  const withdraw = async (id: number): Promise<void> => {
    await database.sql`update pool.delegations set withdrawn_at = ${new Date(MONDAY_NINE)}, withdrawn_by = ${randomUUID()} where delegation_id = ${id}`;
    await pool.revoke({ kind: "delegation.declared" });
  };

  test("a delegated decision is made by the other unit's officer, and the decision names the delegation", async () => {
    const theirs = await officer("health");
    const id = await delegate();
    const filed = await pool.file(DECIDE);
    await until(async () => (await givenTo(filed)).length === 1);
    expect(await givenTo(filed)).toEqual([theirs.post]);
    expect(await reasonOf(filed)).toMatchObject({ delegation: [id] });
    await withdraw(id);
    await until(async () => (await pool.decisions(filed.steps["only"]!.id)).length === 2);
    expect(await reasonOf(filed)).toMatchObject({ refusal: { rule: "scope" } });
    await retire(theirs);
  });

  test("a delegation withdrawn while the batch is on its way gives nothing any more", async () => {
    const theirs = await officer("health");
    const id = await delegate();
    const begun = new Promise<void>((resolve) => {
      beforeCommit = async () => {
        await withdraw(id);
        resolve();
      };
    });
    const filed = await pool.file(DECIDE);
    await begun;
    await until(async () => (await pool.decisions(filed.steps["only"]!.id)).length === 1);
    expect(await pool.decisions(filed.steps["only"]!.id)).toMatchObject([{ outcome: "refused" }]);
    await retire(theirs);
  });

  test("a delegation ends by its date without anybody's act; what it gave and nobody began goes back", async () => {
    const theirs = await officer("health");
    await delegate(MONDAY_NINE + DAY / 2);
    const filed = await pool.file(DECIDE);
    await until(async () => (await givenTo(filed)).length === 1);
    await pool.setClock(MONDAY_NINE + DAY / 2);
    await until(async () => (await pool.decisions(filed.steps["only"]!.id)).length === 2);
    expect(await reasonOf(filed)).toMatchObject({ refusal: { rule: "scope" } });
    await retire(theirs);
  });
});
