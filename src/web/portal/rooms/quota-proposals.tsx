import { nameOfficers } from "../../../app/policy/name-officers.js";
import type { StoredProposal } from "../../../app/ports/proposal.js";
import { previewChanges, type ShareEffect } from "../../../app/quota/preview-quota.js";
import { approveProposal, proposeChanges, refuseProposal, withdrawProposal } from "../../../app/quota/proposals.js";
import { readProposal } from "../../../app/quota/read-proposals.js";
import { actorIdOf } from "../../../domain/policy/subject.js";
import type { Problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { inPool } from "../frame.js";
import { freshKey, go, once, page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import type { RecordedNames } from "../pages/quotas/changes.js";
import { OvercommitPage } from "../pages/quotas/overcommit.js";
import { PROPOSAL_ACTS, PROPOSAL_DONE, ProposalPage } from "../pages/quotas/proposal.js";

const route = (method: PageRoute["method"], path: string, access: PageRoute["access"], handle: PageRoute["handle"]): PageRoute => ({ method, path: `/centre/quotas${path}`, access, room: "centre", here: "quotas", handle });

export async function namedOf({ deps, pool }: PageCall): Promise<RecordedNames> {
  const reading = deps.store.read(pool);
  return {
    units: new Map((await reading.units.all()).map(({ id, names }) => [id as string, names])),
    classes: new Map((await reading.classes.all()).map((one) => [one.id as string, one])),
    cohorts: new Map((await reading.quotas.cohorts()).map(({ id, names }) => [id as string, names])),
  };
}

const numberOf = (call: PageCall): number => (/^\d{1,9}$/.test(call.param("proposal")) ? Number(call.param("proposal")) : 0);

async function one(call: PageCall, problems: readonly Problem[] = []): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query, form } = call;
  const found = await readProposal(deps, actor, pool, numberOf(call));
  if (!found.ok) return refuse(found.problems);
  const { proposed, decided } = found.value.proposal;
  const persons = await nameOfficers(deps, actor, [proposed.by, ...(decided ? [decided.by] : [])], "proposal.read");
  const view = { ...found.value, named: await namedOf(call), persons: persons.ok ? persons.value : new Map<string, string>(), personId: actorIdOf(actor), done: PROPOSAL_DONE.find((name) => name === query("done")), key: freshKey(), problems, typed: form };
  return page(<ProposalPage frame={frame} view={view} />, problems.length === 0 ? undefined : 422);
}

/** The act of a button, on exactly the content it was shown with. */
function acted({ deps, actor, pool, form }: PageCall, act: (typeof PROPOSAL_ACTS)[number], id: number): Promise<Result<StoredProposal>> {
  if (act === "approve") return approveProposal(deps, actor, pool, id, form["hash"] ?? "");
  return act === "refuse" ? refuseProposal(deps, actor, pool, id, form["reason"] ?? "") : withdrawProposal(deps, actor, pool, id);
}

const acts = PROPOSAL_ACTS.map((act) =>
  route("post", `/proposals/:proposal/${act}`, `proposal.${act}`, async (call) => {
    const done = await once(call, async () => {
      const result = await acted(call, act, numberOf(call));
      return result.ok ? ok(inPool(call.frame, `/centre/quotas/proposals/${result.value.id}?done=${act}`)) : result;
    });
    return "to" in done ? go(done.to) : await one(call, done.problems);
  }),
);

interface Shown {
  readonly typed: Readonly<Record<string, string>>;
  readonly effect?: ShareEffect;
  readonly problems?: readonly Problem[];
}

async function overcommit({ deps, actor, pool, frame }: PageCall, { typed, effect, problems = [] }: Shown): Promise<PageAnswer> {
  const allowed = await deps.authorizer.may(actor, "overcommit.declare", { poolId: pool });
  if (!allowed.ok) return refuse(allowed.problems);
  const there = await deps.store.read(pool).resources.byCode((typed["resource"] ?? "").trim());
  return page(<OvercommitPage frame={frame} view={{ now: there?.overcommitPercent, typed, effect, key: freshKey(), problems }} />, problems.length === 0 ? undefined : 422);
}

const overcommitPost = route("post", "/overcommit", "overcommit.declare", async (call) => {
  const { deps, actor, pool, frame, form } = call;
  const wishes = [{ kind: "overcommit" as const, declare: { resource: form["resource"] ?? "", percent: form["percent"] ?? "" } }];
  if (form["act"] === "preview") {
    const effect = await previewChanges(deps, actor, pool, wishes);
    return effect.ok ? await overcommit(call, { typed: form, effect: effect.value }) : await overcommit(call, { typed: form, problems: effect.problems });
  }
  const done = await once(call, async () => {
    const made = await proposeChanges(deps, actor, pool, wishes);
    return made.ok ? ok(inPool(frame, `/centre/quotas/proposals/${made.value.id}?done=proposed`)) : made;
  });
  return "to" in done ? go(done.to) : await overcommit(call, { typed: form, problems: done.problems });
});

export const quotaProposalRoutes: readonly PageRoute[] = [
  route("get", "/overcommit", "overcommit.declare", (call) => overcommit(call, { typed: { resource: call.query("resource") } })),
  overcommitPost,
  route("get", "/proposals/:proposal", "proposal.read", (call) => one(call)),
  ...acts,
];
