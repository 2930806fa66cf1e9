import type { LoanId, ResourceId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate } from "../../domain/instant.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem, type Problem } from "../../domain/problem.js";
import { loanProblems, STANDING_MAX, type LoanTerms, type StandingLoan } from "../../domain/rebalance/loan.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { NewLoan, StandingTerms } from "../ports/loan.js";
import type { DeclaringAct } from "../pool/declaring.js";
import type { Reading } from "../ports/store.js";

/** A loan on its way to the writer, which books it whole or refuses it. */
export interface AppliedLoan {
  readonly id: LoanId;
  /** The borrower's dated resource. */
  readonly resource: ResourceId;
}

/** What was approved: a plan, or a task force that borrows. */
export interface LoanSource {
  readonly plan?: number | null;
  readonly taskForce?: string | null;
}

/** What a proposal is judged by. A resource that is not there is a problem of the loan that names it. */
export interface LoanSettings {
  readonly problems: readonly Problem[];
  readonly loans: readonly NewLoan[];
}

/** Whether the loans are lawful together, as things stand: each beside those that stand already and those before it. */
export async function judgeLoans(reading: Reading, today: string, terms: readonly LoanTerms[], { plan = null, taskForce = null }: LoanSource): Promise<LoanSettings> {
  const [classes, units, standing, resources] = await Promise.all([
    reading.classes.all(),
    reading.units.some([...new Set(terms.map(({ borrower }) => borrower))]),
    reading.loans.standing(),
    reading.resources.some([...new Set(terms.map(({ lenderResource }) => lenderResource))]),
  ]);
  const lenders = await reading.units.some([...new Set(resources.map(({ unitId }) => unitId))]);
  const classOf = new Map(classes.map((one) => [one.id, one]));
  const unitOf = new Map([...units, ...lenders].map((unit) => [unit.id, unit]));
  const resourceOf = new Map<ResourceId, Resource & { readonly borrowed: boolean }>(resources.map((one) => [one.id, one]));
  const beside: StandingLoan[] = [...standing];
  const problems: Problem[] = [];
  const loans: NewLoan[] = [];
  if (standing.length + terms.length > STANDING_MAX) problems.push(problem("loan.too_many", { max: STANDING_MAX }));
  for (const [at, one] of terms.entries()) {
    const found: Problem[] = [];
    const resource = resourceOf.get(one.lenderResource);
    const cls = classOf.get(one.classId);
    const borrower = unitOf.get(one.borrower);
    if (!resource) found.push(problem("input.unknown_reference", { kind: "resource", id: String(one.lenderResource) }, { field: "lenderResource" }));
    if (!cls) found.push(problem("class.unknown", { class: one.classId.slice(0, 160) }, { field: "classId" }));
    if (!borrower) found.push(problem("input.unknown_reference", { kind: "unit", id: one.borrower.slice(0, 63) }, { field: "borrower" }));
    if (resource && cls && borrower) {
      const lender = unitOf.get(resource.unitId)!;
      found.push(...loanProblems(one, { today, class: cls, resource, lender, borrower, ofTaskForce: taskForce !== null, standing: beside }));
      if (found.length === 0) beside.push({ ...one, lender: lender.id });
      loans.push({ terms: one, lender: lender.id, plan, taskForce, renews: renewedBy(one, standing) });
    }
    problems.push(...found.map((each) => ({ ...each, field: `loans.${at}${each.field === undefined ? "" : `.${each.field}`}` })));
  }
  return { problems, loans };
}

/** The loan that the terms go on from: the same resource to the same unit, the day after it ends. */
function renewedBy({ lenderResource, borrower, from }: LoanTerms, standing: readonly StandingTerms[]): LoanId | null {
  const before = localDateOf((parseLocalDate(from) ?? 0) - 1);
  return standing.find((one) => one.lenderResource === lenderResource && one.borrower === borrower && one.to === before && one.backFrom === null)?.id ?? null;
}

/**
 * Loans that were approved, in the transaction that says so: their rows, the borrowers' dated resources, the record and word to the
 * writer. Whoever calls has asked whether they may, and holds `lockDeclaring`, so that two proposals cannot make a circle together.
 */
export async function applyLoans(act: DeclaringAct, terms: readonly LoanTerms[], source: LoanSource = {}): Promise<Result<readonly AppliedLoan[]>> {
  const { tx, actorId, at } = act;
  const judged = await judgeLoans(tx, localDateOf(dayNumberOf(at)), terms, source);
  const [first, ...rest] = judged.problems;
  if (first) return refused(first, ...rest);
  const made = await tx.loans.insert(judged.loans, actorId, at);
  await tx.audit.append(
    ...made.map(({ id, resource }, n) => {
      const { terms: bound, lender, renews } = judged.loans[n]!;
      // Approving was another act, on record with its plan.
      return { occurredAt: at, actorId, act: "loan.applied", objectKind: "loan", objectId: String(id), after: { ...bound, lender, resource, ...source, renews }, policyVersion: act.policyVersion };
    }),
  );
  if (made.length > 0) await tx.commands.append(actorId, at, { kind: "loan.applied", loans: made.map(({ id }) => id) });
  return ok(made);
}
