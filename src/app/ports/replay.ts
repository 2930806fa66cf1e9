import type { Instant } from "../../domain/instant.js";
import type { ClassId } from "../../domain/id.js";
import type { WaitingRule } from "../../domain/pool/decision.js";
import type { StepMode } from "../../domain/catalogue/item.js";
import type { RequestState } from "../../domain/request/lifecycle.js";

/** A decision as whoever plays the officers needs it. */
export interface DecidedStep {
  readonly seq: number;
  readonly request: string;
  readonly step: string;
  readonly attempt: number;
  readonly mode: StepMode;
  readonly outcome: "granted" | "refused";
  /** When it was queued, and when its work can begin. */
  readonly readyAt: Instant | null;
  readonly decidedAt: Instant;
  readonly startsAt: Instant | null;
  /** Held to half-hours, not to a day. */
  readonly slotted: boolean;
  /** Why a later beginning had to be taken than the first half-hour; null: it did not. */
  readonly waitedFor: { readonly class: ClassId; readonly rule: WaitingRule } | null;
}

export interface RequestCounts {
  readonly byState: Readonly<Partial<Record<RequestState, number>>>;
  /** Closed after the promised date, or open past it. */
  readonly breaches: number;
  /** Of them, past the statutory date too. */
  readonly unlawful: number;
  /** Steps that lost what they held because nobody began the work in time. */
  readonly lapsed: number;
}

/** What became of a trace in a sandbox. */
export interface ReplayBook {
  /** In the order the writer decided, after a number. */
  decided(afterSeq: number, limit: number): Promise<readonly DecidedStep[]>;
  counts(at: Instant): Promise<RequestCounts>;
}
