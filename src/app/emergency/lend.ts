import { lastDayOf } from "../../domain/emergency/order.js";
import { parseClassId, parseUnitId, type ClassId, type PoolId, type UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate } from "../../domain/instant.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { consentsNeeded, PLAN_LOANS_MAX, type PlannedLoan } from "../../domain/rebalance/plan.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import { declaring, entryOf } from "../pool/declaring.js";
import type { Owed } from "../ports/emergency.js";
import { applyLoans, type AppliedLoan } from "../rebalance/apply-loans.js";
import { PlanDesk } from "../rebalance/plan-content.js";
import { groundsOf } from "../request/act-on-case.js";
import { divisionsOf, isIn, orderGiving, type EmergencyDeps } from "./orders.js";

export interface EmergencyLoan {
  readonly class: string;
  readonly lender: string;
  /** Which of its resources; absent: those that have most to spare. */
  readonly resource?: string | undefined;
  readonly borrower: string;
  readonly amount: number;
  /** Absent: from today. */
  readonly from?: string | undefined;
  /** Absent: as long as the order. */
  readonly to?: string | undefined;
}

/** A loan under an order, and whether its lender's head is still to be told. */
export interface LentUnderOrder extends AppliedLoan {
  readonly terms: PlannedLoan;
  readonly owed: Owed | null;
}

/**
 * Lends under an order without asking the lenders' heads first: to units in its scope, of the classes and up to the amounts it names, never
 * longer than it. What is lawful, free and no circle is asked as of every loan; the heads are told by the list of uses, which waits for their word.
 *
 * @param trial asks everything and leaves nothing behind
 */
export async function lendUnderOrder(deps: EmergencyDeps, actor: Actor, pool: PoolId, id: number, { loans, reason }: { readonly loans: readonly EmergencyLoan[]; readonly reason: string }, { trial = false }: { readonly trial?: boolean } = {}): Promise<Result<readonly LentUnderOrder[]>> {
  const seen = await deps.authorizer.may(actor, "emergency.read", { poolId: pool });
  if (!seen.ok) return seen;
  const allowed = await deps.authorizer.may(actor, "emergency.lend", { poolId: pool });
  if (!allowed.ok) return refused(problem("access.forbidden", { action: "emergency.lend" }));
  const grounds = groundsOf(reason, "reason");
  if (!grounds.ok) return grounds;
  if (loans.length === 0) return refused(problem("plan.empty", {}, { field: "loans" }));
  if (loans.length > PLAN_LOANS_MAX) return refused(problem("plan.too_many_loans", { max: PLAN_LOANS_MAX }, { field: "loans" }));
  return declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<readonly LentUnderOrder[]>> => {
    const giving = await orderGiving(act.tx, id, "lend", act.at);
    if (!giving.ok) return giving;
    const order = giving.value;
    const today = localDateOf(dayNumberOf(act.at));
    const last = lastDayOf(order);
    const problems: Problem[] = [];
    const wishes = loans.map((loan, at) => {
      const place = (field: string): string => `loans.${at}.${field}`;
      const named = <T extends string>(text: string, field: string, parse: (text: string, field: string) => Result<T>): T => {
        const parsed = parse(text, place(field));
        if (parsed.ok) return parsed.value;
        problems.push(...parsed.problems);
        return "" as T;
      };
      const to = loan.to ?? last;
      if (parseLocalDate(to) !== undefined && to > last) problems.push(problem("emergency.beyond_sunset", { to, last }, { field: place("to") }));
      return {
        classId: named<ClassId>(loan.class, "class", parseClassId),
        lender: named<UnitId>(loan.lender, "lender", parseUnitId),
        resource: loan.resource ?? null,
        borrower: named<UnitId>(loan.borrower, "borrower", parseUnitId),
        amount: loan.amount,
        from: loan.from ?? today,
        to,
        // Persons upward need a cited rule: the order is one.
        legalBasis: order.document,
        why: null,
        without: null,
      };
    });
    const within = await divisionsOf(act.tx, order);
    for (const [at, { borrower, classId }] of wishes.entries()) {
      const unit = borrower === "" ? null : await act.tx.units.get(borrower);
      if (unit && !isIn(within, unit.division)) problems.push(problem("emergency.out_of_scope", { document: order.document, id: borrower }, { field: `loans.${at}.borrower` }));
      if (classId !== "" && !order.powers.lend.some((one) => one.classId === classId)) problems.push(problem("emergency.class_not_given", { document: order.document, class: classId }, { field: `loans.${at}.class` }));
    }
    if (problems.length > 0) return unlessRefused(problems, undefined as never);
    const desk = await PlanDesk.open(act.tx, today);
    const settled = await desk.settle({ title: order.document, goal: null, loans: wishes }, "hand");
    if (!settled.ok) return settled;
    const terms = settled.value.loans;
    const above = await aboveLimits(act.tx, terms, order.powers.lend);
    if (above.length > 0) return unlessRefused(above, undefined as never);
    const short = await desk.shortfalls(terms);
    if (short.length > 0) return unlessRefused(short, undefined as never);
    const consents = consentsNeeded(terms, await act.tx.plans.standingLimits(), await act.tx.loans.standing());
    const applied = await applyLoans(act, terms);
    if (!applied.ok) return applied;
    const lent = applied.value.map((loan, at): LentUnderOrder => ({
      ...loan,
      terms: terms[at]!,
      owed: consents.some(({ unitId, classId }) => unitId === terms[at]!.lender && classId === terms[at]!.classId) ? "consent" : null,
    }));
    await act.tx.emergencies.recordUses(lent.map(({ id: loan, owed }) => ({ order: id, power: "lend", by: actorIdOf(actor), at: act.at, request: null, loan, rule: null, reason: grounds.value, owed })));
    await act.tx.audit.append(entryOf(act, "emergency.lend", "emergency-order", String(id), { after: { document: order.document, loans: lent.map((loan) => loan.id), reason: grounds.value } }));
    return ok(lent);
  }, { rollBack: trial });
}

/** What each lender would lend of a class, with all that stands, is held against the order's amount. */
async function aboveLimits({ loans }: Parameters<typeof applyLoans>[0]["tx"], terms: readonly PlannedLoan[], lend: readonly { readonly classId: ClassId; readonly amount: number }[]): Promise<readonly Problem[]> {
  const limits = [...new Set(terms.map(({ lender }) => lender))].flatMap((unitId) => lend.map(({ classId, amount }) => ({ unitId, classId, amount, generation: 1 })));
  return consentsNeeded(terms, limits, await loans.standing()).map(({ unitId, classId, amount, limit }) => problem("emergency.above_limit", { unit: unitId, class: classId, amount, limit }));
}
