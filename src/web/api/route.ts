import { createHash } from "node:crypto";
import { z, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, Hono } from "hono";
import type { AppDeps } from "../../app/deps.js";
import type { StoredAnswer } from "../../app/ports/idempotency.js";
import type { KeptTable } from "../../app/ports/tables.js";
import { problemSchema } from "../../contract/schemas/common.js";
import { parsePoolId, type PoolId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type ProblemCode } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { textProblem } from "../../domain/text.js";
import { problemTexts } from "../../text/problems.js";
import type { Language } from "../../text/text.js";
import type { Env } from "../env.js";
import { problemResponse } from "../middleware/problem-to-response.js";
import { problemsOf } from "../../contract/problem-of-issue.js";
import { JSON_LIMITS, parseStrictJson } from "./strict-json.js";

export const API_BASE = "/api/v1/pools/{pool}";

/** A body that was held to its schema and written before; it goes out as it is. */
export class Written {
  constructor(readonly text: string) {}
}

/** What a handler gives back: the body its schema describes, and what goes into headers. */
export interface Answer<T> {
  readonly body: T | Written;
  /** Becomes the `ETag`; writes name it in `If-Match`. */
  readonly generation?: number;
  /** Path below the pool of what was made. */
  readonly location?: string;
  /** Of a `file` route: what is sent instead of a body. */
  readonly file?: AnsweredFile;
  /** Overrides the route's status, for routes that may answer 200 or 201. */
  readonly status?: 200 | 201 | 202;
}

export interface AnsweredFile {
  readonly name: string;
  readonly type: string;
  /** Read while it is sent. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** What a handler is given. Everything is parsed; `body` is undefined on routes without one. */
export interface Call<P, Q, B> {
  readonly deps: AppDeps;
  readonly actor: Actor;
  readonly pool: PoolId;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Of an `upload` route: the file, kept on disk. The handler answers for dropping it. */
  readonly table: KeptTable;
  /** The generation the caller saw; present where the route says `ifMatch`. */
  readonly ifMatch: number;
  readonly language: Language;
  /** Of a write; undefined on reads. */
  readonly idempotencyKey: string | undefined;
  readonly context: Context<Env>;
}

type Shape = z.ZodType | undefined;
type Parsed<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;

export interface Route<P extends Shape = Shape, Q extends Shape = Shape, B extends Shape = Shape, R extends z.ZodType = z.ZodType> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** Below `/api/v1/pools/{pool}`, with `{name}` parameters. */
  readonly path: `/${string}`;
  /** What the use case behind it asks the policy; a test holds every route to a rule. */
  readonly access: Action;
  readonly tag: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** Bytes the body may have; default `JSON_LIMITS.bytesMax`. */
  readonly bodyBytesMax?: number;
  /** The body is a table, CSV or XLSX, named by `?fileName=`. */
  readonly upload?: boolean;
  /** The answer is a file. */
  readonly file?: boolean;
  /** Answers with a table instead when `Accept` asks for CSV. */
  readonly orCsv?: boolean;
  /** The caller must say which generation a change is based on. */
  readonly ifMatch?: boolean;
  /** A POST that only asks: no key is needed and nothing is kept. */
  readonly readOnly?: boolean;
  /** So frequent that calls of one moment share a transaction; see `Idempotency.once`. */
  readonly together?: boolean;
  readonly status?: 200 | 201 | 202;
  /** Fields of the answer that are shown once and never kept. */
  readonly secrets?: readonly string[];
  /** What is not kept because it can be made again: a code worked out from a key, words in the language of whoever asks now. */
  readonly again?: {
    readonly without: (body: z.output<R>) => z.output<R>;
    readonly made: (body: z.output<R>, call: Pick<Call<unknown, unknown, unknown>, "deps" | "language">) => z.output<R>;
  };
  readonly response: R;
  /** Codes this route may answer with, besides those every route has. */
  readonly problems?: readonly ProblemCode[];
  readonly handle: (call: Call<Parsed<P>, Parsed<Q>, Parsed<B>>) => Promise<Result<Answer<z.input<R>>>>;
  /**
   * Of a route that answers 202: waits so many milliseconds for what the scheduler makes of it, when the caller says
   * `Prefer: wait`. After the commit, since nobody decides before it. Undefined: no answer yet, the 202 stands.
   */
  readonly settled?: (call: Call<Parsed<P>, Parsed<Q>, Parsed<B>>, accepted: z.output<R>, ms: number) => Promise<Result<Answer<z.input<R>>> | undefined>;
}

/** Keeps the types of one route together; the result is mounted by `mountRoutes`. */
export const defineRoute = <R extends z.ZodType, P extends Shape = undefined, Q extends Shape = undefined, B extends Shape = undefined>(
  route: Route<P, Q, B, R>,
): Route => route as unknown as Route;

