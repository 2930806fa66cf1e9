import { dayNumberOf, type Instant } from "../domain/instant.js";
import { dayOfSlot, SLOTS_A_DAY, type Period } from "../domain/pool/period.js";
import type { WaitingRule } from "../domain/pool/decision.js";
import type { Amount } from "../domain/quantity.js";
import { Found, type Accept } from "./fit.js";
import { dayBeginning, firstOfDay, halfHourFrom, periodHolding, type HalfHour } from "./place-in-time.js";
import type { Blocked, Lane, LaneClaim } from "./queue.js";
import { droppedAt, mostFree, type DroppedNow } from "./rules/moment.js";
import { loadIn, nearIn } from "./score.js";
import type { Ask, Refusal } from "./shape.js";
import { NEVER, shareOf, type ResourceTable } from "./state.js";

/** Combinations tried for a step whose claims compete with one another, before it waits. */
const SEARCH_TRIES_MAX = 2_000;
/** Candidates of one claim on one day that such a search looks at. */
const SEARCH_OPTIONS_MAX = 64;
/** Common starts looked at for `together` claims: two weeks of half-hours, and room. */
const STARTS_MAX = 2_000;
/** Days on which one claim stands in the way of another that are looked at: more than any window has. */
const DAYS_TRIED_MAX = 400;

/** Who was chosen for a claim, by which terms, and who came next. Kept and filled again for every step. */
export class Pick {
  r = -1;
  period: Period = NEVER;
  near = 0;
  load = 0;
  nextR = -1;
  nextPeriod: Period = NEVER;
  nextNear = 0;
  nextLoad = 0;
  dropped: readonly DroppedNow[] = [];
}

export type Choice =
  | { readonly kind: "chosen" }
  | { readonly kind: "blocked"; readonly blocked: Blocked; readonly on: readonly number[] }
  | { readonly kind: "impossible"; readonly claim: number; readonly refusal: Refusal };

const CHOSEN: Choice = { kind: "chosen" };

/*
 * One step's claims, all or nothing.
 *
 * A step's dated claims (half-hours, days) fall on one day: its work is done then, or begins then. Otherwise what is
 * held on Monday for a step that can begin on Wednesday would lapse unused. `together` claims share one start.
 * Claims are met in their order, each by the best candidate; when one can only be met on a later day, all are met
 * again from that day on. Days only rise, so the first day on which everything fits is found.
 *
 * What is chosen is taken from the resources at once, so that claims of one step never count the same minute twice.
 */
export class Chooser {
  readonly picks: Pick[] = [];
  /** What was taken: claim, resource, period and amount, in the order of claims and periods. */
  taken = 0;
  readonly takenClaim: number[] = [];
  readonly takenR: number[] = [];
  readonly takenPeriod: Period[] = [];
  readonly takenAmount: Amount[] = [];
  /** Lanes whose head was looked at since the engine began. */
  tried = 0;
  private now: Instant = 0;
  private tries = 0;
  private readonly found = new Found();

  constructor(private readonly resources: ResourceTable) {}

  /** Gives back what the last choice took. */
  putBack(): void {
    this.giveBack(0);
  }

  /** Takes what the lane's head asks, or takes nothing and says what blocks it. */
  choose(lane: Lane, now: Instant): Choice {
    this.now = now;
    this.taken = 0;
    this.tried += 1;
    while (this.picks.length < lane.claims.length) this.picks.push(new Pick());
    const today = dayNumberOf(now);
    // Windows end, and with them the days; a claim on something unlimited has no window.
    for (let day = today, tried = 0; tried < DAYS_TRIED_MAX; tried += 1) {
      const later = this.takeFrom(lane, day);
      if (later === day) return CHOSEN;
      this.giveBack(0);
      if (later === NEVER) break;
      day = later;
    }
    if (lane.rivals && this.search(lane, today)) return CHOSEN;
    return this.whyNot(lane, today);
  }

  /** The day itself: everything is taken. A later one: a claim can be met then at the earliest. NEVER: not at all. */
  private takeFrom(lane: Lane, day: number): number {
    let joined = false;
    for (let at = 0; at < lane.claims.length; at += 1) {
      const claim = lane.claims[at]!;
      let begins: number;
      if (!claim.together) begins = this.takeOne(claim, at, day);
      else if (joined) continue;
      else {
        joined = true;
        begins = this.takeTogether(lane, day);
      }
      if (begins > day) return begins;
    }
    return day;
  }

  private takeOne(claim: LaneClaim, at: number, day: number): number {
    const { ask } = claim;
    const pick = this.picks[at]!;
    if (!this.best(ask, this.from(claim, firstOfDay(day)), false, pick)) return NEVER;
    const begins = dayBeginning(ask.period, pick.period);
    if (begins > day) return begins;
    this.take(ask, at, pick);
    return day;
  }

