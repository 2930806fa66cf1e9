import type { ResourceId } from "../../src/domain/id.js";
import { CHINA_OFFSET_MS, DAY_MS, HALF_HOUR_MS } from "../../src/domain/instant.js";
import type { Barred, ClaimAsk, ResourceSupply, StepAsk } from "../../src/scheduler/contract.js";
import type { Books } from "./books.js";

/*
 * The rules read again, the slow way: every resource, every period, every combination. Shares nothing with the
 * engine but the contract; places are GB/T 2260 codes by their digits.
 */

const line = (code: string): string[] => {
  const up = code.length > 6 ? [code, code.slice(0, 6)] : [code];
  return [...up, `${code.slice(0, 4)}00`, `${code.slice(0, 2)}0000`];
};

const distance = (a: string, b: string): number => {
  if (a.length === 9 && a === b) return 0;
  if (a.slice(0, 6) === b.slice(0, 6) && !a.slice(0, 6).endsWith("00")) return 1;
  return a.slice(0, 4) === b.slice(0, 4) ? 2 : 3;
};

/** Everybody who could serve the claim on some day. */
export function mayServe(books: Books, claim: ClaimAsk, barred: readonly Barred[] = []): ResourceSupply[] {
  const cls = books.classes.get(claim.classId);
  if (!cls) return [];
  return [...books.resources.values()].filter((resource) => {
    const own = resource.unitId === claim.unitId;
    const delegated = books.delegated(claim.unitId, resource.unitId, claim.classId);
    return (
      resource.classId === claim.classId &&
      resource.offered &&
      claim.traits.every((trait) => resource.traits.includes(trait)) &&
      !barred.some((one) => one.resource === resource.id) &&
      (delegated || line(claim.division).some((code) => (resource.jurisdiction as readonly string[]).includes(code))) &&
      (own || delegated || (claim.scope === "pool" && cls.act !== "deciding")) &&
      !(claim.automatic && cls.act === "deciding" && cls.kind !== "funds" && !resource.automated) &&
      (!resource.agreement || (resource.agreement.inForce && (resource.agreement.items === null || resource.agreement.items.some((item) => item === claim.purpose)))) &&
      (cls.kind === "funds" || resource.earmark !== null ? resource.earmark === claim.purpose : true) &&
      books.allows({ claimUnit: claim.unitId, resourceUnit: delegated ? claim.unitId : resource.unitId, classId: claim.classId, scope: claim.scope, purpose: claim.purpose })
    );
  });
}

/** Whose limits and best day admit the amount. */
function ableOf(books: Books, claim: ClaimAsk, barred: readonly Barred[]): ResourceSupply[] {
  const cls = books.classes.get(claim.classId);
  const spread = claim.spread && (cls?.period === "day" || cls?.period === "slot");
  return mayServe(books, claim, barred).filter(({ limits, capacity }) => {
    const fits = [limits, cls!.limits].every(({ min, step }) => claim.amount >= min && claim.amount % step === 0);
    const max = Math.min(limits.max, cls!.limits.max);
    if (capacity === "unlimited") return fits && (spread || claim.amount <= max);
    const best = Math.min(capacity.peak, max);
    if (!spread) return fits && claim.amount <= best;
    const step = Math.max(limits.step, cls!.limits.step);
    return fits && claim.amount <= (best - (best % step)) * capacity.amounts.length;
  });
}

/** Nobody could ever meet the claims, whatever is free: one of them alone, or those that one must serve. */
export function impossibleStep(books: Books, { claims, barred }: StepAsk): boolean {
  if (claims.some((claim) => impossible(books, claim, barred))) return true;
  const nobody = (group: (claim: ClaimAsk) => number | null, of: (resource: ResourceSupply) => string | number): boolean =>
    [...new Set(claims.map(group))].some((number) => {
      if (number === null) return false;
      const lists = claims.filter((claim) => group(claim) === number).map((claim) => ({ count: claim.count, of: ableOf(books, claim, barred).map(of) }));
      return !lists[0]!.of.some((one) => lists.every((list) => list.of.filter((other) => other === one).length >= list.count));
    });
  return nobody(({ sameUnit }) => sameUnit, ({ unitId }) => unitId) || nobody(({ sameResource }) => sameResource, ({ id }) => id);
}

/** Nobody could ever meet the claim, whatever is free. */
export function impossible(books: Books, claim: ClaimAsk, barred: readonly Barred[] = []): boolean {
  const cls = books.classes.get(claim.classId);
  const spread = claim.spread && (cls?.period === "day" || cls?.period === "slot");
  const able = ableOf(books, claim, barred);
  if (able.length < claim.count) return true;
  if (cls!.period !== "slot" || claim.slots === 1 || spread) return false;
  let longest = 0;
  for (const { capacity } of able) {
    if (capacity === "unlimited") return false;
    let row = 0;
    for (const amount of capacity.amounts) longest = Math.max(longest, (row = amount >= claim.amount ? row + 1 : 0));
  }
  return longest > 0 && longest < claim.slots;
}

export interface Option {
  readonly resource: ResourceId;
  readonly day: number;
  /** For slots: the start. */
  readonly start: number | null;
  readonly takes: readonly { readonly period: number; readonly amount: number }[];
  readonly score: readonly number[];
}

const slotNow = (books: Books): number => Math.ceil((books.now + CHINA_OFFSET_MS) / HALF_HOUR_MS);
const dayNow = (books: Books): number => Math.floor((books.now + CHINA_OFFSET_MS) / DAY_MS);

