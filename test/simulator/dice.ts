import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { JumpableRandomGenerator } from "pure-rand/types/JumpableRandomGenerator";

/** Random choices from one stream. */
export class Dice {
  constructor(private readonly generator: JumpableRandomGenerator) {}

  /** 0 … n − 1. */
  below(n: number): number {
    return uniformInt(this.generator, 0, n - 1);
  }

  between(from: number, to: number): number {
    return uniformInt(this.generator, from, to);
  }

  chance(probability: number): boolean {
    return probability > 0 && this.below(1_000_000) < probability * 1_000_000;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}

/** A draw added to one purpose shifts no other: each has a stream of its own. */
export interface Streams {
  readonly world: Dice;
  readonly workload: Dice;
  readonly faults: Dice;
  readonly scheduling: Dice;
}

export function streamsOf(seed: number): Streams {
  const generator = xoroshiro128plus(seed);
  const next = (): Dice => {
    generator.jump();
    return new Dice(generator.clone());
  };
  return { world: next(), workload: next(), faults: next(), scheduling: next() };
}
