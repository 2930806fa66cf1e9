/*
 * The million rows a pool is read from, in blocks.
 *
 * A row that arrives by itself costs the driver a message, three views and an event, more than everything that is done
 * with it afterwards. So the server packs rows of one layout into one field, a block of ids at a time: it does so for little
 * more than it takes to send them one by one, and here a block is read with a view over its bytes.
 *
 * What is not plain (derived totals, grounds, dates of a step's own) comes row by row, as objects (`load-pool.ts`,
 * `load-books.ts`): each row comes one way or the other.
 */
import type { DeclaredResource, DeclaredRows } from "../../app/ports/writer.js";
import { trusted, type CalendarId, type DivisionCode, type PoolId, type ResourceId, type StepId, type TraitId, type UnitId } from "../../domain/id.js";
import type { Instant, LocalDate } from "../../domain/instant.js";
import { CLAIMS_MAX } from "../../domain/pool/claim-id.js";
import { periodAt } from "../../domain/pool/period.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { BookedRows, HoldRows, StepRows } from "../../scheduler/loaded-rows.js";
import { IdIndex } from "../../scheduler/id-index.js";
import type { AskBook } from "../ask-book.js";
import { copyRows, literal, PG_EPOCH_MS } from "../binary-copy.js";
import type { Sql } from "../connection.js";
import { announced, PLAIN_RESOURCE, PLAIN_STEP } from "./plain-rows.js";

/** Ids of one block: 2^16. */
const BLOCK_BITS = 16;
const HIGH = 2 ** 32;

/** Concatenation with a null is null, and an aggregate leaves nulls out: none of the parts may be null, or rows are lost without a word. */
const packed = (parts: readonly string[], from: string, id: string): string =>
  `select count(*), string_agg(${parts.join(" || ")}, '') ${from} group by ${id} >> ${BLOCK_BITS}`;

/** A cursor over one block. */
class Block {
  readonly view: DataView;
  at = 0;

  constructor(readonly bytes: Buffer) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  int4(): number {
    this.at += 4;
    return this.view.getInt32(this.at - 4);
  }

  int8(): number {
    this.at += 8;
    return this.view.getInt32(this.at - 8) * HIGH + this.view.getUint32(this.at - 4);
  }

  /** Of the eight bytes of a hash as many bits as a number has room for. */
  hash(): number {
    this.at += 8;
    return (this.view.getUint32(this.at - 8) >>> 12) * HIGH + this.view.getUint32(this.at - 4);
  }

  byte(): number {
    this.at += 1;
    return this.bytes[this.at - 1]!;
  }

  instant(): number {
    return PG_EPOCH_MS + this.int8() / 1_000;
  }
}

async function readBlocks(sql: Sql, query: string, take: (block: Block, rows: number) => void): Promise<void> {
  await copyRows(sql, query, (row) => {
    const rows = row.int8();
    const block = new Block(row.bytes());
    take(block, rows);
    if (block.at !== block.bytes.length) throw new Error(`${rows} rows should end at byte ${block.at} of ${block.bytes.length}`);
  });
}

const floats = (lists: readonly Float64Array[]): Float64Array => joined(lists, (length) => new Float64Array(length));
const ints = (lists: readonly Int32Array[]): Int32Array => joined(lists, (length) => new Int32Array(length));
const bytes = (lists: readonly Uint8Array[]): Uint8Array => joined(lists, (length) => new Uint8Array(length));

function joined<T extends Float64Array | Int32Array | Uint8Array>(lists: readonly T[], make: (length: number) => T): T {
  const whole = make(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    whole.set(list, at);
    at += list.length;
  }
  return whole;
}

// — Resources.

/** Between the words of a declaration. Its last word is free text and may have any character. */
const BETWEEN = "\x1f";
/** A word that is null. */
const NULL = "\x1e";

interface UnitRow {
  unit_id: string;
  division_code: string;
  active: boolean;
  calendar_id: string | null;
}

/**
 * Resources whose total is declared. What is declared of each comes as one text: of a million texts a few hundred thousand
 * differ, and only those are taken apart.
 */
