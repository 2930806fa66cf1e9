import type { ItemCode } from "../id.js";
import type { FormField, Names } from "./item.js";

/** Several items as one thing in life (一件事): one form, one application, a request for each member. */
export interface Bundle {
  readonly code: string;
  readonly names: Names;
  readonly lifeEvent: string;
  /** Members and the members whose requests must be completed first. */
  readonly members: readonly { readonly item: ItemCode; readonly after: readonly ItemCode[] }[];
  /** Asked once for all members. */
  readonly form: readonly FormField[];
  readonly source: string | null;
  readonly generation: number;
}
