import type { ScoreTerms } from "../domain/pool/decision.js";
import type { DivisionCode } from "../domain/id.js";
import type { Divisions } from "./divisions.js";
import type { ShapeFacts, ShapeField } from "./rule.js";

/*
 * Who is chosen among those who can: compared in this order, lower first.
 *
 *   1. period     the earliest
 *   2. distance   the nearest division
 *   3. otherUnit  the claiming unit's own before another's
 *   4. load       the least used in that period: even load
 *   5. id         so that two runs never differ
 *
 * Terms 2 and 3 never change for a shape: they are one number, its nearness, and candidates are kept in its order.
 */

/** What terms 2 and 3 read of a claim: part of its shape, like the fields rules read. */
export const SCORE_READS: readonly ShapeField[] = ["division", "unitId"];

export const nearness = (claim: ShapeFacts, place: DivisionCode, own: boolean, divisions: Divisions): number =>
  divisions.distance(claim.division, place) * 2 + (own ? 0 : 1);

const LOADS = 2 ** 7;
const IDS = 2 ** 42;

/** Ids above this do not fit a score. */
export const ID_MAX = IDS;

/** Terms 2 to 5 as one number that compares as they do: nearness, load in percent, id. */
export const scoreOf = (near: number, load: number, id: number): number => (near * LOADS + load) * IDS + id;

export const nearIn = (score: number): number => Math.floor(score / (IDS * LOADS));

export const loadIn = (score: number): number => Math.floor(score / IDS) % LOADS;

export const scoreTerms = (period: number, near: number, loadPercent: number): ScoreTerms => ({
  period,
  distance: near >> 1,
  otherUnit: (near & 1) as 0 | 1,
  loadPercent,
});
