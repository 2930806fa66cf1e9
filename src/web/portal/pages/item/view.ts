import type { ItemGuide, Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";

export interface ItemView {
  readonly guide: ItemGuide;
  readonly version: number;
  readonly guessed: boolean;
  /** Promised due date of a request filed this moment. */
  readonly dueIfNow: Instant;
  /** What lately happened at the office of the chosen place. */
  readonly course: { readonly completed: number; readonly p50Days: number | null; readonly p90Days: number | null; readonly open: number } | undefined;
  readonly division: string;
  readonly places: readonly { readonly value: string; readonly names: Names }[];
  readonly offices: readonly {
    readonly unit: Names;
    readonly division: Names;
    readonly address: string | null;
    readonly phone: string | null;
  }[];
  readonly bundles: readonly { readonly code: string; readonly names: Names }[];
}
