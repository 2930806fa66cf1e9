import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { approvePlan, consentToPlan } from "../../src/app/rebalance/decide-plan.js";
import { draftPlan, editPlan, proposePlan, refusePlan, withdrawPlan } from "../../src/app/rebalance/plans.js";
import { listPlans, readPlan } from "../../src/app/rebalance/read-plans.js";
import { declareStandingLimit, removeStandingLimit } from "../../src/app/rebalance/standing-limits.js";
import { dayNumberOf, localDateOf } from "../../src/domain/instant.js";
import type { Phone } from "../../src/domain/identity-number.js";
import { trusted, type UnitId } from "../../src/domain/id.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { RawRecord } from "../../src/domain/record.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { BORROWER, CLASS, clerkOf, codes, headOf, LENDER, LENDER_RESOURCE, planOf, planPeople, wish, workday } from "../support/plan-pool.js";
import { loadSample, registerDeps, SAMPLE, type RegisterDeps } from "../support/register-pool.js";
import { inForce } from "../support/shares.js";

let database: TestDatabase;
let deps: RegisterDeps;
let people: ReturnType<typeof planPeople>;
let proposer: PersonActor;
let approver: PersonActor;
let lender: PersonActor;
let borrower: PersonActor;

beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database);
  await loadSample(deps);
  people = planPeople(database, deps);
  proposer = await people([{ role: "pool-admin" }]);
  approver = await people([{ role: "policy-admin" }]);
  lender = await people([headOf(LENDER)]);
  borrower = await people([headOf(BORROWER)]);
});
afterAll(() => database.end());

const unit = (id: string): UnitId => trusted(id);
const draft = (record: RawRecord = planOf(), who = proposer) => draftPlan(deps, who, SAMPLE, record);
const drafted = async (record: RawRecord = planOf(), who = proposer) => must(await draft(record, who));
const proposed = async (record: RawRecord = planOf(), who = proposer) => must(await proposePlan(deps, who, SAMPLE, (await drafted(record, who)).id));
const consent = (plan: { readonly id: number; readonly hash: string }, who = lender, of = LENDER) => consentToPlan(deps, who, SAMPLE, plan.id, unit(of), plan.hash);
const approve = (plan: { readonly id: number; readonly hash: string }, who = approver) => approvePlan(deps, who, SAMPLE, plan.id, plan.hash);
const consented = async (record: RawRecord = planOf()) => must(await consent(await proposed(record)));
/** Everything the books and plans hold, so that a refusal is seen to have left nothing. */
const sums = async () =>
  (await database.sql`
    select (select count(*)::int from pool.plans where pool_id = ${SAMPLE}) as plans,
      (select count(*)::int from pool.plans where pool_id = ${SAMPLE} and state = 'approved') as approved,
      (select count(*)::int from pool.plan_consents where pool_id = ${SAMPLE}) as consents,
      (select coalesce(sum(capacity + borrowed - lent), 0)::text from pool.balances where pool_id = ${SAMPLE}) as capacity,
      (select coalesce(sum(total), 0)::text from pool.resources where pool_id = ${SAMPLE}) as totals,
      (select count(*)::int from pool.audit_records where pool_id = ${SAMPLE}) as audited,
      (select count(*)::int from pool.commands where pool_id = ${SAMPLE}) as commands`)[0];
const leavesNothing = async (act: () => Promise<unknown>) => {
  const before = await sums();
  await act();
  expect(await sums()).toEqual(before);
};

