import type { PersonId, PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, startOfDay, type LocalDate } from "../../domain/instant.js";
import { forcedGround } from "../../domain/pool/order.js";
import { SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { firstRecallDay, nextLoanState } from "../../domain/rebalance/loan.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import type { LoanRow } from "../ports/loan.js";
import { groundsOf } from "../request/act-on-case.js";

type BringBackDeps = Pick<AppDeps, "store" | "authorizer">;

export interface BringBackInput {
  /** Why: both units read it. */
  readonly grounds: string;
  /** The first day that is the lender's again; absent: as soon as may be. */
  readonly from?: string | undefined;
}

/** The lender wants its own again, with notice: the days until then stay with the borrower. */
export const recallLoan = (deps: BringBackDeps, actor: Actor, pool: PoolId, id: number, input: BringBackInput): Promise<Result<LoanRow>> => bringBack(deps, actor, pool, id, "recall", input);

/** The borrower needs it no longer. */
export const returnLoan = (deps: BringBackDeps, actor: Actor, pool: PoolId, id: number, input: BringBackInput): Promise<Result<LoanRow>> => bringBack(deps, actor, pool, id, "return", input);

/** What nobody has begun moves to others and goes back; what was begun stays with the borrower, and its amount goes back when it ends or its period is over. */
async function bringBack({ store, authorizer }: BringBackDeps, actor: Actor, poolId: PoolId, id: number, event: "recall" | "return", input: BringBackInput): Promise<Result<LoanRow>> {
  const seen = await store.read(poolId).loans.get(id);
  if (!seen) return refused(problem("object.not_found", { kind: "loan" }));
  const allowed = await authorizer.may(actor, `loan.${event}`, { poolId, unitId: event === "recall" ? seen.lender : seen.borrower });
  if (!allowed.ok) return allowed;
  const grounds = groundsOf(input.grounds, "grounds");
  if (!grounds.ok) return grounds;
  return declaring({ store }, actor, poolId, allowed.value.policyVersion, async (act): Promise<Result<LoanRow>> => {
    const loan = await act.tx.loans.lock(id);
    if (!loan) return refused(problem("object.not_found", { kind: "loan" }));
    const next = nextLoanState(loan.state, event);
    if (!next.ok) return next;
    const from = backDay(loan, event, localDateOf(dayNumberOf(act.at)), input.from);
    if (!from.ok) return from;
    const by = actor.kind === "person" ? actor.personId : (SYSTEM_PERSON as PersonId);
    await backFrom(act, loan, event, { from: from.value, grounds: grounds.value, by });
    return ok((await act.tx.loans.get(id))!);
  });
}

/** From that day on it is the lender's, in the transaction of whoever decided it and asked whether it may be. */
export async function backFrom(act: DeclaringAct, loan: LoanRow, event: "recall" | "return", { from, grounds, by }: { readonly from: LocalDate; readonly grounds: string; readonly by: PersonId }): Promise<void> {
  await act.tx.loans.bringBack(loan.id, { from, as: event === "recall" ? "recalled" : "returned", grounds, by, at: act.at });
  await act.tx.audit.append(entryOf(act, `loan.${event}`, "loan", String(loan.id), { before: { state: loan.state }, after: { state: "ending", from, grounds } }));
  const empty = { resource: loan.resource, from: startOfDay(parseLocalDate(from)!), to: null, whatFitsStays: false };
  await act.tx.commands.append(
    act.actorId,
    act.at,
    { kind: "loan.brought-back", loan: loan.id, from },
    { kind: "resource.evacuated", resources: [empty], ground: forcedGround("loan", loan.id) },
  );
}

function backDay({ from, to }: LoanRow, event: "recall" | "return", today: LocalDate, wanted: string | undefined): Result<LocalDate> {
  const earliest = event === "return" || from > today ? today : firstRecallDay(today);
  // Before it begins nobody relies on it.
  const first = event === "recall" && from > today && from < firstRecallDay(today) ? from : earliest;
  const day = wanted ?? first;
  if (parseLocalDate(day) === undefined) return refused(problem("input.invalid", { expected: "YYYY-MM-DD" }, { field: "from" }));
  if (day < first) return refused(problem("loan.notice_too_short", { from: day, earliest: first }, { field: "from" }));
  if (day > to) return refused(problem("loan.back_after_term", { from: day, to }, { field: "from" }));
  return ok(day);
}
