import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listOpenRequests } from "../../src/app/demand/list-open-requests.js";
import { readDemand } from "../../src/app/demand/read-demand.js";
import { askSupplement } from "../../src/app/request/ask-supplement.js";
import { getRequest } from "../../src/app/request/get-request.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { supplyRequest } from "../../src/app/request/supply-request.js";
import { workQueue } from "../../src/app/work/work-queue.js";
import { LIGHTS } from "../../src/domain/request/deadline.js";
import type { Result } from "../../src/domain/result.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { casePool, foodApplication, FRIDAY_NINE, grantAll, type CasePool } from "./case-pool.js";

/* T5: limits in working days, as the applicant, the desk and the overview see them. */

let database: TestDatabase;
let world: CasePool;
beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  // The Monday after is a day off, made up for on the Saturday.
  await database.sql`
    insert into pool.calendar_days (pool_id, calendar_id, date, off, name_zh, name_en)
    values (${world.pool}, 'cn', '2026-11-23', true, '调休', 'Day off'), (${world.pool}, 'cn', '2026-11-28', false, '补班', 'Make-up day')`;
});
beforeEach(async () => {
  await database.sql`update pool.requests set state = 'withdrawn', closed_at = now(), paused_at = null where closed_at is null`;
  await world.at(FRIDAY_NINE);
});
afterAll(() => database.end());

const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const noon = (day: string): number => Date.parse(`${day}T12:00:00+08:00`);
const file = async (): Promise<string> => value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication())).publicId;

/** What the applicant, the clerk and the administrator see of it at noon of that day. */
async function seen(publicId: string, day: string) {
  await world.at(noon(day));
  const request = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
  const desk = value(await workQueue(world.deps, world.clerk, world.pool, { unit: "market", state: request.state === "supplement" ? "waiting" : undefined, limit: 10 }));
  const late = value(await workQueue(world.deps, world.clerk, world.pool, { unit: "market", state: request.state === "supplement" ? "waiting" : undefined, overdue: true, limit: 10 }));
  const overview = value(await readDemand(world.deps, world.admin, world.pool));
  const listed = value(await listOpenRequests(world.deps, world.admin, world.pool, { which: "overdue" }, { limit: 10 }));
  return {
    applicant: request.deadline.kind,
    light: LIGHTS[request.deadline.kind],
    desk: desk.rows.map(({ deadline }) => deadline.kind),
    deskLate: late.rows.length,
    deskOverdue: desk.counts.overdue,
    overdue: overview.requests.overdue,
    listed: listed.rows.length,
  };
}

test("seven working days skip the day off and count the make-up day; green, amber and red are the same wherever they are seen", async () => {
  const publicId = await file();
  await grantAll(database);
  const { promisedDueAt } = value(await getRequest(world.deps, world.applicant, world.pool, publicId));
  // Tuesday to Friday, the Saturday, Monday, Tuesday.
  expect(promisedDueAt).toBe(Date.parse("2026-12-02T00:00:00+08:00") - 1);
  const on = { deskLate: 0, deskOverdue: 0, overdue: 0, listed: 0 };
  expect(await seen(publicId, "2026-11-23")).toEqual({ applicant: "on_time", light: "green", desk: ["on_time"], ...on });
  expect(await seen(publicId, "2026-11-30")).toEqual({ applicant: "soon", light: "amber", desk: ["soon"], ...on });
  expect(await seen(publicId, "2026-12-01")).toEqual({ applicant: "today", light: "amber", desk: ["today"], ...on });
  expect(await seen(publicId, "2026-12-02")).toEqual({ applicant: "overdue", light: "red", desk: ["overdue"], deskLate: 1, deskOverdue: 1, overdue: 1, listed: 1 });
});

test("working days of a pause do not count, and nothing is overdue meanwhile", async () => {
  const publicId = await file();
  await grantAll(database);
  await world.at(noon("2026-11-24"));
  value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "请补平面图" }));
  expect(await seen(publicId, "2026-12-11")).toEqual({ applicant: "paused", light: "none", desk: ["paused"], deskLate: 0, deskOverdue: 0, overdue: 0, listed: 0 });
  await world.at(noon("2026-11-30"));
  value(await supplyRequest(world.deps, world.applicant, world.pool, { publicId, note: "已上传" }));
  // Wednesday, Thursday, Friday, the make-up Saturday and Monday lie in the pause: five more days.
  expect(value(await getRequest(world.deps, world.applicant, world.pool, publicId)).promisedDueAt).toBe(Date.parse("2026-12-09T00:00:00+08:00") - 1);
});

test("a date that had passed before the pause stays red, and stays counted", async () => {
  const publicId = await file();
  await grantAll(database);
  await world.at(noon("2026-12-03"));
  value(await askSupplement(world.deps, world.clerk, world.pool, { publicId, grounds: "请补平面图" }));
  expect(await seen(publicId, "2026-12-04")).toEqual({ applicant: "overdue", light: "red", desk: ["overdue"], deskLate: 1, deskOverdue: 1, overdue: 1, listed: 1 });
});
