/**
 * Wrong codes for one number, and from one address, in one window. The number's limit is wide: whoever knows a number
 * must not be able to keep its owner out with a handful of guesses.
 */
const PER_NUMBER_MAX = 50;
const PER_ADDRESS_MAX = 30;
const WINDOW_MS = 15 * 60_000;
/** Counters one process keeps; beyond it the oldest are forgotten. */
const COUNTERS_MAX = 50_000;

interface Counter {
  count: number;
  readonly endsAt: number;
}

/**
 * Counts failed look-ups by number and by address, so that codes cannot be tried out. A code has 49 bits: what one process
 * forgets at a restart, or another does not know, changes nothing about that.
 */
export class StatusAttempts {
  readonly #counters = new Map<string, Counter>();
  readonly #monotonicMs: () => number;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** Seconds to wait before the next attempt; 0 when it may be made now. */
  waitSeconds(number: string, address: string): number {
    const now = this.#monotonicMs();
    const waits = [this.#wait(`number ${number}`, PER_NUMBER_MAX, now), this.#wait(`address ${address}`, PER_ADDRESS_MAX, now)];
    return Math.ceil(Math.max(...waits) / 1_000);
  }

  failed(number: string, address: string): void {
    const now = this.#monotonicMs();
    for (const key of [`number ${number}`, `address ${address}`]) {
      const counter = this.#counters.get(key);
      if (counter && counter.endsAt > now) counter.count += 1;
      else {
        this.#counters.delete(key);
        this.#counters.set(key, { count: 1, endsAt: now + WINDOW_MS });
      }
    }
    for (const key of this.#counters.keys()) {
      if (this.#counters.size <= COUNTERS_MAX) break;
      this.#counters.delete(key);
    }
  }

  #wait(key: string, max: number, now: number): number {
    const counter = this.#counters.get(key);
    return counter && counter.count >= max && counter.endsAt > now ? counter.endsAt - now : 0;
  }
}
