import type { ItemGuide, Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";

export interface ItemView {
  readonly guide: ItemGuide;
  readonly version: number;
  readonly guessed: boolean;
  /** Promised due date of a request filed this moment. */
  readonly dueIfNow: Instant | undefined;
  /** Requests finished in the last 30 days, in working hours from receipt to close. */
  readonly recent: { readonly count: number; readonly p50Days: number; readonly p90Days: number } | undefined;
  readonly waiting: number;
  readonly offices: readonly {
    readonly unit: Names;
    readonly division: Names;
    readonly address: string | null;
    readonly phone: string | null;
  }[];
  readonly bundles: readonly { readonly code: string; readonly names: Names }[];
}
