import type { Instant } from "../../domain/instant.js";
import type { Page, PageAsked } from "./page.js";

/** One act as it stands on record. */
export interface RecordedEntry {
  readonly id: number;
  readonly occurredAt: Instant;
  readonly actorId: string;
  readonly onBehalfOf: string | null;
  readonly act: string;
  readonly objectKind: string;
  readonly objectId: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly policyVersion: number;
}

export interface AuditFilter {
  readonly act?: string | undefined;
  /** The object's kind, or its id, whole. */
  readonly object?: string | undefined;
}

export interface AuditTrail {
  /** Newest first. */
  list(filter: AuditFilter, page: PageAsked): Promise<Page<RecordedEntry>>;
  /** The latest acts on things of these kinds, newest first. */
  ofKinds(kinds: readonly string[], limit: number): Promise<readonly RecordedEntry[]>;
  get(id: number): Promise<RecordedEntry | null>;
}
