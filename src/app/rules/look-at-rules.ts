import { isInForce, lastDayOf, type EmergencyOrder } from "../../domain/emergency/order.js";
import type { LoanId, PersonId, PoolId, UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant } from "../../domain/instant.js";
import { SYSTEM_PERSON, type SystemActor } from "../../domain/policy/subject.js";
import type { Problem } from "../../domain/problem.js";
import type { LoanTerms } from "../../domain/rebalance/loan.js";
import { consentsNeeded, PROPOSAL_LIFE_MS } from "../../domain/rebalance/plan.js";
import { judgeRule, lookEveryMs, WEEK_MS, type RuleHold, type StandingRule } from "../../domain/rebalance/standing-rule.js";
import { ok, type Result } from "../../domain/result.js";
import { measure } from "../alerts/watch.js";
import type { AppDeps } from "../deps.js";
import { figuresOf } from "../figures/read-figures.js";
import { divisionsOf, isIn } from "../emergency/orders.js";
import { declaring, entryOf, type DeclaringAct } from "../pool/declaring.js";
import type { RuleFiring, StoredRule } from "../ports/standing-rule.js";
import { applyLoans } from "../rebalance/apply-loans.js";
import { backFrom } from "../rebalance/bring-back-loan.js";
import { PlanDesk, planHash } from "../rebalance/plan-content.js";

/** The lender's own use is taken over a week. */
const LENDER_DAYS = 7;

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

/** What came of trying to act: what was done, or which limit kept it. */
type Outcome = Pick<RuleFiring, "plan" | "loans" | "drains" | "problems"> & { readonly held: RuleHold | null };

const done = (more: Partial<Outcome> = {}): Outcome => ({ plan: null, loans: [], drains: [], problems: [], held: null, ...more });
const heldBy = (held: RuleHold, problems: readonly Problem[] = []): Outcome => done({ held, problems });

/**
 * Looks at the standing rules whose time it is, one transaction each: the reading, what it means, what is done for it and the record of both.
 * Any number of processes may. @returns how many were switched.
 */
export async function lookAtRules(deps: Deps, pool: PoolId): Promise<number> {
  const all = await deps.store.read(pool).standingRules.all();
  if (!all.some(({ state, isOn }) => state === "active" || isOn)) return 0;
  const now = await deps.clock.now(pool);
  let switched = 0;
  for (const rule of all) if (isDue(rule, now)) switched += await look(deps, pool, rule.content.id);
  return switched;
}

const isDue = ({ state, isOn, checkedAt, content }: StoredRule, now: Instant): boolean =>
  // What is paused while it is on waits for nobody's interval.
  state === "active" ? checkedAt === null || checkedAt + lookEveryMs(content) <= now : isOn;

async function look(deps: Deps, pool: PoolId, id: string): Promise<number> {
  const actor: SystemActor = { kind: "system", poolId: pool, task: `rule:${id}` };
  const allowed = await deps.authorizer.may(actor, "standing-rule.evaluate", { poolId: pool });
  if (!allowed.ok) throw new Error(`rules are not permitted: ${allowed.problems[0].code}`);
  const looked = await declaring(deps, actor, pool, allowed.value.policyVersion, async (act): Promise<Result<number>> => {
    const rule = await act.tx.standingRules.lock(id);
    if (!rule || !isDue(rule, act.at)) return ok(0);
    const { content } = rule;
    const order = content.emergency ? await orderFor(act, rule) : null;
    const measured = await readingOf(act, content);
    const runs = await act.tx.standingRules.runsSince(id, act.at - WEEK_MS);
    const spent = rule.isOn && (await isSpent(act, rule));
    const judged = judgeRule(content, { ...rule, runs }, measured, act.at, rule.state === "active" && (!content.emergency || order !== null || !rule.isOn));
    const turn = spent ? "off" : judged.turn;
    await act.tx.standingRules.looked(id, { at: act.at, measured, readings: judged.readings });
    if (turn === null) return ok(0);
    const before = await act.tx.standingRules.lastFiring(id);
    const outcome = turn === "held" ? heldBy(judged.held!) : turn === "off" ? await takeBack(act, rule) : content.emergency && order === null ? heldBy("no-order") : await switchOn(act, rule, order);
    if (outcome === null) return ok(0);
    // One line for each time a limit holds it, not one for each look.
    if (outcome.held !== null && before?.turn === "held" && before.held === outcome.held) return ok(0);
    const firing = { rule: id, at: act.at, turn: outcome.held === null ? turn : ("held" as const), hash: rule.hash, measured, threshold: thresholdOf(content, rule.isOn), order: order?.id ?? null, ...outcome };
    await act.tx.standingRules.record(firing);
    await act.tx.audit.append(entryOf(act, "standing-rule.evaluate", "standing-rule", id, { after: { ...firing, proposedBy: rule.proposed.by, approvedBy: rule.approved?.by ?? null } }));
    if (outcome.held !== null) return ok(0);
    await act.tx.standingRules.switched(id, turn === "on", act.at);
    if (turn === "on" && order !== null) {
      const use = { order: order.id, power: "rule" as const, by: act.actorId, at: act.at, request: null, rule: id, reason: content.title, owed: null };
      await act.tx.emergencies.recordUses(outcome.loans.length === 0 ? [{ ...use, loan: null }] : outcome.loans.map((loan) => ({ ...use, loan: loan as LoanId })));
    }
    return ok(1);
  });
  return looked.ok ? looked.value : 0;
}

