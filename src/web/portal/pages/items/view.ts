import type { Audience, Names, TaskType } from "../../../../domain/catalogue/item.js";
import type { Amount } from "../../../../domain/quantity.js";

export interface ItemsView {
  readonly query: {
    readonly q: string;
    readonly audience: string;
    readonly theme: string;
    readonly line: string;
    readonly division: string;
  };
  readonly options: {
    readonly themes: readonly { readonly value: string; readonly names: Names }[];
    readonly lines: readonly { readonly value: string; readonly names: Names }[];
    readonly divisions: readonly { readonly value: string; readonly names: Names }[];
  };
  readonly total: number;
  readonly items: readonly ItemRow[];
  /** Query string of the next page. */
  readonly next: string | undefined;
  readonly bundles: readonly { readonly code: string; readonly names: Names }[];
}

export interface ItemRow {
  readonly code: string;
  readonly names: Names;
  readonly audience: readonly Audience[];
  readonly taskType: TaskType;
  readonly themeNames: Names;
  readonly promisedDays: number;
  readonly feeFen: Amount;
}
