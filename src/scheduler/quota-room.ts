import type { Period } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { Found } from "./fit.js";
import type { LaneClaim } from "./queue.js";
import { NEVER } from "./state.js";

/** What the account of a claim has left in a period. */
export type Room = (period: Period) => Amount;

/** Periods looked at for room, of what never closes. */
const PERIODS_MAX = 20_000;

/** The first period from one on in which there is room for all that the claim takes; NEVER: in none in which anybody is open. */
export function roomFrom({ ask, count }: Pick<LaneClaim, "ask" | "count">, from: Period, room: Room): Period {
  const need = ask.amount * count;
  const last = Math.min(ask.lastOpen, from + PERIODS_MAX);
  let inRow = 0;
  for (let p = from; p - inRow <= last; p += 1) {
    inRow = room(p) >= need ? inRow + 1 : 0;
    if (inRow === ask.run) return p - ask.run + 1;
    if (ask.period === "none") return NEVER;
  }
  return NEVER;
}

/*
 * An amount that is spread takes of each period what is free there and what there is room for. Several resources of one claim share
 * the room evenly.
 */

export function nextWithRoom(claim: LaneClaim, among: readonly number[] | null | undefined, from: Period, room: Room): Period {
  const begins: Period[] = [];
  for (const r of among ?? claim.ask.able()) {
    const period = spreadFrom(claim, r, from, room);
    if (period !== NEVER) begins.push(period);
  }
  begins.sort((a, b) => a - b);
  // Those that are to begin together: as many as could in one period.
  if (claim.count === 1) return begins[0] ?? NEVER;
  const last = begins.at(-1) ?? NEVER;
  for (let period = begins[0] ?? NEVER; period <= last; period += 1) {
    let able = 0;
    for (const r of among ?? claim.ask.able()) if (spreadFrom(claim, r, period, room) === period) able += 1;
    if (able >= claim.count) return period;
  }
  return NEVER;
}

export function bestWithRoom(claim: LaneClaim, among: readonly number[] | null | undefined, period: Period, wanted: number, room: Room, found: Found): number {
  found.count = 0;
  for (const r of among ?? claim.ask.able()) {
    if (spreadFrom(claim, r, period, room) === period) found.put(r, claim.ask.scoreAt(r, period), wanted);
  }
  return found.count;
}

const spreadFrom = ({ ask, count }: LaneClaim, r: number, from: Period, room: Room): Period =>
  ask.firstOf(r, from, NEVER, (period) => Math.floor(room(period) / count));
