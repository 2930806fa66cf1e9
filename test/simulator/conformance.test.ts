import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unrolled } from "../../src/app/scheduling/declared-rows.js";
import type { CommitOutcome, LoadedPiece, PoolWriter, WriterBatch } from "../../src/app/ports/writer.js";
import { PoolTurns } from "../../src/app/scheduling/pool-turns.js";
import { trusted, type PoolId, type RequestId, type ResourceId, type StepId } from "../../src/domain/id.js";
import { claimIdOf } from "../../src/domain/pool/claim-id.js";
import { createPoolWriter } from "../../src/postgres/writer.js";
import { PLAIN_STEP, type HeldAllocation, type StepAsk } from "../../src/scheduler/contract.js";
import type { HoldRows, StepRows } from "../../src/scheduler/loaded-rows.js";
import { createEngine } from "../../src/scheduler/engine.js";
import { verify } from "../../src/verify/verify.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { Database } from "./database.js";
import { streamsOf, type Dice } from "./dice.js";
import { FAULTS, Faults } from "./faults.js";
import { createMemoryWriter } from "./memory-writer.js";
import { Mirror } from "./mirror.js";
import { drawOperations } from "./operations.js";
import { Process, type Surroundings } from "./process.js";
import { Simulation } from "./simulation.js";
import { Sometimes } from "./sometimes.js";
import { Web } from "./web.js";
import { allows, declaredAs, drawWorld } from "./world.js";

/** What the suite met, over its seeds: both databases agreeing on nothing would be no agreement. */
const SEEDS = [1, 2, 3, 4, 5, 6];
const OPERATIONS = 60;
const TTL_MS = 60_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.end());

const outcomes = new Map<string, number>();

test.each(SEEDS)("the simulator's database answers as PostgreSQL does: seed %i", async (seed) => {
  const streams = streamsOf(seed);
  const world = { ...drawWorld(streams.world), manual: true };
  const simulation = new Simulation(streams.scheduling);
  const faults = new Faults(streams.faults, new Sometimes(), FAULTS);
  const db = new Database({ classes: world.classes, divisions: world.divisions, clock: () => simulation.now, pass: (ms, what) => simulation.pass(ms, what) });
  db.manualClock = world.beginsAt;
  for (const draw of world.draws) {
    const row = declaredAs(db.nextId<ResourceId>(), draw);
    db.resources.set(row.id, row);
  }
  const around: Surroundings = { simulation, database: db, faults, scheduling: streams.scheduling, awayUntil: 0 };
  const process = new Process("both", around);
  const web = new Web(around, world, new Set(), { acted: () => {}, declared: () => {} });
  const pool = trusted<PoolId>(`conform-${seed}`);
  const mirror = new Mirror(database.sql, pool, db);
  await mirror.begin(world);
  await mirror.carry();

  const finish = async <T>(work: Promise<T>): Promise<T> => {
    let over = false;
    const done = work.finally(() => (over = true));
    done.catch(() => {});
    await simulation.play(() => over, Infinity);
    return await done;
  };
  const memory = createMemoryWriter(process, TTL_MS, new Set(), () => {});
  const postgres = createPoolWriter({ databaseUrl: database.url, poolId: pool, leaseTtlMs: TTL_MS, policy: { activeVersion: () => Promise.resolve(db.policyVersion) } });
  const both = bothWriters({ memory, postgres, finish, dice: streams.faults, db, compare: () => compareTables(db, pool) });
  try {
    const lease = await both.acquire("both");
    const turns = new PoolTurns(
      {
        writer: both,
        policy: { activeVersion: () => Promise.resolve(db.policyVersion), answers: (_, version, questions) => Promise.resolve(questions.map((question) => allows(world, version, question))) },
        createEngine: () => createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex"), decisionsPerTurn: world.decisionsPerTurn }),
        holder: "both",
        leaseTtlMs: TTL_MS,
        pause: () => Promise.resolve(),
        rhythm: { nowMs: () => 0, breathe: () => Promise.resolve() },
        notice: (notice) => void (notice.kind === "frozen" && expect.fail(JSON.stringify(notice))),
        stop: new AbortController().signal,
      },
      lease!,
    );
    await turns.load();
    for (const operation of drawOperations(streams.workload).slice(0, OPERATIONS)) {
      const deed = web.deedOf(operation);
      if (!deed) continue;
      await finish(web.transact(process, `${operation.kind} ${operation.number}`, deed));
      await mirror.carry();
      // Sometimes the writer keeps up, sometimes acts pile up before it looks; sometimes it is another one.
      if (streams.faults.chance(0.5)) continue;
      if (streams.faults.chance(0.1)) await turns.load();
      do {
        for (let turn = await turns.decide(await turns.look()); turn; turn = await turns.decide(await turns.look())) await turns.commit(turn);
      } while ((await turns.settle()) === "again");
      mirror.seen();
    }
  } finally {
    await postgres.close();
  }
  const verdict = await verify(database.url, pool);
  // Acts of the simulator leave no audit records here, by which `verify` knows of pauses.
  expect(verdict.checks.filter(({ name, ok }) => !ok && !name.startsWith("audit") && name !== "decisions.one-per-attempt")).toEqual([]);
});

