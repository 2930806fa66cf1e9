import type { Instant } from "../../domain/instant.js";

/** One act: who, for whom, what, on what, before and after, under which policy version. */
export interface AuditEntry {
  readonly occurredAt: Instant;
  readonly actorId: string;
  readonly onBehalfOf?: string;
  /** `object.act`, as the policy names it. */
  readonly act: string;
  readonly objectKind: string;
  readonly objectId: string;
  /** Declared facts only; personal values as ciphertext or not at all. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly policyVersion: number;
}

export interface AuditLog {
  append(...entries: readonly AuditEntry[]): Promise<void>;
}
