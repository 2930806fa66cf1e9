import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { declarePriority } from "../../src/app/pool/declare-basics.js";
import { claimPriority, decidePriority, listPriorities, openPriority, withdrawPriority } from "../../src/app/request/priorities.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import type { Command } from "../../src/domain/pool/command.js";
import { declarePriorityClass } from "../../src/domain/pool/priority-class.js";
import type { Result } from "../../src/domain/result.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor, unit } from "../support/policy-pool.js";
import { casePool, foodApplication, person, type CasePool } from "./case-pool.js";

let database: TestDatabase;
let world: CasePool;
let head: PersonActor;
let auditor: PersonActor;

beforeAll(async () => {
  database = await freshDatabase();
  world = await casePool(database);
  head = await person(database, world.deps, actor([{ role: "unit-head", unitId: unit("market") }]));
  auditor = await person(database, world.deps, actor([{ role: "auditor" }]));
  const names = { zh: "老年人", en: "Older persons" };
  value(await declarePriority(world.deps, world.admin, world.pool, { priority: "elderly", names, advanceMinutes: "2880", legalBasis: "老年人权益保障法" }));
  value(await declarePriority(world.deps, world.admin, world.pool, { priority: "emergency", names, absolute: true, legalBasis: "突发事件应对法", evidenceRequired: false }));
});
afterAll(() => database.end());

const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code }) => code));
function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}
const filed = async () => value(await submitRequest(world.deps, world.applicant, world.pool, foodApplication())).publicId;
const claim = (publicId: string, who = world.applicant, code = "elderly", evidence: string | null = "身份证记载八十六岁") =>
  claimPriority(world.deps, who, world.pool, { publicId, code, evidence });
const decide = (publicId: string, who: PersonActor, confirm = true, code = "elderly") => decidePriority(world.deps, who, world.pool, { publicId, code, confirm });
const commandsOf = async (): Promise<Command[]> =>
  (await database.sql<{ command: Command }[]>`select command from pool.commands where command ->> 'kind' = 'request.prioritised' order by command_id`).map(({ command }) => command);
const groundsOn = async (publicId: string) =>
  await database.sql`
    select distinct s.priority_ground as ground, s.priority_minutes as minutes
    from pool.steps s join pool.requests r using (pool_id, request_id) where r.public_id = ${publicId}`;

describe("a ground to be served before others", () => {
  test("is claimed by one, confirmed by another, and moves every step that is not over", async () => {
    const publicId = await filed();
    expect(value(await claim(publicId))).toBe("claimed");
    expect(await groundsOn(publicId)).toEqual([{ ground: null, minutes: null }]);
    expect(value(await decide(publicId, head))).toBe("confirmed");
    expect(await groundsOn(publicId)).toEqual([{ ground: "elderly", minutes: 2880 }]);
    const [last] = (await commandsOf()).slice(-1);
    expect(last).toMatchObject({ kind: "request.prioritised", priority: { ground: "elderly", advanceMinutes: 2880 } });
    expect(last?.kind === "request.prioritised" && last.steps.length).toBe(5);
    expect(value(await listPriorities(world.deps, world.applicant, world.pool, publicId))).toMatchObject([{ code: "elderly", state: "confirmed" }]);
  });

  test("that is absolute counts before others; when it is withdrawn the next confirmed one counts, and then none", async () => {
    const publicId = await filed();
    for (const code of ["elderly", "emergency"]) {
      value(await claim(publicId, world.clerk, code));
      value(await decide(publicId, head, true, code));
    }
    expect(await groundsOn(publicId)).toEqual([{ ground: "emergency", minutes: null }]);
    value(await withdrawPriority(world.deps, head, world.pool, { publicId, code: "emergency" }));
    expect(await groundsOn(publicId)).toEqual([{ ground: "elderly", minutes: 2880 }]);
    value(await withdrawPriority(world.deps, world.applicant, world.pool, { publicId, code: "elderly" }));
    expect(await groundsOn(publicId)).toEqual([{ ground: null, minutes: null }]);
    expect((await commandsOf()).at(-1)).toMatchObject({ priority: null });
  });

  test("is never confirmed by who claimed it, nor by the applicant, nor at the counter, nor twice", async () => {
    const publicId = await filed();
    value(await claim(publicId, world.clerk));
    expect(codes(await decide(publicId, world.clerk))).toEqual(["access.forbidden"]);
    expect(codes(await decide(publicId, world.applicant))).toEqual(["access.forbidden"]);
    const both = await person(database, world.deps, actor([{ role: "unit-head", unitId: unit("market") }, { role: "clerk", unitId: unit("market") }]));
    const other = await filed();
    value(await claim(other, both));
    expect(codes(await decide(other, both))).toEqual(["priority.second_person"]);
    expect(value(await decide(publicId, head, false))).toBe("declined");
    expect(codes(await decide(publicId, head))).toEqual(["priority.not_claimed"]);
    expect(await groundsOn(publicId)).toEqual([{ ground: null, minutes: null }]);
    expect(value(await claim(publicId))).toBe("claimed");
    expect(codes(await claim(publicId))).toEqual(["priority.claimed_already"]);
  });

  test("asks for evidence where the law does, and for a ground that exists", async () => {
    const publicId = await filed();
    expect(codes(await claim(publicId, world.applicant, "elderly", null))).toEqual(["input.missing"]);
    expect(codes(await claim(publicId, world.applicant, "a-favour"))).toEqual(["input.unknown_reference"]);
    expect(codes(await claim(publicId, world.stranger))).not.toEqual([]);
    expect(value(await claim(publicId, world.applicant, "emergency", null))).toBe("claimed");
  });

  test("keeps what it rests on sealed: staff read the code, an auditor with a reason reads more and is on record", async () => {
    const publicId = await filed();
    value(await claim(publicId, world.applicant, "elderly", "独居，靠轮椅出行"));
    const everything = JSON.stringify([
      await database.sql`select * from pool.request_priorities`,
      await database.sql`select * from pool.audit_records`,
      await database.sql`select * from pool.commands`,
      await database.sql`select * from pool.steps`,
      value(await listPriorities(world.deps, world.clerk, world.pool, publicId)),
    ]);
    expect(everything).not.toContain("轮椅");
    const opened = (who: PersonActor, reason = "抽查优先事由") => openPriority(world.deps, who, world.pool, { publicId, code: "elderly", reason });
    expect(codes(await opened(world.clerk))).toEqual(["access.forbidden"]);
    expect(codes(await opened(auditor, " "))).toEqual(["input.missing"]);
    expect(value(await opened(auditor))).toEqual({ evidence: "独居，靠轮椅出行" });
    const record = await database.sql`select actor_id, after from pool.audit_records where act = 'request.open-priority' and object_id = ${publicId}`;
    expect(record).toMatchObject([{ actor_id: auditor.personId, after: { ground: "elderly" } }]);
    expect(JSON.stringify(record)).not.toContain("抽查");
  });
});

test("a ground moves nobody ahead by more than thirty days, so that who waited longer goes first", () => {
  const ground = { priority: "old", names: { zh: "老", en: "old" }, legalBasis: "法" };
  expect(declarePriorityClass({ ...ground, advanceMinutes: "43200" }).ok).toBe(true);
  expect(codes(declarePriorityClass({ ...ground, advanceMinutes: "43201" }))).toEqual(["input.out_of_range"]);
  expect(codes(declarePriorityClass(ground))).toEqual(["input.missing"]);
  expect(codes(declarePriorityClass({ ...ground, absolute: true, advanceMinutes: "5" }))).toEqual(["input.invalid"]);
});
