import type { Level } from "../../domain/catalogue/item.js";
import type { UnitId } from "../../domain/id.js";
import type { UnitDeclaration } from "../../domain/org/declare-unit.js";
import type { Unit } from "../../domain/org/unit.js";
import type { Instant } from "../../domain/instant.js";
import type { Page, PageAsked } from "./page.js";

export interface UnitFilter {
  readonly parent?: string | undefined;
  readonly line?: string | undefined;
  readonly level?: Level | undefined;
  readonly division?: string | undefined;
  readonly published?: boolean | undefined;
  readonly state?: Unit["state"] | undefined;
  /** Part of a name or of the id. */
  readonly text?: string | undefined;
}

export interface Units {
  get(id: string): Promise<Unit | null>;
  /** Those of the ids that exist, in the order of the ids given. */
  some(ids: readonly string[]): Promise<readonly Unit[]>;
  /** As `get`; others who would change it wait. */
  lock(id: string): Promise<Unit | null>;
  all(): Promise<readonly Unit[]>;
  list(filter: UnitFilter, page: PageAsked): Promise<Page<Unit>>;
  /** Creates or changes, parents first; a change raises the generation. `at` is when those newly published were. */
  put(units: readonly UnitDeclaration[], at: Instant): Promise<void>;
  retire(id: UnitId): Promise<void>;
  /** Makes retired units active again, unpublished. */
  revive(ids: readonly UnitId[]): Promise<void>;
  /** Removes units that nothing refers to; gives those that stay. */
  remove(ids: readonly UnitId[]): Promise<readonly UnitId[]>;
  /** What stands in the way of retiring it: resources and units beneath that are not retired. */
  livingBeneath(id: UnitId): Promise<{ readonly units: number; readonly resources: number }>;
}
