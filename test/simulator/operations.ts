import type { Dice } from "./dice.js";

/** Weights: mostly what people do all day, sometimes what happens to the machine room. */
const WEIGHTS = {
  submit: 30,
  start: 14,
  complete: 14,
  annul: 8,
  "complete at once": 9,
  "reject at step": 2,
  withdraw: 6,
  "ask supplement": 6,
  supply: 8,
  reconsider: 5,
  prioritise: 4,
  bar: 2,
  "end recusal": 2,
  delegate: 3,
  "withdraw delegation": 2,
  pick: 4,
  "pick again": 2,
  "pick twice": 8,
  "pick nothing": 1,
  book: 7,
  rebook: 2,
  shrink: 4,
  confirm: 3,
  release: 2,
  resize: 8,
  flap: 1,
  retire: 1,
  drain: 1,
  refill: 1,
  publish: 3,
  "add resource": 1,
  "change traits": 2,
  policy: 3,
  time: 9,
  "clock jump": 2,
  "database away": 1,
  "server dies": 1,
  "scheduler stops": 2,
  "scheduler killed": 2,
  "scheduler freezes": 2,
} as const;
export type OperationKind = keyof typeof WEIGHTS;

/** One thing that happens; it names its objects by number, so that any part of a list makes sense in any pool. */
export interface Operation {
  readonly number: number;
  readonly at: number;
  readonly kind: OperationKind;
  readonly a: number;
  readonly b: number;
}

const KINDS = Object.entries(WEIGHTS).flatMap(([kind, weight]) => new Array<OperationKind>(weight).fill(kind as OperationKind));

export function drawOperations(dice: Dice): readonly Operation[] {
  const count = dice.between(20, 250);
  // Sometimes all at once, sometimes with room between.
  const gapMs = dice.pick([5, 60, 600]);
  let at = 0;
  return Array.from({ length: count }, (_, number) => ({
    number,
    at: (at += dice.below(gapMs)),
    kind: dice.pick(KINDS),
    a: dice.below(1 << 30),
    b: dice.below(1 << 30),
  }));
}
