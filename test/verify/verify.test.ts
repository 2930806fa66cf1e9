import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type postgres from "postgres";
import { CHECKS, runChecks, verify } from "../../src/verify/verify.js";
import { startWriter } from "../scheduling/running-writer.js";
import { DAY, MONDAY_NINE, SmallPool, until, type Filed } from "../scheduling/small-pool.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";

let database: TestDatabase;
let pool: SmallPool;
let working: Filed;
let done: Filed;
let refused: Filed;

/** A day in the life of a pool: granted, worked, settled, withdrawn, paused, lapsed, refused, waiting. */
beforeAll(async () => {
  database = await freshDatabase();
  pool = await SmallPool.make(database);
  const writer = startWriter({ url: database.url, pool: pool.poolId });
  await pool.resource({ class: "staff.review", total: 100, code: "desk" });
  await pool.resource({ class: "material.counter", total: 2, code: "counter" });
  await pool.resource({ class: "function.licensing", total: null, code: "authority" });
  const ask = { class: "staff.review", amount: 10 } as const;
  const answered = async (filed: Filed, step: string, times = 1) => await until(async () => (await pool.decisions(filed.steps[step]!.id)).length === times);

  done = await pool.file([
    { name: "review", claims: [ask, { class: "function.licensing", amount: 1, scope: "competent" }] },
    { name: "decide", after: ["review"], claims: [ask] },
  ]);
  await answered(done, "review");
  await pool.start(done.steps["review"]!.id);
  await pool.complete(done.steps["review"]!.id, [{ claim: done.steps["review"]!.claims[0]!, amount: 6 }], [done.steps["decide"]!.id]);
  await answered(done, "decide");
  await pool.start(done.steps["decide"]!.id);
  await pool.complete(done.steps["decide"]!.id);

  const withdrawn = await pool.file({ class: "material.counter", amount: 1, slots: 3 });
  await answered(withdrawn, "only");
  await pool.withdraw(withdrawn);

  const paused = await pool.file(ask);
  await answered(paused, "only");
  await pool.pause(paused);
  await pool.settled();
  await pool.resume(paused);
  await answered(paused, "only", 2);

  refused = await pool.file({ class: "staff.review", amount: 5_000 });
  await answered(refused, "only");

  working = await pool.file([
    { name: "visit", claims: [ask, { class: "material.counter", amount: 1, slots: 2 }] },
    { name: "report", after: ["visit"], claims: [ask] },
  ]);
  await answered(working, "visit");
  await pool.start(working.steps["visit"]!.id);

  const lapsing = await pool.file(ask);
  await answered(lapsing, "only");
  await pool.setClock(MONDAY_NINE + DAY);
  await answered(lapsing, "only", 2);
  await pool.settled();
  await until(async () => ((await pool.writerRow()).worked_up_to?.getTime() ?? 0) >= MONDAY_NINE + DAY);

  const forms = await pool.resource({ class: "material.form", total: 5, code: "forms" });
  const booked = await pool.book([{ class: "material.form", amount: 2, resource: forms, generation: 1 }], { holdUntil: MONDAY_NINE + 2 * DAY });
  await until(async () => (await pool.booking(booked)).state === "held");
  await pool.settled();
  await writer.stop();
});
afterAll(() => database.end());

class Undone extends Error {}

/** Damages the tables, asks, and takes the damage back. As a superuser without keys and checks in the way. */
async function findings(damage: string): Promise<Map<string, readonly Record<string, unknown>[]>> {
  let found = new Map<string, readonly Record<string, unknown>[]>();
  await database.sql
    .begin(async (t) => {
      await t`set local session_replication_role = replica`;
      await t.unsafe(UNLOCK);
      await t.unsafe(damage);
      const verdict = await runChecks(t as unknown as postgres.TransactionSql);
      found = new Map(verdict.checks.filter(({ ok }) => !ok).map(({ name, rows }) => [name, rows]));
      throw new Undone();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undone)) throw error;
    });
  return found;
}