const thresholdOf = ({ when }: StandingRule, isOn: boolean): number | null => (when.kind === "schedule" ? null : isOn ? when.reading.clear : when.reading.value);

/** An order in force that lets rules act where this one helps; of what is on, the one it was switched on under: nothing outlives its order. */
async function orderFor({ tx, at }: DeclaringAct, { isOn, content }: StoredRule): Promise<EmergencyOrder | null> {
  const live = (await tx.emergencies.unsettled()).filter((order) => order.powers.rules && isInForce(order, at));
  if (isOn) {
    const under = (await tx.standingRules.lastFiring(content.id, "on"))?.order;
    return live.find(({ id }) => id === under) ?? null;
  }
  if (live.length === 0) return null;
  const places = await placesHelped(tx, content);
  for (const order of live) {
    const within = await divisionsOf(tx, order);
    if (places.every((place) => isIn(within, place))) return order;
  }
  return null;
}

/** Where the borrower is, or those whose reserve is opened. */
async function placesHelped(tx: DeclaringAct["tx"], { does }: StandingRule): Promise<readonly (string | null)[]> {
  const units = does.kind === "lend" ? [does.borrower] : (await Promise.all(does.resources.map((code) => tx.drains.inForce("resource", code)))).flatMap((one) => (one ? [one.unitId] : []));
  return await Promise.all([...new Set(units)].map(async (unit) => (await tx.units.get(unit))?.division ?? null));
}

async function readingOf({ tx, at }: DeclaringAct, { when }: StandingRule): Promise<number | null> {
  if (when.kind === "schedule") return null;
  const { reading } = when;
  const today = dayNumberOf(at);
  const scope = { by: "pool" as const, class: reading.class ?? undefined, unit: reading.unit ?? undefined, division: reading.division ?? undefined };
  const { whole } = await figuresOf(tx, scope, { from: today - reading.windowDays + 1, to: today }, at, { capacity: reading.figure === "utilisation" });
  return measure(reading, whole);
}

/** All it lent is over: it is off, and may be switched on again. */
async function isSpent(act: DeclaringAct, { content }: StoredRule): Promise<boolean> {
  if (content.does.kind !== "lend" || content.mode !== "automatic") return false;
  const rows = await loansOf(act, content.id);
  return rows.length > 0 && rows.every(({ state }) => state === "ended" || state === "refused");
}

async function loansOf({ tx }: DeclaringAct, id: string) {
  const ids = (await tx.standingRules.lastFiring(id, "on"))?.loans ?? [];
  return (await Promise.all(ids.map((loan) => tx.loans.lock(loan)))).flatMap((loan) => (loan ? [loan] : []));
}

const switchOn = (act: DeclaringAct, rule: StoredRule, order: EmergencyOrder | null): Promise<Outcome> => (rule.content.does.kind === "open" ? open(act, rule) : lend(act, rule, order));

/** Lifts the cordons of the reserve. What nobody has put behind one is in service already. */
async function open(act: DeclaringAct, { content }: StoredRule): Promise<Outcome> {
  if (content.does.kind !== "open") throw new Error("not a rule that opens");
  const cordons = (await Promise.all(content.does.resources.map((code) => act.tx.drains.inForce("resource", code)))).filter((one) => one?.kind === "cordon");
  if (cordons.length === 0) return heldBy("nothing-to-open");
  if (content.mode === "propose") return done({ drains: cordons.map((one) => one!.id) });
  for (const one of cordons) {
    const { id, target } = one!;
    await act.tx.drains.lift(id, act.actorId, act.at, content.title);
    await act.tx.commands.append(act.actorId, act.at, { kind: "resource.declared", resources: (await act.tx.drains.ofDrain(id)).map(({ resource }) => resource) });
    await act.tx.audit.append(entryOf(act, "drain.lift", "drain", String(id), { before: { kind: "cordon", target }, after: { rule: content.id } }));
  }
  return done({ drains: cordons.map((one) => one!.id) });
}

