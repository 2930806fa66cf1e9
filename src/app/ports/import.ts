import type { UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Problem } from "../../domain/problem.js";
import type { Page, PageAsked } from "./page.js";

/** What a table is about. */
export const IMPORT_KINDS = ["units", "resources", "assets", "items"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/**
 * `reading` rows are read and compared · `previewed` the difference waits for a yes · `applying`, `applied` ·
 * `reverting`, `reverted` taken back · `failed` the file could not be read, or nobody works on it any more.
 */
export type ImportState = "reading" | "previewed" | "applying" | "applied" | "reverting" | "reverted" | "failed";

export interface ImportOptions {
  /** Whose whole list the table is; absent: it only names some. */
  readonly unit?: UnitId;
  /** What to do with objects of the list that the table leaves out. */
  readonly absent: "keep" | "retire";
}

export interface ImportCounts {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly bad: number;
}

export interface ImportRecord extends ImportCounts {
  readonly id: string;
  readonly kind: ImportKind;
  readonly fileName: string;
  readonly state: ImportState;
  readonly options: ImportOptions;
  readonly problems: readonly Problem[];
  readonly rowsTotal: number | null;
  readonly rowsDone: number;
  readonly skipBad: boolean;
  readonly createdBy: string;
  readonly createdAt: Instant;
  /** When somebody last worked on it. */
  readonly workedAt: Instant;
  readonly endedAt: Instant | null;
}

/** A row of a table, in the columns of its kind. */
export type TableRecord = Readonly<Record<string, string>>;

export interface ImportChange {
  /** Line of the table; for objects the table leaves out, past its end. */
  readonly ordinal: number;
  readonly key: string;
  readonly change: "created" | "changed" | "removed" | "bad";
  readonly before: TableRecord | null;
  readonly after: TableRecord | null;
  readonly problems: readonly Problem[];
  /** The object's generation when it was compared; null when there was none. */
  readonly seenGeneration: number | null;
  /** Its generation after the import was applied. */
  readonly generation: number | null;
}

export interface Imports {
  begin(one: { readonly id: string; readonly kind: ImportKind; readonly fileName: string; readonly options: ImportOptions; readonly createdBy: string }): Promise<void>;
  get(id: string): Promise<ImportRecord | null>;
  /** Newest first. */
  list(page: PageAsked & { readonly createdBy?: string }): Promise<Page<ImportRecord>>;
  /** Says how far the work is; also shows that somebody lives. */
  progress(id: string, rowsDone: number, rowsTotal: number | null): Promise<void>;
  addChanges(id: string, changes: readonly Omit<ImportChange, "generation">[]): Promise<void>;
  /** Marks stored changes of these objects as bad. */
  spoil(id: string, problems: ReadonlyMap<string, readonly Problem[]>): Promise<void>;
  /** Counts what is stored; `unchanged` rows are only counted. */
  previewed(id: string, rows: number, unchanged: number): Promise<void>;
  /** Moves from one state to another, if it is still in the first. */
  move(id: string, from: ImportState, to: ImportState, more?: { readonly skipBad?: boolean; readonly problems?: readonly Problem[]; readonly endedAt?: boolean }): Promise<boolean>;
  /** Those nobody has worked on for so long become `failed`, or what they were before their work began. */
  abandon(idleMs: number, why: readonly Problem[]): Promise<void>;
  changes(id: string, filter: { readonly change?: ImportChange["change"] }, page: PageAsked): Promise<Page<ImportChange>>;
  /** Generations after the import was applied. */
  noteGenerations(id: string, generations: ReadonlyMap<string, number>): Promise<void>;
}
