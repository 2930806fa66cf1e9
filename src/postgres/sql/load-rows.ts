/*
 * The million rows a pool is read from, in blocks.
 *
 * A row that arrives by itself costs the driver a message, three views and an event, more than everything that is done
 * with it afterwards. So the server packs rows of one layout into columns, a block of ids at a time: it does so for little
 * more than it takes to send them one by one, and here a column is a typed array as it comes.
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
import { roomyInts, type Ints } from "../../scheduler/typed-arrays.js";
import type { AskBook } from "../ask-book.js";
import { hashOf, packed, readBlocks, type Block } from "../binary-columns.js";
import { literal } from "../binary-copy.js";
import type { Sql } from "../connection.js";
import { announced, PLAIN_RESOURCE, PLAIN_STEP } from "./plain-rows.js";

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
 * Resources whose total is declared. What is declared of each comes as two texts, where it is and what it gives: of a million
 * of both some thousands differ, and only those are taken apart. Of pairs some hundred thousand do.
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
  const words = (...columns: readonly string[]): string => `concat_ws(e'\\x1f', ${columns.join(", ")})`;
  const place = words("unit_id", nullable("calendar_id"), "array_to_string(jurisdiction, ',')");
  const gives = words(
    "class_id", "array_to_string(traits, ',')", "min", "max", "step", nullable("total"), "reserved", "overcommit_percent", "automated", nullable("valid_from"), nullable("valid_to"), "state",
    nullable("earmark"),
  );
  const texts = ["place", "gives"].flatMap((text) => [`int8send(hashtextextended(${text}, 0))`, `int4send(length(textsend(${text})))`, `textsend(${text})`]);
  const query = packed(
    ["float8send(resource_id)", "float8send(generation)", ...texts],
    `from (
       select resource_id, generation, ${place} as place, ${gives} as gives
       from pool.resources r
       where r.pool_id = ${literal(pool)} and ${PLAIN_RESOURCE}
       -- Keeps the texts from being made twice.
       offset 0
     ) plain`,
    "resource_id",
  );
  const places = new Texts((text) => placeOf(text, units));
  const given = new Texts(givesOf);
  const pairs = new IdIndex();
  const declared: DeclaredResource[] = [];
  const ids: Float64Array[] = [];
  const generations: Float64Array[] = [];
  const likes: Int32Array[] = [];
  await readBlocks(sql, query, (block) => {
    ids.push(block.floats());
    generations.push(block.floats());
    const at = places.numbers(block);
    const gives = given.numbers(block);
    const like = new Int32Array(block.rows);
    for (let n = 0; n < block.rows; n += 1) {
      const pair = at[n]! * HALF + gives[n]!;
      let known = pairs.find(pair);
      if (known === undefined) {
        known = declared.push(declaredBy(places.all[at[n]!]!, given.all[gives[n]!]!)) - 1;
        pairs.set(pair, known);
      }
      like[n] = known;
    }
    likes.push(like);
  });
  return { ids: floats(ids), generations: floats(generations), like: ints(likes), declared };
}

/** Two numbers below it are one number. */
const HALF = 2 ** 26;

/** Where a resource is. */
type Place = Pick<DeclaredResource, "unitId" | "jurisdiction" | "unitDivision" | "calendarId"> & { readonly active: boolean };
/** What it gives. */
type Gives = Omit<DeclaredResource, keyof Place | "id" | "generation" | "derived" | "assets" | "offered">;

const orNull = (word: string): string | null => (word === NULL ? null : word);
const listOf = (joinedBy: string): readonly string[] => (joinedBy === "" ? [] : joinedBy.split(","));

function placeOf(text: string, units: ReadonlyMap<string, UnitRow>): Place {
  const [unitId, calendarId, jurisdiction] = text.split(BETWEEN);
  const unit = units.get(unitId!)!;
  return {
    unitId: trusted<UnitId>(unitId!),
    jurisdiction: listOf(jurisdiction!),
    unitDivision: trusted<DivisionCode>(unit.division_code),
    calendarId: (orNull(calendarId!) ?? unit.calendar_id) as CalendarId | null,
    active: unit.active,
  };
}

