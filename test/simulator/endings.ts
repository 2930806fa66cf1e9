import type { WriterBatch } from "../../src/app/ports/writer.js";
import type { ClaimId, StepId } from "../../src/domain/id.js";
import type { Allocation, Granted } from "../../src/scheduler/contract.js";
import { must } from "./broken.js";
import type { StepRow } from "./database.js";
import { isSame, rowKey, type Seen } from "./seen.js";

/** What somebody's act says of holds. */
export type How = "ended" | "dropped" | "unpicked";

/** How holds end: by an act, by their time, or for a reason the tables know. */
export class Endings {
  readonly #moved = new Set<StepId>();
  /** Steps that hold what somebody picked. */
  readonly #picks = new Set<StepId>();

  constructor(private readonly seen: Seen) {}

  /** A hold ends once, with a reason, whole, and all holds of a step together. */
  closings(batch: WriterBatch, given: ReadonlyMap<StepId, How>): void {
    const lapsing = new Set<StepId>();
    for (const { allocation, state, settled } of batch.closings) {
      const key = rowKey(allocation);
      if (state === "annulled") {
        this.#annulled(allocation, batch);
        continue;
      }
      must(this.seen.holds.get(key) === "held", () => `hold ${key} ended as ${state}, and was ${this.seen.holds.get(key) ?? "never given"}`);
      this.seen.holds.set(key, state);
      must(settled >= 0 && settled <= allocation.amount, () => `hold ${key} of ${allocation.amount} settled ${settled}`);
      must((state === "settled") === settled > 0, () => `hold ${key} is ${state} and settled ${settled}`);
      const how = given.get(allocation.step);
      const direct = this.seen.db.steps.get(allocation.step)!.requestId === null;
      if (direct) {
        this.#directEnd(allocation, settled, how, batch);
        continue;
      }
      if (settled > 0) must(how === "ended", () => `hold ${key} was settled though nobody ended its work`);
      if (how === undefined || how === "unpicked") {
        lapsing.add(allocation.step);
        continue;
      }
      this.#picks.delete(allocation.step);
      must(state !== "lapsed", () => `hold ${key} lapsed though its step was ${how}`);
    }
    for (const id of lapsing) {
      const step = this.seen.db.steps.get(id)!;
      must(!this.seen.started.has(id), () => `holds of step ${id} were taken back though its work had begun`);
      must(step.state === "ready", () => `holds of step ${id} were taken back though it is ${step.state}`);
      const mine = batch.closings.filter(({ allocation }) => allocation.step === id);
      const ended = mine.some(({ allocation }) => this.seen.periodEnd(allocation) <= batch.decidedAt);
      const moved = batch.attempts.some((one) => one.step === id && one.movedFor != null);
      if (moved) {
        const number = mine.find(({ allocation }) => this.seen.isNumber(allocation.resource));
        must(number === undefined, () => `step ${id} was moved for others, and held a number of ${number!.allocation.resource}: those go by acceptance`);
        must(!this.#moved.has(id), () => `step ${id} was moved twice for others`);
        must(!this.#picks.has(id), () => `step ${id} was moved for others, and held a time that was picked`);
        this.#moved.add(id);
        this.seen.sometimes.saw("moved once for an emergency");
      }
      const barred = mine.some(({ allocation }) => this.seen.barred.get(id)?.has(allocation.resource) === true);
      if (barred) this.seen.sometimes.saw("given back because an officer takes no part");
      const undelegated = mine.some(({ allocation }) => this.seen.restsOnNobody(step, allocation, batch.decidedAt) || this.seen.restedOnNobody(step, allocation));
      if (undelegated) this.seen.sometimes.saw("given back because a delegation ended");
      const unpicked = given.get(id) === "unpicked";
      if (unpicked) this.seen.sometimes.saw("picked time given back");
      const lawful = ended || moved || barred || undelegated || unpicked;
      if (lawful) this.#picks.delete(id);
      else this.#picked(step, mine.map(({ allocation }) => allocation), batch);
      must(step.attempt > mine[0]!.allocation.attempt, () => `step ${id} lapsed in attempt ${mine[0]!.allocation.attempt} and is queued in attempt ${step.attempt}`);
      if (lawful) this.seen.lapsed.add(id);
      this.seen.turns.add(`${id}/${mine[0]!.allocation.attempt + 1}`);
      if (ended) this.seen.sometimes.saw("hold lapsed");
    }
    for (const { allocation } of batch.closings) {
      const left = this.seen.db.holdsOf(allocation.step).filter(({ attempt }) => attempt === allocation.attempt);
      must(left.length === 0, () => `step ${allocation.step} gave back a part of what it holds`);
    }
  }

  /** What was used of a number goes back once, when somebody annulled it. */
  #annulled(allocation: Allocation, batch: WriterBatch): void {
    const key = rowKey(allocation);
    must(this.seen.holds.get(key) === "settled", () => `the use of ${key} was annulled, and was ${this.seen.holds.get(key) ?? "never given"}`);
    this.seen.holds.set(key, "annulled");
    const asked = batch.commands.map(({ id }) => this.seen.db.commands.get(id)!.command);
    must(asked.some((command) => command.kind === "number.annulled" && command.step === allocation.step), () => `the use of ${key} was annulled, and nobody asked for it`);
    this.seen.freed.add(`${allocation.resource}/${allocation.period}`);
    this.seen.sometimes.saw("number annulled");
  }

  /** Holds were exchanged, for nothing but a time that was picked: for what it names, or for the very same. */
  #picked(step: StepRow, before: readonly Allocation[], batch: WriterBatch): void {
    const wrong = (what: string): string => `holds of step ${step.id} were taken back for no reason there is${what}`;
    const picks = this.seen.picks.get(step.id);
    must(picks !== undefined, () => wrong(""));
    const answers = batch.decisions.filter((decision) => decision.step === step.id);
    const granted = answers.find((decision): decision is Granted & { seq: number } => decision.outcome === "granted");
    must(granted !== undefined, () => wrong(", and nothing was given for them"));
    if (answers.some((decision) => decision.outcome === "refused")) {
      must(isSame(before, granted!.allocations), () => wrong(": what was picked was refused, and it holds something else"));
      must(!this.#picks.has(step.id) || granted!.picked === true, () => `step ${step.id} holds the time that was picked as it did, and nobody will know that it was`);
      this.seen.sometimes.saw("picked time refused, and all stayed as it was");
      return;
    }
    const firsts = firstPeriods(granted!.allocations);
    must(picks!.some((pick) => [...pick].every(([claim, period]) => firsts.get(claim) === period)), () => wrong(": nobody picked what it holds now"));
    must(granted!.picked === true, () => `step ${step.id} was given the time that was picked, and nobody will know`);
    this.#picks.add(step.id);
    this.seen.sometimes.saw("picked time given");
  }

  /** A direct claim's hold ends by its claimant, by what takes its place, unconfirmed in time, or when it is over. */
  #directEnd(allocation: Allocation, settled: number, how: How | undefined, batch: WriterBatch): void {
    const wrong = (what: string): string => `hold ${rowKey(allocation)} of a direct claim ${what}`;
    const replaced = batch.decisions.some(({ step, outcome }) => outcome === "granted" && this.seen.db.steps.get(step)!.ask.replaces === allocation.step);
    const move = batch.directs.find(({ step }) => step === allocation.step)?.outcome;
    if (settled > 0) {
      must(move === "ended" && this.seen.periodEnd(allocation) <= batch.decidedAt, () => wrong("was settled before it was over"));
      this.seen.sometimes.saw("booking used to its end");
    } else if (how === undefined && !replaced && move === "expired") {
      const { holdUntil } = this.seen.db.steps.get(allocation.step)!.ask;
      // Released meanwhile: that act is on its way, and comes to the same.
      if ([...this.seen.db.directs.values()].some((one) => one.step === allocation.step && one.state === "released")) return;
      must(!this.seen.confirmed.has(allocation.step), () => wrong("expired though it was confirmed"));
      // Over when the last of its dated periods is: what has no date goes back with them.
      const ends = [...this.seen.db.allocations.values()].filter(({ step }) => step === allocation.step).map((one) => this.seen.periodEnd(one)).filter(Number.isFinite);
      const over = ends.length > 0 && Math.max(...ends) <= batch.decidedAt;
      const undelegated = batch.closings.some(({ allocation: one }) => one.step === allocation.step && this.seen.restsOnNobody(this.seen.db.steps.get(one.step)!, one, batch.decidedAt));
      must((holdUntil !== null && holdUntil <= batch.decidedAt) || over || undelegated, () => wrong("expired before its time"));
      this.seen.sometimes.saw("unconfirmed hold expired");
    } else must(how === "dropped" || replaced || move === "ended", () => wrong("ended for no reason there is"));
    if (!replaced) return;
    this.seen.sometimes.saw("booking took another's place");
    const now = batch.decisions.flatMap((decision) => (decision.outcome === "granted" && this.seen.db.steps.get(decision.step)!.ask.replaces === allocation.step ? decision.allocations : []));
    const same = now.find(({ resource, period }) => resource === allocation.resource && period === allocation.period);
    if (same && same.amount < allocation.amount) this.seen.sometimes.saw("booking made smaller");
  }
}

const firstPeriods = (allocations: readonly Allocation[]): ReadonlyMap<ClaimId, number> => {
  const first = new Map<ClaimId, number>();
  for (const { claim, period } of allocations) first.set(claim, Math.min(first.get(claim) ?? Infinity, period));
  return first;
};
