import type { PersonId } from "../../domain/id.js";

export interface Enterprise {
  /** Unified social credit code. */
  readonly code: string;
  readonly nameZh: string;
  readonly nameEn: string | null;
}

/** Legal persons and who may act for them, across all pools. */
export interface Enterprises {
  get(code: string): Promise<Enterprise | null>;
  declare(enterprise: Enterprise): Promise<"created" | "changed" | "unchanged">;
  agents(code: string): Promise<readonly PersonId[]>;
  /** False: the person has the mandate already. */
  grantMandate(code: string, person: PersonId, by: PersonId): Promise<boolean>;
  /** False: there was none to revoke. */
  revokeMandate(code: string, person: PersonId): Promise<boolean>;
}
