import type { ClassId, DivisionCode, ItemCode, RequestId, UnitId } from "../../domain/id.js";
import type { Instant, LocalDate } from "../../domain/instant.js";
import type { Contest, ContestMatter, ContestRuling, ContestState, Statement } from "../../domain/org/contest.js";

export interface NewContest {
  readonly matter: Omit<ContestMatter, "request"> & { readonly request: RequestId | null };
  readonly parties: readonly UnitId[];
  readonly openedBy: string;
  readonly openedAt: Instant;
  readonly workingDays: number;
  readonly termBasis: string;
  readonly dueAt: Instant;
  readonly coordinator: UnitId | null;
}

export type NewRuling = Omit<ContestRuling, "beganAt" | "endedAt" | "replaced" | "referred">;

/** An open case a ruling may concern. */
export interface ContestedCase {
  readonly id: RequestId;
  readonly publicId: string;
  readonly unitId: UnitId;
  /** Somebody works on it: it stays until that is done. */
  readonly inHand: boolean;
}

/** A case somebody worked on when a ruling began: it goes when the step in hand is done. */
export interface LeftBehind {
  readonly publicId: string;
  readonly number: string;
  readonly unitId: UnitId;
  readonly inHand: boolean;
}

/** What is known of a matter that is or was contested: enough to point at it. */
export interface ContestMark {
  readonly id: number;
  readonly state: ContestState;
  readonly item: ItemCode | null;
  readonly classId: ClassId | null;
  readonly division: DivisionCode;
}

export interface Contests {
  /** Newest first: of one unit, as a party or as the one that decides, or all. */
  list(filter: { readonly units?: readonly UnitId[] | undefined }): Promise<readonly Contest[]>;
  get(id: number): Promise<Contest | null>;
  lock(id: number): Promise<Contest | null>;
  /** The one about the same matter that is not decided; null: there is none. */
  openAbout(matter: NewContest["matter"]): Promise<number | null>;
  /** Those that are open or whose ruling stands; single cases are left out. */
  marks(): Promise<readonly ContestMark[]>;
  insert(contest: NewContest): Promise<number>;
  say(id: number, unit: UnitId, said: Statement): Promise<void>;
  setState(id: number, state: "agreed" | "ruled"): Promise<void>;
  escalate(id: number, at: Instant, rulingDueAt: Instant, coordinator: UnitId | null): Promise<void>;
  insertRuling(id: number, ruling: NewRuling): Promise<void>;
  beginRuling(id: number, ordinal: number, at: Instant, referred: number): Promise<void>;
  endRuling(id: number, ordinal: number, at: Instant, replaced: boolean): Promise<void>;
  /** From now on the items are the unit's in the division and within it. */
  route(id: number, items: readonly ItemCode[], division: DivisionCode, to: UnitId, basis: string, by: string, at: Instant): Promise<void>;
  /** The ruling's rules end; gives the items they were about. */
  endRoutes(id: number, by: string, at: Instant): Promise<readonly ItemCode[]>;
  /** Another contest by whose ruling, in force or waiting for its first day, one of the items goes somewhere in exactly this division; null: none. */
  ruledElsewhere(id: number, items: readonly ItemCode[], classes: readonly ClassId[], division: DivisionCode): Promise<number | null>;
  /** Open cases for the items in the division or within it; not those a task force has, nor those given to a unit one by one. */
  openCases(items: readonly ItemCode[], division: DivisionCode, page: { readonly after: number; readonly limit: number }): Promise<readonly ContestedCase[]>;
  /** Filed before the ruling in force began, open, and still with a party that it led away from: somebody worked on them. Those nobody works on any more first. */
  leftBehind(id: number, limit: number): Promise<readonly LeftBehind[]>;
  /** So many more went to whom the ruling names. */
  addReferred(id: number, ordinal: number, cases: number): Promise<void>;
  /** Contests whose units had their days. */
  due(at: Instant): Promise<readonly number[]>;
  /** Contests with a ruling whose first day has come, or whose last day is over, or that left cases behind which nobody works on any more. */
  turning(today: LocalDate): Promise<readonly number[]>;
  /** Waiting for a word of one of these units, or for its ruling; null among them: for the centre's. */
  waiting(units: readonly (UnitId | null)[]): Promise<number>;
}