export const isWrite = (route: Route): boolean => route.method !== "get" && route.readOnly !== true;

const KEY = /^[\x21-\x7e]{8,128}$/;

export function mountRoutes(app: Hono<Env>, deps: AppDeps, routes: readonly Route[]): void {
  for (const route of routes) {
    app.on(route.method.toUpperCase(), `${API_BASE}${route.path}`.replaceAll(/\{(\w+)\}/g, ":$1"), async (c) => {
      const call = await callOf(c, deps, route);
      if (!call.ok) return problemResponse(c, call.problems);
      return isWrite(route) ? await answerWrite(c, deps, route, call.value) : await answerRead(c, route, call.value);
    });
  }
}

/**
 * How many bytes the body of a request may have, before anything of it is read. A file's size is bounded where it is
 * written to disk.
 */
export function bodyBytesMaxOf(routes: readonly Route[]): (method: string, path: string) => number {
  const larger = routes
    .filter(({ upload, bodyBytesMax }) => upload || bodyBytesMax !== undefined)
    .map(({ method, path, upload, bodyBytesMax = 0 }) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${`${API_BASE}${path}`.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
      max: upload ? Number.POSITIVE_INFINITY : bodyBytesMax,
    }));
  return (method, path) => larger.find((one) => one.method === method && one.pattern.test(path))?.max ?? JSON_LIMITS.bytesMax;
}

type AnyCall = Call<never, never, never> & { readonly bytes: string };

async function callOf(c: Context<Env>, deps: AppDeps, route: Route): Promise<Result<AnyCall>> {
  const pool = parsePoolId(c.req.param("pool") ?? "");
  if (!pool.ok || !(await deps.pools.find(pool.value))) return refused(problem("object.not_found", { kind: "pool" }));

  // Nothing is read or kept for somebody who has not even signed in, and the answer tells nothing.
  if (await deps.authorizer.needsSignIn(c.get("actor"), route.access)) return refused(problem("access.sign_in_required", {}));

  const bytes = route.body ? await c.req.text() : "";
  const body = route.body ? bodyOf(c, bytes, route.body, route.bodyBytesMax) : ok(undefined);
  const params = parsed(route.params, c.req.param(), "");
  const query = parsed(route.query, singleQuery(c), "");
  const ifMatch = route.ifMatch ? generationOf(c.req.header("if-match")) : ok(0);
  const idempotencyKey = isWrite(route) ? c.req.header("idempotency-key") : undefined;
  const keyProblem = isWrite(route) && !KEY.test(idempotencyKey ?? "") ? [problem("idempotency.key_required", {})] : [];
  const problems = [...keyProblem, ...[params, query, body, ifMatch].flatMap((part) => (part.ok ? [] : part.problems))];
  const [first, ...rest] = problems;
  if (first) return refused(first, ...rest);
  const table = route.upload ? await uploaded(c, deps) : undefined;
  if (table && !table.ok) return table;

  const value = (part: Result<unknown>): never => (part.ok ? part.value : undefined) as never;
  return ok({
    deps,
    actor: c.get("actor"),
    pool: pool.value,
    params: value(params),
    query: value(query),
    body: value(body),
    ifMatch: value(ifMatch),
    table: table?.value as KeptTable,
    language: c.get("language"),
    idempotencyKey,
    context: c,
    // A file is one operation with its content: its digest stands for it.
    bytes: table?.value.sha256 ?? bytes,
  });
}

async function uploaded(c: Context<Env>, deps: AppDeps): Promise<Result<KeptTable>> {
  const name = (c.req.query("fileName") ?? "").normalize("NFC");
  const wrong = name === "" ? problem("input.missing", {}, { field: "fileName" }) : textProblem(name, 200, { field: "fileName" });
  if (wrong) return refused(wrong);
  const { body } = c.req.raw;
  return body ? deps.tables.keep(body as unknown as AsyncIterable<Uint8Array>, name) : refused(problem("table.empty", {}, { file: name }));
}

function bodyOf(c: Context<Env>, bytes: string, schema: z.ZodType, maxBytes: number = JSON_LIMITS.bytesMax): Result<unknown> {
  const type = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") return refused(problem("input.unsupported_media_type", { expected: "application/json" }));
  if (Buffer.byteLength(bytes) > maxBytes) return refused(problem("input.too_large", { maxBytes }));
  const json = parseStrictJson(bytes);
  return json.ok ? parsed(schema, json.value, "") : json;
}

