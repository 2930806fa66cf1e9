import type { Audience, Item, Names, TaskType } from "../../domain/catalogue/item.js";
import type { DivisionCode, ItemCode, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { DivisionParents } from "../../domain/org/division.js";
import type { CalendarStack } from "../../domain/pool/calendar.js";
import type { Amount } from "../../domain/quantity.js";
import type { Office, Routing } from "../../domain/request/competence.js";

/** What intake and the clock of every request need of a pool. May be a second old: the act that uses it checks again. */
export interface PoolMap {
  /** Active units that are open to the public. */
  readonly offices: readonly Office[];
  readonly parents: DivisionParents;
  /** Where the business of units went that were merged, or whose items were moved. */
  readonly routing: Routing;
  readonly divisions: ReadonlyMap<DivisionCode, Names>;
  /** Of the pool: legal limits run on its working days, whatever hours a unit keeps. */
  readonly calendar: CalendarStack;
  readonly queueLimit: number;
}

/** How the catalogue is looked through. Everything given must fit; `words` is what people typed. */
export interface ItemQuery {
  readonly words?: string | undefined;
  readonly audience?: Audience | undefined;
  readonly theme?: string | undefined;
  readonly line?: string | undefined;
  readonly taskType?: TaskType | undefined;
  readonly unit?: UnitId | undefined;
  /** Only what some open unit answers for at this place. */
  readonly division?: DivisionCode | undefined;
  readonly limit: number;
  readonly after?: string | undefined;
}

export interface ItemSummary {
  readonly code: ItemCode;
  readonly version: number;
  readonly names: Names;
  readonly taskType: TaskType;
  readonly audience: readonly Audience[];
  readonly theme: string;
  readonly themeNames: Names;
  readonly line: string;
  readonly promisedDays: number;
  readonly visits: number;
  readonly feeFen: Amount;
  readonly guessed: boolean;
}

export interface Facet {
  readonly value: string;
  readonly names: Names | null;
  readonly count: number;
}

export interface ItemPage {
  readonly rows: readonly ItemSummary[];
  readonly next: string | null;
  readonly total: number;
  readonly facets: {
    readonly audience: readonly Facet[];
    readonly theme: readonly Facet[];
    readonly taskType: readonly Facet[];
    /** The office that leads each line. */
    readonly line: readonly Facet[];
  };
}

/** What lately happened to requests for an item at a unit: the honest answer to "how long will it take". */
export interface RecentCourse {
  /** The latest completions, newest first, at most fifty. */
  readonly completed: readonly { readonly receivedAt: Instant; readonly closedAt: Instant; readonly pausedWorkingDays: number }[];
  readonly open: number;
}

/** The catalogue as applicants read it. Single items are in `Items`. */
export interface Catalogue {
  /** @param fresh past the copy of up to a second ago, after something was not found in it. */
  poolMap(fresh?: boolean): Promise<PoolMap>;
  /** A published item, or unless `fresh` a copy of a few seconds ago: storing a request compares its generation. Null: there is none. */
  publishedItem(code: string, fresh: boolean): Promise<Item | null>;
  search(query: ItemQuery): Promise<ItemPage>;
  recentCourse(item: ItemCode, unit: UnitId): Promise<RecentCourse>;
}
