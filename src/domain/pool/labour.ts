import type { Names } from "../catalogue/item.js";

/** How long one person may work, as the law says it. */
export interface LabourLimit {
  /** In all resources of one person together. */
  readonly minutesADay: number;
  /** Without a break; only half-hours show one. */
  readonly stretchMinutes: number;
  readonly basis: { readonly law: Names; readonly article: string };
}
