import { completeAutomaticSteps } from "../../app/work/run-automatic.js";
import { completeSteps } from "../../app/work/complete-steps.js";
import { workQueue, type WorkRow } from "../../app/work/work-queue.js";
import { recordPaper } from "../../app/request/record-paper.js";
import { submitRequest, type Receipt } from "../../app/request/submit-request.js";
import { setClock } from "../../app/replay/pool-clock.js";
import { trusted, type PoolId, type UnitId } from "../../domain/id.js";
import { DAY_MS, parseLocalDate, startOfDay, type Instant, type LocalDate } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { storyWords } from "../../text/story.js";
import { say, type Facts } from "../../text/text.js";
import { done } from "./done.js";
import type { StoryWorld } from "./world.js";

/** Moments of a day at which something happens, in minutes from midnight: before each, what was given out before is worked off. */
export const TICKS = [8 * 60 + 40, 11 * 60, 14 * 60, 15 * 60 + 30] as const;
/** When the day's work ends. */
const EVENING = 16 * 60 + 50;
const RESIDENTS = 24;
const ROWS_MAX = 500;
/** Chains of automatic steps and their decisions in one tick. */
const PASSES = 3;
/** Calls that ask whether the writer follows the clock, before a story gives up. */
const CLOCK_ASKED_MAX = 30;

export const momentOf = (day: LocalDate, minutes: number): Instant => startOfDay(parseLocalDate(day)!) + minutes * 60_000;

export interface Filed extends Receipt {
  readonly resident: string;
}

/** Plays residents and officers of one pool by the product's own use cases, under their own roles. */
export class Player {
  readonly filed: Filed[] = [];
  /** Requests whose help at the door has ended, in that order. */
  readonly helped: string[] = [];
  /** Of helps: which desk did it. */
  readonly helpedBy = new Map<string, string>();
  /** What else goes on by itself: orders that end. */
  meanwhile: () => Promise<void> = async () => {};
  #resident = 0;
  #now = 0;
  readonly #actors = new Map<string, Actor>();
  #desks: string[] = ["ceheng-civil-affairs", "ceheng-emergency", "ceheng-hall", "ceheng-hill-hall", "anlong-civil-affairs", "anlong-emergency", "anlong-hall"];

  constructor(
    readonly world: StoryWorld,
    readonly pool: PoolId,
  ) {}

  get deps() {
    return this.world.composition.deps;
  }
  get now(): Instant {
    return this.#now;
  }

  /** In the language the story is told in. */
  say(key: keyof typeof storyWords, facts?: Facts): string {
    return say(this.world.config.language, storyWords[key], facts);
  }

  /** As they may act at this moment of the story. */
  async as(person: string): Promise<Actor> {
    const known = this.#actors.get(person) ?? (await this.world.as(this.pool, person));
    this.#actors.set(person, known);
    return known;
  }

  /** A desk nobody works at: it was flooded, or its unit is no more. */
  closeDesk(unit: string): void {
    this.#desks = this.#desks.filter((one) => one !== unit);
  }
  openDesk(unit: string): void {
    if (!this.#desks.includes(unit)) this.#desks.push(unit);
  }

  async clock(at: Instant): Promise<void> {
    if (at - this.#now > 1) this.#actors.clear();
    this.#now = at;
    // One call waits ten seconds, and as long may pass until a writer takes over.
    for (let asked = 0; asked < CLOCK_ASKED_MAX; asked += 1) {
      const { workedUpTo } = done(await setClock(this.deps, await this.as("story-planner"), this.pool, at));
      if ((workedUpTo ?? 0) >= at) return;
    }
    throw new Error(`the writer of ${this.pool} did not come up to ${new Date(at).toISOString()}`);
  }

  /** Until all that was asked so far is answered. */
  async settle(): Promise<void> {
    for (let pass = 0; pass < PASSES; pass += 1) {
      await this.clock(this.#now + 1);
      await this.meanwhile();
      if (done(await completeAutomaticSteps(this.deps, this.pool)) === 0) return;
    }
  }

  async file(item: string, division: string, count: number): Promise<void> {
    const answers = { "flood-help": { need: this.say("need") }, "flood-grant": { account: this.say("account") }, "residence-proof": { purpose: this.say("purpose") } }[item] ?? {};
    for (let n = 0; n < count; n += 1) {
      this.#resident = (this.#resident % RESIDENTS) + 1;
      const resident = `story-resident-${String(this.#resident).padStart(2, "0")}`;
      this.filed.push({ ...done(await submitRequest(this.deps, await this.as(resident), this.pool, { item, division, answers })), resident });
    }
  }

  /** A desk enters what a village wrote down. */
  async enterSheet(sheet: { readonly serial: string; readonly village: string; readonly occurredAt: Instant; readonly division: string; readonly resident: string }): Promise<Receipt> {
    const clerk = await this.as("ceheng-civil-affairs-clerk");
    const unit = trusted<UnitId>("ceheng-civil-affairs");
    return done(await recordPaper(this.deps, clerk, this.pool, { ...sheet, unit, item: "flood-help", resident: { name: sheet.resident }, answers: { need: this.say("need") } }));
  }

  /** Every desk works off its share of what it has for today: all of it by the evening. */
  async work(share: number): Promise<void> {
    for (const unit of this.#desks) {
      const clerk = await this.as(`${unit}-clerk`);
      const { rows } = done(await workQueue(this.deps, clerk, this.pool, { unit, state: "granted", limit: ROWS_MAX }));
      const due = rows.filter(({ mode, startsAt }) => mode === "human" && startsAt !== null && startsAt <= this.#now);
      // Money and decisions wait for nobody; doors and counters are gone to one after another.
      const [visits, papers] = [due.filter(isVisit), due.filter((row) => !isVisit(row))];
      const today = [...papers, ...visits.slice(0, Math.ceil(visits.length * share))];
      if (today.length === 0) continue;
      const outcomes = done(await completeSteps(this.deps, clerk, this.pool, today.map((row) => ({ publicId: row.requestPublicId, step: row.name, ...(row.name === "pay" ? { note: this.say("bank.receipt") } : {}) }))));
      for (const { publicId, step, outcome } of outcomes) {
        if (!outcome.ok) done(outcome);
        if (step !== "help") continue;
        this.helped.push(publicId);
        this.helpedBy.set(publicId, unit);
      }
    }
    await this.settle();
  }

  /** A day: at each tick what was given before is worked off, then `at` happens. */
  async day(date: LocalDate, at: (tick: number) => Promise<void>): Promise<void> {
    for (let tick = 0; tick < TICKS.length; tick += 1) {
      await this.clock(momentOf(date, TICKS[tick]!));
      if (tick > 0) await this.work(1 / (TICKS.length - tick + 1));
      await at(tick);
      await this.settle();
    }
    await this.clock(momentOf(date, EVENING));
    await this.work(1);
  }
}

const isVisit = ({ name }: WorkRow): boolean => name === "help" || name === "visit";

/** Working days that follow one another; weekends are left out. */
export function workdays(from: LocalDate, count: number): readonly LocalDate[] {
  const days: LocalDate[] = [];
  for (let at = startOfDay(parseLocalDate(from)!); days.length < count; at += DAY_MS) {
    const date = new Date(at + 8 * 3_600_000);
    if (date.getUTCDay() % 6 !== 0) days.push(date.toISOString().slice(0, 10));
  }
  return days;
}
