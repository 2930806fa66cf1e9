import type { PersonId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Role } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { Transaction } from "../ports/store.js";

export interface Proposal {
  readonly by: PersonId;
  readonly at: Instant;
  /** Those that gain by it: who heads one of them cannot be the second person. */
  readonly gains: readonly UnitId[];
}

/**
 * What keeps somebody from being the second person. Persons count, not accounts: an account with the proposer's identity or telephone
 * number is the proposer's. Undefined: they may be, as far as persons go.
 *
 * @param roles any of these lets one approve; it must have been held when the proposal was made, else its author could make the second person
 */
export async function secondPersonProblem({ people, roleGrants }: Pick<Transaction, "people" | "roleGrants">, approver: PersonId, { by, at, gains }: Proposal, roles: readonly Role[]): Promise<Problem | undefined> {
  if (approver === by) return problem("approval.second_person_required", {});
  if ((await people.sameAs(approver, [by])).length > 0) return problem("approval.same_person", {});
  for (const unitId of new Set(gains)) {
    const heads = (await roleGrants.list({ unitId })).filter((grant) => grant.role === "unit-head" && grant.unitId === unitId).map(({ personId }) => personId);
    if ((await people.sameAs(approver, heads)).length > 0) return problem("approval.heads_unit", { unit: unitId });
  }
  const held = (await roleGrants.of(approver)).filter(({ role }) => roles.includes(role));
  return held.some(({ grantedAt }) => grantedAt <= at) ? undefined : problem("approval.approver_too_new", {});
}
