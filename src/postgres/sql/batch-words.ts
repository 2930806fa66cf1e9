/**
 * A batch in the words of its statements, an array literal for each column. They are found in small pieces with a breath in
 * between: those of a thousand decisions take longer than anybody who asks for a rank is to wait.
 */
import type { WriterBatch } from "../../app/ports/writer.js";
import { Stretch } from "../../app/scheduling/breath.js";
import type { Allocation, BalanceDelta, Closing, Granted } from "../../scheduler/contract.js";
import { reasonCodes, type ShapeNumbers } from "../reason-codes.js";

type Word = number | string | null;
export type Columns = readonly string[];

/** Decisions whose reasons are put into numbers in one go. */
const REASONS_AT_ONCE = 32;

/**
 * An array literal of numbers or plain words. Handing the driver an array instead has it quote and search each element. Joined at once:
 * a text that grows by each is a tree of pieces until it is sent, a fifth of all that a writer allocated.
 */
export function list<T>(rows: readonly T[], pick: (row: T) => Word): string {
  const words = new Array<number | string>(rows.length);
  for (let at = 0; at < rows.length; at += 1) words[at] = pick(rows[at]!) ?? "NULL";
  return `{${words.join()}}`;
}

async function columns<T>(rows: readonly T[], picks: readonly ((row: T) => Word)[], stretch: Stretch): Promise<string[]> {
  const lists: string[] = [];
  for (const pick of picks) {
    lists.push(list(rows, pick));
    await stretch.rest();
  }
  return lists;
}

/** step, attempt, claim, resource, period, state, settled */
export const closingColumns = ({ closings }: Pick<WriterBatch, "closings">): Promise<Columns> =>
  columns<Closing>(
    closings,
    [
      ({ allocation }) => allocation.step,
      ({ allocation }) => allocation.attempt,
      ({ allocation }) => allocation.claim,
      ({ allocation }) => allocation.resource,
      ({ allocation }) => allocation.period,
      ({ state }) => state,
      ({ settled }) => settled,
    ],
    new Stretch(),
  );

export interface BookedColumns {
  /** resource, period, capacity, held, settled, lent, borrowed */
  readonly balances: Columns;
  /** step, attempt, claim, resource, period, amount, seq */
  readonly given: Columns;
}

export async function bookedColumns(balances: readonly BalanceDelta[], granted: readonly (Granted & { readonly seq: number })[]): Promise<BookedColumns> {
  const stretch = new Stretch();
  const given = granted.flatMap(({ allocations }) => allocations);
  const seqs = granted.flatMap(({ seq, allocations }) => allocations.map(() => seq));
  return {
    balances: await columns<BalanceDelta>(
      balances,
      [
        ({ resource }) => resource,
        ({ period }) => period,
        ({ capacity }) => capacity,
        ({ held }) => held,
        ({ settled }) => settled,
        ({ lent }) => lent ?? 0,
        ({ borrowed }) => borrowed ?? 0,
      ],
      stretch,
    ),
    given: [
      ...(await columns<Allocation>(
        given,
        [({ step }) => step, ({ attempt }) => attempt, ({ claim }) => claim, ({ resource }) => resource, ({ period }) => period, ({ amount }) => amount],
        stretch,
      )),
      list(seqs, (seq) => seq),
    ],
  };
}

/** The accounts a kind of movement goes between. */
const ACCOUNTS = {
  settle: ["held", "settled"],
  release: ["held", "free"],
  lapse: ["held", "free"],
  annul: ["settled", "free"],
} as const;

type Movement = keyof typeof ACCOUNTS;

interface Moved {
  readonly allocation: Allocation;
  readonly amount: number;
}

/** One page of the ledger. */
export interface PageColumns {
  readonly kind: Movement;
  readonly debit: string;
  readonly credit: string;
  /** claim, attempt, resource, period, amount */
  readonly rows: Columns;
}

/** What was used is settled, the rest goes back. What is annulled was settled long ago. */
export async function movementColumns({ closings }: Pick<WriterBatch, "closings">): Promise<readonly PageColumns[]> {
  const moved: Readonly<Record<Movement, Moved[]>> = { settle: [], release: [], lapse: [], annul: [] };
  for (const { allocation, state, settled } of closings) {
    const back = state === "lapsed" ? "lapse" : state === "annulled" ? "annul" : "release";
    if (settled > 0) moved.settle.push({ allocation, amount: settled });
    if (settled < allocation.amount) moved[back].push({ allocation, amount: allocation.amount - settled });
  }
  const stretch = new Stretch();
  await stretch.rest();
  const pages: PageColumns[] = [];
  for (const [kind, [debit, credit]] of Object.entries(ACCOUNTS) as [Movement, (typeof ACCOUNTS)[Movement]][]) {
    if (moved[kind].length === 0) continue;
    const rows = await columns<Moved>(
      moved[kind],
      [({ allocation }) => allocation.claim, ({ allocation }) => allocation.attempt, ({ allocation }) => allocation.resource, ({ allocation }) => allocation.period, ({ amount }) => amount],
      stretch,
    );
    pages.push({ kind, debit, credit, rows });
  }
  return pages;
}

export interface DecisionColumns {
  /** step, attempt, seq, outcome, start, key, passed step, its ground, reasons in numbers, picked */
  readonly rows: Columns;
  /** Reasons that numbers cannot say; null: all can be. */
  readonly told: readonly (string | null)[] | null;
}

export async function decisionColumns({ decisions }: Pick<WriterBatch, "decisions">, shapes: ShapeNumbers): Promise<DecisionColumns> {
  const stretch = new Stretch();
  const grounds: (string | null)[] = [];
  const told: (string | null)[] = [];
  for (const [at, decision] of decisions.entries()) {
    const codes = decision.outcome === "granted" ? reasonCodes(decision.step, decision.reasons, shapes.of) : undefined;
    grounds.push(codes === undefined ? null : `"${codes}"`);
    told.push(codes === undefined ? JSON.stringify(decision.reasons) : null);
    if (at % REASONS_AT_ONCE === 0) await stretch.rest();
  }
  const rows = await columns<WriterBatch["decisions"][number]>(
    decisions,
    [
      ({ step }) => step,
      ({ attempt }) => attempt,
      ({ seq }) => seq,
      ({ outcome }) => outcome,
      (decision) => (decision.outcome === "granted" ? decision.startsAt : null),
      ({ key }) => key,
      ({ passed }) => passed && passed.step,
      ({ passed }) => passed && passed.ground,
      (decision) => (decision.outcome === "granted" && decision.picked === true ? "t" : null),
    ],
    stretch,
  );
  rows.splice(-1, 0, list(grounds, (codes) => codes));
  return { rows, told: told.every((words) => words === null) ? null : told };
}
