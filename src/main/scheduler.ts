import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { SchedulingNotice } from "../app/scheduling/deps.js";
import type { PoolId } from "../domain/id.js";
import { connect } from "../postgres/connection.js";
import { poolsWithoutWriter } from "../postgres/queries/writer.js";
import type { WorkerMessage, WorkerTask } from "./scheduler-worker.js";

/** What is logged: the shape of pino's methods. */
export interface SchedulerLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface SchedulerOptions {
  readonly databaseUrl: string;
  readonly leaseTtlMs: number;
  readonly log: SchedulerLog;
  /** Where read ports listen; default loopback. */
  readonly readHost?: string;
  /** For metrics. */
  readonly onNotice?: (pool: PoolId, notice: SchedulingNotice) => void;
}

export interface Schedulers {
  /** Pools that this process writes. */
  writing(): readonly PoolId[];
  /** Gives up every lease and waits for the threads. */
  stop(): Promise<void>;
}

/** Pools one process writes at most: each is a thread with its own memory. */
const WORKERS_MAX = 64;
/** Milliseconds a pool rests after a fault, doubled with each until a batch is committed. */
const REST_MS_MIN = 500;
const REST_MS_MAX = 30_000;
/** Milliseconds a thread has to give up its lease before it is ended. */
const STOP_MS_MAX = 5_000;

/** What a turn makes is garbage when its batch is durable: in a small nursery most of it lived long enough to be moved first, a sixth of the writer's time. */
const YOUNG_MB_MAX = 192;

/** The thread runs what the build made, also when this module itself runs from source. */
const WORKER = new URL("../../dist/main/scheduler-worker.js", import.meta.url);

interface Rest {
  readonly untilMs: number;
  readonly ms: number;
}

/**
 * Watches for pools that nobody writes and begins to: one thread per pool. Any number of processes may watch; the lease
 * decides. A thread that ends, for whatever reason, leaves its pool to whoever looks next.
 */
export function startSchedulers({ databaseUrl, leaseTtlMs, log, readHost = "127.0.0.1", onNotice }: SchedulerOptions): Schedulers {
  const connection = connect(databaseUrl, { max: 1, applicationName: "govpool-scheduler" });
  const workers = new Map<PoolId, Worker>();
  const resting = new Map<PoolId, Rest>();
  const stopping = new AbortController();
  const holder = `${hostname()}/${process.pid}`;

  const begin = (poolId: PoolId): void => {
    const task: WorkerTask = { databaseUrl, poolId, leaseTtlMs, holder, readHost };
    const worker = new Worker(WORKER, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB_MAX } });
    workers.set(poolId, worker);
    worker.on("message", (message: WorkerMessage) => {
      if ("end" in message) return message.end === "not-free" ? undefined : log.info({ pool: poolId, end: message.end }, "writer ended");
      if (message.notice.kind === "committed") resting.delete(poolId);
      report(log, poolId, message.notice);
      onNotice?.(poolId, message.notice);
    });
    worker.on("error", (err) => {
      const ms = Math.min((resting.get(poolId)?.ms ?? REST_MS_MIN / 2) * 2, REST_MS_MAX);
      resting.set(poolId, { untilMs: performance.now() + ms, ms });
      log.error({ pool: poolId, err, restMs: ms }, "writer failed");
    });
    worker.on("exit", () => workers.delete(poolId));
  };

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        for (const pool of await poolsWithoutWriter(connection.sql)) {
          if (stopping.signal.aborted || workers.size >= WORKERS_MAX) break;
          if (!workers.has(pool) && (resting.get(pool)?.untilMs ?? 0) <= performance.now()) begin(pool);
        }
      } catch (err) {
        log.warn({ err }, "cannot look for pools without a writer");
      }
      // Several looks in the life of a lease; jitter, so that many processes do not jump at one pool together.
      await sleep((leaseTtlMs / 3) * (0.75 + Math.random() / 2), undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const watching = watch();

  return {
    writing: () => [...workers.keys()],
    async stop() {
      stopping.abort();
      await watching;
      await Promise.all(
        [...workers.values()].map(async (worker) => {
          const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
          worker.postMessage("stop");
          await Promise.race([exited, sleep(STOP_MS_MAX, undefined, { ref: false })]);
          await worker.terminate();
        }),
      );
      await connection.end();
    },
  };
}

function report(log: SchedulerLog, pool: PoolId, notice: SchedulingNotice): void {
  switch (notice.kind) {
    case "writing":
      return log.info({ pool, ...notice }, "writing");
    case "again":
      return log.info({ pool, why: notice.why }, "batch thrown away, deciding again");
    case "unknown-resolved":
      return log.warn({ pool, as: notice.as }, "the reply to a commit was lost; the writer's row told what became of it");
    case "frozen":
      return log.error({ pool, rows: notice.rows }, "ALARM: a grant did not fit its capacity; these resources are out of scheduling");
    case "committed":
      return;
  }
}
