import type { FormField } from "../../domain/catalogue/item.js";
import type { Reading } from "../ports/store.js";

/** The questions of a request: its item's, and those its bundle asked once for all. The item's word goes first. */
export function mergedForm(item: readonly FormField[], bundle: readonly FormField[]): readonly FormField[] {
  const own = new Set(item.map(({ field }) => field));
  return [...item, ...bundle.filter(({ field }) => !own.has(field))];
}

export async function formOf(tx: Pick<Reading, "bundles">, item: readonly FormField[], bundleCode: string | null): Promise<readonly FormField[]> {
  const bundle = bundleCode === null ? null : await tx.bundles.get(bundleCode);
  return bundle ? mergedForm(item, bundle.form) : item;
}
