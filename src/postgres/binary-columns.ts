import { copyRows, PG_EPOCH_MS, type BinaryRow } from "./binary-copy.js";
import type { Sql } from "./connection.js";

/* Rows by the million, in blocks of columns: nothing is done here for each of them that a column does not do at once. */

/** Ids of one block: 2^16. */
const BLOCK_BITS = 16;
const HIGH = 2 ** 32;

/** One field for each column, of a block of ids: a column is what its values' send functions say, one behind the other. */
export const packed = (columns: readonly string[], from: string, id: string): string =>
  `select count(*), ${columns.map((column) => `string_agg(${column}, '')`).join(", ")} ${from} group by ${id} >> ${BLOCK_BITS}`;

/** The columns of one block, taken in their order. The server sends the high byte first; turned over once, a column is a list of numbers. */
export class Block {
  constructor(
    private readonly row: BinaryRow,
    readonly rows: number,
  ) {}

  /** By `float8send`. */
  floats(): Float64Array {
    return new Float64Array(this.bytes(8).swap64().buffer);
  }

  /** By `int4send`. */
  ints(): Int32Array {
    return new Int32Array(this.bytes(4).swap32().buffer);
  }

  /** By `int8send`, or `timestamptz_send`: of each the low half, then the high one. */
  halves(): Int32Array {
    return new Int32Array(this.bytes(8).swap64().buffer);
  }

  /** By `timestamptz_send`. */
  instants(): Float64Array {
    const micros = this.halves();
    const instants = new Float64Array(this.rows);
    for (let n = 0; n < instants.length; n += 1) instants[n] = PG_EPOCH_MS + (micros[2 * n + 1]! * HIGH + (micros[2 * n]! >>> 0)) / 1_000;
    return instants;
  }

  /** By `boolsend`. */
  flags(): Uint8Array {
    return this.bytes(1);
  }

  /** Of `width` each, in a buffer of their own. An aggregate leaves nulls out: then there would be fewer. */
  bytes(width: number): Buffer {
    const sent = this.row.bytes();
    if (sent.length !== this.rows * width) throw new Error(`${this.rows} rows should have ${this.rows * width} bytes and have ${sent.length}`);
    const own = Buffer.from(new ArrayBuffer(sent.length));
    sent.copy(own);
    return own;
  }

  /** What has no width of its own, good until the next block. */
  text(): Buffer {
    return this.row.bytes();
  }
}

export async function readBlocks(sql: Sql, query: string, take: (block: Block) => void): Promise<void> {
  await copyRows(sql, query, (row) => take(new Block(row, row.int8())));
}

/** Of the eight bytes of a hash as many bits as a number has room for. */
export const hashOf = (halves: Int32Array, n: number): number => (halves[2 * n + 1]! >>> 12) * HIGH + (halves[2 * n]! >>> 0);

/** Columns of one block after another. */
export const floats = (lists: readonly Float64Array[]): Float64Array => joined(lists, (length) => new Float64Array(length));
export const ints = (lists: readonly Int32Array[]): Int32Array => joined(lists, (length) => new Int32Array(length));

function joined<T extends Float64Array | Int32Array>(lists: readonly T[], make: (length: number) => T): T {
  const whole = make(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    whole.set(list, at);
    at += list.length;
  }
  return whole;
}
