import { createHash } from "node:crypto";
import type { PersonId, PoolId, UnitId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { nextProposalState, PROPOSAL_CHANGES_MAX, PROPOSAL_LIFE_MS, proposalStateAt, proposalText, type ProposalContent, type ProposalEvent, type ShareChange } from "../../domain/quota/proposal.js";
import type { RawRecord } from "../../domain/record.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import { differences } from "../pool/differences.js";
import type { StoredProposal } from "../ports/proposal.js";
import type { Reading } from "../ports/store.js";
import { secondPersonProblem } from "../rebalance/second-person.js";
import { groundsOf } from "../request/act-on-case.js";
import { carryOut, factsNow, wishOf, type ShareWish } from "./carry-out.js";

export type ProposalDeps = Pick<AppDeps, "store" | "authorizer">;

/** Whose word counts as the second person's. */
export const PROPOSAL_APPROVERS = ["pool-admin", "policy-admin"] as const;

const ASKED = { quota: ["quota.declare", "quota.retire"], cohort: ["cohort.declare", "cohort.retire"], sharing: ["sharing.declare", "sharing.declare"], overcommit: ["overcommit.declare", "overcommit.declare"] } as const satisfies Record<ShareChange["kind"], readonly [Action, Action]>;

export const proposalHash = (content: ProposalContent): string => createHash("sha256").update(proposalText(content)).digest("hex");

async function may({ authorizer }: ProposalDeps, actor: Actor, poolId: PoolId, actions: readonly Action[]): Promise<Result<{ readonly by: PersonId; readonly policyVersion: number }>> {
  let policyVersion = 0;
  for (const action of new Set(actions)) {
    const allowed = await authorizer.may(actor, action, { poolId });
    if (!allowed.ok) return allowed;
    ({ policyVersion } = allowed.value);
  }
  // What is proposed is a person's word, and another person's approval stands beside it.
  return actor.kind === "person" ? ok({ by: actor.personId, policyVersion }) : refused(problem("access.forbidden", { action: actions[0] ?? "" }));
}

/** Proposes changes: tried in full, kept with what they would change, and in force once a second person approves them. */
export async function proposeChanges(deps: ProposalDeps, actor: Actor, poolId: PoolId, wishes: readonly ShareWish[]): Promise<Result<StoredProposal>> {
  const allowed = await may(deps, actor, poolId, ["proposal.make", ...wishes.map((wish) => ASKED[wish.kind]["remove" in wish ? 1 : 0])]);
  if (!allowed.ok) return allowed;
  if (wishes.length === 0 || wishes.length > PROPOSAL_CHANGES_MAX) return refused(problem("input.out_of_range", { min: 1, max: PROPOSAL_CHANGES_MAX }, { field: "changes" }));
  return declaring(deps, actor, poolId, allowed.value.policyVersion, (act) => proposeIn(deps, act, allowed.value.by, wishes, null));
}

/**
 * Proposes to undo one change by another: the fields it changed become what they were before it, those changed since stay. What it
 * made is removed, what it removed is made again, by the same rules as any declaration.
 */
export async function proposeUndo(deps: ProposalDeps, actor: Actor, poolId: PoolId, change: number): Promise<Result<StoredProposal>> {
  const allowed = await may(deps, actor, poolId, ["proposal.make", "quota.declare"]);
  if (!allowed.ok) return allowed;
  return declaring(deps, actor, poolId, allowed.value.policyVersion, async (act): Promise<Result<StoredProposal>> => {
    const entry = await act.tx.auditTrail.get(change);
    const kind = (["quota", "cohort", "sharing", "overcommit"] as const).find((one) => one === entry?.objectKind);
    if (!entry || !kind) return refused(problem("object.not_found", { kind: "change" }));
    const before = entry.before as RawRecord | null | undefined;
    const there = await factsNow(act.tx, { kind, id: entry.objectId });
    const wish = wishOf({ kind, id: entry.objectId, before: null, after: before ? { ...there?.facts, ...before } : null, seen: null }, "whatever-is");
    return await proposeIn(deps, act, allowed.value.by, [wish], change);
  });
}

async function proposeIn(deps: ProposalDeps, act: DeclaringAct, by: PersonId, wishes: readonly ShareWish[], undoes: number | null): Promise<Result<StoredProposal>> {
  const tried = await deps.store.rehearse(act.tx.poolId, (tx) => carryOut({ ...act, tx }, wishes));
  if (!tried.ok) return tried;
  const kept = await keepProposal(act, by, { changes: tried.value, undoes });
  if (!kept.ok) return kept;
  return kept.value.isNew ? ok(kept.value.proposal) : refused(problem("proposal.open_already", { proposal: kept.value.proposal.id }));
}

/** Keeps what was tried, or finds the one that says the same and waits. */
export async function keepProposal(act: DeclaringAct, by: PersonId, content: ProposalContent): Promise<Result<{ readonly proposal: StoredProposal; readonly isNew: boolean }>> {
  const { tx, at } = act;
  if (content.changes.length === 0) return refused(problem("proposal.nothing_changes", {}));
  const hash = proposalHash(content);
  const there = await tx.proposals.open(hash, at);
  if (there !== null) return ok({ proposal: (await tx.proposals.get(there))!, isNew: false });
  const alone = await nobodyElse(tx, by, at, await gainsOf(tx, content));
  if (alone) return refused(alone);
  const id = await tx.proposals.insert({ content, hash, by, at, expiresAt: at + PROPOSAL_LIFE_MS });
  await tx.audit.append(entryOf(act, "proposal.make", "proposal", String(id), { after: { hash, changes: content.changes.map((one) => ({ ...one })), undoes: content.undoes } }));
  return ok({ proposal: (await tx.proposals.get(id))!, isNew: true });
}

/** Somebody must be there who can be the second person: whoever is given the power afterwards cannot. */
async function nobodyElse(reading: Reading, by: PersonId, at: number, gains: readonly UnitId[]): Promise<Problem | undefined> {
  const holders = (await reading.roleGrants.list({})).filter(({ role }) => PROPOSAL_APPROVERS.some((one) => one === role)).map(({ personId }) => personId);
  for (const person of new Set(holders)) if (!(await secondPersonProblem(reading, person, { by, at, gains }, PROPOSAL_APPROVERS))) return undefined;
  return problem("approval.nobody_else", {});
}

/** Nobody else could approve what this person would propose now. */
export const isAlone = async (reading: Reading, actor: Actor): Promise<boolean> => actor.kind === "person" && (await nobodyElse(reading, actor.personId, Number.MAX_SAFE_INTEGER, [])) !== undefined;

/** Units whose part it is: who heads one of them is not the second person. */
async function gainsOf(reading: Reading, { changes }: ProposalContent): Promise<readonly UnitId[]> {
  const resources = await reading.resources.byCodes(changes.filter(({ kind }) => kind === "overcommit").map(({ id }) => id));
  return [...new Set([...changes.flatMap(({ kind, id }) => (kind === "quota" ? [id.split(":")[0] as UnitId] : [])), ...[...resources.values()].map(({ unitId }) => unitId)])];
}

/** What about somebody's person keeps them from being the second one. */
export const proposalPersonProblem = async (reading: Reading, person: PersonId, { content, proposed }: StoredProposal): Promise<Problem | undefined> =>
  secondPersonProblem(reading, person, { ...proposed, gains: await gainsOf(reading, content) }, PROPOSAL_APPROVERS);

/** What was changed since it was proposed: somebody judged it beside other figures. */
export async function staleChanges(reading: Reading, { content }: StoredProposal): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const change of content.changes) {
    const now = await factsNow(reading, change);
    const isSame = change.seen === (now?.generation ?? null) && (change.before === null) === (now === null) && (now === null || differences(change.before ?? {}, now.facts) === null);
    if (!isSame) problems.push(problem("proposal.thing_changed", { kind: change.kind, id: change.id, changes: wordsOf(change, now) }));
  }
  return problems;
}