describe("from a draft to an approval", () => {
  test("a plan is drafted, proposed, consented to and approved, each by its own person, and all of it is on record", async () => {
    const plan = await drafted();
    expect(plan).toMatchObject({ state: "draft", drafted: { by: proposer.personId }, proposed: null });
    expect(plan.content.seen.map(({ kind, id }) => `${kind} ${id}`)).toEqual(expect.arrayContaining([`resource ${LENDER_RESOURCE}`, `class ${CLASS}`, `unit ${LENDER}`, `unit ${BORROWER}`]));
    const asked = must(await proposePlan(deps, proposer, SAMPLE, plan.id));
    expect(asked.state).toBe("proposed");
    const view = must(await readPlan(deps, approver, SAMPLE, plan.id));
    expect(view).toMatchObject({ state: "proposed", needed: [{ unitId: LENDER, amount: 30, limit: 0 }], missing: [{ unitId: LENDER }], obstacles: [], contested: [] });
    expect(must(await consent(asked)).state).toBe("consented");
    const approved = must(await approve(asked));
    expect(approved).toMatchObject({ state: "approved", approved: { by: approver.personId } });
    const trail = await database.sql`select act, actor_id, after->>'hash' as hash from pool.audit_records where pool_id = ${SAMPLE} and object_kind = 'plan' and object_id = ${String(plan.id)} order by audit_id`;
    expect(trail.map(({ act, actor_id }) => [act, actor_id])).toEqual([["plan.draft", proposer.personId], ["plan.propose", proposer.personId], ["plan.consent", lender.personId], ["plan.approve", approver.personId]]);
    expect(new Set(trail.slice(1).map(({ hash }) => hash as string))).toEqual(new Set([asked.hash]));
  });

  test("where no resource is named, the lender's resources with most to spare are taken", async () => {
    const plan = await drafted(planOf(wish({ resource: null })));
    expect(plan.content.loans.map(({ resource, amount }) => [resource, amount])).toEqual([[LENDER_RESOURCE, 30]]);
    await leavesNothing(async () => expect(codes(await draft(planOf(wish({ resource: null, amount: 100_000 }))))).toEqual(["plan.lender_short loans.0.amount"]));
  });

  test("who heads a unit concerned may ask for it, nobody else's loans", async () => {
    expect((await draft(planOf(), borrower)).ok).toBe(true);
    expect((await draft(planOf(), lender)).ok).toBe(true);
    const elsewhere = await people([headOf("wangmo-human-resources")]);
    await leavesNothing(async () => expect(codes(await draft(planOf(), elsewhere))).toEqual(["access.forbidden"]));
    await leavesNothing(async () => expect(codes(await draft(planOf(), await people([clerkOf(BORROWER)])))).toEqual(["object.not_found"]));
  });

  test("within its standing limit nobody asks the lender, above it its head", async () => {
    const limit = (amount: number) => declareStandingLimit(deps, lender, SAMPLE, { unit: LENDER, class: CLASS, amount });
    must(await limit(30));
    const plan = await proposed();
    expect(codes(await consent(plan))).toEqual(["plan.consent_not_asked"]);
    expect(must(await approve(plan)).state).toBe("approved");
    const more = await proposed(planOf(wish({ amount: 31 })));
    expect(codes(await approve(more))).toEqual(["plan.consent_missing"]);
    expect(codes(await declareStandingLimit(deps, borrower, SAMPLE, { unit: LENDER, class: CLASS, amount: 500 }))).toEqual(["access.forbidden"]);
    expect(codes(await declareStandingLimit(deps, lender, SAMPLE, { unit: LENDER, class: "staff.decision", amount: 500 }))).toEqual(["loan.not_lendable class"]);
    must(await removeStandingLimit(deps, lender, SAMPLE, `${LENDER}:${CLASS}`));
  });
});

describe("two persons, counted as persons", () => {
  test("the proposer is not the second person, with whatever account", async () => {
    const plan = await consented();
    const both = await people([{ role: "pool-admin" }]);
    const second = { ...both, personId: proposer.personId };
    await leavesNothing(async () => expect(codes(await approve(plan, second))).toEqual(["approval.second_person_required"]));
    const phone = trusted<Phone>("13985900011");
    const one = await people([{ role: "pool-admin" }], { phone });
    const otherAccount = await people([{ role: "policy-admin" }], { phone });
    const theirs = must(await consent(await proposed(planOf(), one)));
    await leavesNothing(async () => expect(codes(await approve(theirs, otherAccount))).toEqual(["approval.same_person"]));
    expect((await approve(theirs)).ok).toBe(true);
  });

  test("nor is who heads the borrowing unit, nor who was made an approver afterwards", async () => {
    const phone = trusted<Phone>("13985900012");
    const head = await people([headOf(BORROWER)], { phone });
    const asApprover = await people([{ role: "policy-admin" }], { phone });
    const plan = await consented();
    await leavesNothing(async () => expect(codes(await approve(plan, asApprover))).toEqual(["approval.heads_unit"]));
    const late = await people([{ role: "policy-admin" }], {}, Date.now() + 3_600_000);
    await leavesNothing(async () => expect(codes(await approve(plan, late))).toEqual(["approval.approver_too_new"]));
    await leavesNothing(async () => expect(codes(await approve(plan, head))).toEqual(["access.forbidden"]));
    await leavesNothing(async () => expect(codes(await approve(plan, lender))).toEqual(["access.forbidden"]));
  });

  test("the lender's consent is its own head's", async () => {
    const plan = await proposed();
    await leavesNothing(async () => expect(codes(await consent(plan, borrower))).toEqual(["access.forbidden"]));
    await leavesNothing(async () => expect(codes(await consent(plan, proposer))).toEqual(["access.forbidden"]));
    expect((await consent(plan)).ok).toBe(true);
    await leavesNothing(async () => expect(codes(await consent(plan))).toEqual(["object.transition_illegal"]));
  });

  test("the database itself holds no plan approved by its proposer", async () => {
    const { id } = await consented();
    await expect(database.sql`update pool.plans set state = 'approved', approved_by = proposed_by, approved_at = now(), approved_hash = content_hash where pool_id = ${SAMPLE} and plan_id = ${id}`).rejects.toThrow("plans_two_persons");
  });
});