test("both were asked everything that can go wrong with a batch", () => {
  for (const kind of ["committed", "stale-epoch", "stale-revocations", "stale-step", "over-capacity", "fault"]) expect([kind, outcomes.get(kind) ?? 0]).not.toEqual([kind, 0]);
});

interface Both {
  readonly memory: PoolWriter;
  readonly postgres: PoolWriter;
  readonly finish: <T>(work: Promise<T>) => Promise<T>;
  readonly dice: Dice;
  readonly db: Database;
  readonly compare: () => Promise<void>;
}

/** One writer that asks both and compares every answer. */
function bothWriters({ memory, postgres, finish, dice, db, compare }: Both): PoolWriter {
  // A batch commits beside the next look: each question is put to both before another is, or they would answer of two moments.
  let line: Promise<unknown> = Promise.resolve();
  const inLine = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = line.then(work, work);
    line = turn.catch(() => {});
    return turn;
  };
  const same = <T>(what: string, ask: (writer: PoolWriter) => Promise<T>): Promise<T> =>
    inLine(async () => {
      const fake = await finish(ask(memory));
      const real = await ask(postgres);
      expect([what, plain(fake)]).toEqual([what, plain(real)]);
      return real;
    });
  const fed = async <T>(what: string, ask: (writer: PoolWriter, feed: (piece: T) => void) => Promise<void>, feed: (piece: T) => void, gather: (pieces: readonly T[]) => unknown): Promise<void> => {
    const real: T[] = [];
    await same(what, async (writer) => {
      const pieces: T[] = [];
      await ask(writer, (piece) => pieces.push(piece));
      if (writer === postgres) real.push(...pieces);
      return gather(pieces);
    });
    real.forEach(feed);
  };
  const attempt = async (batch: WriterBatch): Promise<CommitOutcome | { kind: "fault" }> => {
    const judge = (outcome: Promise<CommitOutcome>) => outcome.catch(() => ({ kind: "fault" as const }));
    const fake = await finish(judge(memory.commit(batch)));
    const real = await judge(postgres.commit(batch));
    expect(plain(fake)).toEqual(plain(real));
    outcomes.set(real.kind, (outcomes.get(real.kind) ?? 0) + 1);
    return real;
  };
  return {
    ...postgres,
    acquire: (holder) => same("acquire", (writer) => writer.acquire(holder)),
    renew: (epoch) => same("renew", (writer) => writer.renew(epoch)),
    position: () => same("position", (writer) => writer.position()),
    load: (now, feed) => fed<LoadedPiece>("load", (writer, into) => writer.load(now, into), feed, gathered),
    resources: (ids, feed) => fed("resources", (writer, into) => writer.resources(ids, into), feed, (pieces) => pieces.flat()),
    bookedCapacities: (ids, now, feed) => fed("booked capacities", (writer, into) => writer.bookedCapacities(ids, now, into), feed, (pieces) => pieces.flat()),
    takeCommands: (limit, onTheWay) => same("take", (writer) => writer.takeCommands(limit, onTheWay)),
    readySteps: (readied, last) => same("ready steps", (writer) => writer.readySteps(readied, last)),
    restrictions: () => same("restrictions", (writer) => writer.restrictions()),
    stepsAsked: (steps) => same("steps asked", (writer) => writer.stepsAsked(steps)),
    outcomeOf: (batch) => same("outcome", (writer) => writer.outcomeOf(batch)),
    commit: (batch) =>
      inLine(async () => {
        if (dice.chance(0.3)) await attempt(spoilt(batch, dice, db));
        const outcome = await attempt(batch);
        await compare();
        if (outcome.kind === "fault") throw new Error("a batch of the product's own is a fault on both sides");
        return outcome;
      }),
  };
}

