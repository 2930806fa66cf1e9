import { trusted, type PoolId, type StepId } from "../../domain/id.js";
import { CLAIMS_MAX } from "../../domain/pool/claim-id.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import { IdIndex } from "../../scheduler/id-index.js";
import type { HoldRows, StepRows } from "../../scheduler/loaded-rows.js";
import { roomyInts, type Ints } from "../../scheduler/typed-arrays.js";
import type { AskBook } from "../ask-book.js";
import { floats, hashOf, ints, packed, readBlocks, type Block } from "../binary-columns.js";
import { literal } from "../binary-copy.js";
import type { Sql } from "../connection.js";
import { announced, PLAIN_STEP } from "./plain-rows.js";

/* Steps that wait or hold, and what they hold, in blocks (`load-rows.ts`). */

/** Held by somebody: his step's rows are a list. */
interface Held extends HoldRows {
  readonly steps: Float64Array;
  readonly attempts: Int32Array;
  /** From a step to its first row. */
  readonly first: IdIndex;
}

async function readHoldRows(sql: Sql, pool: PoolId): Promise<Held> {
  const query = packed(
    ["float8send(step_id)", "int4send(attempt)", `int4send((claim_id % ${CLAIMS_MAX})::int4)`, "float8send(resource_id)", "int4send(period)", "float8send(amount)"],
    `from pool.allocations where pool_id = ${literal(pool)} and state = 'held'`,
    "step_id",
  );
  const blocks: { steps: Float64Array; attempts: Int32Array; ordinals: Int32Array; resources: Float64Array; periods: Int32Array; amounts: Float64Array }[] = [];
  await readBlocks(sql, query, (block) => {
    blocks.push({ steps: block.floats(), attempts: block.ints(), ordinals: block.ints(), resources: block.floats(), periods: block.ints(), amounts: block.floats() });
  });
  const steps = floats(blocks.map((block) => block.steps));
  const first = new IdIndex();
  first.reserve(steps.length);
  const next = new Int32Array(steps.length);
  for (let h = steps.length - 1; h >= 0; h -= 1) {
    next[h] = first.find(steps[h]!) ?? -1;
    first.set(steps[h]!, h);
  }
  return {
    steps,
    attempts: ints(blocks.map((block) => block.attempts)),
    ordinals: Uint8Array.from(ints(blocks.map((block) => block.ordinals))),
    resources: floats(blocks.map((block) => block.resources)),
    periods: ints(blocks.map((block) => block.periods)),
    amounts: floats(blocks.map((block) => block.amounts)),
    next,
    first,
  };
}

const ASK_BYTES = 16;
const ASK_WORDS = 4;

/** What steps ask, each once, numbered as it comes: of a million names no text is made. */
class AsksSeen {
  readonly claims: (readonly ClaimAsk[])[] = [];
  private readonly byHash = new IdIndex();
  /** Their names, one behind the other. */
  private names: Ints = new Int32Array(ASK_WORDS);

  constructor(private readonly book: AskBook) {}

  /** By `uuid_send`. */
  numbers(block: Block): Int32Array {
    const names = block.bytes(ASK_BYTES);
    const words = new Int32Array(names.buffer);
    const numbers = new Int32Array(block.rows);
    for (let n = 0; n < block.rows; n += 1) numbers[n] = this.numberOf(hashOf(words, 2 * n), words, ASK_WORDS * n, names);
    return numbers;
  }

  private numberOf(hash: number, words: Int32Array, from: number, names: Buffer): number {
    for (let key = hash; ; key += 1) {
      const at = this.byHash.find(key);
      if (at === undefined) {
        const made = this.claims.push(this.book.ofBytes(names.toString("latin1", 4 * from, 4 * from + ASK_BYTES))) - 1;
        this.byHash.set(key, made);
        this.names = roomyInts(this.names, ASK_WORDS * (made + 1));
        for (let word = 0; word < ASK_WORDS; word += 1) this.names[ASK_WORDS * made + word] = words[from + word]!;
        return made;
      }
      let word = 0;
      while (word < ASK_WORDS && this.names[ASK_WORDS * at + word] === words[from + word]) word += 1;
      if (word === ASK_WORDS) return at;
    }
  }
}

export interface StepsRead {
  readonly steps: Omit<StepRows, "barred">;
  readonly holds: HoldRows;
  /** Those that hold and are to be read by themselves. */
  readonly otherHolding: readonly StepId[];
}

/**
 * Plain steps that wait or hold, and what they hold. A step waits as `readWaiting` says; it holds when an allocation of the
 * turn it is in is held. Everybody else who holds is named, to be read by himself.
 */