function wordsOf({ before, seen }: ShareChange, now: Awaited<ReturnType<typeof factsNow>>): string {
  const changed = differences(before ?? {}, now?.facts ?? {});
  const show = (value: unknown): string => (value === undefined || value === null ? "—" : typeof value === "object" ? JSON.stringify(value) : String(value));
  if (now === null || changed === null || before === null) return `${seen ?? "—"} → ${now?.generation ?? "—"}`;
  return Object.keys(changed.after).map((field) => `${field}: ${show(changed.before[field])} → ${show(changed.after[field])}`).join("; ");
}

/** A second person approves exactly what they saw; it is in force at once, all of it or nothing. */
export function approveProposal(deps: ProposalDeps, actor: Actor, poolId: PoolId, id: number, hash: string): Promise<Result<StoredProposal>> {
  return onProposal(deps, actor, poolId, id, "proposal.approve", "approve", async (act, by, proposal) => {
    if (hash !== proposal.hash) return refused(problem("proposal.content_changed", { seen: hash.slice(0, 12), actual: proposal.hash.slice(0, 12) }));
    const person = await proposalPersonProblem(act.tx, by, proposal);
    const problems = [...(person ? [person] : []), ...(await staleChanges(act.tx, proposal))];
    if (problems.length > 0) return unlessRefused(problems, null);
    const done = await carryOut(act, proposal.content.changes.map((change) => wishOf(change)));
    return done.ok ? ok(null) : done;
  });
}

