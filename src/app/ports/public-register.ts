import type { Names } from "../../domain/catalogue/item.js";
import type { DivisionCode, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Kind, Measure } from "../../domain/pool/class.js";
import type { Period, PeriodKind } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { Page, PageAsked } from "./page.js";

/** One allocation as anybody may see it: what was given for which service, or to which unit, by whom, and nothing of the person it was for. */
export interface PublicAllocation {
  readonly seq: number;
  readonly decidedAt: Instant;
  /** Null: claimed by a unit for itself, without a request. */
  readonly itemNames: Names | null;
  /** The unit that claimed it, never what for; null: given to a request, or exchanged for another since. */
  readonly claimant: UnitId | null;
  readonly claimantNames: Names | null;
  /** The county, or the prefecture: a township with few cases could name a person. */
  readonly county: DivisionCode;
  readonly countyNames: Names;
  readonly classNames: Names;
  readonly kind: Kind;
  readonly measure: Measure;
  readonly periodKind: PeriodKind;
  readonly period: Period;
  readonly amount: Amount;
  /** Of a paper record: when it was asked, and when it was entered; null: neither is told. */
  readonly occurredAt: Instant | null;
  readonly recordedAt: Instant | null;
  readonly servingUnit: UnitId;
  readonly servingUnitNames: Names;
  /** Who is responsible in law, where a task force has the case; null: who has it. */
  readonly leadNames: Names | null;
  readonly state: "held" | "settled" | "released" | "lapsed" | "annulled";
}

export interface PublicRegister {
  /** Newest decisions first. */
  list(filter: { readonly county?: DivisionCode | undefined }, page: PageAsked): Promise<Page<PublicAllocation>>;
}
