import type { Names } from "../../../../domain/catalogue/item.js";

export interface HomeView {
  readonly people: number;
  readonly enterprises: number;
  readonly bundles: readonly { readonly code: string; readonly names: Names; readonly items: number }[];
  readonly themes: readonly { readonly theme: string; readonly names: Names; readonly items: number }[];
  /** Undefined: nobody is signed in. */
  readonly mine: { readonly needsYou: number; readonly open: number; readonly drafts: number } | undefined;
}