const UNLOCK = `
  alter table pool.allocations drop constraint allocations_state, drop constraint allocations_amount;
  alter table pool.balances drop constraint balances_not_negative;
  alter table pool.requests drop constraint requests_closed, drop constraint requests_paused;
  alter table pool.steps drop constraint steps_ended;`;

const desk = `(select resource_id from pool.resources where code = 'desk')`;
const borrowed = `(select resource_id from pool.resources where code = 'borrowed')`;
const counter = `(select resource_id from pool.resources where code = 'counter')`;
/** A quota of the bureau, counted from the first batch on, with what is kept of its use. */
const quota = (nominal: number, limit: number, kept = "sum(a.settled_amount)"): string => `
  insert into pool.cohorts (pool_id, cohort_id, name_zh, name_en) values ('small', 'all', 'all', 'all');
  insert into pool.quotas (pool_id, unit_id, class_id, cohort_id, nominal, borrowing_limit, weight, counted_seq) values ('small', 'market', 'staff.review', 'all', ${nominal}, ${limit}, 100, 0);
  insert into pool.quota_use (pool_id, unit_id, class_id, period, settled)
  select 'small', k.unit_id, k.class_id, a.period, ${kept}
  from pool.allocations a join pool.claims k using (claim_id) where k.class_id = 'staff.review' and a.state = 'settled' group by k.unit_id, k.class_id, a.period;`;
/** The desk lends the health bureau ten minutes of a day a week ahead, booked as the writer books it under one more number. */
const lent = `
  update pool.classes set lend = 'work' where class_id = 'staff.review';
  insert into pool.resources (pool_id, code, unit_id, class_id, total, min, max, step, jurisdiction, overcommit_percent, lender_resource_id)
  values ('small', 'borrowed', 'health', 'staff.review', 0, 1, 1000000, 1, '{522301}', 100, ${desk});
  insert into pool.loans (pool_id, class_id, lender_unit_id, lender_resource_id, borrower_unit_id, resource_id, amount, from_day, to_day, state, periods, applied_by, applied_at)
  values ('small', 'staff.review', 'market', ${desk}, 'health', ${borrowed}, 10, '2026-12-01', '2026-12-01', 'active', array[date '2026-12-01' - date '1970-01-01'], 'test', now());
  insert into pool.balances (pool_id, resource_id, period, capacity, borrowed, lent)
  select pool_id, r, date '2026-12-01' - date '1970-01-01', case when r = ${desk} then 100 else 0 end, case when r = ${desk} then 0 else 10 end, case when r = ${desk} then 10 else 0 end
  from pool.loans cross join unnest(array[lender_resource_id, resource_id]) r;
  update pool.writers set last_seq = last_seq + 1;
  insert into pool.movement_pages (pool_id, seq, kind, debit, credit, occurred_at, claims, attempts, resources, periods, amounts, loans, counterparts)
  select l.pool_id, w.last_seq, 'lend', 'free', 'free', w.worked_up_to, '{}', '{}', array[l.lender_resource_id], l.periods, array[l.amount], array[l.loan_id], array[l.resource_id]
  from pool.loans l join pool.writers w using (pool_id);`;
/** An order of the headquarters that ended and was settled before the loan above begins. */
const settledOrder = `
  insert into pool.emergency_orders (pool_id, order_id, document, title, level, trigger, divisions, items, powers, starts_at, sunset_at, entered_by, entered_at, signed_by, signed_at, ended_at, ended_as, ended_by, settled_at)
  values ('small', 1, '1', '1', 2, '1', '{}', '{}', '{}', '2026-11-20', '2026-12-10', '00000000-0000-4000-8000-00000000000a', '2026-11-20', '00000000-0000-4000-8000-00000000000b', '2026-11-20', '2026-11-21', 'ended', 'test', '2026-11-21');`;
const officer = `'00000000-0000-4000-8000-00000000000a'::uuid`;
const stepOf = (filed: () => Filed, name: string) => () => String(filed().steps[name]!.id);

