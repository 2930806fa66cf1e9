import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { applyManifest } from "../../src/app/pool/apply-manifest.js";
import { changeResource, registerResource } from "../../src/app/pool/register-resource.js";
import { previewChanges } from "../../src/app/quota/preview-quota.js";
import { approveProposal, proposeChanges, proposeUndo, refuseProposal, withdrawProposal } from "../../src/app/quota/proposals.js";
import { readProposal } from "../../src/app/quota/read-proposals.js";
import { readQuotaChanges } from "../../src/app/quota/read-quotas.js";
import type { Phone } from "../../src/domain/identity-number.js";
import { trusted } from "../../src/domain/id.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import { manifestReader } from "../../src/manifest/reader.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { must } from "../support/identity.js";
import { CLASS, codes, headOf, LENDER, LENDER_RESOURCE, planPeople } from "../support/plan-pool.js";
import { loadSample, registerDeps, SAMPLE, type RegisterDeps } from "../support/register-pool.js";
import { inForce } from "../support/shares.js";

const DAY = 24 * 3_600_000;

let database: TestDatabase;
let deps: RegisterDeps;
let people: ReturnType<typeof planPeople>;
let proposer: PersonActor;
let approver: PersonActor;

beforeAll(async () => {
  database = await freshDatabase();
  deps = registerDeps(database);
  await loadSample(deps);
  await database.sql`delete from pool.quotas where pool_id = ${SAMPLE}`;
  people = planPeople(database, deps);
  proposer = await people([{ role: "pool-admin" }], { phone: "13900000001" as Phone });
  await inForce(deps, SAMPLE, { kind: "cohort", declare: { cohort: "two", names: { zh: "组", en: "Group" } } });
});
afterAll(() => database.end());

const wish = (nominal: number | "own" = 30) => ({ kind: "quota" as const, declare: { unit: LENDER, class: CLASS, cohort: "two", nominal } });
const overcommit = (percent: unknown) => ({ kind: "overcommit" as const, declare: { resource: LENDER_RESOURCE, percent } });
const propose = (...wishes: Parameters<typeof proposeChanges>[3]) => proposeChanges(deps, proposer, SAMPLE, wishes);
const approve = ({ id, hash }: { readonly id: number; readonly hash: string }, who = approver) => approveProposal(deps, who, SAMPLE, id, hash);
const inTables = async () =>
  (await database.sql`
    select (select json_agg(q order by unit_id, class_id) from pool.quotas q where pool_id = ${SAMPLE}) as quotas,
      (select overcommit_percent from pool.resources where pool_id = ${SAMPLE} and code = ${LENDER_RESOURCE}) as percent,
      (select count(*)::int from pool.commands where pool_id = ${SAMPLE}) as commands`)[0];
const changesNothing = async (act: () => Promise<unknown>) => {
  const before = await inTables();
  await act();
  expect(await inTables()).toEqual(before);
};

test("in a pool with nobody else who could approve, a change is refused, and whom to invite is said", async () => {
  await database.sql`update pool.role_grants set revoked_at = now(), revoked_by = granted_by where pool_id = ${SAMPLE} and role in ('pool-admin', 'policy-admin') and person_id <> ${proposer.personId}`;
  await changesNothing(async () => expect(codes(await propose(wish()))).toEqual(["approval.nobody_else"]));
  // A second account of the same person is nobody else.
  await people([{ role: "policy-admin" }], { phone: "13900000001" as Phone });
  await changesNothing(async () => expect(codes(await propose(wish()))).toEqual(["approval.nobody_else"]));
  approver = await people([{ role: "policy-admin" }]);
});