  /** All `together` claims of the lane at their first common start; answers its day. */
  private takeTogether(lane: Lane, day: number): number {
    const mark = this.taken;
    let start: HalfHour = firstOfDay(day);
    for (let tried = 0; tried < STARTS_MAX; tried += 1) {
      let next = start;
      let grid = NEVER;
      for (const claim of lane.claims) {
        if (!claim.together) continue;
        grid = Math.min(grid, claim.ask.period === "slot" ? 1 : claim.ask.period === "day" ? SLOTS_A_DAY : NEVER);
        next = Math.max(next, this.startFrom(claim, start));
        if (next === NEVER) return NEVER;
      }
      if (next > start) {
        start = next;
        continue;
      }
      const begins = dayOfSlot(start);
      if (begins > day) return begins;
      if (this.takeAt(lane, start)) return day;
      this.giveBack(mark);
      // Claims without a date compete now as they will tomorrow.
      if (grid === NEVER) return NEVER;
      start += grid;
    }
    return NEVER;
  }

  private takeAt(lane: Lane, start: HalfHour): boolean {
    return lane.claims.every((claim, at) => {
      if (!claim.together) return true;
      const pick = this.picks[at]!;
      if (!this.best(claim.ask, this.from(claim, start), true, pick)) return false;
      this.take(claim.ask, at, pick);
      return true;
    });
  }

  /** The first moment from `start` on at which the claim alone could begin; a day, year or gate holds its half-hours. */
  private startFrom(claim: LaneClaim, start: HalfHour): HalfHour {
    const { ask } = claim;
    const from = this.from(claim, start);
    const period = ask.next(from, ANYBODY);
    if (period === NEVER) return NEVER;
    if (ask.period === "slot") return period;
    return period === periodHolding(ask.period, start) ? start : firstOfDay(dayBeginning(ask.period, period));
  }

  /** The first period the claim may use at or after a half-hour: not begun yet, and not before it asks. */
  private from(claim: LaneClaim, start: HalfHour): Period {
    const { period } = claim.ask;
    if (period !== "slot") {
      const earliest = claim.earliest === null ? start : Math.max(start, firstOfDay(dayNumberOf(claim.earliest)));
      return periodHolding(period, earliest);
    }
    const open = Math.max(start, halfHourFrom(this.now));
    return claim.earliest === null ? open : Math.max(open, halfHourFrom(claim.earliest));
  }

  /** The best and the next best candidate from a period on, or exactly in it. False: nobody. */
  private best(ask: Ask, from: Period, exact: boolean, pick: Pick): boolean {
    const { found } = this;
    const period = exact ? from : ask.next(from, ANYBODY);
    if (period === NEVER || ask.bestAt(period, 2, ANYBODY, found) === 0) return false;
    pick.r = found.r[0]!;
    pick.period = period;
    pick.near = found.near(0);
    pick.load = found.load(0);
    pick.nextR = -1;
    let at = 1;
    pick.nextPeriod = period;
    if (found.count === 1 && !exact) {
      const winner = pick.r;
      const but: Accept = (r) => r !== winner;
      pick.nextPeriod = ask.next(period + 1, but);
      at = 0;
      found.count = 0;
      if (pick.nextPeriod !== NEVER) ask.bestAt(pick.nextPeriod, 1, but, found);
    }
    if (found.count > at) {
      pick.nextR = found.r[at]!;
      pick.nextNear = found.near(at);
      pick.nextLoad = found.load(at);
    }
    pick.dropped = droppedAt(this.resources, ask, period);
    return true;
  }

  private take(ask: Ask, at: number, pick: Pick): void {
    if (!ask.spreads || this.resources.isUnlimited(pick.r)) {
      for (let p = pick.period; p < pick.period + ask.run; p += 1) this.takeFromPeriod(at, pick.r, p, ask.amount);
      return;
    }
    const max = ask.shareMaxOf(pick.r);
    const step = ask.shareStepOf(pick.r);
    let left = ask.amount;
    for (let p = pick.period; left > 0; p += 1) {
      const share = shareOf(this.resources.freeAt(pick.r, p), max, step);
      if (share === 0) continue;
      const amount = Math.min(left, share);
      this.takeFromPeriod(at, pick.r, p, amount);
      left -= amount;
    }
  }

  private takeFromPeriod(at: number, r: number, period: Period, amount: Amount): void {
    this.takenClaim[this.taken] = at;
    this.takenR[this.taken] = r;
    this.takenPeriod[this.taken] = period;
    this.takenAmount[this.taken] = amount;
    this.taken += 1;
    this.resources.use(r, period, amount);
  }