describe("an approval binds the exact content", () => {
  test("another hash is refused with what changed", async () => {
    const before = await drafted();
    const edited = must(await editPlan(deps, proposer, SAMPLE, before.id, planOf(wish({ amount: 45 })), before.generation));
    const plan = must(await consent(must(await proposePlan(deps, proposer, SAMPLE, edited.id))));
    const refused = await approvePlan(deps, approver, SAMPLE, plan.id, before.hash);
    expect(codes(refused)).toEqual(["plan.content_changed"]);
    expect(refused.ok ? "" : (refused.problems[0].facts as { changes: string }).changes).toContain("loans.0.amount: 30 → 45");
    await leavesNothing(async () => expect(codes(await approvePlan(deps, approver, SAMPLE, plan.id, "0".repeat(64)))).toEqual(["plan.content_changed"]));
  });

  test("what was proposed, let alone approved, cannot be edited", async () => {
    const plan = await consented();
    await leavesNothing(async () => expect(codes(await editPlan(deps, proposer, SAMPLE, plan.id, planOf(), plan.generation))).toEqual(["plan.bound"]));
    must(await approve(plan));
    await leavesNothing(async () => expect(codes(await editPlan(deps, proposer, SAMPLE, plan.id, planOf(wish({ amount: 300 })), plan.generation))).toEqual(["plan.bound"]));
  });

  test("a draft is its author's, and what they saw of it", async () => {
    const plan = await drafted();
    const another = await people([{ role: "pool-admin" }]);
    await leavesNothing(async () => expect(codes(await editPlan(deps, another, SAMPLE, plan.id, planOf(), plan.generation))).toEqual(["access.forbidden"]));
    await leavesNothing(async () => expect(codes(await editPlan(deps, proposer, SAMPLE, plan.id, planOf(), 9))).toEqual(["object.generation_stale"]));
  });
});

describe("a stale plan is refused with what changed", () => {
  test("a resource, and a quota, declared anew since", async () => {
    const plan = await consented();
    await database.sql`update pool.resources set generation = generation + 1 where pool_id = ${SAMPLE} and code = ${LENDER_RESOURCE}`;
    const refused = await approve(plan);
    expect(codes(refused)).toEqual(["plan.thing_changed"]);
    expect(refused.ok ? {} : refused.problems[0].facts).toMatchObject({ kind: "resource", id: LENDER_RESOURCE });
    const again = await consented();
    const [cohort] = await database.sql<{ cohort_id: string }[]>`select cohort_id from pool.cohorts where pool_id = ${SAMPLE} limit 1`;
    must(await inForce(deps, SAMPLE, { kind: "quota", declare: { unit: LENDER, class: CLASS, cohort: cohort!.cohort_id } }));
    await leavesNothing(async () => expect(codes(await approve(again))).toEqual(["plan.thing_new"]));
    expect(must(await readPlan(deps, approver, SAMPLE, again.id)).obstacles.map(({ code }) => code)).toEqual(["plan.thing_new"]);
  });

  test("what it needs and is not free any more", async () => {
    const plan = await consented();
    const day = plan.content.loans[0]!.from;
    await database.sql`
      insert into pool.balances (pool_id, resource_id, period, capacity, held)
      select ${SAMPLE}, ${plan.content.loans[0]!.lenderResource}, ${day}::date - date '1970-01-01', 10000, 10000`;
    const refused = await approve(plan);
    expect(refused.ok ? [] : refused.problems.map(({ code, facts }) => [code, (facts as { date?: string }).date])).toEqual([["plan.not_free", day]]);
    await database.sql`delete from pool.balances where pool_id = ${SAMPLE}`;
  });

  test("one that nobody decided on in time", async () => {
    const plan = await consented();
    await database.sql`update pool.plans set expires_at = now() - interval '1 minute' where pool_id = ${SAMPLE} and plan_id = ${plan.id}`;
    await leavesNothing(async () => expect(codes(await approve(plan))).toEqual(["plan.expired"]));
    expect(must(await readPlan(deps, approver, SAMPLE, plan.id)).state).toBe("expired");
    expect(must(await withdrawPlan(deps, proposer, SAMPLE, plan.id)).state).toBe("withdrawn");
  });
});