export async function readStepRows(sql: Sql, pool: PoolId, asks: AskBook): Promise<StepsRead> {
  const query = packed(
    ["float8send(step_id)", "int4send(attempt)", "timestamptz_send(arrived_at)", "timestamptz_send(due_at)", "int4send(expected_minutes)", "uuid_send(ask_id)", "boolsend(waits)", "boolsend(started)"],
    `from (
       select s.step_id, s.attempt, s.arrived_at, coalesce(s.ranks_due_at, s.due_at) as due_at, s.expected_minutes, s.ask_id, s.state = 'working' as started,
              s.state = 'ready' and r.state in ('received', 'in_progress', 'unservable') and d.step_id is null
                and s.step_id not in (${announced(pool)}) as waits
       from pool.steps s
         join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
         left join pool.decisions d on d.pool_id = s.pool_id and d.step_id = s.step_id and d.attempt = s.attempt
       where s.pool_id = ${literal(pool)} and s.state in ('ready', 'working') and ${PLAIN_STEP} and d.picked is null
     ) plain`,
    "step_id",
  );
  const asked = new AsksSeen(asks);
  const blocks: StepBlock[] = [];
  const take = (block: Block): void =>
    void blocks.push({ ids: block.floats(), attempts: block.ints(), arrivedAt: block.instants(), dueAt: block.instants(), expectedMinutes: block.ints(), asks: asked.numbers(block), waits: block.flags(), started: block.flags() });
  // Both are asked for at once: the server makes the blocks of the one while those of the other are taken in.
  const [held] = await Promise.all([readHoldRows(sql, pool), readBlocks(sql, query, take)]);

  const rows = blocks.reduce((sum, { ids }) => sum + ids.length, 0);
  const steps = {
    ids: new Float64Array(rows),
    attempts: new Int32Array(rows),
    arrivedAt: new Float64Array(rows),
    dueAt: new Float64Array(rows),
    expectedMinutes: new Int32Array(rows),
    asks: new Int32Array(rows),
    started: new Uint8Array(rows),
    firstHold: new Int32Array(rows),
  };
  const taken = new Uint8Array(held.steps.length);
  let n = 0;
  for (const { ids, attempts, arrivedAt, dueAt, expectedMinutes, asks: askNumbers, waits, started } of blocks) {
    for (let row = 0; row < ids.length; row += 1) {
      const hold = held.first.find(ids[row]!) ?? -1;
      if (hold >= 0) {
        // What it holds since an earlier turn goes another way: it is given back by a command that is on its way.
        if (waits[row] === 1 || !holdsNow(held, hold, attempts[row]!)) continue;
        taken[hold] = 1;
      } else if (waits[row] === 0) continue;
      steps.ids[n] = ids[row]!;
      steps.attempts[n] = attempts[row]!;
      steps.arrivedAt[n] = arrivedAt[row]!;
      steps.dueAt[n] = dueAt[row]!;
      steps.expectedMinutes[n] = expectedMinutes[row]!;
      steps.asks[n] = askNumbers[row]!;
      steps.started[n] = started[row]!;
      steps.firstHold[n] = hold;
      n += 1;
    }
  }
  const otherHolding: StepId[] = [];
  for (let h = 0; h < taken.length; h += 1) if (taken[h] === 0 && held.first.find(held.steps[h]!) === h) otherHolding.push(trusted(held.steps[h]!));
  return {
    steps: {
      ids: steps.ids.subarray(0, n),
      attempts: steps.attempts.subarray(0, n),
      arrivedAt: steps.arrivedAt.subarray(0, n),
      dueAt: steps.dueAt.subarray(0, n),
      expectedMinutes: steps.expectedMinutes.subarray(0, n),
      asks: steps.asks.subarray(0, n),
      started: steps.started.subarray(0, n),
      firstHold: steps.firstHold.subarray(0, n),
      claims: asked.claims,
    },
    holds: held,
    otherHolding,
  };
}

/** Rows as they come, who holds and waits or not. */
interface StepBlock {
  readonly ids: Float64Array;
  readonly attempts: Int32Array;
  readonly arrivedAt: Float64Array;
  readonly dueAt: Float64Array;
  readonly expectedMinutes: Int32Array;
  readonly asks: Int32Array;
  readonly waits: Uint8Array;
  readonly started: Uint8Array;
}

function holdsNow({ attempts, next }: Held, first: number, attempt: number): boolean {
  for (let h = first; h >= 0; h = next[h]!) if (attempts[h] !== attempt) return false;
  return true;
}