  private giveBack(mark: number): void {
    while (this.taken > mark) {
      this.taken -= 1;
      this.resources.use(this.takenR[this.taken]!, this.takenPeriod[this.taken]!, -this.takenAmount[this.taken]!);
    }
  }

  /**
   * Claims that compete with one another: best first may leave the last with nothing although all could be met.
   * Tries combinations day by day, each claim's candidates in the order of scores, within a fixed number of tries.
   */
  private search(lane: Lane, today: number): boolean {
    this.tries = 0;
    for (let day = today; this.tries < SEARCH_TRIES_MAX; ) {
      if (this.searchDay(lane, 0, day, NEVER)) {
        this.takeAgain(lane);
        return true;
      }
      // The next day on which every claim alone could be met.
      let next = day + 1;
      for (const claim of lane.claims) {
        const start = this.startFrom(claim, firstOfDay(next));
        if (start === NEVER) return false;
        next = Math.max(next, dayOfSlot(start));
      }
      if (lane.claims.every((claim) => claim.ask.period === "none" || claim.ask.period === "fiscal-year")) return false;
      day = next;
    }
    return false;
  }

  private searchDay(lane: Lane, at: number, day: number, joint: HalfHour): boolean {
    const claim = lane.claims[at];
    if (!claim) return true;
    const pick = this.picks[at]!;
    for (const { r, period, score } of this.options(claim, day, joint)) {
      this.tries += 1;
      if (this.tries > SEARCH_TRIES_MAX) return false;
      const mark = this.taken;
      pick.r = r;
      pick.period = period;
      pick.near = nearIn(score);
      pick.load = loadIn(score);
      pick.nextR = -1;
      this.take(claim.ask, at, pick);
      const start = claim.together && claim.ask.period === "slot" ? period : joint;
      if (this.searchDay(lane, at + 1, day, start)) return true;
      this.giveBack(mark);
    }
    return false;
  }

  /** The same choice, claim by claim, for the numbers each claim met. */
  private takeAgain(lane: Lane): void {
    this.giveBack(0);
    lane.claims.forEach(({ ask }, at) => {
      const pick = this.picks[at]!;
      pick.dropped = droppedAt(this.resources, ask, pick.period);
      this.take(ask, at, pick);
    });
  }

  /** Candidates and periods with which the claim could begin on the day, by score. */
  private options(claim: LaneClaim, day: number, joint: HalfHour): Option[] {
    const { ask } = claim;
    const from = this.from(claim, claim.together && joint !== NEVER ? joint : firstOfDay(day));
    const exactly = claim.together && joint !== NEVER && ask.period === "slot";
    const last = exactly ? joint : ask.period === "slot" ? firstOfDay(day + 1) - 1 : periodHolding(ask.period, firstOfDay(day));
    const options: Option[] = [];
    for (let period = ask.next(from, ANYBODY); period <= last && options.length < SEARCH_OPTIONS_MAX; period = ask.next(period + 1, ANYBODY)) {
      ask.bestAt(period, SEARCH_OPTIONS_MAX - options.length, ANYBODY, this.found);
      for (let at = 0; at < this.found.count; at += 1) options.push({ r: this.found.r[at]!, period, score: this.found.score[at]! });
    }
    return options;
  }

  /** Nothing is taken. A claim that cannot be met even alone blocks by itself; otherwise they cannot meet. */
  private whyNot(lane: Lane, today: number): Choice {
    let alone: Choice | undefined;
    for (let at = 0; at < lane.claims.length; at += 1) {
      const claim = lane.claims[at]!;
      const { ask } = claim;
      const from = this.from(claim, firstOfDay(today));
      if (ask.next(from, ANYBODY) !== NEVER) continue;
      const run = ask.impossibleRun;
      if (run) return { kind: "impossible", claim: at, refusal: run };
      if (alone) continue;
      const rule = ask.lastOpen >= from ? "capacity" : "calendar";
      alone = { kind: "blocked", blocked: blocked([at], rule, () => [mostFree(this.resources, ask, from)]), on: [at] };
    }
    if (alone) return alone;
    const all = lane.claims.map((_, at) => at);
    const froms = lane.claims.map((claim) => this.from(claim, firstOfDay(today)));
    const mosts = (): number[] => lane.claims.map(({ ask }, at) => mostFree(this.resources, ask, froms[at]!));
    return { kind: "blocked", blocked: blocked(all, "together", mosts), on: all };
  }
}

interface Option {
  readonly r: number;
  readonly period: Period;
  readonly score: number;
}

const ANYBODY: Accept = () => true;

/** How much is free is looked up when somebody asks why: a lane that fails shall cost no more than one that succeeds. */
const blocked = (claims: readonly number[], rule: WaitingRule, mosts: () => readonly Amount[]): Blocked => ({
  claims,
  rule,
  get mostFree() {
    return mosts();
  },
});