/** A plan of one wish: proposed by whoever proposed the rule, and in automatic mode approved by whoever approved it. */
async function lend(act: DeclaringAct, rule: StoredRule, order: EmergencyOrder | null): Promise<Outcome> {
  const { content } = rule;
  const { does, limits } = content;
  if (does.kind !== "lend") throw new Error("not a rule that lends");
  if (does.whileBelowPercent !== null && (await useOfLender(act, does)) >= does.whileBelowPercent) return heldBy("lender-busy");
  const today = dayNumberOf(act.at);
  const [from, longest] = [localDateOf(today), localDateOf(today + limits.termDays - 1)];
  const to = order === null || lastDayOf(order) > longest ? longest : lastDayOf(order);
  const desk = await PlanDesk.open(act.tx, from);
  const wish = { classId: does.classId, lender: does.lender, resource: does.resource, borrower: does.borrower, amount: does.amount, from, to, legalBasis: order?.document ?? null, why: null, without: null };
  const settled = await desk.settle({ title: content.title, goal: null, loans: [wish] }, "rule");
  if (!settled.ok) return heldBy("refused", settled.problems);
  const loans = settled.value.loans;
  const [above] = consentsNeeded(loans, await act.tx.plans.standingLimits(), await act.tx.loans.standing());
  if (above && content.mode === "automatic") return heldBy("standing-limit", [{ code: "plan.consent_missing", facts: { unit: above.unitId, class: above.classId, amount: above.amount, limit: above.limit } }]);
  const short = await desk.shortfalls(loans);
  if (short.length > 0) return heldBy("refused", short);
  const hash = planHash(settled.value);
  const mark = { by: rule.proposed.by, at: act.at };
  const plan = await act.tx.plans.insert({ content: settled.value, hash, ...mark });
  await act.tx.plans.propose(plan, settled.value, hash, mark, act.at + PROPOSAL_LIFE_MS);
  await act.tx.audit.append(entryOf(act, "plan.propose", "plan", String(plan), { after: { state: "proposed", hash, rule: content.id, content: settled.value } }));
  if (content.mode === "propose") return done({ plan });
  await act.tx.plans.approve(plan, hash, { by: rule.approved!.by, at: act.at });
  const applied = await applyLoans(act, loans, { plan: plan });
  // Nothing was written by what was refused, and the plan would stand approved for nobody.
  if (!applied.ok) return await act.tx.plans.close(plan, "withdrawn", content.title, { by: SYSTEM_PERSON as PersonId, at: act.at }), heldBy("refused", applied.problems);
  await act.tx.plans.apply(plan, { by: SYSTEM_PERSON as PersonId, at: act.at });
  await act.tx.audit.append(entryOf(act, "plan.apply", "plan", String(plan), { after: { state: "applied", hash, rule: content.id, proposedBy: rule.proposed.by, approvedBy: rule.approved!.by, loans: applied.value.map(({ id }) => id) } }));
  return done({ plan, loans: applied.value.map(({ id }) => id) });
}

async function useOfLender({ tx, at }: DeclaringAct, { lender, classId }: Pick<LoanTerms & { readonly lender: UnitId }, "lender" | "classId">): Promise<number> {
  const today = dayNumberOf(at);
  const { whole } = await figuresOf(tx, { by: "pool", unit: lender, class: classId }, { from: today - LENDER_DAYS + 1, to: today }, at);
  return whole.utilisation?.percent ?? 0;
}

/** What the last switch did is undone: loans come back from today on, reserves close again, an open proposal is withdrawn. Null: the writer must answer first. */
async function takeBack(act: DeclaringAct, { content }: StoredRule): Promise<Outcome | null> {
  const last = await act.tx.standingRules.lastFiring(content.id, "on");
  if (!last) return done();
  if (content.mode === "propose") {
    const plan = last.plan === null ? null : await act.tx.plans.lock(last.plan);
    if (plan && (plan.state === "proposed" || plan.state === "consented")) await act.tx.plans.close(plan.id, "withdrawn", content.title, { by: SYSTEM_PERSON as PersonId, at: act.at });
    return done({ plan: last.plan, drains: await closeAgain(act, content, last) });
  }
  const rows = await loansOf(act, content.id);
  if (rows.some(({ state }) => state === "applied")) return null;
  const today = localDateOf(dayNumberOf(act.at));
  for (const loan of rows) if (loan.state === "active" && loan.to >= today) await backFrom(act, loan, "return", { from: today, grounds: content.title, by: SYSTEM_PERSON as PersonId });
  const drains = await closeAgain(act, content, last);
  return done({ plan: last.plan, loans: rows.map(({ id }) => id), drains });
}

/** Puts back behind their cordon the reserves this rule opened, or a person did because it proposed to; another hand's doing stays. */
async function closeAgain(act: DeclaringAct, content: StandingRule, last: RuleFiring): Promise<readonly number[]> {
  const today = localDateOf(dayNumberOf(act.at));
  const drains: number[] = [];
  for (const id of last.drains) {
    const opened = await act.tx.drains.get(id);
    if (!opened || opened.liftedReason !== content.title || (await act.tx.drains.inForce(opened.targetKind, opened.target))) continue;
    const covered = await act.tx.drains.ofDrain(id);
    const row = { kind: "cordon" as const, targetKind: opened.targetKind, target: opened.target, unitId: opened.unitId, from: today, to: null, reason: opened.reason, ground: null, declaredBy: act.actorId, declaredAt: act.at };
    const made = await act.tx.drains.insert(row, covered);
    drains.push(made);
    await act.tx.commands.append(act.actorId, act.at, { kind: "resource.declared", resources: covered.map(({ resource }) => resource) });
    await act.tx.audit.append(entryOf(act, "drain.declare", "drain", String(made), { after: { ...row, rule: content.id } }));
  }
  return drains;
}
