/** The thread that writes one pool: reads what it is told, runs one writer's life, says how it went, ends. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { createAllocationPolicy } from "../casbin/allocation.js";
import { PolicyBook } from "../casbin/policy-book.js";
import { readPolicyFiles } from "../casbin/policy-files.js";
import type { AllocationPolicy } from "../app/ports/allocation-policy.js";
import type { SchedulingNotice } from "../app/scheduling/deps.js";
import { run, type RunEnd } from "../app/scheduling/run.js";
import type { PoolId } from "../domain/id.js";
import { connect } from "../postgres/connection.js";
import { policySource } from "../postgres/queries/policy.js";
import { createPoolWriter } from "../postgres/writer.js";
import { awayOr, IDLE_SECONDS_MAX } from "../postgres/writer-connections.js";
import { createEngine } from "../scheduler/engine.js";
import { surviveLostSockets } from "./lost-socket.js";
import { openReadPort } from "./read-port.js";
import { RHYTHM } from "./rhythm.js";

export interface WorkerTask {
  readonly databaseUrl: string;
  readonly poolId: PoolId;
  readonly leaseTtlMs: number;
  readonly holder: string;
  readonly readHost: string;
}

export type WorkerMessage = { readonly notice: SchedulingNotice } | { readonly end: RunEnd };

async function work({ databaseUrl, poolId, leaseTtlMs, holder, readHost }: WorkerTask, port: NonNullable<typeof parentPort>): Promise<void> {
  const stopping = new AbortController();
  port.on("message", () => stopping.abort());

  const files = readPolicyFiles();
  if (!files.ok) throw new Error(`the release's policy files are broken: ${JSON.stringify(files.problems)}`);
  const connection = connect(databaseUrl, { max: 2, applicationName: "govpool-writer-policy", idleSecondsMax: IDLE_SECONDS_MAX });
  const source = policySource(connection);
  const casbin = createAllocationPolicy(new PolicyBook(source, files.value), source);
  // A database that is away while the policy is asked is waited for, as everywhere in the writer.
  const away = (error: unknown): never => {
    throw awayOr(error);
  };
  const policy: AllocationPolicy = {
    activeVersion: (pool) => casbin.activeVersion(pool).catch(away),
    answers: (...asked) => casbin.answers(...asked).catch(away),
  };
  const writer = createPoolWriter({ databaseUrl, poolId, leaseTtlMs, policy });
  let closeReadPort = async (): Promise<void> => {};
  try {
    const end = await run({
      writer,
      policy,
      createEngine: () => createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex") }),
      holder,
      leaseTtlMs,
      // Jitter keeps many writers from coming back in step when the database does.
      pause: async (ms) => void (await sleep(ms * (0.75 + Math.random() / 2))),
      rhythm: RHYTHM,
      notice: (notice) => port.postMessage({ notice } satisfies WorkerMessage),
      stop: stopping.signal,
      serveReads: async (view, epoch) => {
        const { at, close } = await openReadPort(view, readHost);
        closeReadPort = close;
        await writer.announce(epoch, at);
      },
    });
    port.postMessage({ end } satisfies WorkerMessage);
  } finally {
    await closeReadPort();
    await Promise.allSettled([writer.close(), connection.end()]);
    port.close();
  }
}

surviveLostSockets();
if (parentPort) await work(workerData as WorkerTask, parentPort);
