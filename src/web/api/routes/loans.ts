import { z } from "@hono/zod-openapi";
import { recallLoan, returnLoan } from "../../../app/rebalance/bring-back-loan.js";
import { balanceTable, namedBalances } from "../../../app/rebalance/balance-table.js";
import { getLoan, listLoans, readLoanBalances } from "../../../app/rebalance/read-loans.js";
import { renewLoan } from "../../../app/rebalance/renew-loan.js";
import type { LoanRow } from "../../../app/ports/loan.js";
import { pageOfAll } from "../../../app/ports/page.js";
import { pageOf } from "../../../contract/schemas/common.js";
import { bringBackSent, loanBalanceQuery, loanBalancesShown, loanDrafted, loanQuery, loanShown, renewalSent } from "../../../contract/schemas/loan.js";
import type { CapacityClass } from "../../../domain/pool/class.js";
import { keptOn } from "../../../domain/rebalance/loan.js";
import { ok, type Result } from "../../../domain/result.js";
import { loanText } from "../../../text/loan.js";
import { say } from "../../../text/text.js";
import { defineRoute, wantsCsv, type Answer, type Call, type Route } from "../route.js";
import { tableFile } from "./import.js";
import { shownPeriod } from "../shown-quota.js";
import { amountOf } from "../shown-register.js";
import { iso } from "../shown-request.js";

const ofLoan = z.object({ pool: z.string(), loan: z.string().regex(/^[1-9]\d{0,14}$/) });

type AnyCall = Pick<Call<unknown, unknown, unknown>, "deps" | "pool">;

const classesOf = async ({ deps, pool }: AnyCall): Promise<ReadonlyMap<string, CapacityClass>> => new Map((await deps.store.read(pool).classes.all()).map((one) => [one.id, one]));

function shownLoan(loan: LoanRow, classes: ReadonlyMap<string, CapacityClass>): z.input<typeof loanShown> {
  const { measure, period } = classes.get(loan.classId) as CapacityClass;
  return {
    loan: loan.id,
    class: loan.classId,
    lender: loan.lender,
    borrower: loan.borrower,
    amount: amountOf(measure, loan.amount),
    partial: loan.partial,
    from: loan.from,
    to: loan.to,
    state: loan.state,
    lenderResource: loan.lenderCode,
    resource: loan.resourceCode,
    legalBasis: loan.legalBasis,
    plan: loan.plan,
    renews: loan.renews,
    periods: loan.periods,
    lent: amountOf(measure, loan.lent),
    used: amountOf(measure, loan.used),
    shortPeriods: loan.shortPeriods && loan.shortPeriods.map((one) => shownPeriod(period, one)),
    backFrom: loan.backFrom,
    endedAs: loan.endedAs,
    grounds: loan.grounds,
    keeps: amountOf(measure, keptOn(loan.amount, loan.parts, loan.to)),
    parts: loan.parts.map(({ from, amount, as, grounds, at }) => ({ from, amount: amountOf(measure, amount), as, grounds, at: iso(at) })),
    appliedAt: iso(loan.appliedAt),
    broughtBackAt: loan.broughtBackAt === null ? null : iso(loan.broughtBackAt),
    endedAt: loan.endedAt === null ? null : iso(loan.endedAt),
  };
}

const one = async (call: AnyCall, found: Result<LoanRow>): Promise<Result<Answer<z.input<typeof loanShown>>>> => (found.ok ? ok({ body: shownLoan(found.value, await classesOf(call)) }) : found);

const list = defineRoute({
  method: "get",
  path: "/loans",
  access: "loan.read",
  tag: "rebalancing",
  summary: "Loans between units, newest first; `unit`: those it lends or borrows",
  query: loanQuery,
  response: pageOf(loanShown),
  async handle(call) {
    const found = await listLoans(call.deps, call.actor, call.pool, call.query);
    if (!found.ok) return found;
    const classes = await classesOf(call);
    return ok({ body: { rows: found.value.rows.map((row) => shownLoan(row, classes)), next: found.value.next } });
  },
});

