import type { ResourceId, UnitId } from "../domain/id.js";
import { dayNumberOf, type Instant } from "../domain/instant.js";
import { refusalKind, type Refusal } from "../domain/pool/decision.js";
import { periodStart, type Period } from "../domain/pool/period.js";
import type { ClaimAsk } from "./contract.js";
import type { Offer, OfferPart, OffersAsked, OffersFound } from "./offers-asked.js";
import { compileForOffers, type OfferParts } from "./offer-shapes.js";
import { Found, type Accept } from "./fit.js";
import { placesOf } from "./named.js";
import { dayBeginning, firstOfDay, halfHourFrom, periodHolding, type HalfHour } from "./place-in-time.js";
import { roomFrom } from "./quota-room.js";
import type { Account } from "./quota-tree.js";
import { scoreTerms } from "./score.js";
import type { Ask } from "./shape.js";
import { NEVER, OPEN } from "./state.js";

/*
 * What could be claimed right now, without taking anything.
 *
 * Moments are looked at from the earliest on: days, or starts where claims are `together`. At each moment every claim
 * has its candidates, best first. A combination takes one of each; its cost is the sum of the places its candidates
 * stand at, and combinations are made in the order of cost: the best of everything first, then everything one place
 * worse, and so on. No claim's candidates are exhausted before another's second is tried, and no more combinations
 * exist at any time than were looked at. Multiplying candidates first and cutting the list afterwards is how others
 * ran out of memory (placement bug 2070257).
 */

/** Combinations looked at for one answer. */
const TRIES_MAX = 20_000;
/** Candidates of one claim at one moment. */
const OPTIONS_MAX = 2_000;
/** Moments looked at: two weeks of half-hours, and room. */
const MOMENTS_MAX = 2_000;
/** Units or resources that parts which must come from one are tried with, at one moment. */
const BINDINGS_MAX = 1_000;

const ANYBODY: Accept = () => true;

interface Option {
  readonly r: number;
  readonly period: Period;
  readonly near: number;
  readonly load: number;
}

interface Wanted {
  readonly claim: ClaimAsk;
  readonly ordinal: number;
  readonly ask: Ask;
  /** What it is charged to, when its unit has a quota of the class. */
  readonly account: Account | undefined;
}

/** One place to be filled: a claim of `count` three has three, whose candidates follow one another. */
interface Part {
  readonly of: number;
  /** The part before it of the same claim: it takes a later candidate, so that no two offers hold the same ones. */
  readonly after: number | undefined;
}

interface Entry {
  readonly at: readonly number[];
  readonly lists: readonly (readonly number[])[];
  readonly cost: number;
  /** Parts before this one stay as they are: each combination is reached in one way. */
  readonly from: number;
}

/** Complete, immediately claimable alternatives, the earliest and best first. Takes nothing and remembers nothing. */
export function offers(parts: OfferParts, asked: OffersAsked, now: Instant): OffersFound {
  const compiled = compileForOffers(parts, asked);
  if (compiled.questions.length > 0) return { offers: [], complete: false, refusals: [], needs: { version: parts.answers.version, questions: compiled.questions } };
  const needs = { version: parts.answers.version, questions: [] };
  parts.quota.refresh(now);
  const wanted = asked.claims.map((claim, ordinal): Wanted => ({ claim, ordinal, ask: compiled.asks[ordinal]!, account: parts.quota.accountOf(claim.unitId, claim.classId) }));
  const refusals = wanted.flatMap(({ ask, claim: { count }, account, ordinal: claim }): { claim: number; refusal: Refusal }[] => {
    const refusal = ask.refusal ?? (account && account.ceiling < (ask.spreads ? 1 : ask.amount * count) ? ({ rule: "quota", asked: ask.amount * count, most: account.ceiling } as const) : undefined);
    return refusal ? [{ claim, refusal: { ...refusal, kind: refusalKind(refusal) } }] : [];
  });
  if (refusals.length > 0) return { offers: [], complete: true, refusals, needs };
  return { ...new Search(parts, wanted, asked, now).run(), refusals: [], needs };
}

class Search {
  readonly #found: Offer[] = [];
  readonly #parts: readonly Part[];
  readonly #byClaim: readonly Wanted[];
  readonly #best = new Found();
  #tries = 0;
  #cut = false;

  constructor(
    private readonly engine: OfferParts,
    wanted: readonly Wanted[],
    private readonly asked: OffersAsked,
    private readonly now: Instant,
  ) {
    this.#byClaim = wanted;
    const parts: Part[] = [];
    wanted.forEach(({ claim }, of) => {
      for (let nth = 0; nth < claim.count; nth += 1) parts.push({ of, after: nth > 0 ? parts.length - 1 : undefined });
    });
    this.#parts = parts;
  }

