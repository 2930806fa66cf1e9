import type { Names } from "../catalogue/item.js";
import type { ClassId } from "../id.js";
import type { Amount } from "../quantity.js";
import type { LabourLimit } from "./labour.js";
import type { PeriodKind } from "./period.js";

export const KINDS = ["function", "staff", "funds", "material", "data"] as const;
export type Kind = (typeof KINDS)[number];
export type Measure = "minute" | "case" | "fen" | "piece" | "call";
export type Lend = "none" | "share" | "work";
/** Deciding acts stay with the competent organ; assisting acts may be done by another unit. */
export type Act = "assisting" | "deciding" | "none";

/** What a law says, where it says it. */
export interface LegalArticle {
  readonly law: Names;
  readonly article: string;
}

/** What a claim's amount must obey. */
export interface AmountLimits {
  readonly min: Amount;
  readonly max: Amount;
  readonly step: Amount;
}

/** A logical type of capacity. */
export interface CapacityClass {
  readonly id: ClassId;
  readonly kind: Kind;
  readonly names: Names;
  readonly measure: Measure;
  readonly period: PeriodKind;
  /** Days ahead that are allocated: working days for `day` (0: today, or the next working day), calendar days for `slot`; null for the rest. */
  readonly horizonDays: number | null;
  readonly per: "asset" | "unit";
  readonly lend: Lend;
  readonly act: Act;
  readonly consumable: boolean;
  readonly limits: AmountLimits;
  /** Staff: how long one person may work; absent: nothing is set. */
  readonly labour?: LabourLimit;
  /** The law that keeps the act with the competent organ: it may not be delegated. Absent: no law does. */
  readonly nonDelegable?: LegalArticle;
  readonly source: string | null;
  readonly generation: number;
}
