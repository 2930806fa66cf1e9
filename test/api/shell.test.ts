import { Hono } from "hono";
import { z } from "@hono/zod-openapi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { text, whole } from "../../src/contract/schemas/common.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import { problem } from "../../src/domain/problem.js";
import { ok, refused } from "../../src/domain/result.js";
import { defineRoute, mountRoutes } from "../../src/web/api/route.js";
import type { Env } from "../../src/web/env.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { policyPool } from "../support/policy-pool.js";

const pool = trusted<PoolId>("test-pool");
let database: TestDatabase;
let app: Hono<Env>;

/** A write whose effect can be counted: one audit record. */
const note = defineRoute({
  method: "post",
  path: "/notes",
  access: "pool.declare",
  tag: "notes",
  summary: "Leave a note",
  body: z.strictObject({ words: text(20, 1), times: whole(1, 9) }),
  status: 201,
  response: z.object({ note: z.string() }),
  async handle({ deps, body, pool: to }) {
    return await deps.store.transact(to, async (tx) => {
      await tx.audit.append({ occurredAt: 0, actorId: "tester", act: "pool.declare", objectKind: "note", objectId: body.words, policyVersion: 1 });
      if (body.words === "refuse") return refused(problem("object.not_found", { kind: "note" }));
      if (body.words === "fault") throw new Error("planted fault");
      return ok({ body: { note: `${body.words} ${Math.random()}`, hidden: "never leaves" }, generation: 7, location: "/notes/1" });
    });
  },
});

const change = defineRoute({
  method: "put",
  path: "/notes/{note}",
  access: "pool.declare",
  tag: "notes",
  summary: "Change a note",
  params: z.object({ note: text(10), pool: z.string() }),
  ifMatch: true,
  response: z.object({ seen: z.number() }),
  handle: async ({ ifMatch }) => ok({ body: { seen: ifMatch } }),
});

beforeAll(async () => {
  database = await freshDatabase();
  const { deps } = await policyPool(database, pool);
  app = new Hono<Env>();
  app.use(async (c, next) => {
    c.set("language", "en");
    c.set("actor", { kind: "system", poolId: pool, task: "test" });
    await next();
  });
  mountRoutes(app, deps, [note, change]);
  app.onError((error, c) => c.text(error.message, 500));
});
afterAll(() => database.end());

const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(app.request("/api/v1/pools/test-pool/notes", { method: "POST", body, headers: { "content-type": "application/json", ...headers } }));
const effects = async (words: string): Promise<number> =>
  Number((await database.sql`select count(*) from pool.audit_records where object_id = ${words}`)[0]?.["count"]);

describe("a write", () => {
  test("answers with status, location, generation, and only what its schema names", async () => {
    const answer = await post('{"words":"first","times":1}', { "idempotency-key": "key-first-1" });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("etag")).toBe('"7"');
    expect(answer.headers.get("location")).toBe("/api/v1/pools/test-pool/notes/1");
    expect(Object.keys((await answer.json()) as object)).toEqual(["note"]);
  });

  test("without a key is refused", async () => {
    const answer = await post('{"words":"nokey","times":1}');
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([400, "idempotency.key_required"]);
    expect(await effects("nokey")).toBe(0);
  });

  test("sent again with its key has one effect and the same answer to the byte", async () => {
    const send = () => post('{"words":"twice","times":1}', { "idempotency-key": "key-twice-1" });
    const [first, second] = [await send(), await send()];
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    expect(await effects("twice")).toBe(1);
  });

  test("sent ten times at once has one effect; the others get its answer or are told it is in flight", async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => post('{"words":"ten","times":1}', { "idempotency-key": "key-tentimes" })));
    expect(await effects("ten")).toBe(1);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
  });

  test("with the same key and another body is refused", async () => {
    await post('{"words":"body","times":1}', { "idempotency-key": "key-body-1" });
    const answer = await post('{"words":"body","times":2}', { "idempotency-key": "key-body-1" });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([422, "idempotency.key_reused"]);
  });

  test("with the same key and another query is another operation: a dry run is no answer to the real call", async () => {
    await post('{"words":"query","times":1}', { "idempotency-key": "key-query-1" });
    const answer = await app.request("/api/v1/pools/test-pool/notes?dryRun=true", { method: "POST", body: '{"words":"query","times":1}', headers: { "content-type": "application/json", "idempotency-key": "key-query-1" } });
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([422, "idempotency.key_reused"]);
  });

  test("that is refused leaves nothing behind, and its key may be used for the corrected request", async () => {
    const refusedAnswer = await post('{"words":"refuse","times":1}', { "idempotency-key": "key-again-1" });
    expect(refusedAnswer.status).toBe(404);
    expect(await effects("refuse")).toBe(0);
    expect((await post('{"words":"mended","times":1}', { "idempotency-key": "key-again-1" })).status).toBe(201);
  });

  test("that faults leaves nothing behind", async () => {
    expect((await post('{"words":"fault","times":1}', { "idempotency-key": "key-fault-1" })).status).toBe(500);
    expect(await effects("fault")).toBe(0);
  });

  test.each([
    ['{"words":"x","times":0}', "input.out_of_range", "times"],
    ['{"words":"x","times":1.5}', "input.not_whole_number", "times"],
    ['{"words":"x","times":"1"}', "input.invalid", "times"],
    ['{"words":"x"}', "input.missing", "times"],
    ['{"words":"x","times":1,"role":"admin"}', "input.unknown_field", "role"],
    ['{"words":"x\\u0000y","times":1}', "input.forbidden_character", "words"],
    ['{"words":"x\\u202ey","times":1}', "input.forbidden_character", "words"],
    ['{"words":"123456789012345678901","times":1}', "input.too_long", "words"],
  ])("%s is refused with %s at %s", async (body, code, field) => {
    const answer = await post(body, { "idempotency-key": "key-bad-input" });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code, field });
  });

  test("of another content type, or too large, is refused", async () => {
    expect((await post("words=1", { "idempotency-key": "key-type-1", "content-type": "text/plain" })).status).toBe(415);
    expect((await post(`{"words":"${"x".repeat(300_000)}"}`, { "idempotency-key": "key-size-1" })).status).toBe(413);
  });

  test("that changes something must say what it saw", async () => {
    const put = (headers: Record<string, string>) => app.request("/api/v1/pools/test-pool/notes/a", { method: "PUT", headers: { "idempotency-key": "key-match-1", ...headers } });
    expect((await put({})).status).toBe(428);
    expect((await put({ "if-match": "*" })).status).toBe(422);
    const answer = await put({ "if-match": '"3"' });
    expect(await answer.json()).toEqual({ seen: 3 });
  });

  test("to a pool that is not there is not found", async () => {
    expect((await app.request("/api/v1/pools/nowhere/notes/a", { method: "PUT" })).status).toBe(404);
  });
});
