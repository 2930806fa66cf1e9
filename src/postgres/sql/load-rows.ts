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
import type { DeclaredGift, DeclaredPlace, DeclaredRows } from "../../app/ports/writer.js";
import { trusted, type CalendarId, type DivisionCode, type PoolId, type TraitId, type UnitId } from "../../domain/id.js";
import type { Instant, LocalDate } from "../../domain/instant.js";
import { periodAt } from "../../domain/pool/period.js";
import type { BookedRows } from "../../scheduler/loaded-rows.js";
import { IdIndex } from "../../scheduler/id-index.js";
import { floats, hashOf, ints, packed, readBlocks, type Block } from "../binary-columns.js";
import { literal } from "../binary-copy.js";
import type { Sql } from "../connection.js";
import { PLAIN_RESOURCE } from "./plain-rows.js";

/** Between the words of a declaration. Its last word is free text and may have any character. */
const BETWEEN = "\x1f";
/** A word that is null. */
const NULL = "\x1e";

export interface UnitRow {
  unit_id: string;
  division_code: string;
  active: boolean;
  calendar_id: string | null;
}

/** Where units are, for whoever reads their resources. */
export async function readUnits(sql: Sql, pool: PoolId): Promise<ReadonlyMap<string, UnitRow>> {
  const rows = await sql<UnitRow[]>`
    select u.unit_id, u.division_code, u.state = 'active' as active, coalesce(u.calendar_id, p.calendar_id) as calendar_id
    from pool.units u join pool.pools p on p.pool_id = u.pool_id
    where u.pool_id = ${pool}`;
  return new Map(rows.map((unit) => [unit.unit_id, unit]));
}

/**
 * Resources whose total is declared. What is declared of each comes as two texts, where it is and what it gives: of a million
 * of both some thousands differ, and only those are taken apart.
 */
export async function readResourceRows(sql: Sql, pool: PoolId, units: ReadonlyMap<string, UnitRow>): Promise<DeclaredRows> {
  const nullable = (column: string): string => `coalesce(${column}::text, e'\\x1e')`;
  const words = (...columns: readonly string[]): string => `concat_ws(e'\\x1f', ${columns.join(", ")})`;
  const place = words("unit_id", nullable("calendar_id"), "array_to_string(jurisdiction, ',')");
  const gift = words(
    "class_id", "array_to_string(traits, ',')", "min", "max", "step", nullable("total"), "reserved", "overcommit_percent", "automated", nullable("valid_from"), nullable("valid_to"), "state",
    nullable("earmark"),
  );
  const texts = ["place", "gift"].flatMap((text) => [`int8send(hashtextextended(${text}, 0))`, `int4send(length(textsend(${text})))`, `textsend(${text})`]);
  const query = packed(
    ["float8send(resource_id)", "float8send(generation)", ...texts],
    `from (
       select resource_id, generation, ${place} as place, ${gift} as gift
       from pool.resources r
       where r.pool_id = ${literal(pool)} and ${PLAIN_RESOURCE}
       -- Keeps the texts from being made twice.
       offset 0
     ) plain`,
    "resource_id",
  );
  const places = new Texts((text) => placeOf(text, units));
  const gifts = new Texts(giftOf);
  const ids: Float64Array[] = [];
  const generations: Float64Array[] = [];
  const at: Int32Array[] = [];
  const gives: Int32Array[] = [];
  await readBlocks(sql, query, (block) => {
    ids.push(block.floats());
    generations.push(block.floats());
    at.push(places.numbers(block));
    gives.push(gifts.numbers(block));
  });
  return { ids: floats(ids), generations: floats(generations), at: ints(at), gives: ints(gives), places: places.all, gifts: gifts.all };
}

const orNull = (word: string): string | null => (word === NULL ? null : word);
const listOf = (joinedBy: string): readonly string[] => (joinedBy === "" ? [] : joinedBy.split(","));

function placeOf(text: string, units: ReadonlyMap<string, UnitRow>): DeclaredPlace {
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

function giftOf(text: string): DeclaredGift {
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
    state: state as DeclaredGift["state"],
  };
}

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

/**
 * Days, half-hours, years and "no period" lie apart as numbers, so that which have not ended can be said without reading
 * the class of each resource. Days of before 1997 and of after 2517 would be taken for something else: then too much is read.
 */
const DAY_FIRST = 10_000;
const SLOT_FIRST = 200_000;

/** Books of periods that have not ended, and of ended ones that still hold something: those will lapse or settle late. */
export async function readBookedRows(sql: Sql, pool: PoolId, now: Instant): Promise<BookedRows> {
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
  const blocks: BookedRows[] = [];
  await readBlocks(sql, query, (block) => void blocks.push({ resources: block.floats(), periods: block.ints(), used: block.floats() }));
  return { resources: floats(blocks.map((block) => block.resources)), periods: ints(blocks.map((block) => block.periods)), used: floats(blocks.map((block) => block.used)) };
}