export async function readResourceRows(sql: Sql, pool: PoolId): Promise<DeclaredRows> {
  const units = new Map(
    (
      await sql<UnitRow[]>`
        select u.unit_id, u.division_code, u.state = 'active' as active, coalesce(u.calendar_id, p.calendar_id) as calendar_id
        from pool.units u join pool.pools p on p.pool_id = u.pool_id
        where u.pool_id = ${pool}`
    ).map((unit) => [unit.unit_id, unit]),
  );
  const nullable = (column: string): string => `coalesce(${column}::text, e'\\x1e')`;
  const words = [
    "unit_id", "class_id", "array_to_string(traits, ',')", "array_to_string(jurisdiction, ',')", "min", "max", "step", nullable("total"), "reserved",
    "overcommit_percent", "automated", nullable("valid_from"), nullable("valid_to"), "state", nullable("calendar_id"), nullable("earmark"),
  ];
  const query = packed(
    ["int8send(resource_id)", "int8send(generation)", "int8send(hashtextextended(declared, 0))", "int4send(length(textsend(declared)))", "textsend(declared)"],
    `from (
       select resource_id, generation, concat_ws(e'\\x1f', ${words.join(", ")}) as declared
       from pool.resources r
       where r.pool_id = ${literal(pool)} and ${PLAIN_RESOURCE}
       -- Keeps the text from being made twice.
       offset 0
     ) plain`,
    "resource_id",
  );
  const known = new Texts();
  const declared: DeclaredResource[] = [];
  const lists = new Map<string, readonly string[]>([["", []]]);
  const ids: Float64Array[] = [];
  const generations: Float64Array[] = [];
  const likes: Int32Array[] = [];
  await readBlocks(sql, query, (block, rows) => {
    const id = new Float64Array(rows);
    const generation = new Float64Array(rows);
    const like = new Int32Array(rows);
    for (let n = 0; n < rows; n += 1) {
      id[n] = block.int8();
      generation[n] = block.int8();
      const hash = block.hash();
      const length = block.int4();
      const end = block.at + length;
      const at = known.numberOf(hash, block.bytes, block.at, end);
      if (at === declared.length) declared.push(declaredBy(block.bytes.toString("utf8", block.at, end), units, lists));
      like[n] = at;
      block.at = end;
    }
    ids.push(id);
    generations.push(generation);
    likes.push(like);
  });
  return { ids: floats(ids), generations: floats(generations), like: ints(likes), declared };
}

/** Texts as bytes, each once, numbered as they come. Most of a million were met before, and no string is made of those. */
class Texts {
  private readonly byHash = new IdIndex();
  private bytes = Buffer.allocUnsafe(1 << 20);
  private readonly ends: number[] = [0];

  /** Of the text from `from` to `end`; its hash is the server's. */
  numberOf(hash: number, bytes: Buffer, from: number, end: number): number {
    for (let key = hash; ; key += 1) {
      const at = this.byHash.find(key);
      if (at === undefined) {
        this.byHash.set(key, this.ends.length - 1);
        return this.keep(bytes, from, end);
      }
      if (bytes.compare(this.bytes, this.ends[at]!, this.ends[at + 1]!, from, end) === 0) return at;
    }
  }

  private keep(bytes: Buffer, from: number, end: number): number {
    const begin = this.ends[this.ends.length - 1]!;
    const after = begin + end - from;
    if (after > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(after, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, begin);
      this.bytes = larger;
    }
    bytes.copy(this.bytes, begin, from, end);
    this.ends.push(after);
    return this.ends.length - 2;
  }
}

function declaredBy(text: string, units: ReadonlyMap<string, UnitRow>, lists: Map<string, readonly string[]>): DeclaredResource {
  const [unitId, classId, traits, jurisdiction, min, max, step, total, reserved, overcommit, automated, validFrom, validTo, state, calendarId, ...earmark] = text.split(BETWEEN);
  const unit = units.get(unitId!)!;
  const list = <T extends string>(joinedBy: string): readonly T[] => {
    let found = lists.get(joinedBy);
    if (!found) lists.set(joinedBy, (found = joinedBy.split(",")));
    return found as readonly T[];
  };
  const orNull = (word: string): string | null => (word === NULL ? null : word);
  return {
    id: trusted<ResourceId>(0),
    unitId: trusted<UnitId>(unitId!),
    classId: trusted(classId!),
    traits: list<TraitId>(traits!),
    jurisdiction: list(jurisdiction!),
    unitDivision: trusted<DivisionCode>(unit.division_code),
    limits: { min: Number(min), max: Number(max), step: Number(step) },
    earmark: orNull(earmark.join(BETWEEN)),
    offered: state === "published" && unit.active,
    automated: automated === "t",
    generation: 0,
    total: total === NULL ? null : Number(total),
    derived: false,
    reserved: Number(reserved),
    overcommitPercent: Number(overcommit),
    validFrom: orNull(validFrom!) as LocalDate | null,
    validTo: orNull(validTo!) as LocalDate | null,
    state: state as DeclaredResource["state"],
    calendarId: (orNull(calendarId!) ?? unit.calendar_id) as CalendarId | null,
    assets: [],
  };
}

