import type { EngineEvent, Slice } from "../../scheduler/contract.js";

/** What time does to a turn: read and given away here alone, so that a simulation can hold it still. */
export interface Rhythm {
  /** Milliseconds since whenever, never backwards. */
  nowMs(): number;
  /** Lets readers be answered before the turn goes on. */
  breathe(): Promise<void>;
}

/** Milliseconds of the engine's work in one go: who asks for a rank waits no longer than that. */
const SLICE_MS = 2;
/** Milliseconds of one turn that is worth a commit: what it decided first waits for what it decides last. */
const TURN_MS_MAX = 50;
/** And of one that has hardly anything yet: the first after a start finds out for each step who could serve it at all. */
const TURN_MS_MOST = 500;
/** Milliseconds a batch should take to become durable. It may have to wait for the one before, and both have a tenth of a second. */
const COMMIT_MS = 35;
/** Below this a batch costs more by itself than by what is in it. */
const DECISIONS_MIN = 150;
const DECISIONS_MAX = 1_000;
/** Slices in a row that decide nothing, after which a turn ends: it may wait for answers, and time may stand still. */
const SLICES_IN_VAIN_MAX = 25;
/** Events taken in between two looks at the clock, and what they say at most: one event may be about thousands of resources. */
const EVENTS_PER_SLICE = 16;
export const THINGS_PER_SLICE = 500;
/** What the newest measurement counts for. */
const NEWEST = 0.25;

/** How much is decided in one go, and how much goes into one batch: learnt from how long it took before. */
export class Pace {
  #decisions = 250;

  constructor(private readonly rhythm: Rhythm) {}

  /** Decisions of the next batch at most. */
  get decisionsMax(): number {
    return this.#decisions;
  }

  /** Steps that the commands of the next batch name at most: who is granted has come, and will end. */
  get stepsMax(): number {
    return 2 * this.#decisions;
  }

  /** @param things Decisions and commands of a batch that took so long to become durable. */
  committed(ms: number, things: number): void {
    // One that was hardly anything says what a commit costs, not what is in it.
    if (things < DECISIONS_MIN || ms <= 0) return;
    const fitting = (things / 2) * (COMMIT_MS / ms);
    this.#decisions = between(DECISIONS_MIN, Math.round(this.#decisions + (fitting - this.#decisions) * NEWEST), DECISIONS_MAX);
  }

  /** Has `take` take the events in, with a breath wherever it has taken long enough. */
  async taken(events: readonly EngineEvent[], take: (some: readonly EngineEvent[]) => void): Promise<void> {
    let enough = this.#goesOn();
    for (const some of inSlices(events)) {
      take(some);
      if (!enough()) continue;
      await this.rhythm.breathe();
      enough = this.#goesOn();
    }
    await this.rhythm.breathe();
  }

  /**
   * Runs `slice` until it has no more to do, the batch is full, or the turn has lasted long enough. A slice is to end as soon as
   * `enough` says so: how long its next decision takes nobody knows before.
   *
   * What a turn does once, however much it decides, is in its first slice: those who are overdue are tried, and what they
   * lack is looked for. The time of the turn begins after it.
   */
  async turn(slice: (decisionsMax: number, enough: () => boolean) => Slice): Promise<void> {
    const max = this.#decisions;
    let { more, decided } = slice(max, this.#goesOn());
    const began = this.rhythm.nowMs();
    let inVain = 0;
    // On a busy machine every turn lasts too long: smaller batches would only cost more.
    while (more && decided < max && inVain < SLICES_IN_VAIN_MAX && this.rhythm.nowMs() - began <= (decided < DECISIONS_MIN ? TURN_MS_MOST : TURN_MS_MAX)) {
      await this.rhythm.breathe();
      const before = decided;
      ({ more, decided } = slice(max, this.#goesOn()));
      inVain = decided === before ? inVain + 1 : 0;
    }
  }

  /** From now on: whether it is time to let others have their turn. */
  #goesOn(): () => boolean {
    const until = this.rhythm.nowMs() + SLICE_MS;
    return () => this.rhythm.nowMs() >= until;
  }
}

/** The events in their order, cut where somebody may be answered in between: at least one slice, since time alone may change something. */
export function* inSlices(events: readonly EngineEvent[]): Iterable<readonly EngineEvent[]> {
  let from = 0;
  let things = 0;
  for (let at = 0; at < events.length; at += 1) {
    const more = thingsIn(events[at]!);
    if (at > from && (at - from >= EVENTS_PER_SLICE || things + more > THINGS_PER_SLICE)) {
      yield events.slice(from, at);
      from = at;
      things = 0;
    }
    things += more;
  }
  yield events.slice(from);
}

function thingsIn(event: EngineEvent): number {
  switch (event.kind) {
    case "resources":
      return event.resources.length;
    case "window":
      return event.windows.length;
    case "policyAnswers":
      return event.answers.length;
    case "ready":
      return event.steps.length;
    default:
      return 1;
  }
}

const between = (min: number, value: number, max: number): number => Math.max(min, Math.min(max, value));
