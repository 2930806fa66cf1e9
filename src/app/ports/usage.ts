import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, ItemCode, UnitId } from "../../domain/id.js";
import type { DayNumber } from "../../domain/instant.js";
import type { Measure } from "../../domain/pool/class.js";
import type { UsageDimension, UsagePeriod } from "../../domain/pool/usage.js";
import type { Amount } from "../../domain/quantity.js";
import type { Page, PageAsked } from "./page.js";

/** A person by UUID, an enterprise by its credit code. */
export type ApplicantKey = string;

export interface UsageFilter {
  readonly unit?: UnitId | undefined;
  readonly supplier?: UnitId | undefined;
  readonly item?: ItemCode | undefined;
  readonly class?: ClassId | undefined;
  readonly applicant?: ApplicantKey | undefined;
}

export interface UsageAsked extends UsageFilter {
  /** Both included. */
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly by: readonly UsageDimension[];
  readonly period: UsagePeriod;
}

/**
 * Amounts in the class's unit of measure. All five together are what was given: what is still held, what was settled, what went
 * back unused or with its request, what lapsed with its period, and what was settled and annulled later.
 */
export interface UsageAmounts {
  readonly held: Amount;
  readonly settled: Amount;
  readonly returned: Amount;
  readonly lapsed: Amount;
  readonly annulled: Amount;
}

/** What is not told apart is null; so is the item of what a unit claimed for itself. */
export interface UsageRow extends UsageAmounts {
  readonly class: ClassId;
  readonly classNames: Names;
  readonly measure: Measure;
  /** `2026-11-22`, `2026-11` or `2026`. */
  readonly period: string | null;
  readonly unit: { readonly id: UnitId; readonly names: Names } | null;
  readonly supplier: { readonly id: UnitId; readonly names: Names } | null;
  readonly item: { readonly code: ItemCode; readonly names: Names } | null;
  readonly applicant: ApplicantKey | null;
  readonly request: { readonly publicId: string; readonly number: string } | null;
  /** How many allocations are added up. */
  readonly allocations: number;
}

/**
 * Usage by the day it is of: a day or half-hour of capacity is of its own day; money and what has no period is of the day it was
 * granted. Days are the pool's own.
 */
export interface Usage {
  rows(asked: UsageAsked, page: PageAsked): Promise<Page<UsageRow>>;
}