/** What somebody's hand in the tables may do, and which checks see it. */
const DAMAGES: readonly { readonly what: string; readonly sql: () => string; readonly seen: readonly string[] }[] = [
  { what: "a unit was given more than its quota and what it may borrow", sql: () => quota(10, 5), seen: ["quotas.within-limit"] },
  { what: "less of a unit's use is kept than it settled", sql: () => quota(100, 0, "sum(a.settled_amount) - 1"), seen: ["quotas.kept-use"] },
  { what: "more is kept", sql: () => quota(100, 0, "sum(a.settled_amount) + 1"), seen: ["quotas.kept-use"] },
  {
    what: "cohorts stand within one another in a circle",
    sql: () => `insert into pool.cohorts (pool_id, cohort_id, parent_id, name_zh, name_en) values ('small', 'one', 'two', 'one', 'one'), ('small', 'two', 'one', 'two', 'two')`,
    seen: ["quotas.cohorts-are-a-tree"],
  },
  {
    what: "of two that lapsed together the less urgent was planned first",
    sql: () => `
      update pool.decisions d set order_key = order_key + 86400000, passed_step_id = null, passed_ground = null
      where d.outcome = 'granted' and d.seq = (
        select min(b.seq) from pool.decisions b
        where b.attempt > 1 and b.outcome = 'granted' and b.decided_at = (select max(decided_at) from pool.decisions))`,
    seen: ["order.every-overtaking-has-a-ground", "order.no-inversion-among-equals"],
  },
  {
    what: "somebody is said to have been passed who asked for nothing",
    sql: () => `update pool.decisions set passed_step_id = 999999, passed_ground = 'closed' where step_id = ${stepOf(() => working, "visit")()}`,
    seen: ["order.passed-step-waited"],
  },
  {
    what: "somebody is said to have been passed for a reason nobody published",
    sql: () => `update pool.decisions set passed_step_id = ${stepOf(() => done, "review")()}, passed_ground = 'a favour' where step_id = ${stepOf(() => working, "visit")()}`,
    seen: ["order.passed-step-waited"],
  },
  {
    what: "holds are moved a second time",
    sql: () => `
      insert into pool.audit_records (pool_id, occurred_at, actor_id, act, object_kind, object_id, after, policy_version)
      select pool_id, received_at, 'scheduler', 'step.moved', 'request', public_id::text, '{"step": "only"}', 1
      from (select * from pool.requests order by request_id limit 1) r cross join generate_series(1, 2)`,
    seen: ["order.moved-once"],
  },
  {
    what: "an emergency takes a time that an applicant had picked",
    sql: () => `
      with taken as (
        select g.pool_id, g.step_id, g.attempt, s.name, r.public_id, m.occurred_at
        from pool.allocations g
          join pool.movement_pages m on m.pool_id = g.pool_id and m.seq = g.closed_seq
          join pool.steps s on s.pool_id = g.pool_id and s.step_id = g.step_id
          join pool.requests r on r.pool_id = s.pool_id and r.request_id = s.request_id
        limit 1),
      picked as (update pool.decisions d set picked = true from taken t where d.pool_id = t.pool_id and d.step_id = t.step_id and d.attempt = t.attempt)
      insert into pool.audit_records (pool_id, occurred_at, actor_id, act, object_kind, object_id, after, policy_version)
      select pool_id, occurred_at, 'scheduler', 'step.moved', 'request', public_id::text, jsonb_build_object('step', name, 'ground', 'flood'), 1 from taken`,
    seen: ["order.picked-stays"],
  },
  {
    what: "a desk is drained, and what it held stays where it is",
    sql: () => `
      with made as (
        insert into pool.drains (pool_id, kind, target_kind, target, unit_id, from_day, reason, declared_by, declared_at)
        select pool_id, 'drain', 'resource', code, unit_id, '2020-01-01', 'test', 'test', now() from pool.resources where resource_id = ${desk}
        returning pool_id, drain_id)
      insert into pool.drained_resources (pool_id, drain_id, resource_id) select pool_id, drain_id, ${desk} from made`,
    seen: ["drains.nothing-unstarted-held"],
  },
  {
    what: "a time that was held to choose from is held still, though it was chosen",
    sql: () => `
      with made as (
        insert into pool.drains (pool_id, kind, target_kind, target, unit_id, from_day, reason, declared_by, declared_at)
        select pool_id, 'cordon', 'resource', code, unit_id, '2020-01-01', 'test', 'test', now() from pool.resources where resource_id = ${desk}
        returning pool_id, drain_id)
      insert into pool.drain_alternatives (pool_id, claim_id, drain_id, step_id, starts_at, offered_at, chosen_at)
      select pool_id, public_id, drain_id, step_id, now(), now(), now() from made join pool.direct_claims d using (pool_id) where d.state in ('held', 'confirmed')`,
    seen: ["drains.alternatives-held"],
  },
  { what: "a borrower's books say more than came", sql: () => `${lent} update pool.balances set borrowed = 11 where borrowed > 0`, seen: ["loans.both-books-equal-movements"] },
  {
    what: "more is lent than was agreed, in the ledger and in both books",
    sql: () => `${lent} update pool.loans set amount = 9`,
    seen: ["loans.movements-within-terms"],
  },
  { what: "a loan is over, and what is to come was never given back", sql: () => `${lent} update pool.loans set state = 'ended', ended_as = 'term', ended_at = now()`, seen: ["loans.nothing-outlives-its-term"] },
  {
    what: "a part of a loan was to go back, and all of it is still with the borrower",
    sql: () => `${lent} insert into pool.loan_parts (pool_id, loan_id, part_no, from_day, amount, brought_back_as, grounds, brought_back_by, brought_back_at) select pool_id, loan_id, 1, '2026-12-01', 4, 'recalled', 'test', gen_random_uuid(), '2026-01-01' from pool.loans;`,
    seen: ["loans.parts-went-back"],
  },
  {
    what: "an order is settled, and a loan that was given under it goes on",
    sql: () => `${lent} ${settledOrder} insert into pool.emergency_uses (pool_id, order_id, power, used_by, used_at, loan_id, reason, ended_at) select pool_id, 1, 'lend', 'test', now(), loan_id, 'test', now() from pool.loans;`,
    seen: ["emergency.nothing-after-sunset"],
  },
  {
    what: "an order is settled, and somebody is still served first because of it",
    sql: () => `${settledOrder} insert into pool.request_priorities (pool_id, request_id, code, state, claimed_at, claimed_by, decided_at, decided_by) select pool_id, request_id, 'emergency', 'confirmed', now(), 'emergency-order:1', now(), 'test' from pool.requests where closed_at is null limit 1;`,
    seen: ["emergency.nothing-after-sunset"],
  },
  {
    what: "a task force has more of a member's than its loan brought",
    sql: () => `${lent} update pool.loans set task_force_id = 'health'; update pool.balances set borrowed = 11 where borrowed > 0`,
    seen: ["loans.both-books-equal-movements"],
  },
  {
    what: "a task force is given things that nobody may lend",
    sql: () => `${lent} update pool.loans set task_force_id = 'health'; update pool.classes set lend = 'none', kind = 'material' where class_id = 'staff.review'`,
    seen: ["loans.of-what-may-be-lent"],
  },
  { what: "work that nobody else may do is lent", sql: () => `${lent} update pool.classes set lend = 'none' where class_id = 'staff.review'`, seen: ["loans.of-what-may-be-lent"] },
  {
    what: "what an enterprise has was given without an agreement",
    sql: () => `update pool.units set kind = 'supplier' where unit_id = (select unit_id from pool.resources where resource_id = ${desk})`,
    seen: ["agreements.inside-term-and-scope"],
  },
  {
    what: "an agreement that nobody approved counts as in force",
    sql: () => `
      insert into pool.agreements (pool_id, agreement_id, version, state, provider_unit_id, purchaser_unit_id, content, from_day, until_day, proposed_by, proposed_at)
      select pool_id, 'slipped-in', 1, 'proposed', unit_id, unit_id, '{}', '2026-01-01', '2027-01-01', 'x', now() from pool.resources where resource_id = ${desk};
      insert into pool.agreement_classes (pool_id, agreement_id, version, class_id, provider_unit_id, per_period, price_fen, living)
      select pool_id, 'slipped-in', 1, class_id, unit_id, 1, 1, true from pool.resources where resource_id = ${desk}`,
    seen: ["agreements.two-persons-and-one-each"],
  },
  {
    what: "a grant is made larger than its period could give",
    sql: () => `update pool.allocations set capacity = 5 where resource_id = ${desk} and state = 'held'`,
    seen: ["capacity.books-equal-last-grant", "capacity.never-over-allocated"],
  },
  {
    what: "a hold is slipped in without a decision",
    sql: () => `
      insert into pool.allocations (pool_id, claim_id, attempt, resource_id, period, step_id, amount, capacity, seq)
      select pool_id, claim_id, 9, resource_id, period, step_id, 99, 100, 999 from pool.allocations where resource_id = ${desk} and state = 'held' limit 1`,
    seen: ["capacity.books-equal-allocations", "capacity.never-over-allocated", "claims.no-allocation-without-grant", "steps.holds-follow-state"],
  },
  {
    what: "the books show less held than is held",
    sql: () => `update pool.balances set held = held - 1 where resource_id = ${desk} and held > 0`,
    seen: ["capacity.books-equal-allocations"],
  },
  {
    what: "the books show more settled than was settled",
    sql: () => `update pool.balances set settled = settled + 4 where resource_id = ${desk} and settled > 0`,
    seen: ["capacity.books-equal-allocations"],
  },
  {
    what: "a capacity is raised in the books alone",
    sql: () => `update pool.balances set capacity = 1000 where resource_id = ${desk}`,
    seen: ["capacity.books-equal-last-grant", "capacity.within-declared"],
  },
  {
    what: "the ledger loses a return",
    sql: () => `delete from pool.movement_pages where kind = 'release' and ${desk} = any(resources)`,
    seen: ["ledger.settled-released-held", "sequence.each-number-once"],
  },
  {
    what: "more is settled than was held",
    sql: () => `update pool.movement_pages set amounts[1] = amounts[1] + 5 where kind = 'settle' and ${desk} = any(resources)`,
    seen: ["ledger.settled-released-held"],
  },
  {
    what: "a movement goes to the wrong account",
    sql: () => `update pool.movement_pages set credit = 'free' where kind = 'settle'`,
    seen: ["ledger.accounts-fit-kind"],
  },
  {
    what: "one half-hour of an appointment is gone",
    sql: () => `delete from pool.allocations where ctid in (select ctid from pool.allocations where resource_id = ${counter} and state = 'held' limit 1)`,
    seen: ["capacity.books-equal-allocations", "claims.whole"],
  },
  {
    what: "one claim of a step is given back alone",
    sql: () => `update pool.allocations set state = 'released', closed_seq = 1 where resource_id = ${counter} and state = 'held'`,
    seen: ["capacity.books-equal-allocations", "claims.end-together", "ledger.settled-released-held"],
  },
  {
    what: "a claim is served from a resource of another class",
    sql: () => `update pool.resources set class_id = 'staff.decide' where code = 'desk'`,
    seen: ["allocations.lawful-resource"],
  },
  {
    what: "a deciding claim is served by another unit",
    sql: () => `update pool.resources set unit_id = 'health' where code = 'authority'`,
    seen: ["allocations.lawful-resource"],
  },
  {
    what: "a grant is dated after the period it gives",
    sql: () => `update pool.decisions set decided_at = decided_at + interval '30 days' where step_id = ${stepOf(() => working, "visit")()}`,
    seen: ["allocations.never-in-the-past", "sequence.time-goes-forward"],
  },
  {
    what: "a decision is deleted",
    sql: () => `delete from pool.decisions where step_id = ${stepOf(() => working, "visit")()}`,
    seen: ["claims.no-allocation-without-grant", "sequence.each-number-once", "steps.work-has-grant"],
  },
  {
    what: "a turn is answered that never began",
    sql: () => `update pool.steps set attempt = 1 where attempt = 2`,
    seen: ["decisions.one-per-attempt", "steps.holds-follow-state"],
  },
  {
    what: "the reasons of a decision are wiped",
    sql: () => `update pool.decisions set grounds = null, told = '[]' where step_id = ${stepOf(() => working, "visit")()}`,
    seen: ["decisions.explained"],
  },
  {
    what: "a step is deleted and its answer stays",
    sql: () => `
      delete from pool.claims where step_id = ${stepOf(() => refused, "only")()};
      delete from pool.steps where step_id = ${stepOf(() => refused, "only")()}`,
    seen: ["decisions.of-a-step", "requests.legal-state", "requests.unservable-iff-refused"],
  },
  {
    what: "the engine is told that a step asks for less than it does",
    sql: () => `
      insert into pool.asks (pool_id, ask_id, claims)
      select pool_id, gen_random_uuid(), jsonb_set(pool.ask_of(pool_id, step_id), '{0,amount}', '1') from pool.steps where step_id = ${stepOf(() => working, "visit")()};
      update pool.steps set ask_id = (select ask_id from pool.asks limit 1) where step_id = ${stepOf(() => working, "visit")()}`,
    seen: ["claims.as-asked"],
  },
  {
    what: "a request is called complete while somebody works on it",
    sql: () => `update pool.requests set state = 'completed', closed_at = received_at where request_id = ${working.request}`,
    seen: ["requests.legal-state"],
  },
  {
    what: "a request is in a state that does not exist",
    sql: () => `update pool.requests set state = 'archived' where request_id = ${done.request}`,
    seen: ["requests.legal-state"],
  },
  {
    what: "a refused request is put back to work behind everybody's back",
    sql: () => `update pool.requests set state = 'received' where request_id = ${refused.request}`,
    seen: ["requests.unservable-iff-refused"],
  },
  {
    what: "a step begins before the one it waits for is done",
    sql: () => `update pool.steps set state = 'done', ended_at = now() where step_id = ${stepOf(() => working, "report")()}`,
    seen: ["steps.order", "steps.work-has-grant"],
  },
  {
    what: "a step that has become possible stays blocked",
    sql: () => `update pool.steps set state = 'done', ended_at = now() where step_id = ${stepOf(() => working, "visit")()}`,
    seen: ["steps.holds-follow-state", "steps.order"],
  },
  {
    what: "the holds of work in progress vanish, books and all",
    sql: () => `
      update pool.balances b set held = held - a.amount from pool.allocations a
      where a.step_id = ${stepOf(() => working, "visit")()} and b.resource_id = a.resource_id and b.period = a.period;
      delete from pool.allocations where step_id = ${stepOf(() => working, "visit")()}`,
    seen: ["claims.whole", "steps.holds-follow-state"],
  },
  {
    what: "a waiting step was never announced",
    sql: () => `
      insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at)
      select pool_id, request_id, 'smuggled', 9, 'review', 'human', '{}', 'ready', arrived_at, due_at from pool.steps where step_id = ${stepOf(() => working, "visit")()};
      insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id)
      select pool_id, step_id * 64, step_id, 0, 'staff.review', 1, 'pool', '522301', 'market' from pool.steps where name = 'smuggled'`,
    seen: ["steps.none-lost"],
  },
  {
    what: "a request is due before it came",
    sql: () => `update pool.requests set promised_due_at = received_at - interval '1 day' where request_id = ${working.request}`,
    seen: ["requests.deadlines"],
  },
  {
    what: "a command loses its number",
    sql: () => `update pool.commands set seq = null where command ->> 'kind' = 'step.started' and seq = (select min(seq) from pool.commands where command ->> 'kind' = 'step.started')`,
    seen: ["sequence.each-number-once"],
  },
  {
    what: "a number is used twice",
    sql: () => `update pool.decisions set seq = 1 where step_id = ${stepOf(() => refused, "only")()}`,
    seen: ["sequence.each-number-once"],
  },
  {
    what: "an acknowledged request is deleted with everything under it",
    sql: () => `
      delete from pool.requests where request_id = ${refused.request};
      delete from pool.claims where step_id in (select step_id from pool.steps where request_id = ${refused.request});
      delete from pool.decisions where step_id in (select step_id from pool.steps where request_id = ${refused.request});
      delete from pool.steps where request_id = ${refused.request}`,
    seen: ["audit.no-request-lost", "sequence.each-number-once"],
  },
  {
    what: "the record of a submission is removed",
    sql: () => `delete from pool.audit_records where act = 'request.submit' and object_id = '${working.publicId}'`,
    seen: ["audit.requests-recorded"],
  },
  {
    what: "the record of a refusal's consequence is removed",
    sql: () => `delete from pool.audit_records where act = 'request.unservable'`,
    seen: ["audit.unservable-recorded"],
  },
  {
    what: "somebody works on their own case",
    sql: () => `update pool.steps s set started_by = r.applicant_id from pool.requests r where s.step_id = ${stepOf(() => working, "visit")()} and r.request_id = s.request_id`,
    seen: ["persons.own-case"],
  },
  {
    what: "one person is given more of a day than the law allows",
    sql: () => `
      update pool.classes set labour = '{"minutesADay": 1}' where class_id = 'staff.review';
      insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id) values ('small', 'post', 'market', ${desk}, 'post', 1, ${officer})`,
    seen: ["persons.labour-limit"],
  },
  {
    what: "somebody is given an hour without the break the law wants after half an hour",
    sql: () => `
      update pool.classes set labour = '{"stretchMinutes": 30}' where class_id = 'material.counter';
      insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id) values ('small', 'post', 'market', ${counter}, 'post', 1, ${officer})`,
    seen: ["persons.breaks"],
  },
  {
    what: "an inspection was given one officer",
    sql: () => `
      insert into pool.items (pool_id, item_code, version, state, name_zh, name_en, task_type, audience, theme, line, level, guide)
      values ('small', 'item', 1, 'published', 'x', 'x', 'licence', '{person}', 'x', 'x', 'county', '{"recipe": {"steps": [{"step": "decide"}]}}')
      on conflict (pool_id, item_code, version) do update set guide = excluded.guide;
      update pool.claims set traits = '{enforcement-certificate}', scope = 'competent' where step_id = ${stepOf(() => done, "decide")()};
      update pool.steps set stage = 'inspect', ask_id = null where step_id = ${stepOf(() => done, "decide")()}`,
    seen: ["persons.two-officers"],
  },
  {
    what: "an officer on the recusal list begins a step",
    sql: () => `
      update pool.steps set started_by = ${officer} where step_id = ${stepOf(() => working, "visit")()};
      insert into pool.recusals (pool_id, officer_id, request_id, ground, valid_from, declared_by, declared_at)
      values ('small', ${officer}, ${working.request}, 'kinship', '2026-01-01', gen_random_uuid(), '2026-01-01')`,
    seen: ["persons.recusal"],
  },
  {
    what: "the reviewer decides",
    sql: () => `
      update pool.steps set started_by = ${officer} where request_id = ${done.request};
      update pool.steps set not_by = '{review}' where step_id = ${stepOf(() => done, "decide")()}`,
    seen: ["persons.separation"],
  },
  {
    what: "an applicant's own time is kept for their case",
    sql: () => `
      update pool.classes set per = 'asset' where class_id = 'staff.review';
      insert into pool.assets (pool_id, code, unit_id, resource_id, label, amount, person_id)
      select 'small', 'post', 'market', ${desk}, 'post', 1, r.applicant_id
      from pool.requests r join pool.steps s using (pool_id, request_id) join pool.allocations a using (pool_id, step_id)
      where s.state = 'ready' and a.state = 'held' and a.resource_id = ${desk} limit 1`,
    seen: ["persons.no-hold-on-the-barred"],
  },
  {
    what: "an authority is given a number that no law sets",
    sql: () => `update pool.resources set total = 5 where code = 'authority'`,
    seen: ["capacity.within-declared", "numbers.set-by-law"],
  },
  {
    what: "what law keeps with its organ is delegated",
    sql: () => `
      update pool.classes set non_delegable = '{"law": {"zh": "法", "en": "Law"}, "article": "1"}' where class_id = 'function.licensing';
      insert into pool.delegations (pool_id, from_unit_id, to_unit_id, class_id, basis, document, valid_from, declared_by, declared_at)
      values ('small', 'market', 'health', 'function.licensing', 'Law', '1', '2026-01-01', ${officer}, '2026-01-01')`,
    seen: ["delegations.not-kept-by-law"],
  },
  {
    what: "somebody is said to have annulled what was never granted",
    sql: () => `
      insert into pool.annulments (pool_id, step_id, basis, annulled_by, annulled_at)
      values ('small', ${stepOf(() => done, "decide")()}, 'no law', ${officer}, '2026-03-02')`,
    seen: ["numbers.annulled-on-record"],
  },
  {
    what: "a booking is gone and its hold is not",
    sql: () => `delete from pool.direct_claims`,
    seen: ["direct-claims.own-their-steps"],
  },
  {
    what: "a booking is said to wait for an answer that it has",
    sql: () => `update pool.direct_claims set state = 'asked'`,
    seen: ["direct-claims.state-and-holds-agree"],
  },
  {
    what: "an unconfirmed hold is kept beyond its time",
    sql: () => `update pool.direct_claims set hold_until = created_at - interval '1 hour'`,
    seen: ["direct-claims.none-outlives-its-hold"],
  },
  {
    what: "a table gets a key that crosses pools",
    sql: () => `create unique index everybody on pool.requests (number)`,
    seen: ["schema.pool-id-leads-every-key"],
  },
];

