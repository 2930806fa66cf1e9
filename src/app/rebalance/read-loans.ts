import type { ClassId, PoolId } from "../../domain/id.js";
import { localDateOf, parseLocalDate, type LocalDate } from "../../domain/instant.js";
import type { UsagePeriod } from "../../domain/pool/usage.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { LoanBalance, LoanFilter, LoanRow } from "../ports/loan.js";
import { readableUnits, within } from "../pool/readable-units.js";
import type { Page, PageAsked } from "../ports/page.js";

type ReadDeps = Pick<AppDeps, "store" | "authorizer">;

export interface LoanQuestion extends Omit<LoanFilter, "units">, PageAsked {
  readonly unit?: string | undefined;
}

/** The loans of the units whose loans the actor may see, newest first. */
export async function listLoans(deps: ReadDeps, actor: Actor, poolId: PoolId, { unit, ...asked }: LoanQuestion): Promise<Result<Page<LoanRow>>> {
  const readable = await readableUnits(deps, actor, poolId, "loan.read");
  return readable.ok ? ok(await deps.store.read(poolId).loans.list({ ...asked, units: within(readable.value, unit) }, asked)) : readable;
}

/** A loan is both units'. */
export async function getLoan({ store, authorizer }: ReadDeps, actor: Actor, poolId: PoolId, id: number): Promise<Result<LoanRow>> {
  const loan = await store.read(poolId).loans.get(id);
  if (!loan) return refused(problem("object.not_found", { kind: "loan" }));
  const lenders = await authorizer.may(actor, "loan.read", { poolId, unitId: loan.lender });
  const allowed = lenders.ok ? lenders : await authorizer.may(actor, "loan.read", { poolId, unitId: loan.borrower });
  return allowed.ok ? ok(loan) : refused(problem("object.not_found", { kind: "loan" }));
}

/** What units lent and borrowed, class by class: who gives is seen to give. */
export async function readLoanBalances(deps: ReadDeps, actor: Actor, poolId: PoolId, { unit, class: classId, from, to, period }: LoanBalanceQuestion): Promise<Result<readonly LoanBalance[]>> {
  const readable = await readableUnits(deps, actor, poolId, "loan.read");
  if (!readable.ok) return readable;
  const days = [from, to].map((date) => (date === undefined ? undefined : parseLocalDate(date)));
  for (const [at, field] of (["from", "to"] as const).entries()) if ([from, to][at] !== undefined && days[at] === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field }));
  const [first, last] = days;
  if (first !== undefined && last !== undefined && last < first) return refused(problem("usage.range_reversed", { from: localDateOf(first), to: localDateOf(last) }, { field: "to" }));
  return ok(await deps.store.read(poolId).loans.balances({ units: within(readable.value, unit), class: classId as ClassId | undefined, from: first, to: last, period }));
}

export interface LoanBalanceQuestion {
  readonly unit?: string | undefined;
  readonly class?: string | undefined;
  /** First and last day; absent: all there are. */
  readonly from?: LocalDate | undefined;
  readonly to?: LocalDate | undefined;
  readonly period?: UsagePeriod | undefined;
}
