import type { ItemGuide, Names, StepMode } from "../../domain/catalogue/item.js";
import type { DivisionCode, ItemCode, PoolId, RequestId, ResourceId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { PolicyRule } from "../../domain/policy/rule.js";
import type { StepAsk } from "../../scheduler/contract.js";
import type { PoolMap } from "./catalogue.js";
import type { PolicyPlaces } from "./policy.js";
import type { LoadedPiece } from "./writer.js";

/** A step of an open request, as it stands. */
export interface CopiedStep {
  readonly name: string;
  readonly mode: StepMode;
  readonly after: readonly string[];
  readonly state: "blocked" | "ready" | "working" | "done";
  /** Since when it asks; null: it does not yet. */
  readonly readyAt: Instant | null;
  /** The scheduler refused it in this turn. */
  readonly refused: boolean;
  readonly ask: StepAsk;
}

/** An open request, without anything about who applied. */
export interface CopiedRequest {
  readonly id: RequestId;
  readonly number: string;
  readonly item: ItemCode;
  readonly unitId: UnitId;
  readonly division: DivisionCode;
  readonly receivedAt: Instant;
  readonly promisedDueAt: Instant;
  readonly statutoryDueAt: Instant;
  /** Waits for its applicant, or for other requests of its bundle: nothing is done on it meanwhile. */
  readonly rests: boolean;
  /** By name's order in the recipe. */
  readonly steps: readonly CopiedStep[];
}

/** A pool as it stands at one moment: what its writer would load, and what is needed to play what comes. */
export interface PoolCopy {
  readonly poolId: PoolId;
  readonly at: Instant;
  readonly pieces: readonly LoadedPiece[];
  readonly map: Pick<PoolMap, "offices" | "parents" | "divisions" | "calendar" | "routing">;
  readonly unitNames: ReadonlyMap<UnitId, Names>;
  readonly places: PolicyPlaces;
  /** In force. */
  readonly rules: readonly PolicyRule[];
  /** The rules of the version that a scenario begins from; null: there is no such version, or none was named. */
  readonly draftRules: readonly PolicyRule[] | null;
  /** The published ones. */
  readonly items: readonly { readonly guide: ItemGuide; readonly guessed: boolean }[];
  readonly requests: readonly CopiedRequest[];
  /** Those that the scenario names, by code. */
  readonly resources: ReadonlyMap<string, ResourceId>;
  /** The place is that among the resource's assets in the order they are loaded; null: what it adds is declared in the resource. */
  readonly assets: ReadonlyMap<string, { readonly resource: ResourceId; readonly place: number | null }>;
}

/** What a scenario names by code, and what it begins from. */
export interface CopyWish {
  readonly resources: readonly string[];
  readonly assets: readonly string[];
  readonly policyVersion: number | undefined;
}

export interface PoolCopies {
  /** In one snapshot, without a word to the pool's writer. Undefined: there is no such pool. */
  copy(pool: PoolId, wish: CopyWish): Promise<PoolCopy | undefined>;
}