function givesOf(text: string): Gives {
  const [classId, traits, min, max, step, total, reserved, overcommit, automated, validFrom, validTo, state, ...earmark] = text.split(BETWEEN);
  return {
    classId: trusted(classId!),
    traits: listOf(traits!) as readonly TraitId[],
    limits: { min: Number(min), max: Number(max), step: Number(step) },
    earmark: orNull(earmark.join(BETWEEN)),
    automated: automated === "t",
    total: total === NULL ? null : Number(total),
    reserved: Number(reserved),
    overcommitPercent: Number(overcommit),
    validFrom: orNull(validFrom!) as LocalDate | null,
    validTo: orNull(validTo!) as LocalDate | null,
    state: state as DeclaredResource["state"],
  };
}

const NO_ASSETS: DeclaredResource["assets"] = [];

const declaredBy = (place: Place, gives: Gives): DeclaredResource => ({
  id: trusted<ResourceId>(0),
  unitId: place.unitId,
  classId: gives.classId,
  traits: gives.traits,
  jurisdiction: place.jurisdiction,
  unitDivision: place.unitDivision,
  limits: gives.limits,
  earmark: gives.earmark,
  offered: gives.state === "published" && place.active,
  automated: gives.automated,
  generation: 0,
  total: gives.total,
  derived: false,
  reserved: gives.reserved,
  overcommitPercent: gives.overcommitPercent,
  validFrom: gives.validFrom,
  validTo: gives.validTo,
  state: gives.state,
  calendarId: place.calendarId,
  assets: NO_ASSETS,
});

/** Texts as bytes, each once, numbered as they come. Most of a million were met before, and no string is made of those. */
class Texts<T> {
  readonly all: T[] = [];
  private readonly byHash = new IdIndex();
  private bytes = Buffer.allocUnsafe(1 << 16);
  private readonly ends: number[] = [0];

  constructor(private readonly read: (text: string) => T) {}

  /** Three columns: the server's hashes of the texts, how long they are, and they themselves. */
  numbers(block: Block): Int32Array {
    const hashes = block.halves();
    const lengths = block.ints();
    const texts = block.text();
    const numbers = new Int32Array(block.rows);
    let from = 0;
    for (let n = 0; n < block.rows; n += 1) {
      const end = from + lengths[n]!;
      numbers[n] = this.numberOf(hashOf(hashes, n), texts, from, end);
      from = end;
    }
    if (from !== texts.length) throw new Error(`${block.rows} texts should end at byte ${from} of ${texts.length}`);
    return numbers;
  }

