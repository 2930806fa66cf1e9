import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { LeaseKeeper } from "../../src/app/scheduling/lease-keeper.js";
import type { PoolWriter } from "../../src/app/ports/writer.js";

test("a lease kept for months costs no more memory than one kept for a minute", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const rounds = 200_000;
  let renewed = 0;
  let enough = (): void => {};
  const done = new Promise<void>((resolve) => (enough = resolve));
  const writer = { renew: () => Promise.resolve((renewed += 1) < rounds || (enough(), true)) } as unknown as PoolWriter;
  gc();
  const before = process.memoryUsage().heapUsed;
  // A pause that never waits, and lets the rest of the process in now and then.
  const keeper = new LeaseKeeper(writer, 1, 3_000, async () => (renewed % 1_000 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined), () => {});
  await done;
  gc();
  const grown = process.memoryUsage().heapUsed - before;
  await keeper.stop();
  expect(grown / rounds).toBeLessThan(20);
});
