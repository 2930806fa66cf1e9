import { z } from "@hono/zod-openapi";
import { USAGE_PERIODS } from "../../domain/pool/usage.js";
import { LOAN_STATES } from "../../domain/rebalance/loan.js";
import { amountSent, amountShown } from "./amount.js";
import { instant, localDate, pageOf, pageQuery } from "./common.js";

export const loanQuery = z.strictObject({ ...pageQuery, unit: z.string().max(200).optional(), state: z.enum(LOAN_STATES).optional(), class: z.string().max(200).optional() });
export const loanBalanceQuery = z.strictObject({
  ...pageQuery,
  unit: z.string().max(200).optional(),
  class: z.string().max(200).optional(),
  from: localDate.optional().openapi({ description: "First day; absent: all there are." }),
  to: localDate.optional().openapi({ description: "Last day, included." }),
  by: z.enum(USAGE_PERIODS).optional().openapi({ description: "Periods that are told apart; absent: none." }),
});

/** Without a day: as soon as may be. */
export const bringBackSent = z.strictObject({
  grounds: z.string().max(4_000),
  from: z.string().max(40).optional(),
  amount: amountSent.optional().openapi({ description: "Of each period, and the rest stays lent; absent: all of it.", example: 60 }),
});

export const renewalSent = z.strictObject({ to: z.string().max(40).openapi({ description: "The last day of the renewal, which begins on the day after the loan's last.", example: "2026-12-31" }) });
export const loanDrafted = z.object({ plan: z.number().int(), hash: z.string() }).openapi("RenewalDraft");

export const loanShown = z
  .object({
    loan: z.number().int(),
    class: z.string(),
    lender: z.string(),
    borrower: z.string(),
    amount: amountShown.openapi({ description: "Of each period." }),
    partial: z.boolean().openapi({ description: "In each period what was free of the amount when it was booked; otherwise all of it in all of them." }),
    from: localDate,
    to: localDate,
    state: z.enum(LOAN_STATES),
    lenderResource: z.string(),
    resource: z.string().openapi({ description: "The borrower's dated resource." }),
    legalBasis: z.string().nullable(),
    plan: z.number().int().nullable(),
    renews: z.number().int().nullable().openapi({ description: "The loan it goes on from." }),
    periods: z.number().int().nullable().openapi({ description: "How many periods carry it; null: not booked." }),
    lent: amountShown.openapi({ description: "Over all its periods: what is or was the borrower's." }),
    used: amountShown.openapi({ description: "Of `lent`: given out or used." }),
    shortPeriods: z.array(z.string()).nullable().openapi({ description: "Of a refused loan: the periods in which the lender had less free. Empty: it gives nothing on any of the days." }),
    backFrom: localDate.nullable().openapi({ description: "The first day that is the lender's again, where it was brought forward." }),
    endedAs: z.enum(["term", "recalled", "returned"]).nullable(),
    grounds: z.string().nullable(),
    keeps: amountShown.openapi({ description: "Of each period at the end of the term: the amount without what came back in part." }),
    parts: z
      .array(z.object({ from: localDate, amount: amountShown, as: z.enum(["recalled", "returned"]), grounds: z.string(), at: instant }))
      .openapi({ description: "Parts that came back, or will, while the rest stays." }),
    appliedAt: instant,
    broughtBackAt: instant.nullable(),
    endedAt: instant.nullable(),
  })
  .openapi("Loan");

export const loanBalanceShown = z.object({ unit: z.string(), class: z.string(), period: z.string().nullable(), lent: amountShown, borrowed: amountShown, balance: amountShown.openapi({ description: "Lent without borrowed." }) }).openapi("LoanBalance");
export const loanBalancesShown = pageOf(loanBalanceShown);
