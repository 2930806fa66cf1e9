import type { Instant } from "../domain/instant.js";
import type { ClaimReason, Refusal } from "../domain/pool/decision.js";
import { periodAt, type Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { NamedSupply } from "./contract.js";
import type { Parts } from "./cycle.js";
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

/** Exactly what a claim names: the resource, its generation, the first period; what it leaves open is the best there is. */
export function placeNamed(
  parts: Pick<Parts, "resources" | "world">,
  { ask, earliest }: LaneClaim,
  named: NamedSupply,
  claim: number,
  now: Instant,
): Named {
  const { resources } = parts;
  const no = (refusal: Refusal): Named => ({ kind: "no", refusal });
  const from = firstOpen(ask, Math.max(now, earliest ?? now));
  if (named.period !== null && named.period < from) return no({ rule: "calendar", asked: ask.amount, most: 0, kind: "invalid" });

  if (named.resource !== null) {
    const r = resources.indexOf(named.resource);
    const unfit = r === undefined ? ({ rule: "class", asked: ask.amount, most: 0, kind: "invalid" } as const) : whyUnfit(parts, ask, r, named);
    if (unfit) return no(unfit);
  }

  const best = bestOf(resources, ask, named, from);
  if (best.r < 0) {
    const open = best.mostFree >= 0;
    // Closed then, it could not be had by anybody; else somebody has it now.
    if (named.period !== null) return no({ rule: open ? "capacity" : "calendar", asked: ask.amount, most: Math.max(0, best.mostFree), kind: open ? "in-use" : "invalid" });
    return no({ rule: open ? "capacity" : "calendar", asked: ask.amount, most: Math.max(0, best.mostFree), kind: "short" });
  }
  return {
    kind: "placed",
    places: placesOf(resources, ask, best.k, best.period).map((place) => ({ claim, ...place })),
    dropped: droppedAt(resources, ask, best.period),
    winner: { resource: resources.idOf(best.r), terms: scoreTerms(best.period, ask.near[best.k]!, best.load) },
  };
}

/** The first period a claim may use from a moment on. */
export function firstOpen({ period }: Ask, at: Instant): Period {
  return period === "slot" ? halfHourFrom(at) : periodAt(period, at);
}

function whyUnfit({ resources, world }: Pick<Parts, "resources" | "world">, ask: Ask, r: number, { generation }: NamedSupply): Refusal | undefined {
  const supply = resources.supplies[r]!;
  if (generation !== null && generation !== supply.generation) return { rule: "generation", asked: generation, most: supply.generation, kind: "stale" };
  if (ask.able.includes(r)) return undefined;
  if (ask.barred.has(supply.id)) return { rule: "persons", asked: ask.amount, most: 0, kind: "forbidden" };
  const dropping = RULES.find((rule) => rule.keeps(supply, ask.shape.facts, world) === false);
  if (dropping) return { rule: dropping.name, asked: ask.amount, most: 0, kind: dropping.name === "policy" ? "forbidden" : "invalid" };
  return { rule: "capacity", asked: ask.amount, most: resources.peakOf(r), kind: "invalid" };
}

interface Best {
  r: number;
  k: number;
  period: Period;
  load: number;
  /** −1: nobody who was looked at is open. */
  mostFree: Amount;
}

function bestOf(resources: ResourceTable, ask: Ask, { resource, period }: NamedSupply, from: Period): Best {
  const best: Best = { r: -1, k: -1, period: NEVER, load: 0, mostFree: -1 };
  const only = resource === null ? undefined : resources.indexOf(resource)!;
  for (let k = only === undefined ? 0 : ask.able.indexOf(only); k >= 0 && k < ask.able.length; k += only === undefined ? 1 : ask.able.length) {
    const r = ask.able[k]!;
    const at = period === null ? fitOf(resources, ask, k, from, NEVER) : fitOf(resources, ask, k, period, period);
    if (at === NEVER || (period !== null && at !== period)) {
      const open = period === null ? resources.largest(r, from).capacity > 0 : resources.stateAt(r, ask.spreads ? 1 : ask.amount, ask.run, period) !== CLOSED;
      if (open) best.mostFree = Math.max(best.mostFree, period === null ? resources.largest(r, from).free : resources.freeAt(r, period));
      continue;
    }
    const load = loadOf(resources, ask, k, at);
    if (best.r >= 0 && !(at < best.period || (at === best.period && (ask.near[k]! < ask.near[best.k]! || (ask.near[k] === ask.near[best.k] && load < best.load))))) continue;
    Object.assign(best, { r, k, period: at, load });
  }
  return best;
}

/** The first period from `from` to `limit` with which the candidate can begin. */
export function fitOf(resources: ResourceTable, ask: Ask, k: number, from: Period, limit: Period): Period {
  return ask.spreads
    ? resources.spreadFit(ask.able[k]!, ask.amount, ask.shareMax[k]!, ask.shareStep[k]!, from)
    : resources.firstFit(ask.able[k]!, ask.amount, ask.run, from, limit);
}

/** Share of the first period that would be in use, in whole percent. */
export function loadOf(resources: ResourceTable, ask: Ask, k: number, period: Period): number {
  const r = ask.able[k]!;
  if (!ask.spreads) return resources.loadAt(r, period, ask.amount);
  return resources.loadAt(r, period, Math.min(ask.amount, shareOf(resources.freeAt(r, period), ask.shareMax[k]!, ask.shareStep[k]!)));
}

/** What the candidate would give, period by period. */
export function placesOf(resources: ResourceTable, ask: Ask, k: number, period: Period): Omit<Place, "claim">[] {
  const r = ask.able[k]!;
  if (!ask.spreads || resources.isUnlimited(r)) return Array.from({ length: ask.run }, (_, at) => ({ r, period: period + at, amount: ask.amount }));
  const places: Omit<Place, "claim">[] = [];
  for (let p = period, left = ask.amount; left > 0; p += 1) {
    const amount = Math.min(left, shareOf(resources.freeAt(r, p), ask.shareMax[k]!, ask.shareStep[k]!));
    if (amount > 0) places.push({ r, period: p, amount });
    left -= amount;
  }
  return places;
}
