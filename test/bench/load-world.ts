import type { Writable } from "node:stream";
import { once } from "node:events";
import { trusted, type PoolId, type StepId } from "../../src/domain/id.js";
import type { Instant } from "../../src/domain/instant.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import type { Sql } from "../../src/postgres/connection.js";
import { say, secondsSince } from "./figure.js";
import type { World } from "./world.js";

export const BENCH_POOL: PoolId = trusted("bench");

/** Steps of one request: they stand ready together, as members of a bundle do. */
export const STEPS_PER_REQUEST = 4;

const CHUNK_BYTES = 256 * 1024;

/** A COPY under way, fed row by row. Cells are text as PostgreSQL writes it; none of ours has a tab or a backslash. */
export class Copy {
  #text = "";

  private constructor(private readonly stream: Writable) {}

  static async into(sql: Sql, table: string, columns: string): Promise<Copy> {
    return new Copy(await sql.unsafe(`copy pool.${table} (${columns}) from stdin`).writable());
  }

  async row(...cells: readonly (string | number | boolean | null)[]): Promise<void> {
    this.#text += `${cells.map((cell) => (cell === null ? "\\N" : cell === true ? "t" : cell === false ? "f" : cell)).join("\t")}\n`;
    if (this.#text.length > CHUNK_BYTES) await this.#flush();
  }

  async end(): Promise<void> {
    await this.#flush();
    const done = once(this.stream, "finish");
    this.stream.end();
    await done;
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = "";
    if (text !== "" && !this.stream.write(text)) await once(this.stream, "drain");
  }
}

export const iso = (at: Instant): string => new Date(at).toISOString();

const list = (values: readonly string[]): string => `{${values.join(",")}}`;

/** Writes the whole world into an empty database. Indexes are made after the rows, constraints of generated rows not checked one by one. */
export async function loadWorld(sql: Sql, world: World, now: Instant): Promise<readonly string[]> {
  const began = performance.now();
  const askIds = await sql.begin(async (t) => {
    const own = t as unknown as Sql;
    await own`set local session_replication_role = replica`;
    const indexes = await dropIndexes(own, ["resources", "requests", "steps", "claims", "commands"]);
    await declare(own, world);
    const askIds = await declareAsks(own, world);
    await copyResources(own, world);
    await copyQueue(own, world, now, askIds);
    for (const made of indexes) await own.unsafe(made);
    return askIds;
  });
  await sql`analyze`;
  await sql`select setval(pg_get_serial_sequence('pool.commands', 'command_id'), 1000)`;
  say(`  world of ${world.size.resources} resources, ${world.size.queue} waiting steps, ${world.asks.length} asks, ${world.classes.length} classes, ${world.units.length} units loaded in ${secondsSince(began).toFixed(1)} s`);
  return askIds;
}

/** What the steps ask, once each, as intake keeps it; answers the name of each. */
async function declareAsks(sql: Sql, world: World): Promise<string[]> {
  const texts = world.asks.map(({ claims }) => JSON.stringify(claims));
  const rows = await sql<{ ask_id: string }[]>`
    with told as (
      select at, claims::jsonb as claims from unnest(${texts}::text[]) with ordinality as t (claims, at)
    ), kept as (
      insert into pool.asks (pool_id, ask_id, claims)
      select distinct on (pool.ask_id(claims)) ${BENCH_POOL}, pool.ask_id(claims), claims from told
    )
    select pool.ask_id(claims) as ask_id from told order by at`;
  return rows.map(({ ask_id }) => ask_id);
}

/** Those that no constraint needs; answers the statements that make them again. */
async function dropIndexes(sql: Sql, tables: readonly string[]): Promise<string[]> {
  const found = await sql<{ name: string; made: string }[]>`
    select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made
    from pg_index i join pg_class t on t.oid = i.indrelid
    where t.relnamespace = 'pool'::regnamespace and t.relname = any(${tables as string[]})
      and not exists (select from pg_constraint c where c.conindid = i.indexrelid)`;
  for (const { name } of found) await sql.unsafe(`drop index ${name}`);
  return found.map(({ made }) => made);
}

async function declare(sql: Sql, world: World): Promise<void> {
  const { classes, divisions, units, pool } = world;
  await sql`
    insert into pool.pools (pool_id, names, division_code, calendar_id)
    values (${BENCH_POOL}, ${sql.json({ zh: "测速池", en: "Bench" })}, '522300', ${pool.calendarId})`;
  for (const { id, layer, names, week } of pool.calendars) {
    const clock = (half: number) => `${String(half >> 1).padStart(2, "0")}:${half % 2 === 1 ? "30" : "00"}`;
    const spans = Object.fromEntries(Object.entries(week).map(([day, some]) => [day, some.map(({ from, to }) => `${clock(from)}-${clock(to)}`)]));
    await sql`insert into pool.calendars (pool_id, calendar_id, layer, name_zh, name_en, week) values (${BENCH_POOL}, ${id}, ${layer}, ${names.zh}, ${names.en}, ${sql.json(spans)})`;
  }
  const level = ["prefecture", "county", "township"];
  const places = [...divisions].map(([code, parent]) => ({ pool_id: BENCH_POOL, code, name_zh: code, name_en: code, level: level[(code.length === 9 ? 2 : parent === null ? 0 : 1)]!, parent_code: parent }));
  await sql`insert into pool.divisions ${sql(places)}`;
  const bodies = units.map(({ unitId, divisionCode, line, level }) => ({ pool_id: BENCH_POOL, unit_id: unitId, name_zh: unitId, name_en: unitId, division_code: divisionCode, line, level, published: true }));
  await sql`insert into pool.units ${sql(bodies)}`;
  const types = classes.map((one) => ({
    pool_id: BENCH_POOL, class_id: one.id, kind: one.kind, name_zh: one.names.zh, name_en: one.names.en, measure: one.measure, period: one.period,
    horizon_days: one.horizonDays, per: one.per, lend: one.lend, act: one.act, consumable: one.consumable, ...one.limits,
  }));
  await sql`insert into pool.classes ${sql(types)}`;
}

async function copyResources(sql: Sql, world: World): Promise<void> {
  const copy = await Copy.into(sql, "resources", "pool_id, resource_id, code, unit_id, class_id, total, min, max, step, traits, jurisdiction, calendar_id");
  for (let at = 0; at < world.size.resources; at += 1) {
    const one = world.resource(at);
    await copy.row(BENCH_POOL, one.id, `r-${one.id}`, one.unitId, one.classId, one.total, one.limits.min, one.limits.max, one.limits.step, list(one.traits), list(one.jurisdiction), one.calendarId);
  }
  await copy.end();
}

/** The queue as numbered commands left it: their rows say so, and no command waits. */
async function copyQueue(sql: Sql, world: World, now: Instant, askIds: readonly string[]): Promise<void> {
  const { queue } = world.size;
  for (const copy of ["requests", "steps", "claims"] as const) {
    const rows = new RequestRows(world, askIds);
    const into = await rows.open(sql, copy);
    for (let step = 1; step <= queue; step += 1) {
      await rows[copy](into, step, world.askOf(step), world.arrivedAt(step, now));
    }
    await into.end();
  }
}

/** Rows of requests as intake writes them. Step n belongs to request ⌈n / 4⌉, so ids need no look-up. */
export class RequestRows {
  constructor(
    private readonly world: World,
    private readonly askIds: readonly string[],
  ) {}

