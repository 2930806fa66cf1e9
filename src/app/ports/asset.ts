import type { AssetId, PersonId, ResourceId, UnitId } from "../../domain/id.js";
import type { Asset } from "../../domain/pool/asset.js";
import type { AssetDeclaration } from "../../domain/pool/declare-asset.js";
import type { Amount } from "../../domain/quantity.js";
import type { Page, PageAsked } from "./page.js";

export interface AssetFilter {
  readonly units?: readonly UnitId[] | undefined;
  readonly resource?: string | undefined;
  readonly state?: Asset["state"] | undefined;
  readonly text?: string | undefined;
}

/** An asset with the code of the resource it backs. */
export interface AssetRow extends Asset {
  readonly resource: string | null;
}

export interface StoredAssetDeclaration extends AssetDeclaration {
  readonly resourceId: ResourceId | null;
}

export interface Assets {
  byCode(code: string): Promise<AssetRow | null>;
  lock(code: string): Promise<AssetRow | null>;
  lockAll(codes: readonly string[]): Promise<ReadonlyMap<string, AssetRow>>;
  byCodes(codes: readonly string[]): Promise<ReadonlyMap<string, AssetRow>>;
  ofResource(id: ResourceId): Promise<readonly AssetRow[]>;
  list(filter: AssetFilter, page: PageAsked): Promise<Page<AssetRow>>;
  insert(declared: readonly StoredAssetDeclaration[]): Promise<readonly AssetId[]>;
  update(declared: readonly (StoredAssetDeclaration & { readonly id: AssetId })[]): Promise<void>;
  /** Says who holds the post; null: nobody. */
  assign(id: AssetId, person: PersonId | null): Promise<void>;
  /** Minutes a day of all posts a person holds, and the least that a class of theirs allows; null: none sets a limit. */
  minutesADay(person: PersonId): Promise<{ readonly minutes: Amount; readonly limit: Amount } | null>;
  setState(id: AssetId, state: Asset["state"]): Promise<void>;
  remove(ids: readonly AssetId[]): Promise<void>;
}
