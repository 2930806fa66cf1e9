/** Two transactions wait for one another: this one is ended, as PostgreSQL ends one with 40P01. */
export class Deadlock extends Error {
  override readonly name = "Deadlock";
}

/** Whoever holds locks until it ends. */
export class Holder {
  readonly held = new Set<string>();
  waitsFor: string | undefined;

  constructor(readonly name: string) {}
}

/** Row locks by name: one holder, the others wait in the order in which they came. */
export class Locks {
  readonly #holders = new Map<string, Holder>();
  readonly #queues = new Map<string, { readonly who: Holder; readonly go: () => void }[]>();
  deadlocks = 0;

  async take(who: Holder, key: string): Promise<void> {
    if (who.held.has(key)) return;
    if (this.#holders.has(key)) {
      if (this.#closesCircle(who, key)) {
        this.deadlocks += 1;
        throw new Deadlock(`${who.name} waits for ${key}`);
      }
      who.waitsFor = key;
      await new Promise<void>((go) => {
        const queue = this.#queues.get(key);
        if (queue) queue.push({ who, go });
        else this.#queues.set(key, [{ who, go }]);
      });
      who.waitsFor = undefined;
    }
    this.#holders.set(key, who);
    who.held.add(key);
  }

  /** Passes every lock on to whoever waits first. */
  release(who: Holder): void {
    for (const key of who.held) {
      const next = this.#queues.get(key)?.shift();
      if (next) {
        this.#holders.set(key, next.who);
        next.go();
      } else this.#holders.delete(key);
    }
    who.held.clear();
  }

  isHeld(key: string): boolean {
    return this.#holders.has(key);
  }

  #closesCircle(who: Holder, key: string): boolean {
    let holder = this.#holders.get(key);
    for (let steps = 0; holder && steps < 1_000; steps += 1) {
      if (holder === who) return true;
      holder = holder.waitsFor === undefined ? undefined : this.#holders.get(holder.waitsFor);
    }
    return false;
  }
}
