import type { CommitOutcome, PoolWriter, WriterBatch } from "../../src/app/ports/writer.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import type { Process } from "./process.js";

export const SIM_POOL = trusted<PoolId>("sim");
/** A batch that takes longer counts as lost. */
const COMMIT_MS_MAX = 15_000;

/** Hears of every batch at the moment the database is done with it; `late`: nobody waits for its reply any more. */
export type BatchWatch = (batch: WriterBatch, outcome: CommitOutcome, late: boolean) => void;

/** The writer's port of one process, over a network that loses things. */
export function createMemoryWriter(process: Process, ttlMs: number, bells: Set<() => void>, watch: BatchWatch, fault: (error: unknown) => void = () => {}): PoolWriter {
  const { database, faults, simulation } = process.around;
  /** Batches of one connection happen in the order they were sent. */
  let line: Promise<unknown> = Promise.resolve();
  /** Raised when the connection is given up: what still stands in its line never arrives, or much later. */
  let connection = 0;
  let rung = false;
  let waiting: (() => void) | undefined;
  const ring = (): void => {
    rung = true;
    waiting?.();
  };
  bells.add(ring);

  const send = async (batch: WriterBatch, late: boolean): Promise<CommitOutcome> => {
    const outcome = await database.commit(batch, ttlMs, faults.strikes("slow-commit") ? faults.between(1, 8_000) : 0);
    watch(batch, outcome, late);
    return outcome;
  };

  return {
    poolId: SIM_POOL,
    acquire: (holder) => process.ask("acquire", () => database.acquire(holder, ttlMs)),
    renew: (epoch) => process.ask("renew", () => database.renew(epoch, ttlMs)),
    giveUp: (epoch) => process.ask("give up", () => database.giveUp(epoch)),
    announce: () => Promise.resolve(),
    position: () => process.ask("position", () => database.position()),

    async load(now, feed) {
      const pieces = await process.ask("load", () => database.pieces(now));
      const version = await process.ask("active version", () => database.policyVersion);
      for (const piece of pieces) feed(piece.kind === "pool" ? { kind: "pool", pool: { ...piece.pool, policyVersion: version } } : piece);
    },
    resources: async (ids, feed) => feed(await process.ask("resources", () => database.declared(ids))),
    takeCommands: (limit, onTheWay) => process.ask("take", () => database.takeCommands(limit, onTheWay)),
    readySteps: (readied, last) => process.ask("ready steps", () => database.readySteps(readied, last)),
    stepsAsked: (steps) => process.ask("steps asked", () => database.stepsAsked(steps)),
    quotas: () => process.ask("quotas", () => database.quotas()),
    restrictions: () => process.ask("restrictions", () => database.restrictions()),
    // The workload has no loans.
    loans: async () => [],
    bookedCapacities: async (ids, now, feed) => feed(await process.ask("capacities", () => database.bookedCapacities(ids, now))),

    commit(batch) {
      const on = connection;
      return new Promise<CommitOutcome>((resolve, reject) => {
        const tell = (outcome: CommitOutcome, what: string): void => process.later(process.hop(), `${process.name} ← commit ${what}`, () => resolve(outcome));
        const unknown = (): void => {
          connection += 1;
          tell({ kind: "unknown" }, "unknown");
        };
        process.struck();
        if (!process.alive) return;
        const arrives = process.hop();
        if (faults.strikes("conflict")) return tell({ kind: "conflict" }, "conflict");
        if (faults.strikes("lost-before-commit")) return unknown();
        if (faults.strikes("late-commit")) {
          // Swallowed by the network, and brought all the same when nobody waits for it any more.
          // Mostly while its sender asks what became of it, and sends it once more.
          simulation.after(faults.between(5, faults.between(0, 1) === 0 ? 30 : 5_000), `${process.name} → late commit`, () => void send(batch, true).catch(fault));
          return unknown();
        }
        line = line.then(
          () =>
            new Promise<void>((done) => {
              simulation.after(arrives, `${process.name} → commit ${batch.toSeq}`, () => {
                if (on !== connection || simulation.now < process.around.awayUntil) {
                  unknown();
                  return done();
                }
                let answered = false;
                simulation.after(COMMIT_MS_MAX, "commit takes too long", () => {
                  if (answered) return;
                  answered = true;
                  unknown();
                });
                send(batch, false)
                  .then((outcome) => {
                    process.struck();
                    if (answered) return;
                    answered = true;
                    if (outcome.kind === "unknown" || faults.strikes("lost-after-commit")) return unknown();
                    tell(outcome, outcome.kind);
                  }, reject)
                  .finally(done);
              });
            }),
        );
      });
    },
    async outcomeOf(batch) {
      return await process.ask("outcome", () => database.outcomeOf(batch));
    },

    recordFrozen: (rows, at) =>
      process.ask("frozen", () => {
        for (const { resource } of rows) {
          database.frozen.add(resource);
          database.audit.push({ act: "resource.freeze", objectId: String(resource), at });
        }
      }),

    nextWake: (timeoutMs) =>
      new Promise((resolve) => {
        if (rung) {
          rung = false;
          return resolve();
        }
        let over = false;
        const wake = (): void => {
          if (over) return;
          over = true;
          waiting = undefined;
          rung = false;
          resolve();
        };
        process.later(timeoutMs, `${process.name} looks again`, wake);
        waiting = () => {
          waiting = undefined;
          process.later(0, `${process.name} hears the bell`, wake);
        };
      }),
    close: () => {
      bells.delete(ring);
      return Promise.resolve();
    },
  };
}
