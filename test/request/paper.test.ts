import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordPaperTable } from "../../src/app/request/record-paper-table.js";
import { recordPaper, type PaperInput } from "../../src/app/request/record-paper.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { DAY_MS } from "../../src/domain/instant.js";
import type { Actor } from "../../src/domain/policy/subject.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Result } from "../../src/domain/result.js";
import { createTables } from "../../src/tabular/tables.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { actor, unit } from "../support/policy-pool.js";
import { casePool, foodApplication, FRIDAY_NINE, OWNER, person, type CasePool } from "./case-pool.js";

const HOUR = 3_600_000;
let database: TestDatabase;
let world: CasePool;
let head: Actor;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  head = await person(database, world.deps, actor([{ role: "unit-head", unitId: unit("market") }]));
});
afterAll(() => database.end());

let serial = 0;
const sheet = (given: Partial<PaperInput> = {}): PaperInput => ({
  unit: unit("market"),
  serial: `A-${(serial += 1)}`,
  village: "下坝村",
  occurredAt: FRIDAY_NINE - 20 * HOUR,
  resident: { name: "王水生" },
  ...foodApplication(),
  ...given,
});
const record = (given: Partial<PaperInput> = {}, who: Actor = world.clerk) => recordPaper(world.deps, who, world.pool, sheet(given));
const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }: Problem) => `${code} ${field ?? ""}`.trim()));

describe("a paper record", () => {
  test("has both times, its dates from the second and its place from the first", async () => {
    const online = must(await submitRequest(world.deps, world.applicant, world.pool, foodApplication()));
    const paper = must(await record());
    expect(paper).toMatchObject({ receivedAt: FRIDAY_NINE, occurredAt: FRIDAY_NINE - 20 * HOUR, promisedDueAt: online.promisedDueAt, unit: { id: "market" } });
    const placed = await database.sql<{ public_id: string; due: boolean; arrived_at: Date; earlier: boolean }[]>`
      select r.public_id, s.due_at = r.promised_due_at as due, s.arrived_at, s.ranks_due_at < s.due_at as earlier
      from pool.steps s join pool.requests r using (pool_id, request_id) where r.public_id = ${paper.publicId} and s.ordinal = 0`;
    expect(placed[0]).toEqual({ public_id: paper.publicId, due: true, arrived_at: new Date(FRIDAY_NINE - 20 * HOUR), earlier: true });
    const [audit] = await database.sql`select actor_id, after from pool.audit_records where act = 'request.submit' and object_id = ${paper.publicId}`;
    expect(audit?.["actor_id"]).toBe((world.clerk as { personId: string }).personId);
    expect(Date.parse(audit?.["after"].occurredAt)).toBe(FRIDAY_NINE - 20 * HOUR);
    expect(must(await getRequest(world.deps, world.clerk, world.pool, paper.number))).toMatchObject({ channel: "paper", occurredAt: FRIDAY_NINE - 20 * HOUR });
  });

  test("is the resident's, who is known by the identity number and nobody else twice", async () => {
    const resident = { name: "李四", idNumber: OWNER };
    const [one, two] = [must(await record({ resident })), must(await record({ resident }))];
    const rows = await database.sql<{ applicant_id: string; filed_by: string }[]>`select applicant_id, filed_by from pool.requests where public_id in (${one.publicId}, ${two.publicId})`;
    expect(new Set(rows.map(({ applicant_id }) => applicant_id)).size).toBe(1);
    expect(rows.every(({ applicant_id, filed_by }) => filed_by === applicant_id)).toBe(true);
  });

  test("is refused where it could not be, and nothing is stored", async () => {
    const before = (await database.sql`select count(*)::int as n from pool.requests`)[0]?.["n"];
    const taken = sheet();
    must(await recordPaper(world.deps, world.clerk, world.pool, taken));
    expect(codes(await record({ serial: taken.serial }))).toEqual(["paper.serial_taken serial"]);
    expect(codes(await record({ occurredAt: FRIDAY_NINE + 1 }))).toEqual(["paper.in_future occurredAt"]);
    expect(codes(await record({ occurredAt: FRIDAY_NINE - 8 * DAY_MS }))).toEqual(["paper.too_old occurredAt"]);
    expect(codes(await record({ occurredAt: FRIDAY_NINE - 31 * DAY_MS }, head))).toEqual(["paper.too_old occurredAt"]);
    expect(codes(await record({ serial: " ", village: "" }))).toEqual(["input.missing serial", "input.missing village"]);
    expect(codes(await record({ division: "522322" }))).toEqual(["paper.other_desk unit"]);
    expect(codes(await record({ division: "110101" }))).toEqual(["input.unknown_reference division"]);
    expect(codes(await record({}, world.applicant))).toEqual(["object.not_found"]);
    expect(codes(await record({ resident: { name: "", phone: "12" } }))).toEqual(["input.missing resident.name", "identity.phone_invalid resident.phone"]);
    expect((await database.sql`select count(*)::int as n from pool.requests`)[0]?.["n"]).toBe(before + 1);
    must(await record({ occurredAt: FRIDAY_NINE - 8 * DAY_MS }, head));
  });

  test("comes by the table too: a bad row stops none, and what is there is not entered again", async () => {
    const tables = createTables();
    const file = [
      "纸质编号,村（社区）,时间,事项编码,行政区划,申请人,身份证号,电话,申请内容",
      `T-1,下坝村,2026-11-19 08:30,mr-food-licence,522301001,张三,,,shop-name=一家; owner=${OWNER}; phone=13800001234`,
      `T-2,下坝村,2026-11-21 08:30,mr-food-licence,522301001,张四,,,shop-name=一家; owner=${OWNER}; phone=13800001234`,
      `T-3,上坝村,昨天,mr-food-licence,522301001,张五,,,`,
    ].join("\n");
    const enter = async () => {
      const table = must(await tables.keep((async function* () { yield Buffer.from(file); })(), "sheets.csv"));
      const rows = must(await recordPaperTable(world.deps, world.clerk, world.pool, unit("market"), table));
      await tables.drop(table);
      return rows.map(({ line, receipt, problems }) => [line, receipt?.occurredAt ?? null, ...problems.map(({ code }) => code)]);
    };
    Object.assign(world.deps, { tables });
    expect(await enter()).toEqual([[2, Date.parse("2026-11-19T08:30:00+08:00")], [3, null, "paper.in_future"], [4, null, "input.invalid"]]);
    expect(await enter()).toEqual([[2, null, "paper.serial_taken"], [3, null, "paper.in_future"], [4, null, "input.invalid"]]);
  });
});