function parsed(schema: Shape, value: unknown, prefix: string): Result<unknown> {
  if (!schema) return ok(undefined);
  const result = schema.safeParse(value);
  if (result.success) return ok(result.data);
  return { ok: false, problems: problemsOf(result.error, prefix) };
}

/** A parameter given twice becomes a list, which no scalar schema accepts: two readers cannot read it differently. */
function singleQuery(c: Context<Env>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? (values[0] ?? "") : values]));
}

function generationOf(header: string | undefined): Result<number> {
  if (header === undefined) return refused(problem("object.generation_required", {}));
  const match = /^(?:W\/)?"(\d{1,15})"$/.exec(header.trim());
  return match ? ok(Number(match[1])) : refused(problem("input.invalid", { expected: 'If-Match: "<generation>"' }, { field: "If-Match" }));
}

async function answerRead(c: Context<Env>, route: Route, call: AnyCall): Promise<Response> {
  const result = await route.handle(call);
  if (!result.ok) return problemResponse(c, result.problems);
  if (result.value.file) return fileResponse(result.value.file);
  const { status, body, headers } = rendered(c, route, result.value);
  if (headers["etag"] !== undefined && c.req.header("if-none-match") === headers["etag"]) return new Response(null, { status: 304, headers });
  return new Response(body, { status, headers });
}

async function answerWrite(c: Context<Env>, deps: AppDeps, route: Route, call: AnyCall): Promise<Response> {
  const scope = {
    pool: call.pool,
    personId: call.actor.kind === "person" ? call.actor.personId : call.actor.kind,
    // The parameters belong to it: the same key on another object is another operation.
    route: `${route.method} ${new URL(c.req.url).pathname}`,
    key: call.idempotencyKey ?? "",
    bodyHash: createHash("sha256").update(new URL(c.req.url).search).update("\u0000").update(c.req.header("if-match") ?? "").update("\u0000").update(call.bytes).digest("hex"),
  };
  let first: StoredAnswer | undefined;
  const once = await deps.idempotency.once(scope, async () => {
    const result = await route.handle(call);
    if (!result.ok) return result;
    first = rendered(c, route, result.value);
    return ok({ ...first, body: keptBody(route, first.body) });
  }, route.together ? "together" : "alone");
  // Whoever takes a file in drops it when done; nobody took this one.
  if (route.upload && (once.kind === "refused" || once.replayed)) await deps.tables.drop(call.table);
  if (once.kind === "refused") return problemResponse(c, once.problems);
  const { status, body, headers } = once.replayed ? { ...once.answer, body: bodyAgain(route, once.answer.body, call) } : (first ?? once.answer);
  const ms = waitMs(c);
  const later = ms > 0 ? await route.settled?.(call, JSON.parse(body) as never, ms) : undefined;
  if (later && !later.ok) return problemResponse(c, later.problems);
  if (later) {
    const settled = rendered(c, route, { ...later.value, status: 200 });
    return new Response(settled.body, { status: 200, headers: { ...headers, ...settled.headers, "preference-applied": "wait" } });
  }
  return new Response(body, { status, headers: { ...headers, ...(once.replayed ? { "idempotency-replayed": "true" } : {}) } });
}

const WAIT_MS_MAX = 2_000;

/** RFC 7240: `Prefer: wait=<seconds>`; without a number, and at most, two seconds. */
function waitMs(c: Context<Env>): number {
  const found = /(?:^|[\s,;])wait(?:=(\d{1,4}))?(?=$|[\s,;])/i.exec(c.req.header("prefer") ?? "");
  return found ? Math.min(WAIT_MS_MAX, found[1] === undefined ? WAIT_MS_MAX : Number(found[1]) * 1_000) : 0;
}

/** What is kept for a repeated call. A secret that is kept is none: its field is empty the second time. */
function keptBody({ secrets = [], again }: Route, body: string): string {
  if (again) return JSON.stringify(again.without(JSON.parse(body)));
  if (secrets.length === 0) return body;
  return JSON.stringify({ ...(JSON.parse(body) as object), ...Object.fromEntries(secrets.map((field) => [field, ""])) });
}

const bodyAgain = ({ again }: Route, kept: string, call: AnyCall): string => (again ? JSON.stringify(again.made(JSON.parse(kept), call)) : kept);

