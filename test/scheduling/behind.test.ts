/** Acts that the tables show already and the writer has not answered yet. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PoolWriter } from "../../src/app/ports/writer.js";
import { trusted, type PersonId, type PoolId } from "../../src/domain/id.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import { createWorkbench } from "../../src/casbin/workbench.js";
import { policyStore } from "../../src/postgres/queries/policy.js";
import { commandLog } from "../../src/postgres/queries/command.js";
import type { Sql } from "../../src/postgres/connection.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriter } from "./running-writer.js";
import { DAY, MONDAY, MONDAY_NINE, SmallPool, until } from "./small-pool.js";

let database: TestDatabase;
let pool: SmallPool;
let pools = 0;

beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  pools += 1;
  pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`behind-${pools}`) });
});
afterAll(() => database.end());

async function expectSound(): Promise<void> {
  const verdict = await verify(database.url, pool.poolId);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
}

describe("a writer that begins behind a set clock", () => {
  test("knows what was used up in the day it begins in", async () => {
    await pool.resource({ class: "staff.review", total: 60 });
    const used = await pool.file({ class: "staff.review", amount: 60 });
    const first = startWriter({ url: database.url, pool: pool.poolId });
    await until(async () => (await pool.decisions()).length === 1);
    await pool.start(used.steps["only"]!.id);
    await pool.complete(used.steps["only"]!.id);
    await pool.settled();
    await first.stop();

    const next = await pool.file({ class: "staff.review", amount: 60 });
    await pool.setClock(MONDAY_NINE + DAY);
    const second = startWriter({ url: database.url, pool: pool.poolId });
    await until(async () => (await pool.decisions(next.steps["only"]!.id)).length === 1);
    await second.stop();
    expect(second.notices.filter(({ kind }) => kind === "frozen")).toEqual([]);
    expect(await pool.allocations(next.steps["only"]!.id)).toMatchObject([{ period: MONDAY + 1 }]);
    await expectSound();
  });

  test("asks again for a step whose hold lapsed before it read that the applicant had supplied", async () => {
    await pool.resource({ class: "staff.review", total: 100 });
    const filed = await pool.file({ class: "staff.review", amount: 60 });
    const step = filed.steps["only"]!.id;
    const first = startWriter({ url: database.url, pool: pool.poolId });
    await until(async () => (await pool.decisions()).length === 1);
    await first.stop();

    // Another asks first, so that the policy has answered when the hold lapses.
    await pool.file({ class: "staff.review", amount: 10 });
    await pool.setClock(MONDAY_NINE + DAY);
    await pool.pause(filed);
    await pool.resume(filed);
    const second = startWriter({ url: database.url, pool: pool.poolId });
    await pool.settled();
    await second.stop();
    const [row] = await database.sql<{ attempt: number }[]>`select attempt from pool.steps where step_id = ${step}`;
    expect((await pool.allocations(step)).filter(({ state }) => state === "held")).toMatchObject([{ attempt: row!.attempt }]);
    await expectSound();
  });
});

describe("a refusal that is on its way", () => {
  test("says nothing of a turn that began meanwhile", async () => {
    let meanwhile: (() => Promise<void>) | undefined;
    const around = (writer: PoolWriter): PoolWriter => ({
      ...writer,
      commit: async (batch) => {
        if (batch.decisions.length > 0) {
          await meanwhile?.();
          meanwhile = undefined;
        }
        return await writer.commit(batch);
      },
    });
    const writer = startWriter({ url: database.url, pool: pool.poolId, around });
    await until(async () => writer.notices.length > 0);
    const filed = await pool.file({ class: "staff.review", amount: 60 });
    meanwhile = async () => {
      await pool.pause(filed);
      await pool.resource({ class: "staff.review", total: 60 });
      await pool.resume(filed);
    };
    await until(async () => (await pool.decisions()).length === 2);
    await writer.stop();
    expect(await pool.decisions()).toMatchObject([{ attempt: 1, outcome: "refused" }, { attempt: 2, outcome: "granted" }]);
    expect(await pool.requestState(filed)).toBe("received");
    await expectSound();
  });

  test("is not lost on a request that is being reconsidered for another step", async () => {
    let meanwhile: (() => { act: Promise<unknown>; end: () => void }) | undefined;
    const around = (writer: PoolWriter): PoolWriter => ({
      ...writer,
      commit: async (batch) => {
        const other = batch.decisions.some(({ outcome }) => outcome === "refused") ? meanwhile?.() : undefined;
        if (!other) return await writer.commit(batch);
        meanwhile = undefined;
        let ended = false;
        const outcome = writer.commit(batch).finally(() => (ended = true));
        // Either it is done, or it waits for the act that has the request.
        await until(async () => ended || (await database.sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'`).length > 0);
        other.end();
        await other.act;
        return await outcome;
      },
    });
    const writer = startWriter({ url: database.url, pool: pool.poolId, around, ttlMs: 5_000 });
    const filed = await pool.file([
      { name: "a", claims: [{ class: "staff.review", amount: 900 }] },
      { name: "b", claims: [{ class: "material.form", amount: 1 }] },
      { name: "c", after: ["b"], claims: [{ class: "staff.decide", amount: 60, scope: "competent" }] },
    ]);
    const { a, c } = filed.steps;
    await pool.resource({ class: "staff.review", total: 60 });
    await until(async () => (await pool.requestState(filed)) === "unservable");
    await pool.resource({ class: "staff.review", total: 900 });
    await pool.settled();
    let end = (): void => {};
    const mayEnd = new Promise<void>((resolve) => (end = resolve));
    let act: Promise<unknown> = Promise.resolve();
    await new Promise<void>((isBegun) => {
      act = database.sql.begin(async (t) => {
        await t`update pool.requests set state = 'received' where pool_id = ${pool.poolId} and request_id = ${filed.request}`;
        await t`update pool.steps set attempt = attempt + 1 where pool_id = ${pool.poolId} and step_id = ${a!.id}`;
        await commandLog(t as unknown as Sql, pool.poolId).append("test", MONDAY_NINE, { kind: "step.reconsider", step: a!.id, turn: 2 });
        isBegun();
        await mayEnd;
      });
    });
    meanwhile = () => ({ act, end });
    // c becomes ready, and nobody can ever serve it.
    await database.sql`update pool.steps set state = 'ready' where step_id = ${c!.id}`;
    await commandLog(database.sql, pool.poolId).append("test", MONDAY_NINE, { kind: "step.ready", steps: [c!.id], turns: [1] });
    await until(async () => (await pool.decisions(a!.id)).length === 2 && (await pool.decisions(c!.id)).length === 1);
    await writer.stop();
    expect((await pool.decisions(a!.id))[1]).toMatchObject({ outcome: "granted" });
    expect(await pool.requestState(filed)).toBe("unservable");
  });
});

test("what the policy no longer allows is not given by a batch that answers older acts", async () => {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error("policy files");
  // What was said of every kind is now said of data alone.
  const rules = files.value.rules.map((rule) => (rule.model === "allocation" ? { ...rule, cells: ["data", ...rule.cells.slice(1)] } : rule));
  const contentHash = createWorkbench(files.value).hash(rules);
  let meanwhile: (() => Promise<void>) | undefined;
  const around = (writer: PoolWriter): PoolWriter => ({
    ...writer,
    commit: async (batch) => {
      if (batch.decisions.length > 0) {
        await meanwhile?.();
        meanwhile = undefined;
      }
      return await writer.commit(batch);
    },
  });
  await pool.resource({ class: "staff.review", total: 100 });
  const writer = startWriter({ url: database.url, pool: pool.poolId, around });
  const other = (await pool.file({ class: "staff.review", amount: 10 })).steps["only"]!.id;
  await until(async () => (await pool.decisions(other)).length === 1);
  meanwhile = async () => {
    // Twice the same step: what comes after it is answered by a later batch.
    await pool.start(other);
    await pool.complete(other);
    const proposal = { baseVersion: 0, state: "proposed", reason: "test", contentHash, proposedBy: trusted<PersonId>(randomUUID()), proposedAt: MONDAY_NINE, rules } as const;
    const policies = policyStore(database.sql, pool.poolId);
    const version = await policies.insert(proposal);
    const approver = trusted<PersonId>(randomUUID());
    await policies.approve(version, approver, MONDAY_NINE, contentHash);
    await policies.activate(version, approver, MONDAY_NINE);
    await pool.revoke({ kind: "policy.activated", version });
  };
  const filed = (await pool.file({ class: "staff.review", amount: 10 })).steps["only"]!.id;
  await until(async () => (await pool.decisions(filed)).length === 1);
  await pool.settled();
  await writer.stop();
  expect(await pool.decisions(filed)).toMatchObject([{ outcome: "refused" }]);
});
