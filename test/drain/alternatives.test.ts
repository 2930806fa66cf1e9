import { afterAll, beforeAll, expect, test } from "vitest";
import { appointmentTimes, pickTime } from "../../src/app/direct/pick-time.js";
import { declareDrain } from "../../src/app/drain/declare-drain.js";
import { ALTERNATIVES, offerAlternatives } from "../../src/app/drain/offer-alternatives.js";
import { readDrain } from "../../src/app/drain/read-drains.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { withdrawRequest } from "../../src/app/request/withdraw-request.js";
import type { AppDeps } from "../../src/app/deps.js";
import type { Result } from "../../src/domain/result.js";
import { verify } from "../../src/verify/verify.js";
import { casePool, foodApplication, FRIDAY_NINE, type CasePool } from "../request/case-pool.js";
import { startWriter, type RunningWriter } from "../scheduling/running-writer.js";
import { until } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

/** A counter that serves one person each half-hour. */
let database: TestDatabase;
let world: CasePool;
let writer: RunningWriter;
let deps: AppDeps;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  await database.sql`update pool.classes set period = 'slot', horizon_days = 10 where pool_id = ${world.pool} and class_id = 'staff.intake'`;
  await database.sql`update pool.resources set total = 20 where pool_id = ${world.pool} and code = 'market-intake'`;
  writer = startWriter({ url: database.url, pool: world.pool });
  // The writer of this process answers without a port between.
  const queueReader: AppDeps["queueReader"] = {
    ...world.deps.queueReader,
    async offers(_pool, asked) {
      const view = writer.view();
      return view && { value: await view.offers(asked), at: view.now(), fresh: true };
    },
  };
  deps = { ...world.deps, queueReader };
});
afterAll(async () => {
  await writer.stop();
  expect((await verify(database.url)).checks.filter(({ ok }) => !ok)).toEqual([]);
  await database.end();
});

const HOUR = 3_600_000;
const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const seen = async (publicId: string) => value(await getRequest(deps, world.applicant, world.pool, publicId));
const start = async (publicId: string) => (await seen(publicId)).steps[0]!.startsAt;
const clock = async (at: number) => {
  await world.at(at);
  await deps.store.transact(world.pool, (tx) => tx.commands.append("test", at, { kind: "clock.set" }));
  await settled();
};
const filed = async () => {
  const { publicId } = value(await submitRequest(deps, world.applicant, world.pool, foodApplication()));
  await until(async () => (await seen(publicId)).steps[0]!.answer === "granted");
  return publicId;
};
const settled = () => until(async () => (await database.sql`select from pool.commands where pool_id = ${world.pool} and seq is null`).length === 0);
const drained = async (to: string) => {
  const { id } = value(await declareDrain(deps, world.admin, world.pool, { kind: "drain", targetKind: "resource", target: "market-intake", to, reason: "大厅进水", ground: "抢险" }));
  await settled();
  return id;
};
const list = async (id: number) => value(await readDrain(deps, world.admin, world.pool, id));
const times = async (publicId: string) => value(await appointmentTimes(deps, world.applicant, world.pool, publicId, "intake"));
const claims = async () => (await database.sql<{ state: string }[]>`select c.state from pool.drain_alternatives x join pool.direct_claims c on c.pool_id = x.pool_id and c.public_id = x.claim_id order by x.starts_at`).map(({ state }) => state);

test("whose time cannot be kept has three others held, that nobody else gets; choosing one gives it to them and the two others back", async () => {
  const request = await filed();
  const was = await start(request);
  const drain = await drained("2026-11-20");
  const later = await start(request);
  expect(later).toBeGreaterThan(was!);
  await until(async () => (await offerAlternatives(deps, world.pool)) > 0);
  await settled();
  expect(await offerAlternatives(deps, world.pool)).toBe(0);

  const { held } = await times(request);
  expect(held).toMatchObject({ wasAt: was, starts: { length: ALTERNATIVES } });
  expect(held!.starts).not.toContain(later);
  expect(await list(drain)).toMatchObject({ complete: false, notices: [{ state: "later", held: held!.starts }] });
  // Monday's next are promised: who comes after gets what is behind them.
  const other = await filed();
  expect(held!.starts).not.toContain(await start(other));

  const chosen = held!.starts[1]!;
  value(await pickTime(deps, world.applicant, world.pool, { publicId: request, step: "intake", start: chosen }));
  await settled();
  expect(await start(request)).toBe(chosen);
  expect((await claims()).sort()).toEqual(["ended", "released", "released"]);
  expect(await list(drain)).toMatchObject({ complete: true, notices: [{ state: "chosen", isAt: chosen }] });
  expect((await times(request)).held).toBeNull();
  expect(await offerAlternatives(deps, world.pool)).toBe(0);
});

test("unchosen, they end by themselves: the place and what is arranged stay, and an officer must tell; of whom withdraws they go back", async () => {
  // Back on Monday morning, with both of yesterday's still to come.
  await clock(FRIDAY_NINE + 71 * HOUR);
  const drain = await drained("2026-11-23");
  await until(async () => (await offerAlternatives(deps, world.pool)) > 0);
  await settled();
  const notices = (await list(drain)).notices.filter(({ state }) => state === "later");
  expect(notices.map(({ held }) => held.length)).toEqual([ALTERNATIVES, ALTERNATIVES]);
  const [one, two] = notices.map(({ request }) => request!.publicId) as [string, string];
  const at = await start(one);
  value(await withdrawRequest(deps, world.applicant, world.pool, { publicId: two }));
  expect(await offerAlternatives(deps, world.pool)).toBe(ALTERNATIVES);
  await settled();
  expect((await claims()).filter((state) => state === "held").length).toBe(ALTERNATIVES);
  const { until: ends } = (await times(one)).held!;
  await clock(ends);
  await until(async () => (await claims()).every((state) => state !== "held"));
  expect(await start(one)).toBe(at);
  expect((await times(one)).held).toMatchObject({ starts: [], until: ends });
  expect(await list(drain)).toMatchObject({ complete: false, notices: expect.arrayContaining([expect.objectContaining({ state: "later", held: [], heldUntil: ends })]) });
  expect(await offerAlternatives(deps, world.pool)).toBe(0);
});
