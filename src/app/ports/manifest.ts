import type { Division } from "../../domain/org/division.js";
import type { Result } from "../../domain/result.js";

/** A file of declarations, wherever it came from. `path` is what problems name. */
export interface ManifestFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A declaration as it was written, with the place of its every field. */
export interface ManifestRow {
  readonly record: unknown;
  readonly file: string;
  readonly line: number;
  /** The line of a field's path, or of the nearest one around it. */
  readonly lineOf: (field: string) => number;
}

export const MANIFEST_NOUNS = ["pool", "calendars", "classes", "traits", "priorities", "units", "agreements", "resources", "assets", "items", "bundles", "cohorts", "quotas", "sharing", "alert-rules", "standing-limits", "reorganisations", "task-forces"] as const;
export type ManifestNoun = (typeof MANIFEST_NOUNS)[number];

export type ManifestRecords = Readonly<Record<ManifestNoun, readonly ManifestRow[]>>;

/** Reads declarations; what they mean is for the rule set of each noun. */
export interface ManifestReader {
  /** YAML documents and CSV tables, by file name. Other files are passed over. */
  read(files: readonly ManifestFile[]): Result<ManifestRecords>;
  /** The national list: the division, everything in it down to townships, and those around it; none when there is no such code. */
  nationalDivisions(root: string, english: ReadonlyMap<string, string>): readonly Division[];
}
