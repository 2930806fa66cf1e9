import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { SchedulingNotice } from "../app/scheduling/deps.js";
import type { PoolId } from "../domain/id.js";
import { connect } from "../postgres/connection.js";
import { connectionsFree, poolsWithoutWriter } from "../postgres/queries/writer.js";
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
  /** Connections left to everybody else; default 20. */
  readonly connectionsKept?: number;
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
/** Connections one writer opens at most; three of them are left when its pool is quiet. */
const CONNECTIONS_PER_WRITER = 8;
const CONNECTIONS_KEPT = 20;
/** Milliseconds a pool rests after a fault, doubled with each until a batch is committed. */
const REST_MS_MIN = 500;
const REST_MS_MAX = 30_000;
/** Milliseconds a thread has to give up its lease before it is ended. */
const STOP_MS_MAX = 5_000;

/**
 * What a turn makes is garbage when its batch is durable, and in a small nursery much of it would be moved first. In a large one each
 * moving holds up commits and readers several times as long: the longest stretches of a writer that nobody could interrupt.
 */
const YOUNG_MB_MAX = 48;

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
export function startSchedulers({ databaseUrl, leaseTtlMs, log, readHost = "127.0.0.1", connectionsKept = CONNECTIONS_KEPT, onNotice }: SchedulerOptions): Schedulers {
  const connection = connect(databaseUrl, { max: 1, applicationName: "govpool-scheduler" });
  const workers = new Map<PoolId, Worker>();
  const resting = new Map<PoolId, Rest>();
  /** Begun, and their connections perhaps not yet opened. */
  const starting = new Set<PoolId>();
  const stopping = new AbortController();
  const holder = `${hostname()}/${process.pid}`;

  const begin = (poolId: PoolId): void => {
    const task: WorkerTask = { databaseUrl, poolId, leaseTtlMs, holder, readHost };
    const worker = new Worker(WORKER, { workerData: task, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB_MAX } });
    workers.set(poolId, worker);
    starting.add(poolId);
    worker.on("message", (message: WorkerMessage) => {
      starting.delete(poolId);
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
    worker.on("exit", () => {
      workers.delete(poolId);
      starting.delete(poolId);
    });
  };

  let waiting = 0;
  /** Once for each change: some begin when others have become quiet, or when the server may have more connections. */
  const tellWaiting = (pools: number, room: number): void => {
    if (pools === waiting) return;
    waiting = pools;
    if (pools > 0) log.warn({ pools, writing: workers.size, writersMax: WORKERS_MAX, roomFor: Math.max(0, room) }, "pools wait for a writer: this process or the server's connections (max_connections) allow no more");
  };

  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const wanted = (await poolsWithoutWriter(connection.sql)).filter((pool) => !workers.has(pool) && (resting.get(pool)?.untilMs ?? 0) <= performance.now());
        const room = wanted.length === 0 ? 0 : Math.floor(((await connectionsFree(connection.sql)) - connectionsKept) / CONNECTIONS_PER_WRITER) - starting.size;
        const begun = wanted.slice(0, Math.max(0, Math.min(room, WORKERS_MAX - workers.size)));
        if (stopping.signal.aborted) break;
        for (const pool of begun) begin(pool);
        tellWaiting(wanted.length - begun.length, room);
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