describe("each mistake has its own answer, and nothing of it is stored", () => {
  test.each<[string, () => RawRecord, readonly string[]]>([
    ["lending what one does not own", () => wish({ resource: "qxn-finance-review" }), ["loan.not_owned loans.0.resource"]],
    ["a term in the past", () => wish({ from: localDateOf(dayNumberOf(Date.now()) - 1), to: workday(1) }), ["loan.term_past loans.0.from"]],
    ["a term that ends before it begins", () => wish({ from: workday(1, 3), to: workday(1) }), ["loan.term_reversed loans.0.to"]],
    ["a negative amount", () => wish({ amount: -5 }), ["amount.negative loans.0.amount"]],
    ["a fractional amount", () => wish({ amount: "1.5" }), ["amount.fractional loans.0.amount"]],
    ["an authority", () => wish({ class: "function.education", resource: "qxn-education-authority" }), ["loan.not_lendable loans.0.class"]],
    ["a unit that lends to itself", () => wish({ borrower: LENDER }), ["loan.to_itself loans.0.borrower"]],
    ["officers of a county for the prefecture", () => wish({ lender: "xingyi-education", resource: null, borrower: LENDER }), ["loan.persons_upward loans.0.legalBasis"]],
    ["a unit nobody knows", () => wish({ borrower: "no-such-unit" }), ["input.unknown_reference loans.0.borrower"]],
    ["a class nobody knows", () => wish({ class: "staff.nobody", resource: null }), ["class.unknown loans.0.class"]],
  ])("%s", async (_, one, expected) => {
    await leavesNothing(async () => expect(codes(await draft(planOf(one())))).toEqual(expected));
  });

  test("a circle of two loans", async () => {
    const back = wish({ lender: BORROWER, resource: null, borrower: LENDER, legalBasis: "公务员法第七十条" });
    await leavesNothing(async () => expect(codes(await draft(planOf(wish(), back)))).toEqual(["loan.loop loans.0.borrower", "loan.loop loans.1.borrower"]));
  });

  test("two plans on the same capacity: both stand, and each is told of the other", async () => {
    const first = await proposed(planOf(wish({ amount: 60 })));
    const second = await proposed(planOf(wish({ amount: 60 })));
    expect(must(await readPlan(deps, approver, SAMPLE, second.id)).contested).toEqual(expect.arrayContaining([{ resource: LENDER_RESOURCE, plan: first.id }]));
    await withdrawPlan(deps, proposer, SAMPLE, first.id);
    expect(must(await readPlan(deps, approver, SAMPLE, second.id)).contested).not.toContainEqual({ resource: LENDER_RESOURCE, plan: first.id });
  });

  test("a plan that is not there, and a list nobody may read", async () => {
    expect(codes(await approvePlan(deps, approver, SAMPLE, 987_654, "x"))).toEqual(["object.not_found"]);
    expect(codes(await readPlan(deps, approver, SAMPLE, 9_999_999_999))).toEqual(["object.not_found"]);
    expect(codes(await listPlans(deps, await people([clerkOf(BORROWER)]), SAMPLE, {}, { limit: 5 }))).toEqual(["object.not_found"]);
    expect(must(await listPlans(deps, borrower, SAMPLE, { state: "approved" }, { limit: 2 })).rows.map(({ state }) => state)).toEqual(["approved", "approved"]);
  });
});

describe("several at once", () => {
  test("of two approvals one is done", async () => {
    const plan = await consented();
    const answers = await Promise.all([approve(plan), approve(plan), approve(plan)]);
    expect(answers.map(({ ok }) => ok).filter(Boolean)).toHaveLength(1);
    expect(answers.flatMap((one) => codes(one))).toEqual(["object.transition_illegal", "object.transition_illegal"]);
  });

  test("of an approval and a withdrawal one comes first, and the other knows", async () => {
    const plan = await consented();
    const [approval, withdrawal] = await Promise.all([approve(plan), withdrawPlan(deps, proposer, SAMPLE, plan.id)]);
    const { state } = must(await readPlan(deps, approver, SAMPLE, plan.id));
    // An approved plan may still be withdrawn, a withdrawn one never approved.
    expect(withdrawal.ok).toBe(true);
    expect(state).toBe("withdrawn");
    if (!approval.ok) expect(codes(approval)).toEqual(["object.transition_illegal"]);
  });

  test("plans drafted at once have numbers of their own", async () => {
    const made = await Promise.all([drafted(), drafted(), drafted()]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(3);
  });
});

test("the lender's head may say no, and why; nobody else's", async () => {
  const plan = await proposed();
  await leavesNothing(async () => expect(codes(await refusePlan(deps, borrower, SAMPLE, plan.id, "不需要"))).toEqual(["access.forbidden"]));
  expect(must(await refusePlan(deps, lender, SAMPLE, plan.id, "考试季，抽不出人"))).toMatchObject({ state: "refused", closed: { by: lender.personId, reason: "考试季，抽不出人" } });
  await leavesNothing(async () => expect(codes(await approve(plan))).toEqual(["object.transition_illegal"]));
});
