import { performance } from "node:perf_hooks";

/** One line of the bench. `limit` is what the machine itself could do in the same run, `ratio` how much of it was reached. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit: number | null;
  readonly ratio: number | null;
  /** How many things were measured: decisions, batches, questions. */
  readonly n: number;
  readonly seed: number;
  /** Smallest and largest of the rounds the run was cut into. */
  readonly min?: number;
  readonly max?: number;
  /** What kept it from being better, as it was measured. */
  readonly limiter?: string;
  /** The number promised, where one is. */
  readonly target?: string;
}

export type Emit = (figure: Omit<Figure, "limit" | "ratio" | "seed"> & { readonly limit?: number | null }) => void;

/** Three significant digits: more would pretend. */
export const rounded = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(3)) : value);

/** Quantile `q` of the values; they are sorted in place. NaN of none. */
export function quantile(values: Float64Array | number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  values.sort((a: number, b: number) => a - b);
  return values[Math.min(values.length - 1, Math.floor(q * values.length))]!;
}

export const median = (values: readonly number[]): number => quantile([...values], 0.5);

/** Values that come one by one, kept to be sorted later. */
export class Samples {
  #values = new Float64Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(value: number, times = 1): void {
    while (this.#count + times > this.#values.length) {
      const wider = new Float64Array(this.#values.length * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values.fill(value, this.#count, this.#count + times);
    this.#count += times;
  }

  quantile(q: number): number {
    return quantile(this.#values.subarray(0, this.#count).slice(), q);
  }
}

/** What people read while it runs; figures alone go to standard output. */
export const say = (text: string): void => void process.stderr.write(`${text}\n`);

export const secondsSince = (beganMs: number): number => (performance.now() - beganMs) / 1_000;