// — Books.

/**
 * Days, half-hours, years and "no period" lie apart as numbers, so that which have not ended can be said without reading
 * the class of each resource. Days of before 1997 and of after 2517 would be taken for something else: then too much is read.
 */
const DAY_FIRST = 10_000;
const SLOT_FIRST = 200_000;

/** Books of periods that have not ended, and of ended ones that still hold something: those will lapse or settle late. */
export async function readBookedRows(sql: Sql, pool: PoolId, now: Instant, feed: (rows: BookedRows) => void): Promise<void> {
  const query = packed(
    ["int8send(resource_id)", "int4send(period)", "int8send(held + settled + lent - borrowed)"],
    `from pool.balances
     where pool_id = ${literal(pool)}
       and (held > 0 or period = 0
         or period between ${periodAt("fiscal-year", now)} and ${DAY_FIRST - 1}
         or period between ${periodAt("day", now)} and ${SLOT_FIRST - 1}
         or period >= ${Math.max(SLOT_FIRST, periodAt("slot", now))})`,
    "resource_id",
  );
  await readBlocks(sql, query, (block, rows) => {
    const resources = new Float64Array(rows);
    const periods = new Int32Array(rows);
    const used = new Float64Array(rows);
    for (let n = 0; n < rows; n += 1) {
      resources[n] = block.int8();
      periods[n] = block.int4();
      used[n] = block.int8();
    }
    feed({ resources, periods, used });
  });
}

// — Steps that wait or hold.

/** Held by somebody: his step's rows are a list. */
interface Held extends HoldRows {
  readonly steps: Float64Array;
  readonly attempts: Int32Array;
  /** From a step to its first row. */
  readonly first: IdIndex;
}

async function readHoldRows(sql: Sql, pool: PoolId): Promise<Held> {
  const query = packed(
    ["int8send(step_id)", "int4send(attempt)", `int4send((claim_id % ${CLAIMS_MAX})::int4)`, "int8send(resource_id)", "int4send(period)", "int8send(amount)"],
    `from pool.allocations where pool_id = ${literal(pool)} and state = 'held'`,
    "step_id",
  );
  const blocks: { steps: Float64Array; attempts: Int32Array; ordinals: Int32Array; resources: Float64Array; periods: Int32Array; amounts: Float64Array }[] = [];
  await readBlocks(sql, query, (block, rows) => {
    const [steps, resources, amounts] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
    const [attempts, ordinals, periods] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
    for (let n = 0; n < rows; n += 1) {
      steps[n] = block.int8();
      attempts[n] = block.int4();
      ordinals[n] = block.int4();
      resources[n] = block.int8();
      periods[n] = block.int4();
      amounts[n] = block.int8();
    }
    blocks.push({ steps, attempts, ordinals, resources, periods, amounts });
  });
  const steps = floats(blocks.map((block) => block.steps));
  const first = new IdIndex();
  first.reserve(steps.length);
  const next = new Int32Array(steps.length);
  for (let h = steps.length - 1; h >= 0; h -= 1) {
    next[h] = first.find(steps[h]!) ?? -1;
    first.set(steps[h]!, h);
  }
  return {
    steps,
    attempts: ints(blocks.map((block) => block.attempts)),
    ordinals: Uint8Array.from(ints(blocks.map((block) => block.ordinals))),
    resources: floats(blocks.map((block) => block.resources)),
    periods: ints(blocks.map((block) => block.periods)),
    amounts: floats(blocks.map((block) => block.amounts)),
    next,
    first,
  };
}

export interface StepsRead {
  readonly steps: Omit<StepRows, "barred">;
  readonly holds: HoldRows;
  /** Those that hold and are to be read by themselves. */
  readonly otherHolding: readonly StepId[];
}

