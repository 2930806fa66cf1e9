import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { proposalStateAt, type KeptProposalState, type ProposalState } from "../../domain/quota/proposal.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { StoredProposal } from "../ports/proposal.js";
import { wishOf } from "./carry-out.js";
import { previewChanges, type ShareEffect } from "./preview-quota.js";
import { proposalPersonProblem, staleChanges } from "./proposals.js";

type ReadDeps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** A proposal with its state at this moment. */
export interface ProposalShown {
  readonly proposal: StoredProposal;
  readonly state: ProposalState;
}

/** Everything somebody needs to decide on one. */
export interface ProposalView extends ProposalShown {
  /** What was changed since, and what else keeps anybody from approving it as it is. */
  readonly obstacles: readonly Problem[];
  /** What it would mean now; null: it is decided, or cannot be carried out any more. */
  readonly effect: ShareEffect | null;
  /** What the reader may do. */
  readonly may: { readonly approve: boolean; readonly refuse: boolean; readonly withdraw: boolean };
  /** Why somebody who approves such changes may not approve this one, about their person. */
  readonly mayNotApprove: readonly Problem[];
}

export async function listProposals({ store, authorizer, clock }: ReadDeps, actor: Actor, poolId: PoolId, filter: { readonly state?: KeptProposalState | undefined }, page: PageAsked): Promise<Result<Page<ProposalShown>>> {
  const allowed = await authorizer.may(actor, "proposal.read", { poolId });
  if (!allowed.ok) return allowed;
  const now = await clock.now(poolId);
  const found = await store.read(poolId).proposals.list(filter, page);
  return ok({ rows: found.rows.map((proposal) => ({ proposal, state: proposalStateAt(proposal.state, proposal.expiresAt, now) })), next: found.next });
}

export async function readProposal(deps: ReadDeps, actor: Actor, poolId: PoolId, id: number): Promise<Result<ProposalView>> {
  const { store, authorizer, clock } = deps;
  const allowed = await authorizer.may(actor, "proposal.read", { poolId });
  if (!allowed.ok) return allowed;
  const reading = store.read(poolId);
  const proposal = await reading.proposals.get(id);
  if (!proposal) return refused(problem("object.not_found", { kind: "proposal" }));
  const state = proposalStateAt(proposal.state, proposal.expiresAt, await clock.now(poolId));
  const isOpen = state === "proposed";
  const stale = isOpen ? await staleChanges(reading, proposal) : [];
  const effect = isOpen && stale.length === 0 ? await previewChanges(deps, actor, poolId, proposal.content.changes.map((change) => wishOf(change))) : null;
  const obstacles = [...stale, ...(effect?.ok === false ? effect.problems : [])];
  const approver = isOpen && actor.kind === "person" && (await authorizer.may(actor, "proposal.approve", { poolId })).ok;
  const person = approver && actor.kind === "person" ? await proposalPersonProblem(reading, actor.personId, proposal) : undefined;
  const isOwn = person?.code === "approval.second_person_required" || person?.code === "approval.same_person";
  return ok({
    proposal,
    state,
    obstacles,
    effect: effect?.ok ? effect.value : null,
    may: {
      approve: approver && !person && obstacles.length === 0,
      refuse: approver && !isOwn,
      withdraw: (isOpen || state === "expired") && (await authorizer.may(actor, "proposal.withdraw", { poolId, personId: proposal.proposed.by })).ok,
    },
    mayNotApprove: person ? [person] : [],
  });
}
