import type { RequestId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { PriorityClass } from "../../domain/pool/priority-class.js";
import type { PriorityState } from "../../domain/request/priority.js";

/** A ground claimed for a request. Staff read the code; what it rests on lies sealed. */
export interface ClaimedPriority {
  readonly code: string;
  readonly state: PriorityState;
  readonly claimedAt: Instant;
  readonly claimedBy: string;
  readonly evidenceSealed: string | null;
  readonly decidedAt: Instant | null;
  readonly decidedBy: string | null;
}

export interface Priorities {
  classes(): Promise<readonly PriorityClass[]>;
  declare(classes: readonly PriorityClass[]): Promise<void>;
  ofRequest(publicId: string): Promise<readonly ClaimedPriority[]>;
  /** Claimed anew, even when it was declined or withdrawn before. */
  claim(request: RequestId, claim: { readonly code: string; readonly by: string; readonly at: Instant; readonly evidenceSealed: string | null }): Promise<void>;
  decide(request: RequestId, code: string, decision: { readonly state: PriorityState; readonly by: string; readonly at: Instant }): Promise<void>;
  /** Every step that is not over stands by this ground from now on; null: by none. Answers those steps. */
  setOnSteps(request: RequestId, priority: { readonly ground: string; readonly advanceMinutes: number | null } | null): Promise<readonly StepId[]>;
}
