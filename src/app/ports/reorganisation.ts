import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, ItemCode, PersonId, RequestId, ResourceId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Reorganisation, ReorganisationDraft, ReorganisationState } from "../../domain/org/reorganisation.js";
import type { Unit } from "../../domain/org/unit.js";
import type { Problem } from "../../domain/problem.js";
import type { Routing } from "../../domain/request/competence.js";

/** One row that went from one unit to another, as it was and as it was left. */
export interface MovedResource {
  readonly id: ResourceId;
  readonly code: string;
  readonly classId: ClassId;
  /** Its own before: kept where the units keep different hours. */
  readonly calendar: string | null;
  /** What is declared of it after the move, hashed; its generation does not count. */
  readonly as: string;
}

/** What was done, and what it takes to undo it; in the order it was done. */
export type Undo =
  | { readonly kind: "unit-made"; readonly unit: UnitId; readonly as: string }
  | { readonly kind: "unit-ended"; readonly unit: UnitId; readonly into: UnitId; readonly parent: UnitId | null; readonly intoParent: UnitId | null; readonly published: boolean; readonly children: readonly UnitId[] }
  | { readonly kind: "resources"; readonly from: UnitId; readonly to: UnitId; readonly rows: readonly MovedResource[] }
  | { readonly kind: "assets"; readonly from: UnitId; readonly to: UnitId; readonly ids: readonly number[] }
  | { readonly kind: "requests"; readonly from: UnitId; readonly to: UnitId; readonly ids: readonly RequestId[] }
  /** Of cases a task force has: in whose name they are. */
  | { readonly kind: "leads"; readonly from: UnitId; readonly to: UnitId; readonly ids: readonly RequestId[] }
  | { readonly kind: "direct-claims"; readonly from: UnitId; readonly to: UnitId; readonly ids: readonly number[] }
  | { readonly kind: "roles"; readonly granted: readonly number[] }
  | { readonly kind: "delegations"; readonly made: readonly number[]; readonly ended: readonly number[] }
  | { readonly kind: "quotas"; readonly units: readonly UnitId[]; readonly classes: readonly ClassId[]; readonly before: readonly unknown[]; readonly as: string }
  | { readonly kind: "watched"; readonly from: UnitId; readonly to: UnitId; readonly alertRules: readonly string[]; readonly exceptions: readonly number[] }
  | { readonly kind: "loans"; readonly from: UnitId; readonly to: UnitId; readonly lent: readonly number[]; readonly borrowed: readonly number[] }
  | { readonly kind: "routes"; readonly made: readonly number[]; readonly ended: readonly number[] };

/** Who acts, when, and for which reform: what rows that are written say of it. */
export interface Reforming {
  /** Null: it is only tried. */
  readonly reorganisation: string | null;
  readonly by: PersonId;
  readonly actorId: string;
  readonly at: Instant;
  readonly basis: string;
  readonly reason: string;
  readonly policyVersion: number;
}

/** Where answers about a unit's people and open work stand. */
export interface UnitStanding {
  readonly unit: UnitId;
  readonly staff: number;
  readonly open: number;
  /** Of `open`: with a step somebody works on. */
  readonly inHand: number;
}

export interface Reorganisations {
  list(): Promise<readonly Reorganisation[]>;
  get(id: string): Promise<Reorganisation | null>;
  lock(id: string): Promise<Reorganisation | null>;
  /** A new draft, or a changed one. */
  put(draft: ReorganisationDraft, by: string, at: Instant): Promise<void>;
  commit(id: string, effectiveAt: Instant, by: string): Promise<void>;
  /** Kept until it is done: why it was not. */
  setProblems(id: string, problems: readonly Problem[]): Promise<void>;
  applied(id: string, at: Instant, undo: readonly Undo[]): Promise<void>;
  undoOf(id: string): Promise<readonly Undo[]>;
  setState(id: string, state: ReorganisationState): Promise<void>;
  /** Somebody asks to take it back. */
  askBack(id: string, by: PersonId, at: Instant): Promise<void>;
  /** Scheduled ones whose moment has come, the earliest first. */
  due(at: Instant): Promise<readonly string[]>;

  routing(): Promise<Routing>;
  /** Whoever carries on what was this unit's; null: it goes on itself. */
  successor(unit: string): Promise<UnitId | null>;
  standing(units: readonly UnitId[]): Promise<readonly UnitStanding[]>;
  /** Open requests of the unit for these items that nobody works on now; null: for all items. */
  openRequests(unit: UnitId, items: readonly ItemCode[], receivedFrom?: Instant): Promise<readonly { readonly publicId: string; readonly item: ItemCode; readonly version: number; readonly division: string }[]>;

  /** Loans that stand between the two, or, with codes, of these resources of the first. */
  standingLoans(unit: UnitId, other: UnitId, codes: readonly string[]): Promise<number>;
  /** @param line The line of business it answers for; another unit of the same line and place would answer for all of it. */
  makeUnit(like: Unit, made: { readonly id: UnitId; readonly names: Names; readonly line: string }, at: Instant): Promise<Undo>;
  moveResources(from: Unit, to: Unit, codes: readonly string[] | "all"): Promise<Extract<Undo, { kind: "resources" }>>;
  /** Of these resources, or all of the unit. */
  moveAssets(from: UnitId, to: UnitId, behind: readonly ResourceId[] | "all"): Promise<Undo>;
  /** Everything of a unit that ends, but its resources and assets. */
  handOver(from: UnitId, to: UnitId, reforming: Reforming): Promise<readonly Undo[]>;
  endUnit(from: UnitId, into: UnitId): Promise<Undo>;
  route(from: UnitId, to: UnitId, items: readonly ItemCode[] | "all", reforming: Reforming): Promise<Undo>;
  /** What was changed since it was done, by name; empty: it may be undone. */
  changedSince(undo: Undo): Promise<readonly string[]>;
  undo(undo: Undo, reforming: Reforming): Promise<void>;
}
