export type Floats = Float64Array<ArrayBuffer>;
export type Ints = Int32Array<ArrayBuffer>;
export type Bytes = Uint8Array<ArrayBuffer>;

/** The array itself when it has room for `length`, else a larger copy; at least doubled, so that growth is amortised. */
export function roomyFloats(array: Floats, length: number): Floats {
  if (length <= array.length) return array;
  const larger = new Float64Array(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

export function roomyInts(array: Ints, length: number): Ints {
  if (length <= array.length) return array;
  const larger = new Int32Array(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

export function roomyBytes(array: Bytes, length: number): Bytes {
  if (length <= array.length) return array;
  const larger = new Uint8Array(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}

/** Rows of cells handed out by length, and taken back: windows of one class have one length, so holes are used again. */
export class Rows {
  private readonly free = new Map<number, number[]>();
  /** Cells ever handed out. */
  size = 0;

  take(length: number): number {
    const again = this.free.get(length)?.pop();
    if (again !== undefined) return again;
    const at = this.size;
    this.size += length;
    return at;
  }

  giveBack(at: number, length: number): void {
    const free = this.free.get(length);
    if (free) free.push(at);
    else this.free.set(length, [at]);
  }
}
