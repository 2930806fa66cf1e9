import type { Names } from "../catalogue/item.js";
import type { ItemCode, UnitId } from "../id.js";

/** One part of a reform, in the order they are made. */
export type ReorganisationChange =
  /** The units end; what they have, do and did goes to `into`. */
  | { readonly kind: "merge"; readonly from: readonly UnitId[]; readonly into: UnitId }
  /** The unit goes on under another id, and may be under other names. */
  | { readonly kind: "rename"; readonly unit: UnitId; readonly to: UnitId; readonly names: Names | null }
  /** A part of a unit becomes one of its own: a new unit like it, with the resources and items named. */
  | { readonly kind: "split"; readonly from: UnitId; readonly to: UnitId; readonly names: Names; readonly resources: readonly string[]; readonly items: readonly ItemCode[] }
  /** Resources and items of one unit become another's. */
  | { readonly kind: "move"; readonly from: UnitId; readonly to: UnitId; readonly resources: readonly string[]; readonly items: readonly ItemCode[] };
