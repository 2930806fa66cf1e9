import type { Figure, QueueReader, QueueSnapshot } from "../app/ports/queue-reader.js";
import type { ReadPort } from "../app/ports/writer.js";
import type { PoolId } from "../domain/id.js";
import type { Connection } from "../postgres/connection.js";
import { readPortOf } from "../postgres/queries/writer.js";
import type { Waiting } from "../scheduler/contract.js";
import type { Ahead, Comparison } from "../scheduler/queue-place.js";
import type { OffersFound } from "../scheduler/offers-asked.js";

/** Milliseconds a page waits for the writer, all in all. */
const ANSWER_MS_MAX = 200;
/** Milliseconds an address is believed. */
const ADDRESS_MS_MAX = 1_000;
/** Figures remembered for when the writer does not answer. */
const FIGURES_MAX = 10_000;

interface Address {
  readonly readAtMs: number;
  readonly port: Promise<ReadPort | undefined>;
}

/** Asks the writers' read ports over HTTP. */
export function createQueueReader({ side }: Pick<Connection, "side">, monotonicMs: () => number = () => performance.now()): QueueReader {
  const addresses = new Map<PoolId, Address>();
  const last = new Map<string, Figure<unknown>>();

  const addressOf = (pool: PoolId): Promise<ReadPort | undefined> => {
    const known = addresses.get(pool);
    if (known && monotonicMs() - known.readAtMs < ADDRESS_MS_MAX) return known.port;
    const port = readPortOf(side, pool);
    addresses.set(pool, { readAtMs: monotonicMs(), port });
    return port;
  };

  const remember = (key: string, figure: Figure<unknown>): void => {
    last.delete(key);
    last.set(key, { ...figure, fresh: false });
    if (last.size > FIGURES_MAX) last.delete(last.keys().next().value ?? "");
  };

  const fetched = <T>(pool: PoolId, path: string, body?: unknown): Promise<Figure<T>> =>
    withinLimit(async (signal) => {
      const at = await addressOf(pool);
      if (!at) throw new Error("no writer");
      const response = await fetch(`http://${at.host}:${at.port}${path}`, {
        headers: { authorization: `Bearer ${at.token}` },
        signal,
        ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`the writer answered ${response.status}`);
      const { at: instant, value } = (await response.json()) as { at: number; value: T };
      return { value, at: instant, fresh: true };
    });

  const ask = async <T>(pool: PoolId, path: string): Promise<Figure<T> | undefined> => {
    const key = `${pool}${path}`;
    try {
      const figure = await fetched<T>(pool, path);
      remember(key, figure);
      return figure;
    } catch {
      // Another writer may have taken over: ask for its address next time.
      addresses.delete(pool);
      return last.get(key) as Figure<T> | undefined;
    }
  };

  return {
    waiting: (pool, step) => ask<Waiting | null>(pool, `/waiting/${step}`),
    ahead: (pool, step) => ask<Ahead | null>(pool, `/ahead/${step}`),
    compare: (pool, a, b) => ask<Comparison>(pool, `/compare/${a}/${b}`),
    queue: (pool) => ask<QueueSnapshot>(pool, "/queue"),
    offers: (pool, asked) =>
      fetched<OffersFound>(pool, "/offers", asked).catch(() => {
        addresses.delete(pool);
        return undefined;
      }),
  };
}

/** Also limits what a signal cannot reach, such as a database that does not answer. */
async function withinLimit<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const late = new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(new Error("too late")), { once: true }));
  return await Promise.race([work(signal), late]);
}