  private numberOf(hash: number, bytes: Buffer, from: number, end: number): number {
    for (let key = hash; ; key += 1) {
      const at = this.byHash.find(key);
      if (at === undefined) {
        this.byHash.set(key, this.all.length);
        this.all.push(this.read(bytes.toString("utf8", from, end)));
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
    ["float8send(resource_id)", "int4send(period)", "float8send(held + settled + lent - borrowed)"],
    `from pool.balances
     where pool_id = ${literal(pool)}
       and (held > 0 or period = 0
         or period between ${periodAt("fiscal-year", now)} and ${DAY_FIRST - 1}
         or period between ${periodAt("day", now)} and ${SLOT_FIRST - 1}
         or period >= ${Math.max(SLOT_FIRST, periodAt("slot", now))})`,
    "resource_id",
  );
  await readBlocks(sql, query, (block) => feed({ resources: block.floats(), periods: block.ints(), used: block.floats() }));
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
    ["float8send(step_id)", "int4send(attempt)", `int4send((claim_id % ${CLAIMS_MAX})::int4)`, "float8send(resource_id)", "int4send(period)", "float8send(amount)"],
    `from pool.allocations where pool_id = ${literal(pool)} and state = 'held'`,
    "step_id",
  );
  const blocks: { steps: Float64Array; attempts: Int32Array; ordinals: Int32Array; resources: Float64Array; periods: Int32Array; amounts: Float64Array }[] = [];
  await readBlocks(sql, query, (block) => {
    blocks.push({ steps: block.floats(), attempts: block.ints(), ordinals: block.ints(), resources: block.floats(), periods: block.ints(), amounts: block.floats() });
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

const ASK_BYTES = 16;
const ASK_WORDS = 4;

/** What steps ask, each once, numbered as it comes: of a million names no text is made. */
class AsksSeen {
  readonly claims: (readonly ClaimAsk[])[] = [];
  private readonly byHash = new IdIndex();
  /** Their names, one behind the other. */
  private names: Ints = new Int32Array(ASK_WORDS);

  constructor(private readonly book: AskBook) {}

  /** By `uuid_send`. */
  numbers(block: Block): Int32Array {
    const names = block.bytes(ASK_BYTES);
    const words = new Int32Array(names.buffer);
    const numbers = new Int32Array(block.rows);
    for (let n = 0; n < block.rows; n += 1) numbers[n] = this.numberOf(hashOf(words, 2 * n), words, ASK_WORDS * n, names);
    return numbers;
  }

  private numberOf(hash: number, words: Int32Array, from: number, names: Buffer): number {
    for (let key = hash; ; key += 1) {
      const at = this.byHash.find(key);
      if (at === undefined) {
        const made = this.claims.push(this.book.ofBytes(names.toString("latin1", 4 * from, 4 * from + ASK_BYTES))) - 1;
        this.byHash.set(key, made);
        this.names = roomyInts(this.names, ASK_WORDS * (made + 1));
        for (let word = 0; word < ASK_WORDS; word += 1) this.names[ASK_WORDS * made + word] = words[from + word]!;
        return made;
      }
      let word = 0;
      while (word < ASK_WORDS && this.names[ASK_WORDS * at + word] === words[from + word]) word += 1;
      if (word === ASK_WORDS) return at;
    }
  }
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
    ["float8send(step_id)", "int4send(attempt)", "timestamptz_send(arrived_at)", "timestamptz_send(due_at)", "int4send(expected_minutes)", "uuid_send(ask_id)", "boolsend(waits)", "boolsend(started)"],
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
  const asked = new AsksSeen(asks);
  const taken = new Uint8Array(held.steps.length);
  const blocks: Omit<StepRows, "claims" | "barred">[] = [];
  await readBlocks(sql, query, (block) => {
    const [ids, attempts, arrivedAt, dueAt, expectedMinutes] = [block.floats(), block.ints(), block.instants(), block.instants(), block.ints()];
    const [askNumbers, waits, started] = [asked.numbers(block), block.flags(), block.flags()];
    const firstHold = new Int32Array(block.rows);
    let n = 0;
    for (let row = 0; row < block.rows; row += 1) {
      const hold = held.first.find(ids[row]!) ?? -1;
      if (hold >= 0) {
        // What it holds since an earlier turn goes another way: it is given back by a command that is on its way.
        if (waits[row] === 1 || !holdsNow(held, hold, attempts[row]!)) continue;
        taken[hold] = 1;
      } else if (waits[row] === 0) continue;
      firstHold[n] = hold;
      ids[n] = ids[row]!;
      attempts[n] = attempts[row]!;
      arrivedAt[n] = arrivedAt[row]!;
      dueAt[n] = dueAt[row]!;
      expectedMinutes[n] = expectedMinutes[row]!;
      askNumbers[n] = askNumbers[row]!;
      started[n] = started[row]!;
      n += 1;
    }
    const cut = <T extends Float64Array | Int32Array | Uint8Array>(list: T): T => list.subarray(0, n) as T;
    blocks.push({ ids: cut(ids), attempts: cut(attempts), arrivedAt: cut(arrivedAt), dueAt: cut(dueAt), expectedMinutes: cut(expectedMinutes), asks: cut(askNumbers), started: cut(started), firstHold: cut(firstHold) });
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
    claims: asked.claims,
  };
  return { steps, holds: held, otherHolding };
}

function holdsNow({ attempts, next }: Held, first: number, attempt: number): boolean {
  for (let h = first; h >= 0; h = next[h]!) if (attempts[h] !== attempt) return false;
  return true;
}
