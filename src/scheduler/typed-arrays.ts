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
