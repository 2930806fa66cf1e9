import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { QueueView, SchedulingNotice } from "../../src/app/scheduling/deps.js";
import type { PoolWriter } from "../../src/app/ports/writer.js";
import { run, type RunEnd } from "../../src/app/scheduling/run.js";
import { createAllocationPolicy } from "../../src/casbin/allocation.js";
import { PolicyBook } from "../../src/casbin/policy-book.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import { RHYTHM } from "../../src/main/rhythm.js";
import type { PoolId } from "../../src/domain/id.js";
import { connect } from "../../src/postgres/connection.js";
import { policySource } from "../../src/postgres/queries/policy.js";
import { createPoolWriter } from "../../src/postgres/writer.js";
import type { Engine } from "../../src/scheduler/contract.js";
import { createEngine } from "../../src/scheduler/engine.js";

export const TTL_MS = 300;

export interface RunningWriter {
  readonly notices: SchedulingNotice[];
  readonly view: () => QueueView | undefined;
  readonly ended: Promise<RunEnd>;
  stop(): Promise<RunEnd>;
}

export interface WriterTrial {
  readonly url: string;
  readonly pool: PoolId;
  readonly ttlMs?: number;
  readonly commitMsMax?: number;
  /** Stands between the loop and the real port, to do something at a chosen moment. */
  readonly around?: (writer: PoolWriter) => PoolWriter;
  readonly decisionsPerTurn?: number;
  /** Stands between the loop and the real engine. */
  readonly engine?: (engine: Engine) => Engine;
  readonly onNotice?: (notice: SchedulingNotice) => void;
}

/** One writer's life in this process, with connections of its own and the release's policy. */
export function startWriter({ url, pool, ttlMs = TTL_MS, commitMsMax, around = (writer) => writer, decisionsPerTurn, engine = (one) => one, onNotice }: WriterTrial): RunningWriter {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error("policy files");
  const connection = connect(url, { max: 2 });
  const source = policySource(connection);
  const policy = createAllocationPolicy(new PolicyBook(source, files.value), source);
  const stopping = new AbortController();
  const notices: SchedulingNotice[] = [];
  const writer = createPoolWriter({ databaseUrl: url, poolId: pool, leaseTtlMs: ttlMs, policy, ...(commitMsMax === undefined ? {} : { commitMsMax }) });
  let view: QueueView | undefined;
  const ended = run({
    writer: around(writer),
    policy,
    createEngine: () =>
      engine(createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex"), ...(decisionsPerTurn === undefined ? {} : { decisionsPerTurn }) })),
    holder: "test",
    leaseTtlMs: ttlMs,
    pause: async (ms) => void (await sleep(ms)),
    rhythm: RHYTHM,
    notice: (notice) => {
      notices.push(notice);
      onNotice?.(notice);
    },
    stop: stopping.signal,
    serveReads: async (served) => {
      view = served;
    },
  }).finally(() => Promise.allSettled([writer.close(), connection.end()]));
  ended.catch(() => {});
  return {
    notices,
    view: () => view,
    ended,
    stop: async () => {
      stopping.abort();
      return await ended;
    },
  };
}

/** As `startWriter`, again and again until it has the lease. */
export async function startWriterWhenFree(trial: WriterTrial): Promise<RunningWriter> {
  for (;;) {
    let began = (): void => {};
    const beginning = new Promise<true>((resolve) => (began = () => resolve(true)));
    const writer = startWriter({
      ...trial,
      onNotice: (notice) => {
        began();
        trial.onNotice?.(notice);
      },
    });
    if (await Promise.race([beginning, writer.ended.then((end) => end !== "not-free")])) return writer;
  }
}