describe("two persons", () => {
  test("a change is in force when another person approves what was proposed, and both are on record", async () => {
    const before = await inTables();
    const made = must(await propose(wish()));
    expect(await inTables()).toEqual(before);
    const view = must(await readProposal(deps, approver, SAMPLE, made.id));
    expect(view).toMatchObject({ state: "proposed", obstacles: [], mayNotApprove: [], may: { approve: true, refuse: true, withdraw: false }, effect: { classes: [{ units: [{ unitId: LENDER, before: null, after: { nominal: 30 } }] }] } });
    expect(must(await readProposal(deps, proposer, SAMPLE, made.id)).may).toEqual({ approve: false, refuse: false, withdraw: true });
    expect(must(await approve(made))).toMatchObject({ state: "approved", decided: { by: approver.personId } });
    expect((await inTables())!["quotas"]).toMatchObject([{ unit_id: LENDER, nominal: 30 }]);
    const trail = await database.sql`select act, actor_id, after->>'hash' as hash, after->>'proposedBy' as proposed_by from pool.audit_records where pool_id = ${SAMPLE} and object_kind = 'proposal' order by audit_id`;
    expect(trail).toEqual([
      { act: "proposal.make", actor_id: proposer.personId, hash: made.hash, proposed_by: null },
      { act: "proposal.approve", actor_id: approver.personId, hash: made.hash, proposed_by: proposer.personId },
    ]);
    expect(codes(await approve(made))).toEqual(["object.transition_illegal"]);
  });

  test("not its author, nor a second account of theirs, nor whoever got the power afterwards, nor the head of the unit", async () => {
    const made = must(await propose(wish(20)));
    const twin = await people([{ role: "pool-admin" }], { phone: "13900000001" as Phone });
    const late = await people([{ role: "policy-admin" }], {}, Date.now() + DAY);
    const head = await people([{ role: "pool-admin" }, headOf(LENDER)]);
    await changesNothing(async () => {
      expect(codes(await approve(made, proposer))).toEqual(["approval.second_person_required"]);
      expect(codes(await approve(made, twin))).toEqual(["approval.same_person"]);
      expect(codes(await approve(made, late))).toEqual(["approval.approver_too_new"]);
      expect(codes(await approve(made, head))).toEqual(["approval.heads_unit"]);
      expect(codes(await approve(made, await people([headOf(LENDER)])))).toEqual(["object.not_found"]);
      expect(codes(await approve(made, await people([{ role: "auditor" }])))).toEqual(["access.forbidden"]);
      expect(codes(await approve({ ...made, hash: "0".repeat(64) }))).toEqual(["proposal.content_changed"]);
      expect(codes(await refuseProposal(deps, twin, SAMPLE, made.id, "no"))).toEqual(["approval.same_person"]);
      expect(codes(await withdrawProposal(deps, approver, SAMPLE, made.id))).toEqual(["access.forbidden"]);
      expect(codes(await refuseProposal(deps, approver, SAMPLE, made.id, " "))).toEqual(["input.missing reason"]);
    });
    expect(codes(await propose(wish(20)))).toEqual(["proposal.open_already"]);
    expect(codes(await propose(wish(30)))).toEqual(["proposal.nothing_changes"]);
    expect(must(await refuseProposal(deps, approver, SAMPLE, made.id, "先看一周"))).toMatchObject({ state: "refused", decided: { by: approver.personId, reason: "先看一周" } });
    expect(must(await withdrawProposal(deps, proposer, SAMPLE, must(await propose(wish(20))).id)).state).toBe("withdrawn");
  });

  test("what was changed meanwhile, and what has expired, is not approved", async () => {
    const [first, second] = [must(await propose(wish(20))), must(await propose(wish(10)))];
    must(await approve(first));
    await changesNothing(async () => {
      const refused = await approve(second);
      expect(refused.ok ? [] : refused.problems).toMatchObject([{ code: "proposal.thing_changed", facts: { kind: "quota", id: `${LENDER}:${CLASS}`, changes: "nominal: 30 → 20" } }]);
    });
    expect(must(await readProposal(deps, approver, SAMPLE, second.id))).toMatchObject({ may: { approve: false }, obstacles: [{ code: "proposal.thing_changed" }] });
    await database.sql`update pool.proposals set expires_at = now() - interval '1 second' where pool_id = ${SAMPLE} and proposal_id = ${second.id}`;
    expect(codes(await approve(second))).toEqual(["proposal.expired"]);
  });

  test("undoing a change is a new one, which needs the second person as well", async () => {
    const [change] = must(await readQuotaChanges(deps, proposer, SAMPLE));
    const undo = must(await proposeUndo(deps, proposer, SAMPLE, change!.id));
    expect(undo.content).toMatchObject({ undoes: change!.id, changes: [{ before: { nominal: 20 }, after: { nominal: 30 } }] });
    expect(codes(await approve(undo, proposer))).toEqual(["approval.second_person_required"]);
    must(await approve(undo));
    expect((await inTables())!["quotas"]).toMatchObject([{ nominal: 30 }]);
  });
});

