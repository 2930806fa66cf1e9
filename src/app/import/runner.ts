import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { DeclareDeps } from "../pool/declaring.js";
import type { ImportRecord, ImportState } from "../ports/import.js";
import type { KeptTable, Tables } from "../ports/tables.js";
import { applyImport, revertImport } from "./apply-import.js";
import { previewImport } from "./preview-import.js";

export type ImportJob = { readonly actor: Actor; readonly importId: string } & (
  | { readonly kind: "read"; readonly table: KeptTable }
  | { readonly kind: "apply"; readonly policyVersion: number }
  | { readonly kind: "revert"; readonly policyVersion: number }
);

/** Works on imports beside the requests that asked for them, one at a time. */
export interface ImportRunner {
  enqueue(job: ImportJob): void;
  /** Resolves when nothing is left to do. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export interface RunnerDeps extends DeclareDeps {
  readonly tables: Tables;
  /** A bug on the way: logged in full, shown as interrupted. */
  readonly onFault: (error: unknown) => void;
}

/** A job may be asked for in a transaction that has not committed yet. */
const VISIBLE_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 20;

const BEGINS: Readonly<Record<ImportJob["kind"], ImportState>> = { read: "reading", apply: "applying", revert: "reverting" };
const AFTER_REFUSAL: Readonly<Record<ImportJob["kind"], ImportState>> = { read: "failed", apply: "previewed", revert: "applied" };

export function createImportRunner(deps: RunnerDeps): ImportRunner {
  const jobs: ImportJob[] = [];
  let wake = (): void => undefined;
  let stopped = false;
  let resting: (() => void)[] = [];
  let working = false;

  // A loop of its own, begun here: work started from within a request would inherit the request's transaction.
  const loop = (async (): Promise<void> => {
    while (!stopped) {
      const job = jobs.shift();
      if (!job) {
        for (const resolve of resting) resolve();
        resting = [];
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      working = true;
      await run(deps, job).catch(deps.onFault);
      working = false;
    }
    for (const resolve of resting) resolve();
  })();

  return {
    enqueue(job) {
      jobs.push(job);
      wake();
    },
    idle: () => (jobs.length === 0 && !working ? Promise.resolve() : new Promise((resolve) => resting.push(resolve))),
    async stop() {
      stopped = true;
      jobs.length = 0;
      wake();
      await loop;
    },
  };
}

async function run(deps: RunnerDeps, job: ImportJob): Promise<void> {
  const pool = job.actor.poolId;
  const record = await visible(deps, job);
  try {
    if (!record) return;
    if (job.kind === "read") {
      await previewImport(deps, job.actor, record, job.table);
      return;
    }
    const done = await (job.kind === "apply" ? applyImport : revertImport)(deps, job.actor, record, job.policyVersion);
    if (!done.ok) await setBack(deps, job, done.problems);
  } catch (error) {
    await setBack(deps, job, [problem("import.interrupted", {})]);
    throw error;
  } finally {
    if (job.kind === "read") await deps.tables.drop(job.table);
  }

  async function setBack({ store }: RunnerDeps, { kind, importId }: ImportJob, problems: readonly Problem[]): Promise<void> {
    await store.transact(pool, ({ imports }) => imports.move(importId, BEGINS[kind], AFTER_REFUSAL[kind], { problems, endedAt: kind === "read" }));
  }
}

async function visible({ store }: RunnerDeps, { kind, importId, actor }: ImportJob): Promise<ImportRecord | undefined> {
  for (let waited = 0; waited <= VISIBLE_WITHIN_MS; waited += LOOK_EVERY_MS) {
    const record = await store.read(actor.poolId).imports.get(importId);
    if (record?.state === BEGINS[kind]) return record;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  // The transaction that asked for it was rolled back.
  return undefined;
}
