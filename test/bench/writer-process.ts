/**
 * One writer's life, as `main/scheduler-worker.ts` starts it, in a process of its own, so that its processor time and its
 * memory can be read from outside. It tells the bench what became durable, and how long that took after it was decided.
 */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../src/app/scheduling/run.js";
import { createAllocationPolicy } from "../../src/casbin/allocation.js";
import { PolicyBook } from "../../src/casbin/policy-book.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import type { PoolId } from "../../src/domain/id.js";
import { openReadPort } from "../../src/main/read-port.js";
import { RHYTHM } from "../../src/main/rhythm.js";
import { connect } from "../../src/postgres/connection.js";
import { policySource } from "../../src/postgres/queries/policy.js";
import { createPoolWriter } from "../../src/postgres/writer.js";
import type { Batch, Engine } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";

export interface WriterTask {
  readonly databaseUrl: string;
  readonly poolId: PoolId;
  readonly leaseTtlMs: number;
}

export type WriterNews =
  | { readonly kind: "writing"; readonly resources: number; readonly waiting: number }
  | { readonly kind: "trouble"; readonly what: string }
  | {
      readonly kind: "durable";
      readonly granted: Float64Array;
      readonly refused: Float64Array;
      readonly closed: number;
      /** Milliseconds from the end of the engine's turn to the answer of COMMIT. */
      readonly toDurableMs: number;
      /** Milliseconds the engine worked since the news before. */
      readonly engineMs: number;
      readonly waiting: number;
    };

const tell = (news: WriterNews): void => void process.send?.(news);

/** Notes when each batch was decided, and tells when it is durable: `confirm` is called after COMMIT, in order. */
function watched(engine: Engine): Engine {
  const decidedAt = new WeakMap<Batch, number>();
  let engineMs = 0;
  return {
    ...engine,
    take(...given) {
      const began = performance.now();
      engine.take(...given);
      engineMs += performance.now() - began;
    },
    decide(...given) {
      const began = performance.now();
      const more = engine.decide(...given);
      engineMs += performance.now() - began;
      return more;
    },
    finish(now) {
      const began = performance.now();
      const turn = engine.finish(now);
      const ended = performance.now();
      engineMs += ended - began;
      decidedAt.set(turn.batch, ended);
      return turn;
    },
    confirm(batch) {
      const began = performance.now();
      engine.confirm(batch);
      engineMs += performance.now() - began;
      if (batch.decisions.length === 0 && batch.closings.length === 0) return;
      const of = (outcome: "granted" | "refused") => Float64Array.from(batch.decisions.filter((one) => one.outcome === outcome), ({ step }) => step);
      tell({ kind: "durable", granted: of("granted"), refused: of("refused"), closed: batch.closings.length, toDurableMs: began - (decidedAt.get(batch) ?? began), engineMs, waiting: engine.counts().waiting });
      engineMs = 0;
    },
  };
}

async function work({ databaseUrl, poolId, leaseTtlMs }: WriterTask): Promise<void> {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error("the release's policy files are broken");
  const stopping = new AbortController();
  process.on("message", () => stopping.abort());
  const connection = connect(databaseUrl, { max: 2, applicationName: "govpool-writer-policy" });
  const source = policySource(connection);
  const policy = createAllocationPolicy(new PolicyBook(source, files.value), source);
  const writer = createPoolWriter({ databaseUrl, poolId, leaseTtlMs, policy });
  let close = async (): Promise<void> => {};
  try {
    await run({
      writer,
      policy,
      createEngine: () => watched(createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex") })),
      holder: `bench/${process.pid}`,
      leaseTtlMs,
      pause: async (ms) => void (await sleep(ms)),
      rhythm: RHYTHM,
      notice: (notice) => {
        if (notice.kind === "writing") tell({ kind: "writing", resources: notice.resources, waiting: notice.waiting });
        else if (notice.kind !== "committed") tell({ kind: "trouble", what: JSON.stringify(notice).slice(0, 300) });
      },
      stop: stopping.signal,
      serveReads: async (view, epoch) => {
        const opened = await openReadPort(view, "127.0.0.1");
        close = opened.close;
        await writer.announce(epoch, opened.at);
      },
    });
  } finally {
    await close();
    await Promise.allSettled([writer.close(), connection.end()]);
    process.disconnect?.();
  }
}

await work(JSON.parse(process.argv[2] ?? "{}") as WriterTask);
