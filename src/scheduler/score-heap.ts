import type { Floats, Ints } from "./typed-arrays.js";

/** A binary heap of resources by score, smallest first. Nobody who is not in it and fits has a score below `bound`. */
export class ScoreHeap {
  private readonly scores: number[] = [];
  private readonly rs: number[] = [];

  constructor(readonly bound: number) {}

  /** Of the first `count` the best `most`, and a few more when scores would be equal, which they never are. */
  static of(scores: Floats, rs: Ints, count: number, most: number): ScoreHeap {
    const bound = count <= most ? Infinity : nth(scores.slice(0, count), most - 1);
    const heap = new ScoreHeap(bound);
    for (let at = 0; at < count; at += 1) {
      if (scores[at]! > bound) continue;
      heap.scores.push(scores[at]!);
      heap.rs.push(rs[at]!);
    }
    for (let at = (heap.scores.length >> 1) - 1; at >= 0; at -= 1) heap.down(at, heap.scores[at]!, heap.rs[at]!);
    return heap;
  }

  get size(): number {
    return this.scores.length;
  }

  get topScore(): number {
    return this.scores[0]!;
  }

  get topR(): number {
    return this.rs[0]!;
  }

  push(score: number, r: number): void {
    const { scores, rs } = this;
    let at = scores.length;
    scores.push(score);
    rs.push(r);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (scores[above]! <= score) break;
      scores[at] = scores[above]!;
      rs[at] = rs[above]!;
      at = above;
    }
    scores[at] = score;
    rs[at] = r;
  }

  pop(): void {
    const score = this.scores.pop()!;
    const r = this.rs.pop()!;
    if (this.scores.length > 0) this.down(0, score, r);
  }

  replaceTop(score: number): void {
    this.down(0, score, this.rs[0]!);
  }

  private down(from: number, score: number, r: number): void {
    const { scores, rs } = this;
    let at = from;
    for (;;) {
      let below = at * 2 + 1;
      if (below >= scores.length) break;
      if (below + 1 < scores.length && scores[below + 1]! < scores[below]!) below += 1;
      if (scores[below]! >= score) break;
      scores[at] = scores[below]!;
      rs[at] = rs[below]!;
      at = below;
    }
    scores[at] = score;
    rs[at] = r;
  }
}

/** The number that would stand at `at` if they were sorted. */
function nth(numbers: Float64Array, at: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const pivot = numbers[(low + high) >> 1]!;
    let left = low;
    let right = high;
    while (left <= right) {
      while (numbers[left]! < pivot) left += 1;
      while (numbers[right]! > pivot) right -= 1;
      if (left > right) break;
      const swap = numbers[left]!;
      numbers[left] = numbers[right]!;
      numbers[right] = swap;
      left += 1;
      right -= 1;
    }
    if (at <= right) high = right;
    else if (at >= left) low = left;
    else break;
  }
  return numbers[at]!;
}