describe("overcommit", () => {
  test("is promised by two persons, and what it offers is seen before", async () => {
    const effect = must(await previewChanges(deps, proposer, SAMPLE, [overcommit(150)]));
    expect(effect.supplies).toMatchObject([{ resource: LENDER_RESOURCE, before: 100, after: 150, overdrawn: 0 }]);
    expect(effect.supplies[0]!.offersAfter).toBe(Math.floor(effect.supplies[0]!.offersBefore! * 1.5));
    must(await approve(must(await propose(overcommit(150)))));
    expect((await inTables())!["percent"]).toBe(150);
    const [change] = must(await readQuotaChanges(deps, proposer, SAMPLE));
    expect(change).toMatchObject({ act: "overcommit.declare", objectId: LENDER_RESOURCE, before: { percent: 100 }, after: { percent: 150 } });
    must(await approve(must(await proposeUndo(deps, proposer, SAMPLE, change!.id))));
    expect((await inTables())!["percent"]).toBe(100);
  });

  test("and by no other way: not by registering, changing or importing a resource", async () => {
    const registrar = await people([{ role: "registrar", unitId: trusted(LENDER) }]);
    await changesNothing(async () => {
      expect(codes(await registerResource(deps, registrar, SAMPLE, { resource: "edu-two", unit: LENDER, class: CLASS, total: "300", overcommit: "150" }))).toEqual(["overcommit.two_persons overcommit"]);
      const generation = (await deps.store.read(SAMPLE).resources.byCode(LENDER_RESOURCE))!.generation;
      expect(codes(await changeResource(deps, registrar, SAMPLE, LENDER_RESOURCE, { overcommit: "150" }, generation))).toEqual(["overcommit.two_persons overcommit"]);
      expect(codes(await propose(overcommit(0)))).toEqual(["amount.zero percent"]);
      expect(codes(await propose(overcommit("")))).toEqual(["input.missing percent"]);
      expect(codes(await propose(overcommit(1_001)))).toEqual(["input.out_of_range percent"]);
      expect(codes(await propose({ kind: "overcommit", declare: { resource: "nobody", percent: 120 } }))).toEqual(["object.not_found resource"]);
    });
  });
});

describe("a folder that an IT office applies", () => {
  const apply = async (files: Readonly<Record<string, string>>, dryRun = false) => applyManifest(deps, proposer, SAMPLE, must(manifestReader.read(Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) })))), { dryRun });
  const quotas = { "quotas.csv": `unit,class,cohort,nominal,borrowing_limit,lending_limit,weight\n${LENDER},${CLASS},two,25,,,\n` };

  test("proposes what it says beyond what is in force, once; approved, the folder finds nothing to do", async () => {
    await changesNothing(async () => {
      expect(must(await apply(quotas, true)).proposed).toMatchObject({ proposal: null, changes: [{ kind: "quota", id: `${LENDER}:${CLASS}` }] });
      const first = must(await apply(quotas)).proposed!;
      expect(must(await apply(quotas)).proposed).toMatchObject({ proposal: first.proposal, isNew: false });
    });
    const { proposal, hash } = must(await apply(quotas)).proposed!;
    must(await approve({ id: proposal!, hash }));
    expect((await inTables())!["quotas"]).toMatchObject([{ nominal: 25 }]);
    expect(must(await apply(quotas)).proposed).toBeNull();
  });

  test("sets up the first quotas of a pool at once: nobody's part is changed", async () => {
    await database.sql`delete from pool.quotas where pool_id = ${SAMPLE}`;
    await database.sql`delete from pool.cohorts where pool_id = ${SAMPLE}`;
    const report = must(await apply({ ...quotas, "two.yaml": "apiVersion: govpool/v1\nkind: Cohort\ncohort: two\nnames: { zh: 组, en: Group }\n" }));
    expect(report.proposed).toBeNull();
    expect((await inTables())!["quotas"]).toMatchObject([{ nominal: 25 }]);
  });
});
