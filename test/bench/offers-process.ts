/** Measures offers in a process of its own: how long an engine takes to say what could be had, complete and claimable. */
import { trusted, type DivisionCode, type TraitId } from "../../src/domain/id.js";
import { PLAIN_CLAIM, type ClaimAsk } from "../../src/scheduler/contract.js";
import { EngineLoop } from "./engine-loop.js";
import { dice, pick } from "./random.js";
import { BIG_CLASS, ONE_IN_HUNDRED, ONE_IN_TEN, type WorldSize } from "./world.js";

export interface OffersTask {
  readonly size: WorldSize;
  readonly questions: number;
}

export interface OffersNews {
  readonly shares: readonly { readonly percent: number; readonly ms: readonly number[]; readonly empty: number; readonly complete: number }[];
}

const MS_MAX = 30_000;

async function measure({ size, questions }: OffersTask): Promise<OffersNews> {
  const loop = new EngineLoop(size, Date.now());
  loop.load();
  // Some of the pool is taken, as it is at work.
  for (const began = performance.now(); performance.now() - began < MS_MAX && (await loop.turn()) === 0; );
  const townships = [...loop.world.divisions.keys()].filter((code) => code.length === 9);
  const roll = dice(size.seed);
  const shares = [];
  for (const [percent, trait] of [[1, ONE_IN_HUNDRED], [10, ONE_IN_TEN]] as const) {
    const ms: number[] = [];
    let empty = 0;
    let complete = 0;
    for (const began = performance.now(); ms.length < questions && performance.now() - began < MS_MAX; ) {
      const claims = asked(loop, pick(roll, townships), trait, roll);
      const found = await loop.offers(claims);
      ms.push(found.ms);
      if (found.offers === 0) empty += 1;
      if (found.complete) complete += 1;
    }
    shares.push({ percent, ms, empty, complete });
  }
  return { shares };
}

/** Two parts: an officer with the trait, and something else of the day. */
function asked(loop: EngineLoop, division: DivisionCode, trait: TraitId, roll: () => number): ClaimAsk[] {
  const { unitId } = pick(roll, loop.world.units);
  const other = pick(roll, loop.world.asks).claims[2]!;
  const of = { ...PLAIN_CLAIM, division, unitId: trusted<typeof unitId>(unitId), scope: "pool" as const };
  return [{ ...of, classId: BIG_CLASS, amount: 30, traits: [trait] }, { ...of, classId: other.classId, amount: other.amount }];
}

process.send!(await measure(JSON.parse(process.argv[2] ?? "{}") as OffersTask));
process.disconnect();
