import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Sql } from "./connection.js";

/** 11 bytes that say what this is, four of flags, four that say how much more header comes. */
const HEADER_BYTES = 19;
/** PostgreSQL counts microseconds from 2000. */
export const PG_EPOCH_MS = Date.UTC(2000, 0, 1);
const LIST_ROWS = 2_000;

/**
 * Rows of a query by `COPY … TO STDOUT (FORMAT binary)`: numbers come as numbers, and no object is made of a row.
 * A million rows as text cost the driver a regular expression, a date and an object each.
 *
 * @param query Without parameters, which COPY does not take: `literal` quotes what goes in.
 * @param take Reads the fields of one row, in their order, all of them.
 */
export async function copyRows(sql: Sql, query: string, take: (row: BinaryRow) => void): Promise<void> {
  const stream = (await sql.unsafe(`copy (${query}) to stdout (format binary)`).readable()) as Readable;
  const rows = new Rows(take);
  // As they come, not `for await`: a million turns of the event loop would cost more than all the rows.
  let fault: { readonly error: unknown } | undefined;
  stream.on("data", (chunk: Buffer) => {
    try {
      if (!fault) rows.take(chunk);
    } catch (error) {
      // Thrown when all has come: the connection is of use to nobody while the rest is on its way.
      fault = { error };
    }
  });
  try {
    await finished(stream);
  } finally {
    // The driver stops listening while the stream is full and goes on when it asks for more, which it does not at its
    // end: then nobody would ever hear that the statement is over.
    stream._read(0);
  }
  if (fault) throw fault.error;
}

/** Cuts what comes into rows; a row may come in pieces. */
class Rows {
  readonly #row = new BinaryRow();
  readonly #take: (row: BinaryRow) => void;
  #rest: Buffer | undefined;
  #begun = false;

  constructor(take: (row: BinaryRow) => void) {
    this.#take = take;
  }

  take(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    let at = 0;
    if (!this.#begun) {
      if (bytes.length < HEADER_BYTES) {
        this.#rest = bytes;
        return;
      }
      at = HEADER_BYTES;
      this.#begun = true;
    }
    while (at < bytes.length) {
      const end = endOfRow(bytes, at);
      if (end < 0) {
        this.#rest = bytes.subarray(at);
        return;
      }
      // The last "row" has no fields: it says that this was all.
      if (end > at + 2) this.#take(this.#row.over(bytes, at + 2));
      at = end;
    }
  }
}

/** Where the row that begins at `at` ends; -1: not in these bytes. */
function endOfRow(bytes: Buffer, at: number): number {
  if (at + 2 > bytes.length) return -1;
  const fields = bytes.readInt16BE(at);
  let end = at + 2;
  for (let field = 0; field < fields; field += 1) {
    if (end + 4 > bytes.length) return -1;
    end += 4 + Math.max(0, bytes.readInt32BE(end));
    if (end > bytes.length) return -1;
  }
  return end;
}

/** The fields of the row at hand, one after the other. Null fields are null; asking for another type than is there reads nonsense. */
export class BinaryRow {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  readonly #texts = new Map<string, string>();

  over(bytes: Buffer, at: number): this {
    this.#bytes = bytes;
    this.#at = at;
    return this;
  }

  /** Length of the next field; -1: null. */
  #next(): number {
    const length = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    return length;
  }

  int4(): number {
    return this.int4OrNull()!;
  }

  int4OrNull(): number | null {
    if (this.#next() < 0) return null;
    this.#at += 4;
    return this.#bytes.readInt32BE(this.#at - 4);
  }

  int8(): number {
    return this.int8OrNull()!;
  }

  /** Ids and amounts are safe integers. */
  int8OrNull(): number | null {
    if (this.#next() < 0) return null;
    this.#at += 8;
    return this.#bytes.readInt32BE(this.#at - 8) * 2 ** 32 + this.#bytes.readUInt32BE(this.#at - 4);
  }

  bool(): boolean {
    this.#next();
    this.#at += 1;
    return this.#bytes[this.#at - 1] === 1;
  }

  /** Milliseconds since 1970. */
  instant(): number {
    return this.instantOrNull()!;
  }

  instantOrNull(): number | null {
    const micros = this.int8OrNull();
    return micros === null ? null : PG_EPOCH_MS + micros / 1_000;
  }

  text(): string {
    return this.textOrNull()!;
  }

  /** Equal texts are one text: a million rows name some hundred units. */
  textOrNull(): string | null {
    const length = this.#next();
    if (length < 0) return null;
    this.#at += length;
    const raw = this.#bytes.toString("latin1", this.#at - length, this.#at);
    let text = this.#texts.get(raw);
    if (text === undefined) this.#texts.set(raw, (text = this.#bytes.toString("utf8", this.#at - length, this.#at)));
    return text;
  }

  /** The field's own bytes, good until the next row. */
  bytes(): Buffer {
    const length = this.#next();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** A uuid, or any other short field, as a name to look things up by. */
  keyOrNull(): string | null {
    const length = this.#next();
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.toString("latin1", this.#at - length, this.#at);
  }
}

/** As `copyRows`, in lists of what `read` makes of each row: bounds memory, and is large enough that calls do not count. */
export async function copyLists<T>(sql: Sql, query: string, read: (row: BinaryRow) => T, feed: (list: readonly T[]) => void): Promise<void> {
  let list: T[] = [];
  await copyRows(sql, query, (row) => {
    list.push(read(row));
    if (list.length < LIST_ROWS) return;
    feed(list);
    list = [];
  });
  if (list.length > 0) feed(list);
}

/** A text in a statement that takes no parameters. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
