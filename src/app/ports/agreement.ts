import type { Names } from "../../domain/catalogue/item.js";
import type { AgreementId, ClassId, ResourceId, TraitId, UnitId } from "../../domain/id.js";
import type { Instant, LocalDate } from "../../domain/instant.js";
import type { Measure } from "../../domain/pool/class.js";
import type { Amount } from "../../domain/quantity.js";
import type { AgreementContent, AgreementState, Suspension } from "../../domain/rebalance/agreement.js";
import type { Page, PageAsked } from "./page.js";

/** One version of an agreement as the tables hold it. */
export interface Agreement {
  readonly id: AgreementId;
  readonly version: number;
  readonly state: AgreementState;
  readonly content: AgreementContent;
  /** Ended before its time: the first day without it. */
  readonly endedFrom: LocalDate | null;
  /** A person's id, or the process that loaded it. */
  readonly proposed: { readonly by: string; readonly at: Instant };
  readonly approved: { readonly by: string; readonly at: Instant } | null;
  readonly suspensions: readonly Suspension[];
  readonly closed: { readonly by: string; readonly at: Instant; readonly reason: string | null } | null;
}

/** What was used of a class under an agreement, in a month, while a price held. */
export interface AgreementUse {
  readonly classId: ClassId;
  readonly classNames: Names;
  readonly measure: Measure;
  readonly version: number;
  /** `YYYY-MM`. */
  readonly month: string;
  readonly held: Amount;
  readonly settled: Amount;
  readonly priceFen: Amount;
}

/** A resource of the provider, and what stands on it. */
export interface AgreedResource {
  readonly id: ResourceId;
  readonly code: string;
  readonly classId: ClassId;
  readonly state: "registered" | "published" | "retired";
  readonly traits: readonly TraitId[];
}

/** What is due of an agreement in force: its last day is over, or of a class as much is used or held as was bought in all, or enough of it came back. */
export type AgreementDue = { readonly id: AgreementId; readonly version: number } & ({ readonly why: "over" } | { readonly why: "used-up" | "left-again"; readonly classId: ClassId });

/** What a class of an agreement has on offer in one period, and may have. */
export interface OfferedUnder {
  readonly agreement: AgreementId;
  readonly classId: ClassId;
  readonly ceiling: Amount;
  readonly offered: Amount;
}

export interface AgreementFilter {
  readonly state?: AgreementState | undefined;
  readonly provider?: string | undefined;
  /** Who buys or provides. */
  readonly party?: string | undefined;
}

export interface Agreements {
  /** Creates the next version; gives its number. */
  insert(id: AgreementId, content: AgreementContent, by: string, at: Instant): Promise<number>;
  /** The one in force or suspended, else the newest. */
  get(id: string): Promise<Agreement | null>;
  /** As `get`, of one version; others who would change it wait. */
  lock(id: string, version: number): Promise<Agreement | null>;
  /** Newest first. */
  versions(id: string): Promise<readonly Agreement[]>;
  /** Of each the version in force, else the newest; by id. */
  list(filter: AgreementFilter, page: PageAsked): Promise<Page<Agreement>>;
  /** In force or suspended: of these providers, or all. */
  living(providers?: readonly UnitId[]): Promise<readonly Agreement[]>;
  approve(id: AgreementId, version: number, by: string, at: Instant): Promise<void>;
  setSuspensions(id: AgreementId, version: number, state: "active" | "suspended", suspensions: readonly Suspension[]): Promise<void>;
  endEarly(id: AgreementId, version: number, from: LocalDate): Promise<void>;
  close(id: AgreementId, version: number, as: "refused" | "withdrawn" | "replaced" | "ended", by: string, reason: string | null, at: Instant): Promise<void>;
  /** Of the provider, in the agreement's classes. */
  resources(provider: UnitId, classes: readonly ClassId[]): Promise<readonly AgreedResource[]>;
  /** Of living agreements of these providers: what their published resources give in one period above the ceiling. */
  aboveCeiling(providers: readonly UnitId[]): Promise<readonly OfferedUnder[]>;
  /** By class, month and version: what was given under it, as the movements say. */
  use(id: string): Promise<readonly AgreementUse[]>;
  due(today: LocalDate): Promise<readonly AgreementDue[]>;
  /** Nothing new is given of the class from then on; null: it is given again. */
  setUsedUp(id: AgreementId, version: number, classId: ClassId, at: Instant | null): Promise<void>;
  /** Classes of which nothing new is given, and since when. */
  usedUp(id: AgreementId, version: number): Promise<ReadonlyMap<ClassId, Instant>>;
}