  run(): Pick<OffersFound, "offers" | "complete"> {
    const joint = this.#byClaim.some((wanted) => this.#joins(wanted));
    let perDay = 0;
    let day = dayNumberOf(this.now);
    let moment: HalfHour = firstOfDay(day);
    for (let looked = 0; ; looked += 1) {
      const next = this.#nextMoment(moment, joint);
      if (next === NEVER) break;
      if (this.#found.length >= this.asked.limit || looked >= MOMENTS_MAX || this.#tries >= TRIES_MAX) {
        this.#cut = true;
        break;
      }
      const onDay = Math.floor(next / 48);
      if (onDay !== day) {
        day = onDay;
        perDay = 0;
      }
      const room = Math.min(this.asked.limit - this.#found.length, this.asked.perStart, this.asked.perDay - perDay);
      perDay += this.#at(next, room);
      // Claims without a date compete now as they will tomorrow.
      if (this.#byClaim.every(({ ask }) => ask.period === "none" || ask.period === "fiscal-year")) break;
      moment = joint && perDay < this.asked.perDay ? next + 1 : firstOfDay(day + 1);
    }
    return { offers: this.#found, complete: !this.#cut };
  }

  /** Its start is the moment: with all that are `together`, or because nothing else begins at a half-hour of its own. */
  #joins({ claim, ask }: Wanted): boolean {
    return ask.period === "slot" && (claim.together || this.#byClaim.filter((other) => other.ask.period === "slot").length === 1);
  }

  /** The first moment from one on at which every claim alone could begin. */
  #nextMoment(from: HalfHour, joint: boolean): HalfHour {
    for (let moment = from, tried = 0; tried < MOMENTS_MAX; tried += 1) {
      let next = moment;
      for (const wanted of this.#byClaim) next = Math.max(next, this.#earliest(wanted, moment, joint));
      if (next === NEVER) return NEVER;
      if (!joint) next = firstOfDay(Math.floor(next / 48));
      if (next <= moment) return moment;
      moment = next;
    }
    this.#cut = true;
    return NEVER;
  }

  #earliest(wanted: Wanted, moment: HalfHour, joint: boolean): HalfHour {
    const { claim, ask } = wanted;
    // Beside a joint start, others only have to be on its day.
    const begin = joint && !this.#joins(wanted) ? firstOfDay(Math.floor(moment / 48)) : moment;
    const from = this.#from(claim, ask, begin);
    const named = this.#named(claim);
    const only = claim.named?.period ?? null;
    let earliest = this.#first(ask, named, only, from);
    for (let tried = 0; earliest !== NEVER && !this.#hasRoom(wanted, earliest); tried += 1) {
      const next = only !== null || ask.period === "none" || tried > MOMENTS_MAX ? NEVER : this.#roomFrom(wanted, earliest + 1);
      earliest = next === NEVER ? NEVER : this.#first(ask, named, only, next);
    }
    if (earliest === NEVER) return NEVER;
    if (earliest === periodHolding(ask.period, moment)) return moment;
    return ask.period === "slot" ? Math.max(earliest, begin) : firstOfDay(dayBeginning(ask.period, earliest));
  }

  /** Quota leaves room for it then. Of what is spread that is seen when it is placed. */
  #hasRoom(wanted: Wanted, period: Period): boolean {
    return wanted.account === undefined || wanted.ask.spreads || this.#roomFrom(wanted, period) === period;
  }

  #roomFrom({ account, ask, claim: { count } }: Wanted, from: Period): Period {
    return account ? roomFrom({ ask, count }, from, (period) => account.tree.roomAt(account, period, false)) : from;
  }

  /** The first period from `from` on, or the only one, in which somebody, or the one who is named, can begin. */
  #first(ask: Ask, named: number | undefined, only: Period | null, from: Period): Period {
    if (only !== null && only < from) return NEVER;
    if (named === undefined) {
      if (only === null) return ask.next(from, ANYBODY);
      return ask.bestAt(only, 1, ANYBODY, this.#best) > 0 ? only : NEVER;
    }
    if (named < 0 || !ask.serves(named)) return NEVER;
    const period = ask.firstOf(named, only ?? from, only ?? NEVER);
    return only === null || period === only ? period : NEVER;
  }

