import type { PersonId, ResourceId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, startOfDay } from "../../domain/instant.js";
import { forcedGround } from "../../domain/pool/order.js";
import { SYSTEM_PERSON } from "../../domain/policy/subject.js";
import { nextLoanState } from "../../domain/rebalance/loan.js";
import { loanReason } from "../../text/loan.js";
import { entryOf, type DeclaringAct } from "../pool/declaring.js";

/**
 * What these resources lent comes back today: they are retired, and nobody can keep a notice for what is no more. What was begun stays with
 * its borrower; the rest moves, as with every recall.
 */
export async function endLoansOf(act: DeclaringAct, lenders: readonly ResourceId[]): Promise<void> {
  if (lenders.length === 0) return;
  const { tx, actor, actorId, at } = act;
  const retired = new Set(lenders);
  const day = dayNumberOf(at);
  const from = localDateOf(day);
  for (const { id, lenderResource } of await tx.loans.standing()) {
    if (!retired.has(lenderResource)) continue;
    const loan = await tx.loans.lock(id);
    const next = loan && nextLoanState(loan.state, "recall");
    if (!loan || !next?.ok) continue;
    await tx.loans.bringBack(loan.id, { from, as: "recalled", grounds: loanReason.retired, by: actor.kind === "person" ? actor.personId : (SYSTEM_PERSON as PersonId), at });
    await tx.audit.append(entryOf(act, "loan.recall", "loan", String(id), { before: { state: loan.state }, after: { state: next.value, from, grounds: loanReason.retired } }));
    await tx.commands.append(
      actorId,
      at,
      { kind: "loan.brought-back", loan: loan.id, from },
      { kind: "resource.evacuated", resources: [{ resource: loan.resource, from: startOfDay(day), to: null, whatFitsStays: false }], ground: forcedGround("loan", loan.id) },
    );
  }
}