/** A batch as it must not happen. */
function spoilt(batch: WriterBatch, dice: Dice, db: Database): WriterBatch {
  const closed = [...db.allocations.values()].find(({ state }) => state !== "held");
  const decided = [...db.decisions.values()][0];
  const begun = [...db.steps.values()].find(({ state }) => state !== "ready");
  const numbered = [...db.commands.values()].find(({ seq }) => seq !== null);
  const [cell] = [...db.balances.values()];
  const ways: WriterBatch[] = [
    { ...batch, epoch: batch.epoch - 1 },
    { ...batch, fromSeq: batch.fromSeq - 1 },
    // Never more: by now there may have been another one, and then it would be what the tables ask for.
    { ...batch, revocations: batch.revocations - 1 },
  ];
  if (begun) ways.push({ ...batch, attempts: [...batch.attempts, { step: begun.id, from: begun.attempt, attempt: 9 }] });
  if (cell) {
    const over = { resource: cell.resource, period: cell.period, capacity: cell.capacity, held: cell.capacity + 1, settled: 0 };
    ways.push({ ...batch, balances: [...batch.balances.filter((one) => one.resource !== cell.resource || one.period !== cell.period), over].sort((a, b) => a.resource - b.resource || a.period - b.period) });
  }
  if (closed) ways.push({ ...batch, closingSeq: batch.closingSeq ?? batch.toSeq, closings: [...batch.closings, { allocation: closed, state: "released", settled: 0 }] });
  if (decided) ways.push({ ...batch, decisions: [...batch.decisions, decided] });
  if (numbered) ways.push({ ...batch, commands: [...batch.commands, { id: numbered.id, seq: batch.toSeq }] });
  return dice.pick(ways);
}

/** All pieces as objects, whichever way they came. The simulator tells of no units: its policy is about each by itself. */
const gathered = (pieces: readonly LoadedPiece[]): unknown => ({
  pool: pieces.flatMap((piece) => (piece.kind === "pool" ? { ...piece.pool, units: undefined, classes: [...piece.pool.classes].sort((a, b) => (a.id < b.id ? -1 : 1)) } : [])),
  frozen: pieces.flatMap((piece) => (piece.kind === "frozen" ? piece.resources : [])).sort((a, b) => a - b),
  resources: pieces.flatMap((piece) => (piece.kind === "resources" ? piece.resources : piece.kind === "resourceRows" ? unrolled(piece.rows) : [])).sort((a, b) => a.id - b.id),
  booked: pieces
    .flatMap((piece) => {
      if (piece.kind === "booked") return piece.periods.map(({ resource, period, held, settled, lent, borrowed }) => ({ resource: Number(resource), period, used: held + settled + lent - borrowed }));
      if (piece.kind !== "bookedRows") return [];
      return [...piece.rows.resources].map((resource, n) => ({ resource, period: piece.rows.periods[n]!, used: piece.rows.used[n]! }));
    })
    .sort((a, b) => a.resource - b.resource || a.period - b.period),
  held: pieces
    .flatMap((piece) => (piece.kind === "held" ? piece.allocations.map((one) => ({ ...one, step: ofSomebody(one.step) })) : piece.kind === "stepRows" ? heldInRows(piece.steps, piece.holds) : []))
    .sort((a, b) => a.step.id - b.step.id || a.claim - b.claim || a.resource - b.resource || a.period - b.period),
  delegations: pieces.flatMap((piece) => (piece.kind === "delegations" ? piece.delegations : [])),
  waiting: pieces
    .flatMap((piece) => (piece.kind === "waiting" ? piece.steps.map(ofSomebody) : piece.kind === "stepRows" ? stepsInRows(piece.steps).filter((_, n) => piece.steps.firstHold[n]! < 0) : []))
    .sort((a, b) => a.id - b.id),
});

/** No decision reads whose request a step is, and rows do not say it. */
const ofSomebody = (step: StepAsk): StepAsk => ({ ...step, requestId: step.requestId === null ? null : SOMEBODY });
const SOMEBODY = trusted<RequestId>(0);

