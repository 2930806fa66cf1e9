import type { Dice } from "./dice.js";
import type { Sometimes } from "./sometimes.js";

/** What may go wrong at any await, by name. */
export const FAULTS = [
  "conflict",
  "lost-before-commit",
  "lost-after-commit",
  "late-commit",
  "slow-commit",
  "request-lost",
  "reply-lost",
  "delay",
  "duplicate",
  "bell-lost",
  "crash-scheduler",
  "freeze-scheduler",
  "crash-web",
] as const;
export type Fault = (typeof FAULTS)[number];

/** How often each may happen at most, of the awaits that could meet it. */
const MOST: Readonly<Record<Fault, number>> = {
  conflict: 0.5,
  "lost-before-commit": 0.2,
  "lost-after-commit": 0.3,
  "late-commit": 0.2,
  "slow-commit": 0.3,
  "request-lost": 0.05,
  "reply-lost": 0.05,
  delay: 0.1,
  duplicate: 0.3,
  "bell-lost": 0.5,
  "crash-scheduler": 0.01,
  "freeze-scheduler": 0.01,
  "crash-web": 0.05,
};

/**
 * Which faults a run has, and how often: a random part of them at random rates. A run with everything at once hides
 * what a run with one thing shows.
 */
export class Faults {
  readonly rates: Readonly<Record<Fault, number>>;
  #over = false;

  /** @param without Left out, to see whether a failure needs them. */
  constructor(
    private readonly dice: Dice,
    readonly sometimes: Sometimes,
    without: readonly Fault[] = [],
  ) {
    this.rates = Object.fromEntries(
      FAULTS.map((fault) => {
        const rate = dice.chance(0.5) ? 0 : (MOST[fault] * (1 + dice.below(10))) / 10;
        return [fault, without.includes(fault) ? 0 : rate];
      }),
    ) as Record<Fault, number>;
  }

  /** Nothing goes wrong any more. */
  end(): void {
    this.#over = true;
  }

  strikes(fault: Fault): boolean {
    return !this.#over && this.dice.chance(this.rates[fault]);
  }

  between(from: number, to: number): number {
    return this.dice.between(from, to);
  }
}
