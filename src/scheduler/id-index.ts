import type { Floats, Ints } from "./typed-arrays.js";

const NOBODY = -1;

/** From an id (a whole number) to a handle, in typed arrays: a sixth of what a Map takes at a million, and no garbage. */
export class IdIndex {
  private keys: Floats = new Float64Array(64);
  private handles: Ints = new Int32Array(64).fill(NOBODY);
  private count = 0;

  find(id: number): number | undefined {
    const { keys, handles } = this;
    const mask = handles.length - 1;
    for (let at = placeOf(id) & mask; handles[at] !== NOBODY; at = (at + 1) & mask) {
      if (keys[at] === id) return handles[at];
    }
    return undefined;
  }

  set(id: number, handle: number): void {
    if (this.count * 2 >= this.handles.length) this.grow();
    const { keys, handles } = this;
    const mask = handles.length - 1;
    let at = placeOf(id) & mask;
    while (handles[at] !== NOBODY && keys[at] !== id) at = (at + 1) & mask;
    if (handles[at] === NOBODY) this.count += 1;
    keys[at] = id;
    handles[at] = handle;
  }

  delete(id: number): void {
    const { keys, handles } = this;
    const mask = handles.length - 1;
    let hole = placeOf(id) & mask;
    while (handles[hole] !== NOBODY && keys[hole] !== id) hole = (hole + 1) & mask;
    if (handles[hole] === NOBODY) return;
    this.count -= 1;
    // Whoever stands after the hole because its own place was taken moves up: no tombstones, ever.
    for (let at = (hole + 1) & mask; handles[at] !== NOBODY; at = (at + 1) & mask) {
      const wanted = placeOf(keys[at]!) & mask;
      if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
      keys[hole] = keys[at]!;
      handles[hole] = handles[at]!;
      hole = at;
    }
    handles[hole] = NOBODY;
  }

  /** Room for so many more: growing step by step would put each of a million ids in its place twice. */
  reserve(more: number): void {
    let length = this.handles.length;
    while ((this.count + more) * 2 > length) length *= 2;
    if (length > this.handles.length) this.resize(length);
  }

  private grow(): void {
    this.resize(this.handles.length * 2);
  }

  private resize(length: number): void {
    const { keys, handles } = this;
    this.keys = new Float64Array(length);
    this.handles = new Int32Array(length).fill(NOBODY);
    this.count = 0;
    for (let at = 0; at < keys.length; at += 1) if (handles[at] !== NOBODY) this.set(keys[at]!, handles[at]!);
  }
}

/**
 * Ids come in rows, and are mostly asked for in rows: sixteen neighbours stay together, so that one look at memory finds them all, and
 * each sixteen are scattered. The shifts bring the high bits of the product down.
 */
function placeOf(id: number): number {
  const low = id | 0;
  const sixteen = low === id ? low >> 4 : (low >>> 4) ^ Math.imul(Math.floor(id / 4_294_967_296) | 0, 0x85ebca6b);
  const mixed = Math.imul(sixteen, 0x9e3779b1);
  return (((mixed ^ (mixed >>> 15)) << 4) | (low & 15)) >>> 0;
}
