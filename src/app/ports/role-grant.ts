import type { PersonId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { GrantedRole, HeldRole } from "../../domain/policy/subject.js";

export interface RoleGrant {
  readonly grantId: number;
  readonly personId: PersonId;
  readonly role: GrantedRole;
  readonly unitId: UnitId | null;
  readonly grantedBy: PersonId;
  readonly grantedAt: Instant;
}

/** Living role grants of the pool. */
export interface RoleGrants {
  get(grantId: number): Promise<RoleGrant | null>;
  of(person: PersonId): Promise<readonly RoleGrant[]>;
  list(filter: { readonly unitId?: UnitId }): Promise<readonly RoleGrant[]>;
  /** Makes other grants to this person wait until the transaction ends, so that two cannot conflict unseen. */
  lockPerson(person: PersonId): Promise<void>;
  /** Null: the person holds it already. */
  insert(held: HeldRole, person: PersonId, by: PersonId, at: Instant): Promise<RoleGrant | null>;
  /** False: somebody revoked it meanwhile. */
  revoke(grantId: number, by: PersonId, at: Instant): Promise<boolean>;
}
