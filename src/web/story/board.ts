import type { Bilingual } from "../../text/text.js";

/** A line of the story as it was told. */
export interface ToldLine {
  readonly when: string;
  readonly text: Bilingual;
  /** Of a check: whether it holds. */
  readonly holds?: boolean;
}

export interface StoryColumn {
  readonly now: string;
  readonly lines: readonly ToldLine[];
  readonly figures: readonly { readonly name: Bilingual; readonly value: number }[];
}

/** What the engine said to three officers moved. */
export interface TriedMove {
  readonly direction: MoveDirection;
  readonly state: "running" | "done" | "failed";
  readonly text?: Bilingual;
}

/** To the county under water, or from it. */
export type MoveDirection = "there" | "back";

/** The story while it plays, for a page to read. */
export interface StoryBoard {
  readonly title: Bilingual;
  readonly ended: Bilingual | null;
  readonly pooled: StoryColumn;
  readonly alone: StoryColumn;
  readonly tried: TriedMove | null;
  /** Asks the engine on a copy; the answer appears on the board. */
  tryMove(direction: MoveDirection): void;
}
