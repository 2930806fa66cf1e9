import type { DeclaredDelegation } from "../../domain/org/delegation.js";
import type { PersonId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";

export interface DelegationRow extends DeclaredDelegation {
  /** The law that allows it, with its article; and the number of the written instrument. */
  readonly basis: string;
  readonly document: string;
  readonly onwardBasis: string | null;
  readonly declaredBy: PersonId;
  readonly declaredAt: Instant;
  readonly withdrawnAt: Instant | null;
}

export interface Delegations {
  get(id: number): Promise<DelegationRow | null>;
  /** Of all units, or by or to one; those in force or to come, and with `ended` the others too. */
  list(filter: { readonly unit?: UnitId | undefined; readonly ended?: boolean | undefined }): Promise<readonly DelegationRow[]>;
  /** That are or will be in force. */
  living(): Promise<readonly DeclaredDelegation[]>;
  insert(delegation: Omit<DelegationRow, "id" | "withdrawnAt">): Promise<number>;
  withdraw(id: number, by: PersonId, at: Instant, reason: string): Promise<void>;
}
