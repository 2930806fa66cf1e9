import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pickTime } from "../../src/app/direct/pick-time.js";
import { submitBundle } from "../../src/app/request/submit-bundle.js";
import { submitRequest, type SubmitInput } from "../../src/app/request/submit-request.js";
import { withdrawRequest } from "../../src/app/request/withdraw-request.js";
import type { AppDeps } from "../../src/app/deps.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { RawRecord } from "../../src/domain/record.js";
import { ok, type Result } from "../../src/domain/result.js";
import { connect, type Connection } from "../../src/postgres/connection.js";
import { requestIds } from "../../src/postgres/queries/serial.js";
import { createStore } from "../../src/postgres/store.js";
import { BUNDLE, casePool, FOOD, foodApplication, person, SUBSIDY, type CasePool } from "../request/case-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor } from "../support/policy-pool.js";
import { inForce } from "../support/shares.js";

let database: TestDatabase;
let world: CasePool;
/** What a second web process has of its own: connections, copies of the catalogue, serials. */
let beside: Connection;
let processes: readonly AppDeps[];
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  beside = connect(database.url, { max: 8 });
  const store = createStore(beside);
  processes = [world.deps, { ...world.deps, store, idempotency: store.idempotency, requestIds: requestIds(beside) }];
});
afterAll(async () => {
  await beside.end();
  await database.end();
});

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code }) => code));
const somebody = () => person(database, world.deps, actor());
const subsidy = (): SubmitInput => ({ item: SUBSIDY, division: "522301", answers: {} });
const sharing = async (record: RawRecord) => value(await inForce(world.deps, world.pool, { kind: "sharing", declare: record }));
const open = async ({ personId }: PersonActor, item?: string) =>
  Number((await database.sql`select count(*) from pool.requests where pool_id = ${world.pool} and applicant_id = ${personId} and closed_at is null and item_code = ${item ?? database.sql`item_code`}`)[0]?.["count"]);

/** As the API takes a submission in: a moment's submissions of one process share a transaction. */
async function together(deps: AppDeps, who: PersonActor, input: SubmitInput): Promise<Result<unknown>> {
  const scope = { pool: world.pool, personId: who.personId, route: "post /requests", key: randomUUID(), bodyHash: "x" };
  const answer = await deps.idempotency.once(
    scope,
    async () => {
      const filed = await submitRequest(deps, who, world.pool, input);
      return filed.ok ? ok({ status: 201, body: filed.value.publicId, headers: {} }) : filed;
    },
    "together",
  );
  return answer.kind === "refused" ? { ok: false, problems: answer.problems } : ok(answer.answer);
}

describe("one applicant, many calls at once in two web processes", () => {
  const race = (who: PersonActor, input: () => SubmitInput) => Promise.all(Array.from({ length: 16 }, (_, at) => (at % 4 < 2 ? together(processes[at % 2]!, who, input()) : submitRequest(processes[at % 2]!, who, world.pool, input()))));

  test("open requests end at the pool's limit", async () => {
    await sharing({ applicants: { openRequests: 5 } });
    const [eager, other] = [await somebody(), await somebody()];
    const answers = await race(eager, foodApplication);
    expect(answers.filter(({ ok: stored }) => stored)).toHaveLength(5);
    expect(new Set(answers.flatMap(codes))).toEqual(new Set(["request.too_many_open"]));
    expect(await open(eager)).toBe(5);
    // Nobody else has less for it.
    expect(codes(await together(processes[1]!, other, foodApplication()))).toEqual([]);
  });

  test("open requests of one item end at the item's, others go on", async () => {
    await sharing({ applicants: { items: [{ item: FOOD, openRequests: 3 }] } });
    const eager = await somebody();
    const answers = await race(eager, foodApplication);
    expect(await open(eager, FOOD)).toBe(3);
    const refusals = answers.flatMap((answer) => (answer.ok ? [] : answer.problems));
    expect(refusals).toHaveLength(13);
    expect(refusals[0]).toMatchObject({ code: "request.too_many_of_item", facts: { item: FOOD, max: 3 } });
    expect(codes(await submitRequest(world.deps, eager, world.pool, subsidy()))).toEqual([]);
  });

  test("holds end at the limit of steps that hold something or stand in the queue for it", async () => {
    await sharing({ applicants: { holds: 4 } });
    const eager = await somebody();
    const answers = await race(eager, subsidy);
    expect(await open(eager)).toBe(4);
    expect(new Set(answers.flatMap(codes))).toEqual(new Set(["request.too_many_holds"]));
  });
});

describe("what a limit counts", () => {
  test("a bundle is counted whole: all of it or nothing", async () => {
    await sharing({ applicants: { openRequests: 3 } });
    const who = await somebody();
    const bundle = () => submitBundle(world.deps, who, world.pool, { bundle: BUNDLE, division: "522301001", answers: foodApplication().answers, materials: ["floor-plan"] });
    expect(codes(await bundle())).toEqual([]);
    expect(codes(await bundle())).toEqual(["request.too_many_open"]);
    expect(await open(who)).toBe(2);
  });

  test("what is withdrawn makes room", async () => {
    await sharing({ applicants: { items: [{ item: FOOD, holds: 1 }] } });
    const who = await somebody();
    const first = value(await submitRequest(world.deps, who, world.pool, foodApplication()));
    expect(codes(await submitRequest(world.deps, who, world.pool, foodApplication()))).toEqual(["request.too_many_holds_of_item"]);
    value(await withdrawRequest(world.deps, who, world.pool, { publicId: first.publicId, generation: 1, grounds: "换个时间" }));
    expect(codes(await submitRequest(world.deps, who, world.pool, foodApplication()))).toEqual([]);
  });

  test("a time is not picked by who has more in hand than the limit, once it was lowered", async () => {
    await sharing({});
    const who = await somebody();
    // The hall's own intake, by the half-hour.
    await database.sql`update pool.classes set period = 'slot', horizon_days = 5 where pool_id = ${world.pool} and class_id = 'staff.intake'`;
    const [one] = [value(await submitRequest(world.deps, who, world.pool, foodApplication())), value(await submitRequest(world.deps, who, world.pool, foodApplication()))];
    const pick = (start: number | null) => pickTime(world.deps, who, world.pool, { publicId: one.publicId, step: "intake", start });
    const start = Date.parse("2026-11-23T02:00:00Z");
    await sharing({ applicants: { holds: 1 } });
    expect(codes(await pick(start))).toEqual(["request.too_many_holds"]);
    expect(codes(await pick(null))).toEqual([]);
    await sharing({ applicants: { holds: 2 } });
    expect(codes(await pick(start))).toEqual([]);
  });
});