/** Every way to meet one claim, given what others took (`used` on top of the books). */
export function options(books: Books, claim: ClaimAsk, used: ReadonlyMap<string, number>, barred: readonly Barred[] = []): Option[] {
  const cls = books.classes.get(claim.classId)!;
  const free = (resource: ResourceSupply, period: number): number => {
    const { held, settled, borrowed, lent } = books.balance(resource.id, period);
    return books.capacity(resource.id, period) + borrowed - lent - held - settled - (used.get(`${resource.id}/${period}`) ?? 0);
  };
  const found: Option[] = [];
  for (const resource of mayServe(books, claim, barred)) {
    const { limits, capacity } = resource;
    if (![limits, cls.limits].every(({ min, step }) => claim.amount >= min && claim.amount % step === 0)) continue;
    const max = Math.min(limits.max, cls.limits.max);
    const near = [distance(claim.division, resource.unitDivision), resource.unitId === claim.unitId ? 0 : 1];
    if (capacity === "unlimited") {
      if (cls.period !== "none") throw new Error("only gates are unlimited here");
      if (claim.amount <= max) found.push({ resource: resource.id, day: -1, start: null, takes: [{ period: 0, amount: claim.amount }], score: [0, ...near, 0, resource.id] });
      continue;
    }
    const step = Math.max(limits.step, cls.limits.step);
    capacity.amounts.forEach((declared, at) => {
      const period = capacity.first + at;
      const day = cls.period === "slot" ? Math.floor(period / 48) : cls.period === "day" ? period : -1;
      if (cls.period === "day" && period < dayNow(books)) return;
      if (cls.period === "slot" && period < slotNow(books)) return;
      if (claim.earliest !== null && cls.period === "day" && period < Math.floor((claim.earliest + CHINA_OFFSET_MS) / DAY_MS)) return;
      if (claim.earliest !== null && cls.period === "slot" && period < (claim.earliest + CHINA_OFFSET_MS) / HALF_HOUR_MS) return;
      const takes: { period: number; amount: number }[] = [];
      if (claim.spread && cls.period !== "none") {
        let left = claim.amount;
        for (let p = period; left > 0 && p < capacity.first + capacity.amounts.length; p += 1) {
          const share = Math.min(left, Math.max(0, Math.min(free(resource, p), max)));
          const whole = share - (share % step);
          if (whole > 0) takes.push({ period: p, amount: whole });
          else if (p === period) return;
          left -= whole;
        }
        if (left > 0) return;
      } else {
        if (claim.amount > max) return;
        const run = cls.period === "slot" ? claim.slots : 1;
        for (let p = period; p < period + run; p += 1) {
          if (free(resource, p) < claim.amount) return;
          takes.push({ period: p, amount: claim.amount });
        }
      }
      const load = declared <= 0 ? 100 : Math.floor((100 * (declared - free(resource, period) + takes[0]!.amount)) / declared);
      found.push({ resource: resource.id, day, start: cls.period === "slot" ? period : null, takes, score: [period, ...near, load, resource.id] });
    });
  }
  return found.sort((a, b) => compare(a.score, b.score));
}

export function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
}

/** Whether some combination meets all claims of the step: on one day, `together` ones at one start. */
export function feasible(
  books: Books,
  ask: StepAsk,
  taken: ReadonlyMap<string, number> = new Map(),
  allows: (takes: readonly (readonly { readonly period: number; readonly amount: number }[])[]) => boolean = () => true,
): boolean {
  /** `mine`: who serves the claim already; `served`: who serves which claim. */
  const meet = (at: number, day: number, start: number, used: Map<string, number>, mine: readonly Option[], served: readonly (readonly Option[])[]): boolean => {
    const claim = ask.claims[at];
    if (!claim) return together(books, ask, served.map((of) => of.map(({ resource }) => resource))) && allows(served.map((of) => of.flatMap(({ takes }) => takes)));
    if (mine.length === claim.count) return meet(at + 1, day, start, used, [], [...served, mine]);
    const last = mine.at(-1);
    return options(books, claim, used, ask.barred).some((option) => {
      if (option.day >= 0 && day >= 0 && option.day !== day) return false;
      const joins = claim.together && option.start !== null;
      if (joins && start >= 0 && option.start !== start) return false;
      // Different resources, which begin together; in one order of the many there are.
      if (last && (option.resource <= last.resource || option.takes[0]!.period !== last.takes[0]!.period)) return false;
      const more = new Map(used);
      for (const { period, amount } of option.takes) {
        const key = `${option.resource}/${period}`;
        more.set(key, (more.get(key) ?? 0) + amount);
      }
      return meet(at, option.day >= 0 ? option.day : day, joins ? option.start! : start, more, [...mine, option], served);
    });
  };
  return meet(0, -1, -1, new Map(taken), [], []);
}

/** Claims with one number are served by one unit, or one resource. */
function together(books: Books, ask: StepAsk, served: readonly (readonly ResourceId[])[]): boolean {
  const units = new Map<number, unknown>();
  const resources = new Map<number, unknown>();
  const same = (bound: Map<number, unknown>, group: number | null, value: unknown): boolean => {
    if (group === null) return true;
    if (!bound.has(group)) bound.set(group, value);
    return bound.get(group) === value;
  };
  return ask.claims.every(({ sameUnit, sameResource }, at) =>
    served[at]!.every((id) => same(units, sameUnit, books.resources.get(id)!.unitId) && same(resources, sameResource, id)),
  );
}
