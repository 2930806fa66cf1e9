import type { PoolId } from "../../domain/id.js";
import type { AuditLog } from "./audit.js";
import type { CommandLog } from "./commands.js";
import type { Enterprises } from "./enterprise.js";
import type { People } from "./person.js";
import type { PolicyStore } from "./policy.js";
import type { RoleGrants } from "./role-grant.js";

/**
 * What use cases need of the database, one repository per noun. Each noun's interface stands in
 * `app/ports/<noun>.ts` and is implemented in `postgres/queries/<noun>.ts`.
 */
export interface Transaction {
  readonly poolId: PoolId;
  readonly audit: AuditLog;
  readonly commands: CommandLog;
  readonly enterprises: Enterprises;
  readonly people: People;
  readonly policies: PolicyStore;
  readonly roleGrants: RoleGrants;
}

/** Reads outside a transaction; the same repositories, without the writing ones. */
export type Reading = Omit<Transaction, "audit" | "commands">;

export interface Store {
  /** Runs `work` in one transaction of one pool; a throw rolls back. Deadlocks and serialization failures are retried. */
  transact<T>(pool: PoolId, work: (tx: Transaction) => Promise<T>): Promise<T>;
  read(pool: PoolId): Reading;
}
