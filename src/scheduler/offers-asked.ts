import type { ResourceId, UnitId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { Refusal, ScoreTerms } from "../domain/pool/decision.js";
import type { Period, PeriodKind } from "../domain/pool/period.js";
import type { Amount } from "../domain/quantity.js";
import type { ClaimAsk, PolicyAnswer, Turn } from "./contract.js";

/** Claims somebody might make: which complete ways there are to meet all of them at once. */
export interface OffersAsked {
  readonly claims: readonly ClaimAsk[];
  /** Alternatives in all, with one start or on one day, and on one day. */
  readonly limit: number;
  readonly perStart: number;
  readonly perDay: number;
  /** To the questions an earlier answer had. */
  readonly answers: readonly PolicyAnswer[];
}

/** Part of an offer: one resource for one claim. */
export interface OfferPart {
  readonly claim: number;
  readonly resource: ResourceId;
  readonly generation: number;
  readonly unitId: UnitId;
  readonly periodKind: PeriodKind;
  readonly takes: readonly { readonly period: Period; readonly amount: Amount }[];
  readonly terms: ScoreTerms;
}

/** Complete and claimable as it stands, until somebody takes part of it. In the order of claims. */
export interface Offer {
  readonly startsAt: Instant;
  readonly parts: readonly OfferPart[];
}

export interface OffersFound {
  /** The earliest first, then by how far down each claim's candidates they reach. */
  readonly offers: readonly Offer[];
  /** There are no others. False: a limit ended the search. */
  readonly complete: boolean;
  /** Claims nobody could ever meet. */
  readonly refusals: readonly { readonly claim: number; readonly refusal: Refusal }[];
  /** Questions without whose answers nothing can be said: ask again with them. */
  readonly needs: Turn["needs"];
}