const read = defineRoute({
  method: "get",
  path: "/loans/{loan}",
  access: "loan.read",
  tag: "rebalancing",
  summary: "One loan: terms, what became of it, and what of it is used",
  params: ofLoan,
  response: loanShown,
  handle: async (call) => await one(call, await getLoan(call.deps, call.actor, call.pool, Number(call.params.loan))),
});

const BRING_BACK_PROBLEMS = [
  "object.transition_illegal", "loan.notice_too_short", "loan.back_after_term", "input.missing", "loan.recall_above_loaned", "loan.part_leaves_too_little", "loan.too_many_parts",
  "amount.negative", "amount.fractional", "amount.zero", "amount.too_large", "input.not_whole_number",
] as const;

const recall = defineRoute({
  method: "post",
  path: "/loans/{loan}/recall",
  access: "loan.recall",
  tag: "rebalancing",
  summary: "The lender wants its own again, or `amount` of each period, with notice; work that was begun is never taken",
  params: ofLoan,
  body: bringBackSent,
  response: loanShown,
  problems: BRING_BACK_PROBLEMS,
  handle: async (call) => await one(call, await recallLoan(call.deps, call.actor, call.pool, Number(call.params.loan), call.body)),
});

const giveBack = defineRoute({
  method: "post",
  path: "/loans/{loan}/return",
  access: "loan.return",
  tag: "rebalancing",
  summary: "The borrower needs it no longer, or `amount` less of each period: what nobody has begun is the lender's again",
  params: ofLoan,
  body: bringBackSent,
  response: loanShown,
  problems: BRING_BACK_PROBLEMS,
  handle: async (call) => await one(call, await returnLoan(call.deps, call.actor, call.pool, Number(call.params.loan), call.body)),
});

const balances = defineRoute({
  method: "get",
  path: "/loan-balances",
  access: "loan.read",
  tag: "rebalancing",
  summary: "What each unit lent and borrowed of each class, over all periods or those of some days. It equals the ledger",
  query: loanBalanceQuery,
  orCsv: true,
  response: loanBalancesShown,
  problems: ["usage.range_reversed"],
  async handle(call) {
    const { by: period, ...asked } = call.query;
    const found = await readLoanBalances(call.deps, call.actor, call.pool, { ...asked, period });
    if (!found.ok) return found;
    if (wantsCsv(call.context)) {
      const file = await tableFile(call.deps.tables, balanceTable(await namedBalances(call.deps.store.read(call.pool), found.value)), "csv", call.language);
      return file.ok ? ok({ body: { rows: [], next: null }, file: file.value }) : file;
    }
    const classes = await classesOf(call);
    const measure = (id: string) => (classes.get(id) as CapacityClass).measure;
    const { rows, next } = pageOfAll(found.value, call.query, ({ unitId, classId, period: of }) => `${unitId}:${classId}:${of}`);
    return ok({ body: { next, rows: rows.map(({ unitId, classId, period: of, lent, borrowed }) => ({ unit: unitId, class: classId, period: of, balance: amountOf(measure(classId), lent - borrowed), lent: amountOf(measure(classId), lent), borrowed: amountOf(measure(classId), borrowed) })) } });
  },
});

const renew = defineRoute({
  method: "post",
  path: "/loans/{loan}/renewal",
  access: "plan.draft",
  tag: "rebalancing",
  summary: "Draft the plan that lets a loan go on after its last day; it is proposed and approved as any other",
  params: ofLoan,
  body: renewalSent,
  status: 201,
  response: loanDrafted,
  problems: ["object.transition_illegal", "loan.term_reversed", "loan.term_past", "loan.term_too_long", "loan.beyond_validity"],
  async handle({ deps, actor, pool, params, body, language }) {
    const made = await renewLoan(deps, actor, pool, Number(params.loan), { until: body.to, title: say(language, loanText["renew.title"], { loan: params.loan }) });
    return made.ok ? ok({ body: { plan: made.value.id, hash: made.value.hash }, location: `/plans/${made.value.id}` }) : made;
  },
});

export const loanRoutes: readonly Route[] = [list, read, recall, giveBack, renew, balances];
