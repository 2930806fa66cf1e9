import type { CommitOutcome, WriterBatch } from "../../src/app/ports/writer.js";
import type { SchedulingNotice } from "../../src/app/scheduling/deps.js";
import type { ResourceId } from "../../src/domain/id.js";
import { Broken } from "./broken.js";
import { WebProcesses } from "./client.js";
import { Database } from "./database.js";
import { streamsOf } from "./dice.js";
import { FAULTS, Faults, type Fault } from "./faults.js";
import { drawOperations, type Operation } from "./operations.js";
import { Oracle } from "./oracle.js";
import type { Surroundings } from "./process.js";
import { SchedulerProcess, TTL_MS } from "./scheduler-process.js";
import { Simulation } from "./simulation.js";
import { Sometimes } from "./sometimes.js";
import { undecided } from "./undecided.js";
import { nextMoment, Web } from "./web.js";
import { declaredAs, drawWorld } from "./world.js";

const HOUR_MS = 3_600_000;
/** Events of a run at most: beyond it something goes round in circles. */
const EVENTS_MAX = 200_000;
/** Every so many events everything is checked, not only what was touched. */
const FULL_CHECK_EVENTS = 1_000;
/** Simulated milliseconds in which everything that can be decided is decided, once nothing goes wrong any more. */
const QUIET_MS_MAX = 120_000;

export interface Trial {
  readonly seed: number;
  /** Only these operations of the seed's; all when absent. */
  readonly keep?: readonly number[];
  readonly without?: readonly Fault[];
}

export interface Outcome {
  readonly trial: Trial;
  /** In words; absent: nothing was broken. */
  readonly broken?: string;
  readonly operations: readonly Operation[];
  /** Faults this seed has a rate for. */
  readonly faults: readonly Fault[];
  readonly sometimes: Sometimes;
  readonly events: number;
  readonly batches: number;
  readonly decisions: number;
  /** Equal for equal runs. */
  readonly print: number;
  readonly picks: readonly string[];
}