const stepsInRows = (rows: StepRows): StepAsk[] =>
  [...rows.ids].map((id, n) => ({
    ...PLAIN_STEP,
    id: trusted<StepId>(id),
    requestId: SOMEBODY,
    barred: rows.barred.get(trusted(id)) ?? [],
    attempt: rows.attempts[n]!,
    arrivedAt: rows.arrivedAt[n]!,
    dueAt: rows.dueAt[n]!,
    expectedMinutes: rows.expectedMinutes[n]!,
    claims: rows.claims[rows.asks[n]!]!,
  }));

function heldInRows(rows: StepRows, { ordinals, resources, periods, amounts, next }: HoldRows): HeldAllocation[] {
  return stepsInRows(rows).flatMap((step, n) => {
    const held: HeldAllocation[] = [];
    for (let h = rows.firstHold[n]!; h >= 0; h = next[h]!) {
      held.push({ step, claim: claimIdOf(step.id, ordinals[h]!), resource: trusted(resources[h]!), period: periods[h]!, amount: amounts[h]!, started: rows.started[n] === 1 });
    }
    return held;
  });
}

/** Without what only one of the two knows: who is barred follows from persons, which the simulator has none of. */
function plain(value: unknown): unknown {
  if (value instanceof Map) return [...value].map(([key, each]) => [key, plain(each)]).sort((a, b) => String(a[0]).localeCompare(String(b[0])));
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, each]) => each !== undefined && key !== "barred")
      .map(([key, each]) => [key, plain(each)]),
  );
}

/** Row by row, what the writer has written. */
async function compareTables(db: Database, pool: PoolId): Promise<void> {
  const { sql } = database;
  const [writer] = await sql`select epoch, last_seq, revocations, worked_up_to from pool.writers where pool_id = ${pool}`;
  expect(writer).toMatchObject({ epoch: db.writer.epoch, last_seq: db.writer.lastSeq, revocations: db.writer.revocations });
  expect((writer!["worked_up_to"] as Date | null)?.getTime() ?? null).toBe(db.writer.workedUpTo);
  const inOrder = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => row.join(" ")).sort();
  const rowsOf = async (query: Promise<readonly Record<string, unknown>[]>): Promise<string[]> => inOrder((await query).map((row) => Object.values(row)));
  expect(await rowsOf(sql`select resource_id, period, capacity, held, settled from pool.balances where pool_id = ${pool}`)).toEqual(
    inOrder([...db.balances.values()].map(({ resource, period, capacity, held, settled }) => [resource, period, capacity, held, settled])),
  );
  expect(await rowsOf(sql`select claim_id, attempt, resource_id, period, step_id, amount, capacity, seq, state, settled_amount, closed_seq from pool.allocations where pool_id = ${pool}`)).toEqual(
    inOrder([...db.allocations.values()].map((a) => [a.claim, a.attempt, a.resource, a.period, a.step, a.amount, a.capacity, a.seq, a.state, a.settled, a.closedSeq])),
  );
  expect(await rowsOf(sql`select step_id, attempt, seq, outcome, policy_version from pool.decisions where pool_id = ${pool}`)).toEqual(
    inOrder([...db.decisions.values()].map(({ step, attempt, seq, outcome, policyVersion }) => [step, attempt, seq, outcome, policyVersion])),
  );
  expect(await rowsOf(sql`select step_id, state, attempt from pool.steps where pool_id = ${pool}`)).toEqual(inOrder([...db.steps.values()].map(({ id, state, attempt }) => [id, state, attempt])));
  expect(await rowsOf(sql`select request_id, state from pool.requests where pool_id = ${pool}`)).toEqual(inOrder([...db.requests.values()].map(({ id, status }) => [id, status.state])));
  expect(await rowsOf(sql`select direct_claim_id, state, step_id, pending_step_id, ended_at is null as open from pool.direct_claims where pool_id = ${pool}`)).toEqual(
    inOrder([...db.directs.values()].map(({ id, state, step, pending, endedAt }) => [id, state, step, pending, endedAt === null])),
  );
  expect(await rowsOf(sql`select command_id, seq from pool.commands where pool_id = ${pool}`)).toEqual(inOrder([...db.commands.values()].map(({ id, seq }) => [id, seq])));
  expect(await rowsOf(sql`select shape_hash from pool.shapes where pool_id = ${pool}`)).toEqual(inOrder([...db.shapes.keys()].map((hash) => [hash])));
}
