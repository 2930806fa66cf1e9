/**
 * Cuts waits short. A race with one promise that settles only at the end would keep something of every wait until
 * then: 300 bytes each, for as long as a pool is written.
 */
export class Interrupt {
  #over = false;
  #cut = (): void => {};

  /** The wait at hand ends now, and every later one at once. */
  end(): void {
    this.#over = true;
    this.#cut();
  }

  async wait(until: Promise<unknown>): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#cut = resolve;
      until.then(() => resolve(), reject);
      if (this.#over) resolve();
    });
  }
}