  open(sql: Sql, table: "requests" | "steps" | "claims"): Promise<Copy> {
    return Copy.into(sql, table, COLUMNS[table]);
  }

  async requests(copy: Copy, step: number, ask: number, at: Instant): Promise<void> {
    if ((step - 1) % STEPS_PER_REQUEST !== 0) return;
    const { unit, division, dueDays } = this.world.asks[ask]!;
    const id = requestOf(step);
    const due = iso(at + dueDays * 86_400_000);
    const applicant = `00000000-0000-4000-8000-${String(id % 200_000).padStart(12, "0")}`;
    await copy.row(BENCH_POOL, id, `b-${id}`, `item-${ask}`, 1, unit.unitId, division, applicant, applicant, "api", "received", iso(at), due, due);
  }

  async steps(copy: Copy, step: number, ask: number, at: Instant): Promise<void> {
    const { dueDays, expectedMinutes } = this.world.asks[ask]!;
    const ordinal = (step - 1) % STEPS_PER_REQUEST;
    await copy.row(BENCH_POOL, step, requestOf(step), `step-${ordinal}`, ordinal, "review", "human", "{}", "ready", iso(at), iso(at + dueDays * 86_400_000), expectedMinutes, iso(at), this.askIds[ask]!);
  }

  async claims(copy: Copy, step: number, ask: number): Promise<void> {
    const { claims } = this.world.asks[ask]!;
    for (const [at, one] of claims.entries()) {
      await copy.row(BENCH_POOL, claimIdOf(trusted<StepId>(step), at), step, at, one.classId, one.amount, list(one.traits), one.scope, one.division, one.unitId, one.together, one.slots, one.spread);
    }
  }
}

export const requestOf = (step: number): number => Math.floor((step - 1) / STEPS_PER_REQUEST) + 1;

const COLUMNS = {
  requests: "pool_id, request_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, channel, state, received_at, promised_due_at, statutory_due_at",
  steps: "pool_id, step_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, expected_minutes, ready_at, ask_id",
  claims: "pool_id, claim_id, step_id, ordinal, class_id, amount, traits, scope, division_code, unit_id, together, slots, spread",
} as const;
