import type { StepId } from "../../domain/id.js";
import type { TakenCommand } from "../ports/writer.js";

/** What was picked, as a turn found it. */
export interface PicksBefore {
  readonly open: readonly TakenCommand[];
  /** Fed again in this turn. */
  readonly again: readonly TakenCommand[];
}

/**
 * Picks the engine was told of and has not answered, and resources it was told to empty of which it asks policy yet. The command gets its number with the answer, not before: a
 * number says that everything a command asks for stands in the tables, and of a pick nothing does until then. So
 * whoever writes the pool next takes it again, and whoever reads it anew feeds it again.
 */
export class OpenPicks {
  /** The engine has them. */
  #open: readonly TakenCommand[] = [];
  /** The engine that had them was thrown away. */
  #again: readonly TakenCommand[] = [];

  /** All whose commands have no number yet. */
  get ids(): readonly TakenCommand["id"][] {
    return [...this.#open, ...this.#again].map(({ id }) => id);
  }

  get open(): readonly TakenCommand[] {
    return this.#open;
  }

  /** A fresh engine knows none of them. */
  engineLost(): void {
    this.#again = [...this.#open, ...this.#again];
    this.#open = [];
  }

  takeAgain(): readonly TakenCommand[] {
    const again = this.#again;
    this.#again = [];
    return again;
  }

  /**
   * After a turn that told the engine of `taken` too: which commands get their number now.
   *
   * @param before All picks that were open when it began or were fed again.
   * @param isOpen Whether the engine has something of the command that it did not answer.
   */
  answered(before: PicksBefore, taken: readonly TakenCommand[], isOpen: (one: TakenCommand) => boolean): readonly TakenCommand[] {
    const latest = new Map<StepId | TakenCommand, TakenCommand>();
    for (const one of [...before.open, ...before.again, ...taken]) {
      // Picked twice, the later counts; the earlier has nothing to wait for.
      if (isPick(one)) latest.set(one.command.step, one);
      else if (one.command.kind === "resource.evacuated") latest.set(one, one);
    }
    this.#open = [...latest.values()].filter(isOpen);
    const open = new Set(this.#open);
    return [...before.open, ...before.again, ...taken].filter((one) => !open.has(one));
  }

  /** The turns are thrown away: what the first of them found open is open, and what they fed again is to be fed again. */
  thrownAway(turns: readonly PicksBefore[]): void {
    this.#open = turns[0]?.open ?? [];
    this.#again = [...turns.flatMap(({ again }) => again), ...this.#again];
  }
}

type Pick = TakenCommand & { readonly command: { readonly kind: "step.picked"; readonly step: StepId } };

/** Nothing named gives back what was picked: that is done as soon as it is heard. */
const isPick = (one: TakenCommand): one is Pick => one.command.kind === "step.picked" && one.command.named.length > 0;
