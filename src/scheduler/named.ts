import type { Instant } from "../domain/instant.js";
import type { ClaimReason, Refusal } from "../domain/pool/decision.js";
import { periodAt, type Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { NamedSupply } from "./contract.js";
import type { Parts } from "./cycle.js";
import { Found, type Accept } from "./fit.js";
import type { LaneClaim } from "./queue.js";
import { droppedAt, type DroppedNow } from "./rules/moment.js";
import { RULES } from "./rules/static-rules.js";
import { scoreTerms } from "./score.js";
import type { Ask } from "./shape.js";
import { CLOSED, NEVER, shareOf, type ResourceTable } from "./state.js";
import { halfHourFrom } from "./place-in-time.js";

/** Part of what serves a claim. */
export interface Place {
  readonly claim: number;
  readonly r: number;
  readonly period: Period;
  readonly amount: Amount;
}

export type Named =
  | { readonly kind: "placed"; readonly places: readonly Place[]; readonly dropped: readonly DroppedNow[]; readonly winner: NonNullable<ClaimReason["winner"]> }
  | { readonly kind: "no"; readonly refusal: Refusal };

/**
 * Exactly what a claim names: the resource, its generation, the first period; what it leaves open is the best there is.
 * @param among Whom alone it may use; null: any.
 */
export function placeNamed(
  parts: Pick<Parts, "resources" | "world">,
  { ask, earliest, count }: LaneClaim,
  named: NamedSupply,
  claim: number,
  among: readonly number[] | null,
  now: Instant,
): Named {
  const { resources } = parts;
  const no = (refusal: Refusal): Named => ({ kind: "no", refusal });
  const from = firstOpen(ask, Math.max(now, earliest ?? now));
  if (named.period !== null && named.period < from) return no({ rule: "calendar", asked: ask.amount, most: 0, kind: "invalid" });

  if (named.resource !== null) {
    if (count > 1) return no({ rule: "count", asked: count, most: 1, kind: "invalid" });
    const r = resources.indexOf(named.resource);
    const unfit = r === undefined ? ({ rule: "class", asked: ask.amount, most: 0, kind: "invalid" } as const) : whyUnfit(parts, ask, r, named);
    if (unfit) return no(unfit);
  }

  const best = bestOf(resources, ask, named, count, among, from);
  const [first] = best.rs;
  if (first === undefined) {
    const open = best.mostFree >= 0;
    // Closed then, it could not be had by anybody; else somebody has it now.
    if (named.period !== null) return no({ rule: open ? "capacity" : "calendar", asked: ask.amount, most: Math.max(0, best.mostFree), kind: open ? "in-use" : "invalid" });
    return no({ rule: open ? "capacity" : "calendar", asked: ask.amount, most: Math.max(0, best.mostFree), kind: "short" });
  }
  return {
    kind: "placed",
    places: best.rs.flatMap((r) => placesOf(resources, ask, r, best.period).map((place) => ({ claim, ...place }))),
    dropped: droppedAt(resources, ask, best.period),
    winner: { resource: resources.idOf(first), terms: scoreTerms(best.period, ask.nearOf(first), ask.loadAt(first, best.period)) },
  };
}

/** The first period a claim may use from a moment on. */
export function firstOpen({ period }: Ask, at: Instant): Period {
  return period === "slot" ? halfHourFrom(at) : periodAt(period, at);
}

function whyUnfit({ resources, world }: Pick<Parts, "resources" | "world">, ask: Ask, r: number, { generation }: NamedSupply): Refusal | undefined {
  const is = resources.generationOf(r);
  if (generation !== null && generation !== is) return { rule: "generation", asked: generation, most: is, kind: "stale" };
  if (ask.serves(r)) return undefined;
  if (ask.barred.has(resources.idOf(r))) return { rule: "persons", asked: ask.amount, most: 0, kind: "forbidden" };
  const dropping = RULES.find((rule) => rule.keeps(resources.factsOf(r), ask.shape.facts, world) === false);
  if (dropping) return { rule: dropping.name, asked: ask.amount, most: 0, kind: dropping.name === "policy" ? "forbidden" : "invalid" };
  return { rule: "capacity", asked: ask.amount, most: resources.peakOf(r), kind: "invalid" };
}

interface Best {
  /** As many as the claim asks for, or none. */
  readonly rs: readonly number[];
  readonly period: Period;
  /** −1: nobody who was looked at is open. */
  readonly mostFree: Amount;
}

const FOUND = new Found();
const ANYBODY: Accept = () => true;

function bestOf(resources: ResourceTable, ask: Ask, { resource, period }: NamedSupply, count: number, among: readonly number[] | null, from: Period): Best {
  if (resource === null) {
    const at = period ?? (among ? ask.nextAmong(among, from) : ask.next(from, ANYBODY));
    const found = at === NEVER ? 0 : among ? ask.bestAmong(among, at, count, FOUND) : ask.bestAt(at, count, ANYBODY, FOUND);
    if (found >= count) return { rs: FOUND.r.slice(0, count), period: at, mostFree: -1 };
    return { rs: [], period: NEVER, mostFree: mostFreeOf(resources, ask, among ?? ask.able(), period, from) };
  }
  const r = resources.indexOf(resource)!;
  const at = ask.firstOf(r, period ?? from, period ?? NEVER);
  if (at !== NEVER && (period === null || at === period)) return { rs: [r], period: at, mostFree: -1 };
  return { rs: [], period: NEVER, mostFree: mostFreeOf(resources, ask, [r], period, from) };
}

function mostFreeOf(resources: ResourceTable, ask: Ask, rs: Iterable<number>, period: Period | null, from: Period): Amount {
  let most = -1;
  for (const r of rs) {
    const open = period === null ? resources.lastOpen(r) >= from : resources.stateAt(r, ask.spreads ? 1 : ask.amount, ask.run, period) !== CLOSED;
    if (open) most = Math.max(most, period === null ? resources.mostFree(r, from) : resources.freeAt(r, period));
  }
  return most;
}

/** What the resource would give, period by period. */
export function placesOf(resources: ResourceTable, ask: Ask, r: number, period: Period): Omit<Place, "claim">[] {
  if (!ask.spreads || resources.isUnlimited(r)) return Array.from({ length: ask.run }, (_, at) => ({ r, period: period + at, amount: ask.amount }));
  const places: Omit<Place, "claim">[] = [];
  for (let p = period, left = ask.amount; left > 0; p += 1) {
    const amount = Math.min(left, shareOf(resources.freeAt(r, p), ask.shareMaxOf(r), ask.shareStepOf(r)));
    if (amount > 0) places.push({ r, period: p, amount });
    left -= amount;
  }
  return places;
}
