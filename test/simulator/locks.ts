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

/**
 * Row locks by name: one holder, the others wait in the order in which they came. It remembers in which order each pair
 * was taken: two orders are a deadlock that has not happened yet.
 */
export class Locks {
  readonly #holders = new Map<string, Holder>();
  readonly #queues = new Map<string, { readonly who: Holder; readonly go: () => void }[]>();
  /** By the pair, in the order taken: what else was held then. */
  readonly #orders = new Map<string, ReadonlySet<string>[]>();
  deadlocks = 0;
  /** Two who took a pair of locks each in its own order, with nothing held in common that would keep them apart; in words. */
  inversion: string | undefined;

  async take(who: Holder, key: string): Promise<void> {
    if (who.held.has(key)) return;
    if (!isOwn(key)) for (const before of who.held) if (!isOwn(before)) this.#remember(who, before, key);
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

  #remember(who: Holder, first: string, then: string): void {
    const pair = `${first} → ${then}`;
    const beside = new Set([...who.held].filter((one) => one !== first && !isOwn(one)));
    const known = this.#orders.get(pair);
    if (!known) this.#orders.set(pair, [beside]);
    else if (!known.some((one) => isSubset(one, beside))) known.push(beside);
    const turned = this.#orders.get(`${then} → ${first}`);
    if (turned?.some((one) => ![...one].some((lock) => beside.has(lock)))) this.inversion ??= `${who.name} took ${pair}, and somebody else took them the other way round`;
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

/** The lock of one act's own key: it keeps nobody else apart. */
const isOwn = (key: string): boolean => key.startsWith("key/");
const isSubset = (few: ReadonlySet<string>, many: ReadonlySet<string>): boolean => [...few].every((one) => many.has(one));