  #from({ earliest }: ClaimAsk, { period }: Ask, moment: HalfHour): Period {
    if (period !== "slot") return periodHolding(period, earliest === null ? moment : Math.max(moment, firstOfDay(dayNumberOf(earliest))));
    const open = Math.max(moment, halfHourFrom(this.now));
    return earliest === null ? open : Math.max(open, halfHourFrom(earliest));
  }

  #named({ named }: ClaimAsk): number | undefined {
    if (named === null || named.resource === null) return undefined;
    return this.engine.resources.indexOf(named.resource) ?? -1;
  }

  /** Candidates at a moment, best first. */
  #options(wanted: Wanted, moment: HalfHour): Option[] {
    const { claim, ask } = wanted;
    const { resources } = this.engine;
    const day = Math.floor(moment / 48);
    const exactly = this.#joins(wanted);
    const slots = ask.period === "slot";
    const from = this.#from(claim, ask, slots && !exactly ? firstOfDay(day) : moment);
    const last = !slots ? periodHolding(ask.period, moment) : exactly ? moment : firstOfDay(day + 1) - 1;
    const named = this.#named(claim);
    const options: Option[] = [];
    for (let period = from; period <= last && options.length < OPTIONS_MAX; period += 1) {
      if (claim.named !== null && claim.named.period !== null && claim.named.period !== period) continue;
      if (!this.#hasRoom(wanted, period)) continue;
      const accept = named === undefined ? ANYBODY : (r: number): boolean => r === named;
      // One more than there is room for: whether any were left out is said.
      ask.bestAt(period, OPTIONS_MAX + 1 - options.length, accept, this.#best);
      for (let at = 0; at < this.#best.count; at += 1) {
        options.push({ r: this.#best.r[at]!, period, near: this.#best.near(at), load: this.#best.load(at) });
      }
    }
    if (options.length > OPTIONS_MAX) this.#cut = true;
    return options.slice(0, OPTIONS_MAX);
  }

  /** Offers of one moment, at most `room`; answers how many. */
  #at(moment: HalfHour, room: number): number {
    const options = this.#byClaim.map((wanted) => this.#options(wanted, moment));
    if (room <= 0 || options.some((of, at) => of.length < this.#byClaim[at]!.claim.count)) return 0;
    const heap = new Frontier();
    for (const lists of this.#bindings(options)) {
      const at: number[] = [];
      for (const { after } of this.#parts) at.push(after === undefined ? 0 : at[after]! + 1);
      this.#push(heap, { at, lists, from: 0 });
    }
    let made = 0;
    for (let entry = heap.pop(); entry; entry = heap.pop()) {
      if (made >= room) {
        this.#cut = true;
        return made;
      }
      if ((this.#tries += 1) > TRIES_MAX) {
        this.#cut = true;
        return made;
      }
      const chosen = entry.at.map((place, part) => options[this.#parts[part]!.of]![entry!.lists[part]![place]!]!);
      if (this.#fits(chosen)) {
        this.#found.push(this.#offer(chosen));
        made += 1;
      }
      for (let part = entry.from; part < entry.at.length; part += 1) {
        const next = [...entry.at];
        next[part] = next[part]! + 1;
        // Those of the same claim that follow keep behind it.
        for (let later = part + 1; later < next.length && this.#parts[later]!.after === later - 1; later += 1) next[later] = Math.max(next[later]!, next[later - 1]! + 1);
        this.#push(heap, { at: next, lists: entry.lists, from: part });
      }
    }
    return made;
  }

  #push(heap: Frontier, { at, lists, from }: Omit<Entry, "cost">): void {
    let cost = 0;
    for (let part = 0; part < at.length; part += 1) {
      const place = lists[part]![at[part]!];
      if (place === undefined) return;
      cost += place;
    }
    heap.push({ at, lists, cost, from });
  }

  /**
   * For each way to bind parts that must come from one unit, or one resource, the places of the candidates that
   * remain. Without such parts: one way, with all.
   */
  #bindings(options: readonly (readonly Option[])[]): readonly (readonly number[])[][] {
    const all = options.map((of) => of.map((_, at) => at));
    const { resources } = this.engine;
    let ways: (readonly (readonly number[])[])[] = [all];
    const groups = [
      ...groupsOf(this.#byClaim, ({ sameUnit }) => sameUnit).map((members) => ({ members, key: (r: number): UnitId | ResourceId => resources.factsOf(r).unitId })),
      ...groupsOf(this.#byClaim, ({ sameResource }) => sameResource).map((members) => ({ members, key: (r: number): UnitId | ResourceId => resources.idOf(r) })),
    ];
    for (const { members, key } of groups) {
      const bound: (readonly (readonly number[])[])[] = [];
      for (const way of ways) {
        const values = [...new Set(way[members[0]!]!.map((at) => key(options[members[0]!]![at]!.r)))];
        for (const value of values) {
          if (bound.length >= BINDINGS_MAX) {
            this.#cut = true;
            break;
          }
          const kept = way.map((list, of) => (members.includes(of) ? list.filter((at) => key(options[of]![at]!.r) === value) : list));
          if (members.every((of) => kept[of]!.length > 0)) bound.push(kept);
        }
      }
      ways = bound;
    }
    return ways.map((way) => this.#parts.map(({ of }) => way[of]!));
  }

  /** Parts of one claim are different resources, and together nobody is asked for more than they have. */
  #fits(chosen: readonly Option[]): boolean {
    const { resources } = this.engine;
    for (const [part, { after }] of this.#parts.entries()) {
      for (let other = after; other !== undefined; other = this.#parts[other]!.after) if (chosen[other]!.r === chosen[part]!.r) return false;
      // Several resources of one claim begin together.
      if (after !== undefined && chosen[after]!.period !== chosen[part]!.period) return false;
    }
    const taken: [number, Period, number][] = [];
    const charged: [Account, Period, number][] = [];
    let fits = true;
    for (const [part, { r, period }] of chosen.entries()) {
      const { ask, account } = this.#byClaim[this.#parts[part]!.of]!;
      fits = ask.spreads ? ask.firstOf(r, period, period) === period : resources.stateAt(r, ask.amount, ask.run, period) === OPEN;
      if (!fits) break;
      for (const place of placesOf(resources, ask, r, period)) {
        resources.use(r, place.period, place.amount);
        taken.push([r, place.period, place.amount]);
        if (!account) continue;
        fits &&= account.tree.roomAt(account, place.period, false) >= place.amount;
        account.tree.charge(account, place.period, place.amount);
        charged.push([account, place.period, place.amount]);
      }
    }
    for (const [r, period, amount] of taken) resources.use(r, period, -amount);
    for (const [account, period, amount] of charged) account.tree.charge(account, period, -amount);
    return fits;
  }

  #offer(chosen: readonly Option[]): Offer {
    const { resources } = this.engine;
    const taken: [number, Period, number][] = [];
    const parts = chosen.map(({ r, period, near, load }, part): OfferPart => {
      const { of } = this.#parts[part]!;
      const { ask } = this.#byClaim[of]!;
      const takes = placesOf(resources, ask, r, period).map(({ period: at, amount }) => ({ period: at, amount }));
      for (const place of takes) {
        resources.use(r, place.period, place.amount);
        taken.push([r, place.period, place.amount]);
      }
            return { claim: of, resource: resources.idOf(r), generation: resources.generationOf(r), unitId: resources.factsOf(r).unitId, periodKind: ask.period, takes, terms: scoreTerms(period, near, load) };
    });
    for (const [r, period, amount] of taken) resources.use(r, period, -amount);
    const starts = chosen.flatMap(({ r, period }) => (resources.kindOf(r) === "none" ? [] : [periodStart(resources.kindOf(r), period)]));
    return { startsAt: Math.max(this.now, ...starts), parts };
  }
}

function groupsOf(wanted: readonly Wanted[], of: (claim: ClaimAsk) => number | null): number[][] {
  const groups = new Map<number, number[]>();
  wanted.forEach(({ claim }, at) => {
    const group = of(claim);
    if (group !== null) groups.set(group, [...(groups.get(group) ?? []), at]);
  });
  return [...groups.values()].filter((members) => members.length > 1 || wanted[members[0]!]!.claim.count > 1);
}

/** Combinations by cost, then by the places themselves: two runs never differ. */
class Frontier {
  readonly #heap: Entry[] = [];

  get size(): number {
    return this.#heap.length;
  }

  push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(entry, heap[up]!)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = entry;
  }

  pop(): Entry | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let down = 2 * at + 1;
      if (down >= heap.length) break;
      if (down + 1 < heap.length && before(heap[down + 1]!, heap[down]!)) down += 1;
      if (!before(heap[down]!, last)) break;
      heap[at] = heap[down]!;
      at = down;
    }
    heap[at] = last;
    return top;
  }
}

function before(a: Entry, b: Entry): boolean {
  if (a.cost !== b.cost) return a.cost < b.cost;
  for (let part = 0; part < a.at.length; part += 1) {
    const mine = a.lists[part]![a.at[part]!]!;
    const other = b.lists[part]![b.at[part]!]!;
    if (mine !== other) return mine < other;
  }
  return false;
}