/** Names in any script travel percent-encoded (RFC 8187): a raw one in a header is a fault. */
export function fileResponse({ name, type, content }: AnsweredFile): Response {
  return new Response(ReadableStream.from(content) as unknown as ReadableStream, {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="${name.replaceAll(/[^\w.-]/g, "_")}"; filename*=UTF-8''${encodeURIComponent(name).replaceAll("'", "%27")}`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

function rendered(c: Context<Env>, route: Route, answer: Answer<unknown>): { status: number; body: string; headers: Record<string, string> } {
  const created = answer.location === undefined ? {} : { location: `/api/v1/pools/${c.req.param("pool") ?? ""}${answer.location}` };
  return {
    status: answer.status ?? route.status ?? 200,
    // The schema is the contract: what it does not name does not leave.
    body: answer.body instanceof Written ? answer.body.text : JSON.stringify(route.response.parse(answer.body)),
    headers: {
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      ...(answer.generation === undefined ? {} : { etag: `"${answer.generation}"` }),
      ...created,
    },
  };
}

/** What tables travel as. */
export const TABLE_TYPES = ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] as const;
const binary = z.string().openapi({ format: "binary" });

const EVERY_UPLOAD: readonly ProblemCode[] = ["table.format_unknown", "table.empty", "input.too_large"];
const EVERY_ROUTE: readonly ProblemCode[] = ["object.not_found", "access.sign_in_required", "access.forbidden", "input.invalid", "service.unavailable"];
const EVERY_WRITE: readonly ProblemCode[] = ["idempotency.key_required", "idempotency.key_reused", "idempotency.in_flight", "service.overloaded"];
const EVERY_BODY: readonly ProblemCode[] = ["input.malformed_json", "input.too_large", "input.unsupported_media_type"];

/** Whether the caller would rather have CSV than JSON (RFC 9110 §12.5.1): it names CSV and weighs JSON no higher. */
export function wantsCsv(context: Context<Env>): boolean {
  const weights = new Map(
    (context.req.header("accept") ?? "").split(",").map((part): [string, number] => {
      const [type = "", ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
      const weight = Number(parameters.find((word) => word.startsWith("q="))?.slice(2) ?? 1);
      return [type, Number.isFinite(weight) ? weight : 0];
    }),
  );
  const csv = weights.get(TABLE_TYPES[0]) ?? 0;
  return csv > 0 && csv >= (weights.get("application/json") ?? 0);
}

/** Writes the routes into an OpenAPI registry: the same schemas that validate are the ones described. */
export function describeRoutes(registry: OpenAPIHono["openAPIRegistry"], routes: readonly Route[]): void {
  for (const route of routes) {
    const codes = [
      ...EVERY_ROUTE,
      ...(isWrite(route) ? EVERY_WRITE : []),
      ...(route.body ? EVERY_BODY : []),
      ...(route.upload ? EVERY_UPLOAD : []),
      ...(route.ifMatch ? (["object.generation_required", "object.generation_stale"] as const) : []),
      ...(route.problems ?? []),
    ];
    const byStatus = new Map<number, Set<ProblemCode>>();
    for (const code of codes) {
      const { status } = problemTexts[code];
      byStatus.set(status, (byStatus.get(status) ?? new Set()).add(code));
    }
    registry.registerPath({
      method: route.method,
      path: `${API_BASE}${route.path}`,
      tags: [route.tag],
      summary: route.summary,
      operationId: operationId(route),
      "x-govpool-access": route.access,
      request: {
        params: (route.params as z.ZodObject | undefined)?.extend({ pool: z.string() }) ?? z.object({ pool: z.string() }),
        ...(route.query ? { query: route.query as z.ZodObject } : {}),
        ...(isWrite(route) || route.ifMatch
          ? {
              headers: z.object({
                ...(isWrite(route) ? { "Idempotency-Key": z.string().min(8).max(128) } : {}),
                ...(route.ifMatch ? { "If-Match": z.string() } : {}),
              }),
            }
          : {}),
        ...(route.body ? { body: { required: true, content: { "application/json": { schema: route.body } } } } : {}),
        ...(route.upload ? { body: { required: true, content: Object.fromEntries(TABLE_TYPES.map((type) => [type, { schema: binary }])) } } : {}),
      },
      responses: {
        [route.status ?? 200]: {
          description: route.summary,
          content: route.file
            ? Object.fromEntries(TABLE_TYPES.map((type) => [type, { schema: binary }]))
            : { "application/json": { schema: route.response }, ...(route.orCsv ? { [TABLE_TYPES[0]]: { schema: binary } } : {}) },
        },
        ...Object.fromEntries(
          [...byStatus].map(([status, list]) => [
            status,
            { description: [...list].join(", "), content: { "application/problem+json": { schema: problemSchema } } },
          ]),
        ),
      },
    });
  }
}

/** `GET /units/{unit}` → `getUnitsUnit`: stable, unique, and a name in the typed client. */
const operationId = (route: Route): string =>
  route.method + route.path.replaceAll(/[{}]/g, "").replaceAll(/(?:^|[/-])(\w)/g, (_, letter: string) => letter.toUpperCase());

