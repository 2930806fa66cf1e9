import type { PersonFacts } from "../../src/app/identity/new-person.js";
import type { RawRecord } from "../../src/domain/record.js";
import { trusted, type PersonId, type UnitId } from "../../src/domain/id.js";
import { DAY_MS, localDateOf, parseLocalDate, weekdayOf } from "../../src/domain/instant.js";
import type { HeldRole, PersonActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import type { TestDatabase } from "./database.js";
import { testIdentity } from "./identity.js";
import { SAMPLE, type RegisterDeps } from "./register-pool.js";

export const CLASS = "staff.review";
export const LENDER = "qxn-education";
export const LENDER_RESOURCE = "qxn-education-review-support";
export const BORROWER = "xingyi-market-regulation";

const unitRole = (role: "unit-head" | "clerk", unit: string): HeldRole => ({ role, unitId: trusted<UnitId>(unit) });
export const headOf = (unit: string): HeldRole => unitRole("unit-head", unit);
export const clerkOf = (unit: string): HeldRole => unitRole("clerk", unit);

/** People with accounts and grants as the tables hold them: two-person rules read both. */
export function planPeople(database: TestDatabase, deps: RegisterDeps) {
  const { person } = testIdentity(database);
  return async (roles: readonly HeldRole[], facts: Partial<PersonFacts> = {}, grantedAt = Date.now() - DAY_MS): Promise<PersonActor> => {
    const personId = await person(facts);
    await deps.store.transact(SAMPLE, async (tx) => {
      for (const role of roles) await tx.roleGrants.insert(role, personId, trusted<PersonId>("00000000-0000-4000-8000-0000000000ff"), grantedAt);
    });
    return { kind: "person", poolId: SAMPLE, personId, displayName: "测试", roles, mandates: [], channel: "api" };
  };
}

/** The Monday that comes `weeks` from now, or a day after it: bank holidays aside, people work then. */
export function workday(weeks: number, after = 0): string {
  const today = parseLocalDate(new Date().toISOString().slice(0, 10))!;
  return localDateOf(today + 7 * weeks + ((7 - weekdayOf(today)) % 7) + after);
}

export const wish = (more: RawRecord = {}): RawRecord => ({ class: CLASS, lender: LENDER, resource: LENDER_RESOURCE, borrower: BORROWER, amount: 30, from: workday(1), to: workday(1, 4), ...more });
export const planOf = (...loans: RawRecord[]): RawRecord => ({ title: "冬季窗口", loans: loans.length === 0 ? [wish()] : loans });

export const codes = (result: Result<unknown>): string[] => (result.ok ? [] : result.problems.map(({ code, field }) => (field === undefined ? code : `${code} ${field}`)));
