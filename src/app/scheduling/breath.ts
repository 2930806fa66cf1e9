/** Milliseconds of work in one go, beside what the same round of the event loop brings from sockets. */
const GO_MS = 1;

const waiting: (() => void)[] = [];

/**
 * Lets readers be answered. Whoever works in pieces asks here, and one of them goes on in each round of the event loop: a turn and
 * the commit of the one before, each well cut, would else add up to what a reader waits.
 */
export function breath(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(goOn);
  });
}

function goOn(): void {
  waiting.shift()!();
  if (waiting.length > 0) setImmediate(goOn);
}

/** Work of many small steps, between which it rests when it has gone on long enough. */
export class Stretch {
  #began = performance.now();

  async rest(): Promise<void> {
    if (performance.now() - this.#began < GO_MS) return;
    await breath();
    this.#began = performance.now();
  }
}
