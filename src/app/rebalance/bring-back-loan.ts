import type { PersonId, PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, startOfDay, type LocalDate } from "../../domain/instant.js";
import { forcedGround } from "../../domain/pool/order.js";
import { SYSTEM_PERSON, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { firstRecallDay, keptOn, nextLoanState, PARTS_MAX } from "../../domain/rebalance/loan.js";
import { parseAmount, type Amount } from "../../domain/quantity.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import type { LoanPart, LoanRow } from "../ports/loan.js";
import { groundsOf } from "../request/act-on-case.js";

type BringBackDeps = Pick<AppDeps, "store" | "authorizer">;

export interface BringBackInput {
  /** Why: both units read it. */
  readonly grounds: string;
  /** The first day that is the lender's again; absent: as soon as may be. */
  readonly from?: string | undefined;
  /** Of each period; absent: all of it. The rest stays lent. */
  readonly amount?: number | string | undefined;
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
    const amount = input.amount === undefined ? ok(null) : await partOf(act, loan, from.value, input.amount);
    if (!amount.ok) return amount;
    if (amount.value !== null) await partBackFrom(act, loan, { no: loan.parts.length + 1, from: from.value, amount: amount.value, as: event === "recall" ? "recalled" : "returned", grounds: grounds.value, by, at: act.at });
    else await backFrom(act, loan, event, { from: from.value, grounds: grounds.value, by });
    return ok((await act.tx.loans.get(id))!);
  });
}

/** So much of each period goes back; null: nothing would stay. */
async function partOf({ tx }: DeclaringAct, loan: LoanRow, from: LocalDate, wanted: number | string): Promise<Result<Amount | null>> {
  const amount = parseAmount(String(wanted).trim(), { field: "amount" });
  if (!amount.ok) return amount;
  if (amount.value === 0) return refused(problem("amount.zero", {}, { field: "amount" }));
  const loaned = keptOn(loan.amount, loan.parts, loan.to);
  if (amount.value > loaned) return refused(problem("loan.recall_above_loaned", { amount: amount.value, loaned, free: Math.min(loaned, await tx.loans.freeFrom(loan.id, from)) }, { field: "amount" }));
  if (loan.parts.length >= PARTS_MAX) return refused(problem("loan.too_many_parts", { max: PARTS_MAX }));
  const least = loan.leastClaim;
  // Nothing could ever be given of what stays.
  if (amount.value < loaned && loaned - amount.value < least) return refused(problem("loan.part_leaves_too_little", { rest: loaned - amount.value, min: least, loaned }, { field: "amount" }));
  return ok(amount.value === loaned ? null : amount.value);
}

/** What does not fit any more into what stays moves, the least urgent first; what was begun stays. */
async function partBackFrom(act: DeclaringAct, loan: LoanRow, part: LoanPart): Promise<void> {
  const { no, from, amount } = part;
  await act.tx.loans.bringPartBack(loan.id, part);
  await act.tx.audit.append(entryOf(act, `loan.${part.as === "recalled" ? "recall" : "return"}`, "loan", String(loan.id), { before: { amount: keptOn(loan.amount, loan.parts, loan.to) }, after: { part: no, amount, from, keeps: keptOn(loan.amount, loan.parts, loan.to) - amount, grounds: part.grounds } }));
  const over = { resource: loan.resource, from: startOfDay(parseLocalDate(from)!), to: null, whatFitsStays: true };
  await act.tx.commands.append(
    act.actorId,
    act.at,
    { kind: "loan.part-brought-back", loan: loan.id, part: { no, from, amount } },
    { kind: "resource.evacuated", resources: [over], ground: forcedGround("loan", loan.id) },
  );
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
