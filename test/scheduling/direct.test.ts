import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { startWriter, type RunningWriter } from "./running-writer.js";
import { HOUR, MONDAY, MONDAY_NINE, SmallPool, until, type Booked } from "./small-pool.js";

/** Ten o'clock on Monday, in half-hours. */
const TEN = MONDAY * 48 + 20;

let database: TestDatabase;
let pool: SmallPool;
let writer: RunningWriter;
let now = MONDAY_NINE;

beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  writer = startWriter({ url: database.url, pool: pool.poolId });
});
afterAll(async () => {
  expect(await writer.stop()).toBe("stopped");
  const verdict = await verify(database.url);
  expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const state = async (booked: Booked) => (await pool.booking(booked)).state;
const answered = async (booked: Booked) => {
  await until(async () => (await pool.decisions(booked.step)).length > 0);
  return await state(booked);
};
const go = async (at: number) => {
  now = at;
  await pool.setClock(at);
  await until(async () => ((await pool.writerRow()).worked_up_to?.getTime() ?? 0) >= at);
};

describe("a direct claim", () => {
  test("is granted exactly what it names, or refused at once and told what kind of a no it is", async () => {
    const hall = await pool.resource({ class: "material.counter", total: 1 });
    const other = await pool.resource({ class: "material.counter", total: 2, unit: "health" });
    const wants = { class: "material.counter", amount: 1, slots: 2, resource: hall, generation: 1, period: TEN } as const;
    const first = await pool.book([wants]);
    expect(await answered(first)).toBe("confirmed");
    expect(await pool.allocations(first.step)).toMatchObject([{ resource_id: hall, period: TEN }, { resource_id: hall, period: TEN + 1 }]);

    const refused = async (claim: Parameters<typeof pool.book>[0][number]) => {
      const booked = await pool.book([claim]);
      expect(await answered(booked)).toBe("refused");
      return await pool.refusalOf(booked.step);
    };
    expect(await refused({ ...wants, period: TEN + 1 })).toMatchObject({ kind: "in-use", rule: "capacity" });
    expect(await refused({ ...wants, generation: 7 })).toMatchObject({ kind: "stale", rule: "generation" });
    expect(await refused({ ...wants, period: MONDAY * 48 })).toMatchObject({ kind: "invalid", rule: "calendar" });
    expect(await refused({ ...wants, period: TEN + 48 * 30 })).toMatchObject({ kind: "invalid", rule: "calendar" });
    expect(await refused({ ...wants, amount: 9, period: TEN + 4 })).toMatchObject({ kind: "invalid", rule: "capacity" });
    expect(await refused({ ...wants, resource: other, scope: "competent", period: TEN + 4 })).toMatchObject({ kind: "invalid", rule: "scope" });
    const all = await pool.book([{ class: "material.counter", amount: 2, resource: other, generation: 1, period: TEN }]);
    expect(await answered(all)).toBe("confirmed");
    expect(await refused({ class: "material.counter", amount: 1, period: TEN })).toMatchObject({ kind: "in-use" });
    expect(await refused({ class: "material.form", amount: 1 })).toMatchObject({ kind: "invalid", rule: "class" });
    for (const one of [first, all]) await pool.release(one);
    await until(async () => (await pool.allocations(first.step)).every((row) => row.state === "released"));
  });

  test("may wait when it says so, and is served when what it names is given back", async () => {
    const hall = await pool.resource({ class: "material.counter", total: 1 });
    const wants = { class: "material.counter", amount: 1, resource: hall, generation: 1, period: TEN } as const;
    const first = await pool.book([wants]);
    await answered(first);
    const second = await pool.book([wants], { waits: true });
    await pool.settled();
    expect(await state(second)).toBe("asked");
    expect(await pool.release(first)).toBe(true);
    expect(await answered(second)).toBe("confirmed");
    await pool.release(second);
  });

  test("that is replaced keeps its place until the other is granted, may use what it held, and shrinks", async () => {
    const hall = await pool.resource({ class: "staff.review", total: 100 });
    const wants = (amount: number) => [{ class: "staff.review", amount, resource: hall, generation: 1, period: MONDAY + 1 }] as const;
    const claim = await pool.book(wants(80));
    await answered(claim);
    const tooMuch = await pool.book([{ ...wants(60)[0] }, { ...wants(60)[0] }], { replaces: claim });
    await until(async () => (await pool.decisions(tooMuch.step)).length === 1);
    expect(await pool.booking(claim)).toMatchObject({ state: "confirmed", step_id: claim.step, pending_step_id: null });
    expect(await pool.allocations(claim.step)).toMatchObject([{ amount: 80, state: "held" }]);

    const moreThanIsFree = await pool.book(wants(100), { replaces: claim });
    await until(async () => (await pool.booking(claim)).step_id === moreThanIsFree.step);
    expect(await pool.allocations(claim.step)).toMatchObject([{ amount: 80, state: "released" }]);
    expect(await pool.allocations(moreThanIsFree.step)).toMatchObject([{ amount: 100, state: "held", resource_id: hall }]);

    const less = await pool.book(wants(10), { replaces: claim });
    await until(async () => (await pool.booking(claim)).step_id === less.step);
    const filed = await pool.file({ class: "staff.review", amount: 90 });
    await until(async () => (await pool.decisions(filed.steps["only"]!.id)).length === 1);
    await pool.release(claim);
    await pool.withdraw(filed);
    await pool.settled();
  });

  test("of several claimants is all or nothing", async () => {
    const mine = await pool.resource({ class: "staff.decide", total: 60 });
    const theirs = await pool.resource({ class: "staff.decide", total: 60, unit: "health" });
    const wants = (amount: number) => [
      { class: "staff.decide", amount, scope: "competent", unit: "market", resource: mine, generation: 1, period: MONDAY },
      { class: "staff.decide", amount: 60, scope: "competent", unit: "health", resource: theirs, generation: 1, period: MONDAY },
    ] as const;
    const both = await pool.book(wants(30));
    expect(await answered(both)).toBe("confirmed");
    const again = await pool.book(wants(30));
    expect(await answered(again)).toBe("refused");
    expect((await pool.allocations()).filter(({ step_id }) => step_id === again.step)).toEqual([]);
    await pool.release(both);
    await pool.settled();
  });

  test("calls several agencies to one place at one time: each gives its own, all begin together, or nobody comes (sys-H3)", async () => {
    const [a, b] = [await pool.resource({ class: "material.counter", total: 1 }), await pool.resource({ class: "material.counter", total: 1, unit: "health" })];
    const noon = MONDAY * 48 + 24;
    // Health's own is away until one o'clock.
    const away = await pool.book([{ class: "material.counter", amount: 1, slots: 2, resource: b, generation: 1, period: noon }], { unit: "health" });
    await answered(away);
    const agency = (unit: string, resource: typeof a, period?: number) => ({ class: "material.counter", amount: 1, slots: 2, unit, scope: "competent", together: true, resource, generation: 1, ...(period === undefined ? {} : { period }) }) as const;
    const early = await pool.book([agency("market", a, noon), agency("health", b, noon)]);
    expect(await answered(early)).toBe("refused");
    expect(await pool.allocations(early.step)).toEqual([]);
    const later = await pool.book([agency("market", a, noon + 2), agency("health", b, noon + 2)]);
    expect(await answered(later)).toBe("confirmed");
    expect(await pool.allocations(later.step)).toMatchObject([
      { resource_id: a, period: noon + 2 },
      { resource_id: a, period: noon + 3 },
      { resource_id: b, period: noon + 2 },
      { resource_id: b, period: noon + 3 },
    ]);
    for (const one of [away, later]) await pool.release(one);
    await pool.settled();
  });

  test("unconfirmed ends exactly when it says; confirmed it stays, and is used up when its period is over", async () => {
    const hall = await pool.resource({ class: "material.counter", total: 1 });
    const wants = [{ class: "material.counter", amount: 1, slots: 1, resource: hall, generation: 1, period: TEN + 2 }] as const;
    const holdUntil = now + 7 * 60_000;
    const claim = await pool.book(wants, { holdUntil });
    expect(await answered(claim)).toBe("held");
    await go(holdUntil - 1);
    expect(await state(claim)).toBe("held");
    await go(holdUntil);
    expect(await state(claim)).toBe("expired");
    expect(await pool.allocations(claim.step)).toMatchObject([{ state: "released" }]);
    expect(await pool.confirm(claim)).toBe(false);

    const kept = await pool.book(wants, { holdUntil: now + 60_000 });
    expect(await answered(kept)).toBe("held");
    expect(await pool.confirm(kept)).toBe(true);
    await pool.settled();
    await go(now + HOUR);
    expect(await state(kept)).toBe("confirmed");
    await go(MONDAY_NINE + 3 * HOUR);
    expect(await state(kept)).toBe("ended");
    expect(await pool.allocations(kept.step)).toMatchObject([{ state: "settled", settled_amount: 1 }]);
  });

  test("confirmed, released and ended by time at once: exactly one wins each, and nothing stays held", async () => {
    const hall = await pool.resource({ class: "staff.review", total: 1_000 });
    const holdUntil = now + 60_000;
    const claims = await Promise.all(Array.from({ length: 40 }, () => pool.book([{ class: "staff.review", amount: 1, resource: hall, generation: 1, period: MONDAY + 1 }], { holdUntil })));
    await until(async () => (await Promise.all(claims.map(state))).every((one) => one === "held"));
    const clock = pool.setClock(holdUntil);
    const outcomes = await Promise.all(claims.map(async (claim, at) => Promise.all(at % 2 ? [pool.confirm(claim), pool.release(claim)] : [pool.release(claim), pool.confirm(claim)])));
    await clock;
    now = holdUntil;
    await pool.settled();
    await until(async () => ((await pool.writerRow()).worked_up_to?.getTime() ?? 0) >= holdUntil);
    for (const [at, claim] of claims.entries()) {
      const [first, second] = outcomes[at]!;
      const final = await state(claim);
      // A release may follow a confirmation; an end by time excludes both.
      if (final === "expired") expect([first, second]).toEqual([false, false]);
      else expect(["confirmed", "released"]).toContain(final);
      const held = (await pool.allocations(claim.step)).filter((row) => row.state === "held").length;
      expect(held).toBe(final === "confirmed" ? 1 : 0);
      if (final === "confirmed") await pool.release(claim);
    }
    await pool.settled();
    await until(async () => (await pool.allocations()).filter(({ resource_id, state: one }) => resource_id === hall && one === "held").length === 0);
  });
});

describe("what an applicant picks", () => {
  test("replaces what was chosen for them, or leaves it as it was; given back, the step waits again", async () => {
    const [a, b] = [await pool.resource({ class: "material.counter", total: 1 }), await pool.resource({ class: "material.counter", total: 1 })];
    const filed = await pool.file({ class: "material.counter", amount: 1 });
    const { id: step, claims } = filed.steps["only"]!;
    await until(async () => (await pool.decisions(step)).length === 1);
    const wednesday = (MONDAY + 2) * 48 + 20;
    const pickOf = (resource: typeof a, period: number) => [{ claim: claims[0]!, resource, generation: 1, period }];
    await pool.pick(step, pickOf(b, wednesday));
    await until(async () => (await pool.decisions(step)).length === 2);
    const held = async () => (await pool.allocations(step)).filter((row) => row.state === "held");
    expect(await held()).toMatchObject([{ resource_id: b, period: wednesday, attempt: 2 }]);

    const rival = await pool.book([{ class: "material.counter", amount: 1, resource: a, generation: 1, period: wednesday + 1 }]);
    await answered(rival);
    await pool.pick(step, pickOf(a, wednesday + 1));
    await until(async () => (await pool.decisions(step)).length === 4);
    expect(await pool.refusalOf(step)).toMatchObject({ kind: "in-use" });
    expect(await held()).toMatchObject([{ resource_id: b, period: wednesday, attempt: 4 }]);
    expect(await pool.requestState(filed)).toBe("received");

    await pool.pick(step, []);
    await until(async () => (await pool.decisions(step)).length === 5);
    expect((await held())[0]!.period).toBeLessThan(wednesday);
    await pool.withdraw(filed);
    await pool.release(rival);
    await pool.settled();
  });

  test("in vain while they wait leaves them waiting, and they are served when their turn comes", async () => {
    const forms = await pool.resource({ class: "material.form", total: 10 });
    const rival = await pool.book([{ class: "material.form", amount: 10, resource: forms, generation: 1 }]);
    expect(await answered(rival)).toBe("confirmed");
    const filed = await pool.file({ class: "material.form", amount: 5 });
    const { id: step, claims } = filed.steps["only"]!;
    await pool.settled();
    await pool.pick(step, [{ claim: claims[0]!, resource: forms, generation: 1, period: null }]);
    await until(async () => (await pool.decisions(step)).length === 1);
    expect(await pool.refusalOf(step)).toMatchObject({ kind: "short" });
    expect(await pool.requestState(filed)).toBe("received");
    await pool.release(rival);
    await until(async () => (await pool.decisions(step)).length === 2);
    expect(await pool.allocations(step)).toMatchObject([{ amount: 5, attempt: 2, state: "held" }]);
  });
});
