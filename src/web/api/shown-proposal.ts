import type { z } from "@hono/zod-openapi";
import { readProposal, type ProposalShown, type ProposalView } from "../../app/quota/read-proposals.js";
import type { StoredProposal } from "../../app/ports/proposal.js";
import type { proposalShown, proposalSummary } from "../../contract/schemas/quota.js";
import type { Problem } from "../../domain/problem.js";
import { ok, type Result } from "../../domain/result.js";
import { problemTitle, problemTodo } from "../../text/problems.js";
import type { Language } from "../../text/text.js";
import type { Answer, Call } from "./route.js";
import { shownEffect } from "./shown-quota.js";
import { iso } from "./shown-request.js";

export const shownSummary = ({ proposal, state }: ProposalShown): z.input<typeof proposalSummary> => ({
  proposal: proposal.id,
  state,
  hash: proposal.hash,
  changes: proposal.content.changes.map(({ kind, id, before, after }) => ({ kind, id, before, after })),
  undoes: proposal.content.undoes,
  proposed: { by: proposal.proposed.by, at: iso(proposal.proposed.at) },
  expiresAt: iso(proposal.expiresAt),
  decided: proposal.decided && { by: proposal.decided.by, at: iso(proposal.decided.at), reason: proposal.decided.reason },
});

export function shownProposal(view: ProposalView, language: Language): z.input<typeof proposalShown> {
  const told = (one: Problem) => ({ code: one.code, title: problemTitle(language, one), detail: problemTodo(language, one), facts: one.facts as Record<string, unknown> });
  return { ...shownSummary(view), obstacles: view.obstacles.map(told), mayNotApprove: view.mayNotApprove.map(told), effect: view.effect && shownEffect(view.effect) };
}

/** The proposal as it stands after an act on it. */
export async function proposed({ deps, actor, pool, language }: Pick<Call<unknown, unknown, unknown>, "deps" | "actor" | "pool" | "language">, acted: Result<StoredProposal>): Promise<Result<Answer<z.input<typeof proposalShown>>>> {
  if (!acted.ok) return acted;
  const view = await readProposal(deps, actor, pool, acted.value.id);
  return view.ok ? ok({ body: shownProposal(view.value, language), location: `/proposals/${acted.value.id}` }) : view;
}
