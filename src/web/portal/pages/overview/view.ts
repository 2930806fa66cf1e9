import type { Names } from "../../../../domain/catalogue/item.js";
import type { DayNumber, Instant } from "../../../../domain/instant.js";
import type { Kind, Measure } from "../../../../domain/pool/class.js";
import type { PeriodKind } from "../../../../domain/pool/period.js";

/** One class over the whole pool, today or this year. */
export interface ClassView {
  readonly id: string;
  readonly names: Names;
  readonly kind: Kind;
  readonly measure: Measure;
  readonly periodKind: PeriodKind;
  readonly resources: number;
  readonly unlimited: number;
  readonly capacity: number;
  readonly held: number;
  readonly settled: number;
  readonly free: number;
  readonly overdrawn: number;
  readonly waiting: number;
  readonly counties: Readonly<Record<string, { readonly capacity: number; readonly used: number; readonly waiting: number; readonly resources: number }>>;
}

export interface OverviewView {
  readonly asOf: Instant;
  /** The day whose capacity is shown. */
  readonly day: DayNumber;
  readonly prefecture: string;
  readonly counties: readonly { readonly code: string; readonly names: Names }[];
  /** Of the heat map: the prefecture's own, where it has any, then the counties. */
  readonly columns: readonly { readonly code: string; readonly names: Names }[];
  readonly units: number;
  readonly resources: number;
  readonly requests: { readonly open: number; readonly overdue: number; readonly unservable: number };
  readonly waitingSteps: number;
  readonly openByCounty: Readonly<Record<string, number>>;
  readonly waitingByCounty: Readonly<Record<string, number>>;
  readonly classes: readonly ClassView[];
  /** Minutes from ready to decided, last 7 days. */
  readonly waits: readonly { readonly kind: Kind; readonly decisions: number; readonly p50: number; readonly p90: number; readonly p99: number }[];
}
