import type { AppDeps } from "../../src/app/deps.js";
import { declaring } from "../../src/app/pool/declaring.js";
import { carryOut, type ShareWish } from "../../src/app/quota/carry-out.js";
import { approveProposal, proposeChanges } from "../../src/app/quota/proposals.js";
import type { StoredProposal } from "../../src/app/ports/proposal.js";
import type { PoolId } from "../../src/domain/id.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { ShareChange } from "../../src/domain/quota/proposal.js";
import type { Result } from "../../src/domain/result.js";
import { system } from "./register-pool.js";

/** Puts quotas in force as the operator's own set-up does, where a test is about something else. */
export const inForce = (deps: Pick<AppDeps, "store">, pool: PoolId, ...wishes: readonly ShareWish[]): Promise<Result<readonly ShareChange[]>> =>
  declaring(deps, system(pool), pool, 0, (act) => carryOut({ ...act, overcommitApproved: true }, wishes));

/** One administrator proposes, another approves what was proposed. */
export async function agreed(deps: Pick<AppDeps, "store" | "authorizer">, proposer: PersonActor, approver: PersonActor, ...wishes: readonly ShareWish[]): Promise<Result<StoredProposal>> {
  const made = await proposeChanges(deps, proposer, proposer.poolId, wishes);
  return made.ok ? approveProposal(deps, approver, approver.poolId, made.value.id, made.value.hash) : made;
}
