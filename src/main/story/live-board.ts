import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { beginWhatIf, readWhatIf } from "../../app/whatif/what-ifs.js";
import type { WhatIfResult } from "../../domain/what-if/result.js";
import { storyText } from "../../text/story.js";
import { say, type Bilingual, type Facts } from "../../text/text.js";
import type { MoveDirection, StoryBoard, ToldLine, TriedMove } from "../../web/story/board.js";
import { done } from "./done.js";
import type { StoryFigures } from "./figures.js";
import { storyDate, type StoryKey } from "./flood.js";
import { ALONE, type StoryWorld } from "./world.js";

const OFFICERS = 3;
const POST_MINUTES = 300;
const DAYS = 5;
const LOOK_EVERY_MS = 250;
const LOOKS_MAX = 480;

export const ROWS: readonly (readonly [StoryKey, (figures: StoryFigures) => number])[] = [
  ["row.asked", ({ asked }) => asked],
  ["row.helped", ({ helped }) => helped],
  ["row.median", ({ hoursMedian }) => hoursMedian],
  ["row.p90", ({ hoursP90 }) => hoursP90],
  ["row.breaches", ({ breaches }) => breaches],
  ["row.moved", ({ officersMoved }) => officersMoved],
  ["row.fen", ({ fenSpent }) => fenSpent],
];

const both = (key: StoryKey, facts: Facts = {}): Bilingual => ({ zh: say("zh", storyText[key], facts), en: say("en", storyText[key], facts) });

/** What was told so far, in both languages, and what the engine said to three officers moved. */
export class LiveBoard implements StoryBoard {
  readonly title = storyText.title;
  readonly pooled = { now: "", lines: [] as ToldLine[], figures: rows() };
  readonly alone = { now: "", lines: [] as ToldLine[], figures: rows() };
  ended: Bilingual | null = null;
  tried: TriedMove | null = null;

  constructor(
    readonly world: StoryWorld,
    readonly onFault: (error: unknown) => void,
  ) {}

  tell(column: "pooled" | "alone", at: number, key: StoryKey, facts?: Facts): void {
    this[column].now = storyDate(at);
    this[column].lines.push({ when: storyDate(at), text: both(key, facts) });
  }

  check(column: "pooled" | "alone", key: StoryKey, holds: boolean): void {
    this[column].lines.push({ when: this[column].now, text: both(key), holds });
  }

  figures(column: "pooled" | "alone", figures: StoryFigures): void {
    this[column].figures = rows(figures);
  }

  end(key: StoryKey, facts: Facts): void {
    this.ended = both(key, facts);
  }

  tryMove(direction: MoveDirection): void {
    if (this.tried?.state === "running") return;
    this.tried = { direction, state: "running" };
    this.#ask(direction).then(
      (tried) => (this.tried = tried),
      (error: unknown) => {
        this.onFault(error);
        this.tried = { direction, state: "failed" };
      },
    );
  }

  /** On a copy of the run without the pool as it stands: what came in so far, and five days of it. */
  async #ask(direction: MoveDirection): Promise<TriedMove> {
    const { deps } = this.world.composition;
    const planner = await this.world.as(ALONE, "story-planner");
    const [lender, borrower] = direction === "there" ? ["anlong-civil-affairs", "ceheng-civil-affairs"] : ["ceheng-civil-affairs", "anlong-civil-affairs"];
    const lend = { class: "staff.relief", lender, borrower, count: 1, amount: OFFICERS * POST_MINUTES, from: 0, to: DAYS - 1 };
    const id = randomUUID();
    const when = this.alone.now;
    done(await beginWhatIf(deps, planner, { id, scenario: { name: "three officers", seed: 1, days: DAYS, supply: [{ lend }], demand: [] } }));
    for (let look = 0; look < LOOKS_MAX; look += 1) {
      const { state, result } = done(await readWhatIf(deps, planner, id));
      if (state === "done" && result) return { direction, state: "done", text: both(direction === "there" ? "page.move.there.done" : "page.move.back.done", { when, ...answerOf(result) }) };
      if (state !== "waiting" && state !== "running") return { direction, state: "failed" };
      await sleep(LOOK_EVERY_MS);
    }
    return { direction, state: "failed" };
  }
}

const answerOf = ({ base, changed }: WhatIfResult): Facts => ({
  before: base.requests.breaches,
  after: changed.requests.breaches,
  waitBefore: Math.round(base.waits.mean),
  waitAfter: Math.round(changed.waits.mean),
  servedBefore: base.requests.served,
  servedAfter: changed.requests.served,
});

const rows = (figures?: StoryFigures) => ROWS.map(([key, value]) => ({ name: storyText[key], value: figures === undefined ? 0 : value(figures) }));
