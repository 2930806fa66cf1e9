import type { PersonId } from "../../domain/id.js";
import type { ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import type { CohortDeclaration } from "../../domain/quota/declare-cohort.js";
import type { QuotaDeclaration } from "../../domain/quota/declare-quota.js";
import type { SharingDeclaration } from "../../domain/quota/declare-sharing.js";
import type { ShareChange } from "../../domain/quota/proposal.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DeclaredRow, DeclaringAct } from "../pool/declaring.js";
import { NO_OVERCOMMIT } from "../pool/write-resources.js";
import type { StoredProposal } from "../ports/proposal.js";
import type { Reading } from "../ports/store.js";
import { carryOut, changesOf, type ShareWish } from "./carry-out.js";
import { keepProposal } from "./proposals.js";
import { writeCohorts, writeQuotas, writeSharing } from "./write-quotas.js";

/** What a manifest says of who may use how much. */
export interface DeclaredShares {
  readonly cohorts: readonly DeclaredRow<CohortDeclaration>[];
  readonly quotas: readonly DeclaredRow<QuotaDeclaration>[];
  readonly sharing: DeclaredRow<SharingDeclaration> | undefined;
}

/** Nobody's part can be changed where nobody has one: the first ones are set up without a second person. */
export const nothingShared = async ({ quotas }: Reading): Promise<boolean> => (await quotas.cohorts()).length + (await quotas.all()).length === 0;

/** Resources as they may be declared at once, with the overcommit that is in force; and what else was wanted of it, to be proposed. */
export async function withoutOvercommit(reading: Reading, rows: readonly DeclaredRow<ResourceDeclaration>[]): Promise<{ readonly rows: readonly DeclaredRow<ResourceDeclaration>[]; readonly wishes: readonly ShareWish[] }> {
  const known = await reading.resources.byCodes(rows.map(({ declaration }) => declaration.code));
  const wishes: ShareWish[] = [];
  const kept = rows.map((row): DeclaredRow<ResourceDeclaration> => {
    const { code, overcommitPercent: percent } = row.declaration;
    const inForce = known.get(code)?.overcommitPercent ?? NO_OVERCOMMIT;
    if (percent === inForce) return row;
    wishes.push({ kind: "overcommit", declare: { resource: code, percent } });
    return { ...row, declaration: { ...row.declaration, overcommitPercent: inForce } };
  });
  return { rows: kept, wishes };
}

export interface ProposedShares {
  readonly proposal: StoredProposal;
  /** False: the same was proposed before, and still waits. */
  readonly isNew: boolean;
  readonly changes: readonly ShareChange[];
}

/** Tries in full what a manifest says beyond what is in force, and proposes it; null: nothing would change. */
export async function proposeShares({ store }: Pick<AppDeps, "store">, act: DeclaringAct, by: PersonId, { cohorts, quotas, sharing }: DeclaredShares, wishes: readonly ShareWish[]): Promise<Result<ProposedShares | null>> {
  const tried = await store.rehearse(act.tx.poolId, async (tx): Promise<Result<readonly ShareChange[]>> => {
    const trial = { ...act, tx };
    const changes: ShareChange[] = [];
    const steps = [
      async () => changesOf("cohort", await writeCohorts(trial, cohorts)),
      async () => changesOf("quota", await writeQuotas(trial, quotas)),
      async () => changesOf("sharing", await writeSharing(trial, sharing)),
      () => carryOut(trial, wishes),
    ];
    for (const step of steps) {
      const done = await step();
      if (!done.ok) return done;
      changes.push(...done.value);
    }
    return ok(changes);
  });
  if (!tried.ok) return tried;
  if (tried.value.length === 0) return ok(null);
  const kept = await keepProposal(act, by, { changes: tried.value, undoes: null });
  return kept.ok ? ok({ ...kept.value, changes: tried.value }) : kept;
}
