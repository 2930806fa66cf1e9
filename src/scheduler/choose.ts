import { dayNumberOf, type Instant } from "../domain/instant.js";
import { dayOfSlot, SLOTS_A_DAY, type Period } from "../domain/pool/period.js";
import type { WaitingRule } from "../domain/pool/decision.js";
import type { Amount } from "../domain/quantity.js";
import { groupsOf, impossible, NO_BINDINGS, type Bindings, type Group } from "./groups.js";
import { Found, type Accept } from "./fit.js";
import { dayBeginning, firstOfDay, halfHourFrom, periodHolding, type HalfHour } from "./place-in-time.js";
import type { Blocked, Lane, LaneClaim } from "./queue.js";
import { bestWithRoom, nextWithRoom, roomFrom, type Room } from "./quota-room.js";
import type { Accounts, QuotaBook } from "./quota-book.js";
import type { Account, UnitAccounts } from "./quota-tree.js";
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
/** Periods in which too few of several could begin that are looked at. */
const PERIODS_TRIED_MAX = 20_000;

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
  /** All that were chosen, when the claim asks for several. */
  readonly all: number[] = [];
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
  /** Of the day being searched. */
  private triesEnd = 0;
  private readonly found = new Found();
  private among: Bindings = NO_BINDINGS;

  /** By claim, what is charged for it; empty: nothing is. */
  private accounts: Accounts = [];
  /** Nothing is borrowed: only what the accounts have left of their own. */
  private ownOnly = false;

  constructor(
    private readonly resources: ResourceTable,
    private readonly quota: QuotaBook,
  ) {}

  /** Gives back what the last choice took. */
  putBack(): void {
    this.giveBack(0);
  }

  /** Takes what the lane's head asks, or takes nothing and says what blocks it. */
  choose(lane: Lane, now: Instant, ownOnly = false): Choice {
    this.begin(lane, now, NO_BINDINGS);
    this.ownOnly = ownOnly;
    const today = dayNumberOf(now);
    const never = impossible(lane) ?? this.quota.impossible(lane);
    if (never) return never;
    if (lane.grouped) return this.chooseGrouped(lane, today) ? CHOSEN : this.whyNot(lane, today);
    return this.chooseBound(lane, today);
  }

  private begin(lane: Lane, now: Instant, among: Bindings): void {
    this.now = now;
    this.taken = 0;
    while (this.picks.length < lane.claims.length) this.picks.push(new Pick());
    this.among = among;
    this.accounts = this.quota.accountsOf(lane);
    this.ownOnly = false;
  }

  /** What was taken goes above somebody's own quota: whose, and whether only what nobody with a weight wants. */
  borrows(): { readonly unit: UnitAccounts; readonly idle: boolean } | undefined {
    if (this.accounts.length === 0) return undefined;
    const claim = this.quota.borrowing(this.accounts, this.taken, this.takenClaim, this.takenPeriod);
    if (claim === undefined) return undefined;
    const { unit, rule } = this.accounts[claim]!;
    return { unit, idle: rule.weight === 0 };
  }

  /** The accounts that what was taken is charged to, with the periods. */
  charged(): ReadonlyMap<Account, ReadonlySet<Period>> {
    const charged = new Map<Account, Set<Period>>();
    for (let at = 0; at < this.taken; at += 1) {
      const account = this.accounts[this.takenClaim[at]!];
      if (!account) continue;
      if (!charged.has(account)) charged.set(account, new Set());
      charged.get(account)!.add(this.takenPeriod[at]!);
    }
    return charged;
  }

  private chooseBound(lane: Lane, today: number): Choice {
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

  /** As `choose`, each claim among those it is bound to. */
  chooseAmong(lane: Lane, now: Instant, among: Bindings): Choice {
    this.begin(lane, now, among);
    const never = this.quota.impossible(lane);
    if (never) return never;
    return this.chooseBound(lane, dayNumberOf(now));
  }

  /** Every way to serve claims that one unit, or one resource, must serve, those first that are best for the first of them on the day. */
  waysToBind(lane: Lane, now: Instant, day: number): readonly Bindings[] {
    this.begin(lane, now, NO_BINDINGS);
    return this.bindings(lane, groupsOf(lane), day);
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
    if (!this.best(claim, at, this.from(claim, firstOfDay(day)), false, pick)) return NEVER;
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
      for (const [at, claim] of lane.claims.entries()) {
        if (!claim.together) continue;
        grid = Math.min(grid, claim.ask.period === "slot" ? 1 : claim.ask.period === "day" ? SLOTS_A_DAY : NEVER);
        next = Math.max(next, this.startFrom(claim, at, start));
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
      if (!this.best(claim, at, this.from(claim, start), true, pick)) return false;
      this.take(claim.ask, at, pick);
      return true;
    });
  }

  /** The first moment from `start` on at which the claim alone could begin; a day, year or gate holds its half-hours. */
  private startFrom(claim: LaneClaim, at: number, start: HalfHour): HalfHour {
    const { ask } = claim;
    const from = this.from(claim, start);
    const period = this.first(claim, at, from);
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

  /** The first period from `from` on in which as many as the claim asks for can begin. */
  private first(claim: LaneClaim, at: number, from: Period): Period {
    const room = this.roomOf(at);
    if (!room) return this.firstFree(claim, at, from);
    if (claim.ask.spreads) return nextWithRoom(claim, this.among[at], from, room);
    let period = this.firstFree(claim, at, from);
    for (let tried = 0; period !== NEVER; tried += 1) {
      const next = roomFrom(claim, period, room);
      if (next === period) break;
      // What has no periods, or no end, is the same in the next.
      period = next === NEVER || tried > PERIODS_TRIED_MAX ? NEVER : this.firstFree(claim, at, next);
    }
    return period;
  }

  /** What quota leaves a claim in a period; undefined: none is stated for it. */
  private roomOf(at: number): Room | undefined {
    const account = this.accounts[at];
    return account && ((period) => account.tree.roomAt(account, period, this.ownOnly));
  }

  /** As `first`, whatever quotas say. */
  private firstFree(claim: LaneClaim, at: number, from: Period): Period {
    const { ask, count } = claim;
    const among = this.among[at];
    const next = (since: Period): Period => (among ? ask.nextAmong(among, since) : ask.next(since, ANYBODY));
    let period = next(from);
    for (let tried = 0; count > 1 && period !== NEVER; tried += 1) {
      if (this.bestFree(claim, at, period, count) === count) break;
      // What has no periods, or no end, is the same in the next.
      period = ask.period === "none" || tried > PERIODS_TRIED_MAX ? NEVER : next(period + 1);
    }
    return period;
  }

  private bestIn(claim: LaneClaim, at: number, period: Period, wanted: number): number {
    const room = this.roomOf(at);
    if (!room) return this.bestFree(claim, at, period, wanted);
    if (claim.ask.spreads) return bestWithRoom(claim, this.among[at], period, wanted, room, this.found);
    if (roomFrom(claim, period, room) === period) return this.bestFree(claim, at, period, wanted);
    this.found.count = 0;
    return 0;
  }

  private bestFree({ ask }: LaneClaim, at: number, period: Period, wanted: number): number {
    const among = this.among[at];
    return among ? ask.bestAmong(among, period, wanted, this.found) : ask.bestAt(period, wanted, ANYBODY, this.found);
  }

  /** The best and the next best candidate from a period on, or exactly in it. False: nobody, or too few. */
  private best(claim: LaneClaim, at: number, from: Period, exact: boolean, pick: Pick): boolean {
    const { found } = this;
    const { ask, count } = claim;
    const period = exact ? from : this.first(claim, at, from);
    if (period === NEVER || this.bestIn(claim, at, period, count + 1) < count) return false;
    pick.r = found.r[0]!;
    pick.period = period;
    pick.near = found.near(0);
    pick.load = found.load(0);
    pick.nextR = -1;
    pick.all.length = 0;
    for (let one = 0; one < count; one += 1) pick.all.push(found.r[one]!);
    let next = count;
    pick.nextPeriod = period;
    if (found.count === count && !exact && !this.among[at]) {
      const { all } = pick;
      const but: Accept = count === 1 ? (r) => r !== all[0] : (r) => !all.includes(r);
      pick.nextPeriod = ask.period === "none" ? NEVER : ask.next(period + 1, but);
      next = 0;
      found.count = 0;
      if (pick.nextPeriod !== NEVER) ask.bestAt(pick.nextPeriod, 1, but, found);
    }
    if (found.count > next) {
      pick.nextR = found.r[next]!;
      pick.nextNear = found.near(next);
      pick.nextLoad = found.load(next);
    }
    pick.dropped = droppedAt(this.resources, ask, period);
    return true;
  }

  private take(ask: Ask, at: number, pick: Pick): void {
    let left = pick.all.length;
    for (const r of pick.all) {
      this.takeOf(ask, at, r, pick.period, left);
      left -= 1;
    }
  }

  /** @param left Of the same claim, this one and those that follow: they share what quota leaves. */
  private takeOf(ask: Ask, at: number, r: number, period: Period, left: number): void {
    if (!ask.spreads || this.resources.isUnlimited(r)) {
      for (let p = period; p < period + ask.run; p += 1) this.takeFromPeriod(at, r, p, ask.amount);
      return;
    }
    const max = ask.shareMaxOf(r);
    const step = ask.shareStepOf(r);
    const account = this.accounts[at];
    let lacks = ask.amount;
    for (let p = period; lacks > 0; p += 1) {
      const room = account ? Math.floor(account.tree.roomAt(account, p, this.ownOnly) / left) : Infinity;
      const share = shareOf(Math.min(this.resources.freeAt(r, p), room), max, step);
      if (share === 0) continue;
      const amount = Math.min(lacks, share);
      this.takeFromPeriod(at, r, p, amount);
      lacks -= amount;
    }
  }

  private takeFromPeriod(at: number, r: number, period: Period, amount: Amount): void {
    this.takenClaim[this.taken] = at;
    this.takenR[this.taken] = r;
    this.takenPeriod[this.taken] = period;
    this.takenAmount[this.taken] = amount;
    this.taken += 1;
    this.resources.use(r, period, amount);
    const account = this.accounts[at];
    if (account) account.tree.charge(account, period, amount);
  }

  private giveBack(mark: number): void {
    while (this.taken > mark) {
      this.taken -= 1;
      this.resources.use(this.takenR[this.taken]!, this.takenPeriod[this.taken]!, -this.takenAmount[this.taken]!);
      const account = this.accounts[this.takenClaim[this.taken]!];
      if (account) account.tree.charge(account, this.takenPeriod[this.taken]!, -this.takenAmount[this.taken]!);
    }
  }

  /**
   * Claims that one unit, or one resource, must serve: on each day every unit that could serve them all is tried, the
   * one first that is best for the first of them, within a fixed number of tries.
   */
  private chooseGrouped(lane: Lane, today: number): boolean {
    const groups = groupsOf(lane);
    this.tries = 0;
    for (let day = today; this.tries < SEARCH_TRIES_MAX; ) {
      let next: number = NEVER;
      for (const bindings of this.bindings(lane, groups, day)) {
        this.among = bindings;
        this.tries += 1;
        const later = this.takeFrom(lane, day);
        if (later === day) return true;
        this.giveBack(0);
        if (lane.rivals && this.searchOn(lane, day)) return true;
        next = Math.min(next, lane.rivals ? this.nextDay(lane, day) : later);
        if (this.tries >= SEARCH_TRIES_MAX) break;
      }
      this.among = NO_BINDINGS;
      if (next === NEVER) return false;
      day = next;
    }
    return false;
  }

  /** For each way to bind the groups, whom every claim may use. */
  private bindings(lane: Lane, groups: readonly Group[], day: number): (readonly number[] | null)[][] {
    let ways: (readonly number[] | null)[][] = [lane.claims.map(() => null)];
    for (const { members, values } of groups) {
      const first = lane.claims[members[0]!]!;
      const from = this.from(first, firstOfDay(day));
      const ranked = values.map((of) => {
        const rs = of[0]!;
        const period = first.ask.nextAmong(rs, from);
        const found = period === NEVER ? 0 : first.ask.bestAmong(rs, period, 1, this.found);
        return { of, period, score: found > 0 ? this.found.score[0]! : Infinity };
      });
      ranked.sort((a, b) => a.period - b.period || a.score - b.score || 0);
      ways = ways.flatMap((way) =>
        ranked.flatMap(({ of, period }) => {
          if (period === NEVER) return [];
          const bound = [...way];
          let none = false;
          members.forEach((member, nth) => {
            const already = bound[member];
            const both = already ? of[nth]!.filter((r) => already.includes(r)) : of[nth]!;
            bound[member] = both;
            none ||= both.length < lane.claims[member]!.count;
          });
          return none ? [] : [bound];
        }),
      );
    }
    return ways;
  }

  /**
   * Claims that compete with one another: best first may leave the last with nothing although all could be met.
   * Tries combinations day by day, each claim's candidates in the order of scores, within a fixed number of tries.
   */
  private search(lane: Lane, today: number): boolean {
    this.tries = 0;
    for (let day = this.dayFrom(lane, today); day !== NEVER && this.tries < SEARCH_TRIES_MAX; day = this.nextDay(lane, day)) {
      if (this.searchOn(lane, day)) return true;
    }
    return false;
  }

  /**
   * On one day. Where one of them cannot be met even alone, or no longer beside those before it, no order of the others
   * is tried; and half of the tries are left for other days and units, however many ways this one has to fail.
   */
  private searchOn(lane: Lane, day: number): boolean {
    if (!this.allCanOn(lane, 0, day, NEVER)) return false;
    this.triesEnd = this.tries + ((SEARCH_TRIES_MAX - this.tries) >> 1);
    if (!this.searchDay(lane, 0, 0, day, NEVER, [], 0)) return false;
    this.takeAgain(lane);
    return true;
  }

  /** Whether each claim from the `at`-th on, alone, can begin on the day beside what is taken. */
  private allCanOn(lane: Lane, at: number, day: number, joint: HalfHour): boolean {
    for (let one = at; one < lane.claims.length; one += 1) {
      const { from, last } = this.onDay(lane.claims[one]!, day, joint);
      if (this.first(lane.claims[one]!, one, from) > last) return false;
    }
    return true;
  }

  /** The next day on which every claim alone could be met. */
  private nextDay(lane: Lane, day: number): number {
    return lane.claims.every(({ ask }) => ask.period === "none" || ask.period === "fiscal-year") ? NEVER : this.dayFrom(lane, day + 1);
  }

  private dayFrom(lane: Lane, from: number): number {
    let day = from;
    for (let agreed = 0, at = 0; agreed < lane.claims.length; agreed += 1, at = (at + 1) % lane.claims.length) {
      const start = this.startFrom(lane.claims[at]!, at, firstOfDay(day));
      if (start === NEVER) return NEVER;
      if (dayOfSlot(start) === day) continue;
      day = dayOfSlot(start);
      agreed = 0;
    }
    return day;
  }

  /** The `nth` of those a claim asks for: the second comes after the first, and begins with it. */
  private searchDay(lane: Lane, at: number, nth: number, day: number, joint: HalfHour, list: readonly Option[], since: number): boolean {
    const claim = lane.claims[at];
    if (!claim) return true;
    const pick = this.picks[at]!;
    const options = nth === 0 ? this.options(claim, at, day, joint) : list;
    for (let place = since; place < options.length; place += 1) {
      const { r, period, score } = options[place]!;
      if (nth > 0 && period !== options[since - 1]!.period) return false;
      this.tries += 1;
      if (this.tries > this.triesEnd) return false;
      const mark = this.taken;
      if (nth === 0) {
        pick.r = r;
        pick.period = period;
        pick.near = nearIn(score);
        pick.load = loadIn(score);
        pick.nextR = -1;
      }
      this.takeOf(claim.ask, at, r, period, claim.count - nth);
      const start = claim.together && claim.ask.period === "slot" ? period : joint;
      const more = nth + 1 < claim.count;
      if (more ? this.searchDay(lane, at, nth + 1, day, start, options, place + 1) : this.allCanOn(lane, at + 1, day, start) && this.searchDay(lane, at + 1, 0, day, start, [], 0)) return true;
      this.giveBack(mark);
    }
    return false;
  }

  /** The same choice, claim by claim, for the numbers each claim met. */
  private takeAgain(lane: Lane): void {
    const taken = this.taken;
    this.giveBack(0);
    const places = Array.from({ length: taken }, (_, at) => at).sort((a, b) => this.takenClaim[a]! - this.takenClaim[b]! || a - b);
    const claims = places.map((at) => this.takenClaim[at]!);
    const [rs, periods, amounts] = [this.takenR, this.takenPeriod, this.takenAmount].map((row) => places.map((at) => row[at]!));
    for (let at = 0; at < taken; at += 1) {
      const claim = claims[at]!;
      if (claim !== claims[at - 1]) this.picks[claim]!.dropped = droppedAt(this.resources, lane.claims[claim]!.ask, this.picks[claim]!.period);
      this.takeFromPeriod(claim, rs![at]!, periods![at]!, amounts![at]!);
    }
  }

  /** Candidates and periods with which the claim could begin on the day, by score. */
  private options(claim: LaneClaim, at: number, day: number, joint: HalfHour): Option[] {
    const { ask } = claim;
    const { from, last } = this.onDay(claim, day, joint);
    const options: Option[] = [];
    for (let period = this.first(claim, at, from); period <= last && options.length < SEARCH_OPTIONS_MAX; period = this.first(claim, at, period + 1)) {
      this.bestIn(claim, at, period, SEARCH_OPTIONS_MAX - options.length);
      for (let one = 0; one < this.found.count; one += 1) options.push({ r: this.found.r[one]!, period, score: this.found.score[one]! });
      if (ask.period === "none") break;
    }
    return options;
  }

  /** The periods in which the claim may begin on the day; those who come together all begin with the first of them. */
  private onDay(claim: LaneClaim, day: number, joint: HalfHour): { readonly from: Period; readonly last: Period } {
    const { period } = claim.ask;
    const joins = claim.together && joint !== NEVER;
    const from = this.from(claim, joins ? joint : firstOfDay(day));
    if (period !== "slot") return { from, last: periodHolding(period, firstOfDay(day)) };
    return { from, last: joins ? joint : firstOfDay(day + 1) - 1 };
  }

  /** Nothing is taken. A claim that cannot be met even alone blocks by itself; otherwise they cannot meet. */
  private whyNot(lane: Lane, today: number): Choice {
    let alone: Choice | undefined;
    for (let at = 0; at < lane.claims.length; at += 1) {
      const claim = lane.claims[at]!;
      const { ask } = claim;
      const from = this.from(claim, firstOfDay(today));
      if (this.first(claim, at, from) !== NEVER) continue;
      const account = this.accounts[at];
      if (account && this.firstFree(claim, at, from) !== NEVER) {
        alone ??= { kind: "blocked", blocked: blocked([at], "quota", () => [this.quota.useOf(account).room]), on: [at] };
        continue;
      }
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