/** One run: the product's writers on a database that lives in memory, people, faults, and somebody who watches. */
export async function simulate(trial: Trial): Promise<Outcome> {
  const streams = streamsOf(trial.seed);
  const world = drawWorld(streams.world);
  const sometimes = new Sometimes();
  const simulation = new Simulation(streams.scheduling);
  const faults = new Faults(streams.faults, sometimes, trial.without);
  let clockAhead = world.beginsAt;
  const database = new Database({
    classes: world.classes,
    divisions: world.divisions,
    clock: () => simulation.now + clockAhead,
    pass: (ms, what) => simulation.pass(ms, what),
  });
  if (world.manual) database.manualClock = world.beginsAt;
  const oracle = new Oracle(database, world, sometimes);
  const around: Surroundings = { simulation, database, faults, scheduling: streams.scheduling, awayUntil: 0 };

  let broken: string | undefined;
  const breaks = (error: unknown): void => {
    broken ??= error instanceof Broken ? error.message : `a writer failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  };
  const watched = <T extends readonly unknown[]>(check: (...args: T) => void) => (...args: T): void => {
    try {
      check(...args);
    } catch (error) {
      breaks(error);
    }
  };

  const bells = new Set<() => void>();
  const schedulers: SchedulerProcess[] = [];
  const writing = (): readonly SchedulerProcess[] => schedulers.filter(({ writing: now, process }) => now && process.alive);
  const hooks = {
    batch: watched((batch: WriterBatch, outcome: CommitOutcome, late: boolean) => {
      if (outcome.kind === "committed") oracle.afterBatch(batch);
      if (outcome.kind === "stale-epoch") sometimes.saw(late ? "late message of a lost connection was fenced" : "zombie fenced at commit");
      if (outcome.kind === "stale-revocations") sometimes.saw("revoked between compute and commit");
      if (outcome.kind === "stale-step") sometimes.saw("work began while its hold lapsed");
      if (outcome.kind === "unknown") sometimes.saw("server died with a batch under way");
      if (schedulers.some(({ process, epoch }) => epoch === batch.epoch && !process.alive)) sometimes.saw("writer killed with a batch under way");
    }),
    notice: watched((_: SchedulerProcess, notice: SchedulingNotice) => {
      if (notice.kind === "frozen") throw new Broken(`the books had no room for what the engine gave: ${JSON.stringify(notice.rows)}`);
      if (notice.kind === "unknown-resolved") sometimes.saw(notice.as === "committed" ? "unknown commit that had happened" : "unknown commit that had not");
      if (notice.kind === "again" && notice.why === "conflict") sometimes.saw("batch given up after conflict upon conflict");
      if (notice.kind === "writing" && notice.waiting > 0 && [...database.allocations.values()].some(({ state }) => state === "held")) sometimes.saw("writer loaded with holds and a queue");
      if (writing().length > 1) sometimes.saw("two writers alive");
    }),
    fault: breaks,
  };
  const web = new Web(around, world, bells, { acted: watched((commands) => oracle.acted(commands)), declared: watched((row, command) => oracle.declared(row, command)) });
  for (const draw of world.draws) {
    const row = declaredAs(database.nextId<ResourceId>(), draw);
    database.resources.set(row.id, row);
    oracle.declared(row, 0);
  }
  for (const name of ["scheduler-1", "scheduler-2"]) schedulers.push(new SchedulerProcess(name, around, world, bells, hooks));
  const people = new WebProcesses(around, web);

  // A stretch in which nothing else happens: leases were renewed all the while.
  const timePasses = (ms: number): void => {
    const before = database.poolNow();
    clockAhead += ms;
    const { leaseUntil } = database.writer;
    if (leaseUntil !== null) database.writer = { ...database.writer, leaseUntil: leaseUntil + ms };
    if (new Date(before + 8 * HOUR_MS).getUTCFullYear() < new Date(database.poolNow() + 8 * HOUR_MS).getUTCFullYear()) sometimes.saw("a year began");
  };
  const acts = (operation: Operation): void => void people.act(operation).catch(breaks);
  const happens = (operation: Operation): void => {
    const { kind, a, b } = operation;
    const scheduler = schedulers[b % schedulers.length]!;
    simulation.note(`— ${operation.number} ${kind}`);
    switch (kind) {
      case "time":
        if (!world.manual) return timePasses(nextMoment(database.poolNow(), a) - database.poolNow());
        break;
      case "clock jump":
        clockAhead += a % 2 === 0 ? HOUR_MS : -HOUR_MS;
        return sometimes.saw(a % 2 === 0 ? "database clock jumped ahead" : "database clock jumped back");
      case "database away":
        around.awayUntil = simulation.now + (a % 20_000);
        return sometimes.saw("database away");
      case "server dies":
        database.lives += 1;
        around.awayUntil = simulation.now + (a % 2_000);
        return;
      case "scheduler stops":
        return scheduler.stop();
      case "scheduler killed":
        return (writing()[0] ?? scheduler).kill();
      case "scheduler freezes":
        sometimes.saw("writer frozen past its lease");
        return (writing()[0] ?? scheduler).freeze(TTL_MS + (a % (2 * TTL_MS)));
      case "pick twice":
        // While the rules change nobody can answer the first before the second is there.
        if (a % 3 > 0) acts({ ...operation, kind: "policy" });
        acts({ ...operation, kind: "pick" });
        return acts({ ...operation, kind: "pick again", b: b >> 3 });
    }
    acts(operation);
  };

  const drawn = drawOperations(streams.workload);
  const operations = drawn.filter(({ number }) => !trial.keep || trial.keep.includes(number));
  for (const operation of operations) simulation.after(operation.at, `operation ${operation.number}`, () => happens(operation));

  // Safety, with everything that goes wrong.
  let checked = 0;
  const isOver = (untilMs: number) => (): boolean => {
    if (simulation.events - checked >= FULL_CHECK_EVENTS) {
      checked = simulation.events;
      watched(() => oracle.checkAll())();
    }
    if (simulation.events > EVENTS_MAX) breaks(new Broken(`after ${EVENTS_MAX} events it goes on and on`));
    return broken !== undefined || simulation.now >= untilMs;
  };
  const lastAt = (operations.at(-1)?.at ?? 0) + 500;
  simulation.after(lastAt, "the workload ends", () => {});
  await simulation.play(isOver(lastAt), lastAt);

  // Then liveness: nothing goes wrong any more, one scheduler is left.
  faults.end();
  around.awayUntil = 0;
  const { leaseUntil } = database.writer;
  // Whoever put the clock back puts it right again: a dead writer's lease need not be waited for.
  if (leaseUntil !== null && leaseUntil > database.options.clock() + TTL_MS) clockAhead += leaseUntil - database.options.clock();
  const left = writing().find(({ epoch }) => epoch === database.writer.epoch) ?? schedulers[0]!;
  for (const scheduler of schedulers) if (scheduler !== left) scheduler.retire();
  const quiet = async (): Promise<void> => {
    let waitsFor: string | undefined = "everything";
    const untilMs = simulation.now + QUIET_MS_MAX;
    while (!broken && simulation.now < untilMs) {
      const next = simulation.now + 1_000;
      simulation.after(1_000, "a second later", () => {});
      await simulation.play(isOver(next), next);
      const now = left.view?.now() ?? 0;
      waitsFor = people.done.find(({ told }) => told === "unknown")?.key ?? undecided(database, world, left.view && left.engine, now, sometimes) ?? oracle.overdueHold(Math.max(database.poolNow(), now));
      if (waitsFor === undefined) return;
    }
    broken ??= `nothing goes wrong any more, and after ${QUIET_MS_MAX / 1_000} s still: ${waitsFor}`;
  };
  await quiet();
  // And once more when nobody is kept out any longer: who waited for one of those is served now.
  const recused = [...database.steps.values()].filter(({ state, ask }) => state === "ready" && ask.barred.length > 0).length;
  for (let at = 0; at < recused && !broken; at += 1) happens({ number: drawn.length + at, at: 0, kind: "end recusal", a: at, b: 0 });
  if (recused > 0) await quiet();
  if (!broken) {
    watched(() => {
      oracle.checkQuiet();
      if (database.locks.inversion !== undefined) throw new Broken(database.locks.inversion);
      if (database.locks.deadlocks > 0) throw new Broken(`${database.locks.deadlocks} deadlocks: somebody takes row locks in another order`);
      // A refusal keeps no answer: another copy of the act, still on its way, may find what the first one missed.
      for (const { key, told } of people.done) {
        if (told === "ok" && !database.answers.has(key)) throw new Broken(`${key} was answered ok and has left no trace`);
      }
    })();
  }
  for (const scheduler of schedulers) scheduler.retire();
  return {
    trial,
    ...(broken !== undefined && { broken }),
    operations,
    faults: FAULTS.filter((fault) => faults.rates[fault] > 0),
    sometimes,
    events: simulation.events,
    batches: oracle.batches,
    decisions: database.decisions.size,
    print: simulation.print,
    picks: simulation.lastPicks(200),
  };
}