/** Whoever may approve it says no, and why. */
export async function refuseProposal(deps: ProposalDeps, actor: Actor, poolId: PoolId, id: number, reason: string): Promise<Result<StoredProposal>> {
  return onProposal(deps, actor, poolId, id, "proposal.refuse", "refuse", async (act, by, proposal) => {
    const said = groundsOf(reason, "reason");
    if (!said.ok) return said;
    // Taking back one's own is a withdrawal, and is on record as one.
    const same = by === proposal.proposed.by || (await act.tx.people.sameAs(by, [proposal.proposed.by])).length > 0;
    return same ? refused(problem("approval.same_person", {})) : ok(said.value);
  });
}

/** Its author takes it back. */
export const withdrawProposal = (deps: ProposalDeps, actor: Actor, poolId: PoolId, id: number): Promise<Result<StoredProposal>> =>
  onProposal(deps, actor, poolId, id, "proposal.withdraw", "withdraw", async () => ok(null));

async function onProposal(
  deps: ProposalDeps,
  actor: Actor,
  poolId: PoolId,
  id: number,
  action: Action,
  event: ProposalEvent,
  work: (act: DeclaringAct, by: PersonId, proposal: StoredProposal) => Promise<Result<string | null>>,
): Promise<Result<StoredProposal>> {
  const known = await may(deps, actor, poolId, ["proposal.read"]);
  if (!known.ok) return known;
  return declaring(deps, actor, poolId, known.value.policyVersion, async (act): Promise<Result<StoredProposal>> => {
    const proposal = await act.tx.proposals.lock(id);
    if (!proposal) return refused(problem("object.not_found", { kind: "proposal" }));
    // Who may read every proposal is told that they may not do this: there is nothing left to hide.
    const allowed = await deps.authorizer.may(actor, action, { poolId, ...(event === "withdraw" && { personId: proposal.proposed.by }) });
    if (!allowed.ok) return refused(problem("access.forbidden", { action }));
    const next = nextProposalState(proposalStateAt(proposal.state, proposal.expiresAt, act.at), event);
    if (!next.ok) return next;
    const { by } = known.value;
    const done = await work({ ...act, policyVersion: allowed.value.policyVersion }, by, proposal);
    if (!done.ok) return done;
    await act.tx.proposals.decide(id, next.value as "approved", by, act.at, done.value);
    await act.tx.audit.append(entryOf({ ...act, policyVersion: allowed.value.policyVersion }, action, "proposal", String(id), { before: { state: proposal.state }, after: { state: next.value, hash: proposal.hash, proposedBy: proposal.proposed.by, ...(done.value !== null && { reason: done.value }) } }));
    return ok((await act.tx.proposals.get(id))!);
  });
}
