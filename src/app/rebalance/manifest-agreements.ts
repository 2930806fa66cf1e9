import { localDateOf, dayNumberOf } from "../../domain/instant.js";
import type { AgreementDeclaration } from "../../domain/rebalance/declare-agreement.js";
import { agreementRecord } from "../../domain/rebalance/declare-agreement.js";
import type { Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { duplicateProblems, type DeclaredRow, type DeclaringAct, type RowOutcome } from "../pool/declaring.js";
import { differences } from "../pool/differences.js";
import { propose, takeEffect, type AgreementAct } from "./agreements.js";

/** Who loads what was agreed elsewhere: two persons signed it, and none of them is here. */
const LOADED = "system:manifest";

/**
 * Agreements of a manifest. What the release or an operator loads is in force at once; what a person applies is proposed, and waits for
 * a second person like any other. The same again changes nothing.
 *
 * @param items that the manifest brings itself
 */
export async function writeAgreements(act: DeclaringAct, rows: readonly DeclaredRow<AgreementDeclaration>[], items: ReadonlySet<string>): Promise<Result<readonly RowOutcome[]>> {
  const problems: Problem[] = duplicateProblems(rows, "agreement", "agreement", ({ id }) => id);
  // Of a pool that is being made nobody has anything yet.
  const loads = act.actor.kind === "system" || act.overcommitApproved === true;
  const outcomes: RowOutcome[] = [];
  for (const { declaration, place } of rows) {
    const versions = await act.tx.agreements.versions(declaration.id);
    const known = versions.find(({ state }) => state === "proposed") ?? (await act.tx.agreements.get(declaration.id));
    const after = agreementRecord(declaration);
    const standing = known && ["proposed", "active", "suspended"].includes(known.state) ? agreementRecord(known) : null;
    // One whose term is over stays on record: loading it again says nothing new.
    const over = declaration.content.until <= localDateOf(dayNumberOf(act.at)) && known !== null;
    const change = over || (standing !== null && differences(standing, after) === null) ? "unchanged" : known === null ? "created" : "changed";
    outcomes.push({ key: declaration.id, change, before: standing, after, seenGeneration: known?.version ?? null, generation: (known?.version ?? 0) + (change === "unchanged" ? 0 : 1) });
    if (change === "unchanged" || act.dryRun) continue;
    const own: AgreementAct = { tx: act.tx, actorId: loads ? LOADED : act.actorId, at: act.at, policyVersion: act.policyVersion };
    const version = await propose(own, declaration, items);
    const done = version.ok && loads ? await takeEffect(own, { ...declaration, version: version.value }) : version;
    if (!done.ok) problems.push(...done.problems.map((found) => ({ ...found, ...place })));
    else if (version.ok && loads) await act.tx.audit.append({ occurredAt: act.at, actorId: own.actorId, act: "agreement.approve", objectKind: "agreement", objectId: `${declaration.id}/${version.value}`, after: { state: "active" }, policyVersion: act.policyVersion });
  }
  const [first, ...rest] = problems;
  return first ? refused(first, ...rest) : ok(outcomes);
}