/**
 * Plain steps that wait or hold, and what they hold. A step waits as `readWaiting` says; it holds when an allocation of the
 * turn it is in is held. Everybody else who holds is named, to be read by himself.
 */
export async function readStepRows(sql: Sql, pool: PoolId, asks: AskBook): Promise<StepsRead> {
  const held = await readHoldRows(sql, pool);
  const query = packed(
    ["int8send(step_id)", "int4send(attempt)", "timestamptz_send(arrived_at)", "timestamptz_send(due_at)", "int4send(expected_minutes)", "uuid_send(ask_id)", "boolsend(waits)", "boolsend(started)"],
    `from (
       select s.step_id, s.attempt, s.arrived_at, coalesce(s.ranks_due_at, s.due_at) as due_at, s.expected_minutes, s.ask_id, s.state = 'working' as started,
              s.state = 'ready' and r.state in ('received', 'in_progress', 'unservable') and d.step_id is null
                and s.step_id not in (${announced(pool)}) as waits
       from pool.steps s
         join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
         left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
       where s.pool_id = ${literal(pool)} and s.state in ('ready', 'working') and ${PLAIN_STEP} and d.picked is null
     ) plain`,
    "step_id",
  );
  const claims: (readonly ClaimAsk[])[] = [];
  const askAt = new Map<string, number>();
  const taken = new Uint8Array(held.steps.length);
  const blocks: Omit<StepRows, "claims" | "barred">[] = [];
  await readBlocks(sql, query, (block, rows) => {
    const [ids, arrivedAt, dueAt] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
    const [attempts, expectedMinutes, asked, firstHold] = [new Int32Array(rows), new Int32Array(rows), new Int32Array(rows), new Int32Array(rows)];
    const started = new Uint8Array(rows);
    let n = 0;
    for (let row = 0; row < rows; row += 1) {
      const id = block.int8();
      ids[n] = id;
      attempts[n] = block.int4();
      arrivedAt[n] = block.instant();
      dueAt[n] = block.instant();
      expectedMinutes[n] = block.int4();
      const ask = block.bytes.toString("latin1", block.at, (block.at += 16));
      let at = askAt.get(ask);
      if (at === undefined) {
        askAt.set(ask, (at = claims.length));
        claims.push(asks.ofBytes(ask));
      }
      asked[n] = at;
      const waits = block.byte() === 1;
      started[n] = block.byte();
      const hold = held.first.find(id) ?? -1;
      firstHold[n] = hold;
      if (hold >= 0) {
        // What it holds since an earlier turn goes another way: it is given back by a command that is on its way.
        if (waits || !holdsNow(held, hold, attempts[n]!)) continue;
        taken[hold] = 1;
      } else if (!waits) continue;
      n += 1;
    }
    const cut = <T extends Float64Array | Int32Array | Uint8Array>(list: T): T => list.subarray(0, n) as T;
    blocks.push({ ids: cut(ids), attempts: cut(attempts), arrivedAt: cut(arrivedAt), dueAt: cut(dueAt), expectedMinutes: cut(expectedMinutes), asks: cut(asked), started: cut(started), firstHold: cut(firstHold) });
  });
  const otherHolding: StepId[] = [];
  for (let h = 0; h < taken.length; h += 1) if (taken[h] === 0 && held.first.find(held.steps[h]!) === h) otherHolding.push(trusted(held.steps[h]!));
  const steps: StepsRead["steps"] = {
    ids: floats(blocks.map((block) => block.ids)),
    attempts: ints(blocks.map((block) => block.attempts)),
    arrivedAt: floats(blocks.map((block) => block.arrivedAt)),
    dueAt: floats(blocks.map((block) => block.dueAt)),
    expectedMinutes: ints(blocks.map((block) => block.expectedMinutes)),
    asks: ints(blocks.map((block) => block.asks)),
    started: bytes(blocks.map((block) => block.started)),
    firstHold: ints(blocks.map((block) => block.firstHold)),
    claims,
  };
  return { steps, holds: held, otherHolding };
}

function holdsNow({ attempts, next }: Held, first: number, attempt: number): boolean {
  for (let h = first; h >= 0; h = next[h]!) if (attempts[h] !== attempt) return false;
  return true;
}