test("tables without statistics get them first, once, and it is said which", async () => {
  const bare = await freshDatabase();
  try {
    await bare.sql`insert into pool.pools (pool_id, names, division_code) values ('bare', '{"zh": "空", "en": "bare"}', '522300')`;
    expect((await verify(bare.url)).analysed).toContain("pool.pools");
    expect((await verify(bare.url)).analysed).toEqual([]);
  } finally {
    await bare.end();
  }
});

describe("verify", () => {
  test("finds nothing wrong in what the writer wrote", async () => {
    const verdict = await verify(database.url);
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdict.ok).toBe(true);
    expect(await verify(database.url, pool.poolId)).toMatchObject({ ok: true });
  });

  test.each(DAMAGES)("sees when $what", async ({ sql, seen }) => {
    const found = await findings(sql());
    expect([...found.keys()].sort()).toEqual([...seen].sort());
    for (const rows of found.values()) expect(rows.length).toBeGreaterThan(0);
  });

  test("has no check that nothing could ever fail", () => {
    const seen = new Set(DAMAGES.flatMap((damage) => damage.seen));
    expect(CHECKS.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual([]);
  });

  test("finds nothing wrong in a loan either, so that what the cases of loans damage is whole before", async () => {
    expect([...(await findings(lent)).keys()]).toEqual([]);
  });

  test("asked about one pool it does not look at another", async () => {
    const damage = `update pool.balances set held = held + 1 where pool_id = 'small'`;
    await database.sql
      .begin(async (t) => {
        await t.unsafe(damage);
        expect((await runChecks(t as unknown as postgres.TransactionSql, "another")).ok).toBe(true);
        expect((await runChecks(t as unknown as postgres.TransactionSql, "small")).ok).toBe(false);
        throw new Undone();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
  });
});
