import type { Bundle } from "../../domain/catalogue/bundle.js";
import type { BundleDeclaration } from "../../domain/catalogue/declare-bundle.js";
import type { Item, ItemGuide, Level, TaskType } from "../../domain/catalogue/item.js";
import type { ItemCode } from "../../domain/id.js";
import type { Page, PageAsked } from "./page.js";

export interface ItemFilter {
  readonly state?: Item["state"] | undefined;
  readonly audience?: "person" | "enterprise" | undefined;
  readonly theme?: string | undefined;
  readonly line?: string | undefined;
  readonly level?: Level | undefined;
  readonly taskType?: TaskType | undefined;
  readonly unit?: string | undefined;
  readonly guessed?: boolean | undefined;
  /** Part of a name or of the code. */
  readonly text?: string | undefined;
}

export interface Items {
  /** The published version. */
  published(code: string): Promise<Item | null>;
  version(code: string, version: number): Promise<Item | null>;
  /** The newest version of any state; others who would change the item wait. */
  lockNewest(code: string): Promise<Item | null>;
  /** The newest version of each of the codes. */
  newestAll(codes: readonly string[]): Promise<ReadonlyMap<string, Item>>;
  /** As `newestAll`, locked. */
  lockNewestAll(codes: readonly string[]): Promise<ReadonlyMap<string, Item>>;
  versions(code: string): Promise<readonly Item[]>;
  /** In code order; of each item the published version, or with `state` the newest of that state. */
  list(filter: ItemFilter, page: PageAsked): Promise<Page<Item>>;
  codes(): Promise<ReadonlySet<string>>;
  insert(items: readonly { readonly version: number; readonly state: "draft" | "published"; readonly guessed: boolean; readonly guide: ItemGuide }[]): Promise<void>;
  /** Replaces the guide of a draft. */
  redraft(code: ItemCode, version: number, guide: ItemGuide, guessed: boolean): Promise<void>;
  setState(code: ItemCode, version: number, state: Item["state"]): Promise<void>;
  confirm(code: ItemCode, version: number): Promise<void>;
  /** Removes versions nobody ever applied for; gives the codes of those that stay. */
  remove(codes: readonly ItemCode[]): Promise<readonly string[]>;
}

export interface Bundles {
  get(code: string): Promise<Bundle | null>;
  all(): Promise<readonly Bundle[]>;
  put(bundles: readonly BundleDeclaration[]): Promise<void>;
}
