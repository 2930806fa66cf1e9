import { createHash } from "node:crypto";
import type { PoolId, UnitId } from "../../domain/id.js";
import { localDateOf, dayNumberOf } from "../../domain/instant.js";
import type { Actor, PersonActor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { lendingLoop } from "../../domain/rebalance/loan.js";
import { declareRule, type StandingRule } from "../../domain/rebalance/standing-rule.js";
import { ok, refused, unlessRefused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { RuleFiring, StoredRule } from "../ports/standing-rule.js";
import { groundsOf } from "../request/act-on-case.js";
import { secondPersonProblem } from "../rebalance/second-person.js";

type RuleDeps = Pick<AppDeps, "store" | "authorizer">;

export const RULES_MAX = 100;
export const APPROVERS = ["pool-admin", "policy-admin"] as const;
const notFound = refused(problem("object.not_found", { kind: "standing-rule" }));

export const ruleHash = (rule: StandingRule): string => createHash("sha256").update(JSON.stringify(rule)).digest("hex");

export async function listRules({ store, authorizer }: RuleDeps, actor: Actor, pool: PoolId): Promise<Result<readonly StoredRule[]>> {
  const allowed = await authorizer.may(actor, "standing-rule.read", { poolId: pool });
  return allowed.ok ? ok(await store.read(pool).standingRules.all()) : allowed;
}

export async function readRule({ store, authorizer }: RuleDeps, actor: Actor, pool: PoolId, id: string): Promise<Result<StoredRule>> {
  const allowed = await authorizer.may(actor, "standing-rule.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const rule = await store.read(pool).standingRules.get(id);
  return rule ? ok(rule) : notFound;
}

/** Everything it did, and what kept it from doing it. */
export async function listFirings(deps: RuleDeps, actor: Actor, pool: PoolId, id: string, page: PageAsked): Promise<Result<Page<RuleFiring>>> {
  const there = await readRule(deps, actor, pool, id);
  return there.ok ? ok(await deps.store.read(pool).standingRules.firings(id, page)) : there;
}

/**
 * Writes a rule down, or anew: it acts when another person has approved exactly that. What an older wording switched on is taken back first.
 *
 * @param trial asks everything and leaves nothing behind
 */
export async function proposeRule({ store, authorizer }: RuleDeps, actor: Actor, pool: PoolId, record: RawRecord, { trial = false }: { readonly trial?: boolean } = {}): Promise<Result<StoredRule>> {
  const allowed = await authorizer.may(actor, "standing-rule.propose", { poolId: pool });
  if (!allowed.ok) return allowed;
  if (actor.kind !== "person") return refused(problem("access.forbidden", { action: "standing-rule.propose" }));
  const declared = declareRule(record);
  if (!declared.ok) return declared;
  const rule = declared.value;
  return declaring({ store }, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<StoredRule>> => {
    const before = await act.tx.standingRules.lock(rule.id);
    if (before?.isOn) return refused(problem("rule.is_on", { rule: rule.id }, { field: "rule" }));
    const all = await act.tx.standingRules.all();
    const problems = await settingProblems(act, rule, all.filter(({ content, state }) => content.id !== rule.id && (state === "active" || state === "paused" || state === "proposed")).map(({ content }) => content));
    if (!before && all.length >= RULES_MAX) problems.push(problem("rule.too_many", { max: RULES_MAX }));
    if (problems.length > 0) return unlessRefused(problems, undefined as never);
    await act.tx.standingRules.propose(rule, ruleHash(rule), actor.personId, act.at);
    await act.tx.audit.append(entryOf(act, "standing-rule.propose", "standing-rule", rule.id, { ...(before ? { before: before.content } : {}), after: { ...rule, hash: ruleHash(rule) } }));
    return ok((await act.tx.standingRules.get(rule.id))!);
  }, { rollBack: trial });
}

/** What it names must be there, and rules must not lend in a circle. */
async function settingProblems({ tx, at }: DeclaringAct, { when, does }: StandingRule, others: readonly StandingRule[]): Promise<Problem[]> {
  const problems: Problem[] = [];
  const [classes, divisions] = await Promise.all([tx.classes.all(), tx.divisions.all()]);
  const unit = async (id: string, field: string): Promise<void> => {
    if (!(await tx.units.get(id))) problems.push(problem("input.unknown_reference", { kind: "unit", id }, { field }));
  };
  if (when.kind === "threshold") {
    const { class: cls, unit: of, division } = when.reading;
    if (cls !== null && !classes.some(({ id }) => id === cls)) problems.push(problem("class.unknown", { class: cls }, { field: "when.class" }));
    if (of !== null) await unit(of, "when.unit");
    if (division !== null && !divisions.some(({ code }) => code === division)) problems.push(problem("division.unknown", { division }, { field: "when.division" }));
  }
  if (does.kind === "open") {
    for (const [n, code] of does.resources.entries()) {
      const [covered] = await tx.drains.covered("resource", code);
      if (!covered) problems.push(problem("input.unknown_reference", { kind: "resource", id: code }, { field: `open.${n}` }));
      else if (covered.kind !== "staff" && covered.kind !== "material") problems.push(problem("drain.not_drainable", { target: code, kind: covered.kind }, { field: `open.${n}` }));
    }
    return problems;
  }
  const of = classes.find(({ id }) => id === does.classId);
  if (!of) problems.push(problem("class.unknown", { class: does.classId }, { field: "lend.class" }));
  else if (of.lend === "none") problems.push(problem("loan.not_lendable", { class: of.id }, { field: "lend.class" }));
  await unit(does.lender, "lend.lender");
  await unit(does.borrower, "lend.borrower");
  if (does.lender === does.borrower) problems.push(problem("loan.to_itself", { unit: does.lender }, { field: "lend.borrower" }));
  // Both may be on at one time, whatever their days.
  const always = { from: localDateOf(dayNumberOf(at)), to: localDateOf(dayNumberOf(at)) };
  const edges = others.flatMap(({ does: one }) => (one.kind === "lend" && one.classId === does.classId ? [{ ...always, classId: one.classId, lender: one.lender, borrower: one.borrower }] : []));
  const path = lendingLoop({ ...always, classId: does.classId, borrower: does.borrower }, does.lender, edges);
  if (path) problems.push(problem("loan.loop", { class: does.classId, path: path.join(" → ") }, { field: "lend.borrower" }));
  return problems;
}

/** A second person puts in force exactly what they saw. */
export function approveRule(deps: RuleDeps, actor: Actor, pool: PoolId, id: string, hash: string): Promise<Result<StoredRule>> {
  return onRule(deps, actor, pool, id, "standing-rule.approve", async (act, rule, person) => {
    if (rule.state !== "proposed") return illegal(rule, "approve");
    if (rule.hash !== hash) return refused(problem("plan.content_changed", { changes: `${hash.slice(0, 12)} → ${rule.hash.slice(0, 12)}` }));
    const gains: readonly UnitId[] = rule.content.does.kind === "lend" ? [rule.content.does.borrower] : [];
    const other = await secondPersonProblem(act.tx, person.personId, { ...rule.proposed, gains }, APPROVERS);
    if (other) return refused(other);
    await act.tx.standingRules.approve(id, hash, person.personId, act.at);
    await act.tx.audit.append(entryOf(act, "standing-rule.approve", "standing-rule", id, { before: { state: rule.state }, after: { state: "active", hash, proposedBy: rule.proposed.by } }));
    return ok();
  });
}

export type RuleAct = "refuse" | "pause" | "resume" | "retire";
const FROM: Readonly<Record<RuleAct, { readonly from: readonly StoredRule["state"][]; readonly to: StoredRule["state"] }>> = {
  refuse: { from: ["proposed"], to: "refused" },
  pause: { from: ["active"], to: "paused" },
  resume: { from: ["paused"], to: "active" },
  retire: { from: ["proposed", "active", "paused"], to: "retired" },
};

/** Pauses, resumes, retires or refuses it. What a rule that is paused or retired has switched on is taken back at the next look. */
export function changeRule(deps: RuleDeps, actor: Actor, pool: PoolId, id: string, event: RuleAct, reason: string): Promise<Result<StoredRule>> {
  return onRule(deps, actor, pool, id, event === "refuse" ? "standing-rule.approve" : "standing-rule.pause", async (act, rule, person) => {
    const grounds = groundsOf(reason, "reason");
    if (!grounds.ok) return grounds;
    const { from, to } = FROM[event];
    if (!from.includes(rule.state)) return illegal(rule, event);
    await act.tx.standingRules.setState(id, to, grounds.value, person.personId, act.at);
    await act.tx.audit.append(entryOf(act, event === "refuse" ? "standing-rule.approve" : "standing-rule.pause", "standing-rule", id, { before: { state: rule.state }, after: { state: to, reason: grounds.value } }));
    return ok();
  });
}

const illegal = ({ state }: StoredRule, event: string): Result<void> => refused(problem("object.transition_illegal", { kind: "standing-rule", state, event }));

/** One rule, locked, for whoever may do this to it. */
export async function onRule(
  { store, authorizer }: RuleDeps,
  actor: Actor,
  pool: PoolId,
  id: string,
  action: "standing-rule.approve" | "standing-rule.pause",
  work: (act: DeclaringAct, rule: StoredRule, person: PersonActor) => Promise<Result<void>>,
): Promise<Result<StoredRule>> {
  const seen = await authorizer.may(actor, "standing-rule.read", { poolId: pool });
  if (!seen.ok) return seen;
  const allowed = await authorizer.may(actor, action, { poolId: pool });
  if (!allowed.ok || actor.kind !== "person") return refused(problem("access.forbidden", { action }));
  return declaring({ store }, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<StoredRule>> => {
    const rule = await act.tx.standingRules.lock(id);
    if (!rule) return notFound;
    const done = await work(act, rule, actor);
    return done.ok ? ok((await act.tx.standingRules.get(id))!) : done;
  });
}

