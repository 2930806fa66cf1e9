import { afterAll, beforeEach, describe, expect, test } from "vitest";
import type { AppDeps } from "../../src/app/deps.js";
import { activatePolicy } from "../../src/app/policy/activate-policy.js";
import { approvePolicy } from "../../src/app/policy/approve-policy.js";
import { proposePolicy } from "../../src/app/policy/propose-policy.js";
import { readPolicy } from "../../src/app/policy/read-policy.js";
import { withdrawPolicy } from "../../src/app/policy/withdraw-policy.js";
import { createAuthorizer } from "../../src/casbin/authorizer.js";
import { PolicyBook } from "../../src/casbin/policy-book.js";
import type { PolicyFiles } from "../../src/casbin/policy-files.js";
import { trusted, type PersonId } from "../../src/domain/id.js";
import type { PolicyRule } from "../../src/domain/policy/rule.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { policySource } from "../../src/postgres/queries/policy.js";
import { freshDatabase, type TestDatabase } from "../support/database.js";
import { actor, policyPool, POOL, someone, unit } from "../support/policy-pool.js";

const open: TestDatabase[] = [];
afterAll(() => Promise.all(open.map((one) => one.end())));

let database: TestDatabase;
let deps: AppDeps;
let files: PolicyFiles;
let author: PersonActor;
let second: PersonActor;

beforeEach(async () => {
  database = await freshDatabase();
  open.push(database);
  ({ deps, files } = await policyPool(database));
  author = await policyAdmin();
  second = await policyAdmin();
});

async function policyAdmin(): Promise<PersonActor> {
  const personId = someone();
  await deps.store.transact(POOL, (tx) => tx.roleGrants.insert({ role: "policy-admin" }, personId, someone(), Date.now()));
  return actor([{ role: "policy-admin" }], { personId });
}

const code = (result: Result<unknown>) => (result.ok ? "ok" : result.problems[0].code);
const without = (text: string): readonly PolicyRule[] => files.rules.filter((rule) => [...rule.cells, rule.effect].join(", ") !== text);
const CLERK_COMPLETES = "clerk, step, complete, own, allow";

async function propose(rules: readonly PolicyRule[] = without(CLERK_COMPLETES), by = author): Promise<{ version: number; hash: string }> {
  const result = await proposePolicy(deps, by, POOL, { reason: "试改", rules });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { version: result.value.version, hash: deps.policyWorkbench.hash(rules) };
}

const clerkMay = async (): Promise<boolean> =>
  (await deps.authorizer.may(actor([{ role: "clerk", unitId: unit("market") }]), "step.complete", { poolId: POOL, unitId: unit("market") })).ok;

async function becomes(expected: boolean): Promise<void> {
  for (const begun = Date.now(); (await clerkMay()) !== expected; ) {
    if (Date.now() - begun > 5_000) throw new Error(`did not become ${expected}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("a change of policy", () => {
  test("is proposed with its effect, approved by another person, activated, and answers", async () => {
    expect(await clerkMay()).toBe(true);
    const { version, hash } = await propose();
    const shown = await readPolicy(deps, second, POOL, version);
    expect(shown.ok && shown.value.effect?.flipped.map((flip) => flip.case.claim)).toEqual(["a clerk completes a step of their unit"]);
    expect(await clerkMay()).toBe(true);
    expect(code(await approvePolicy(deps, second, POOL, version, hash))).toBe("ok");
    expect(code(await activatePolicy(deps, author, POOL, version))).toBe("ok");

    await becomes(false);

    const commands = await database.sql`select command from pool.commands`;
    expect(commands).toMatchObject([{ command: { kind: "policy.activated", version } }]);
    const [writer] = await database.sql`select revocations from pool.writers where pool_id = ${POOL}`;
    expect(Number(writer?.["revocations"])).toBe(1);
    const audit = await database.sql`select act, policy_version from pool.audit_records order by audit_id`;
    expect(audit.map((row) => [row["act"], row["policy_version"]])).toEqual([
      ["policy.activate", 1],
      ["policy.propose", 1],
      ["policy.approve", 1],
      ["policy.activate", 1],
    ]);
    const states = await database.sql`select version, state from pool.policy_versions order by version`;
    expect(states.map((row) => row["state"])).toEqual(["superseded", "active"]);
  });

  test("that only adds permissions withdraws nothing from the writer", async () => {
    const { version, hash } = await propose([...files.rules, { model: "access", cells: ["clerk", "asset", "declare", "own"], effect: "allow" }]);
    await approvePolicy(deps, second, POOL, version, hash);
    await activatePolicy(deps, author, POOL, version);
    const [writer] = await database.sql`select revocations from pool.writers where pool_id = ${POOL}`;
    expect(Number(writer?.["revocations"])).toBe(0);
  });

  test("that changes nothing, has no reason, or leaves a model without rules is refused", async () => {
    expect(code(await proposePolicy(deps, author, POOL, { reason: "x", rules: files.rules.toReversed() }))).toBe("policy.no_change");
    expect(code(await proposePolicy(deps, author, POOL, { reason: " ", rules: without(CLERK_COMPLETES) }))).toBe("input.missing");
    expect(code(await proposePolicy(deps, author, POOL, { reason: "x", rules: [] }))).toBe("policy.empty");
    expect(code(await proposePolicy(deps, author, POOL, { reason: "x", rules: [...files.rules, ...files.rules.slice(0, 1)] }))).toBe("policy.rule_twice");
  });

  test.each([
    ["an act nobody can do", ["auditor", "queue", "invent", "pool"], "policy.action_unknown"],
    ["a role that does not exist", ["mayor", "queue", "read", "pool"], "policy.rule_malformed"],
    ["too few words", ["auditor", "queue"], "policy.rule_malformed"],
    ["a word that would break the line", ["auditor", "queue", "read, pool", "pool"], "policy.rule_malformed"],
  ])("with %s is refused, and the line is named", async (_, cells, expected) => {
    const proposed = await proposePolicy(deps, author, POOL, { reason: "x", rules: [...files.rules, { model: "access", cells, effect: "allow" }] });
    expect(proposed).toMatchObject({ ok: false, problems: [{ code: expected, field: `rules.${files.rules.length}` }] });
  });

  test("that does not compile is stored nowhere; the one in force goes on answering", async () => {
    const versions = async () => (await database.sql<{ n: number }[]>`select count(*) as n from pool.policy_versions where pool_id = ${POOL}`)[0]!.n;
    const before = await versions();
    const broken = [...without(CLERK_COMPLETES), { model: "access" as const, cells: ["clerk", "step", "complete"], effect: "allow" as const }];
    expect(code(await proposePolicy(deps, author, POOL, { reason: "x", rules: broken }))).toBe("policy.rule_malformed");
    expect(await versions()).toBe(before);
    expect(await clerkMay()).toBe(true);
  });

  test("can be given up, and not approved afterwards", async () => {
    const { version, hash } = await propose();
    expect(code(await withdrawPolicy(deps, author, POOL, version))).toBe("ok");
    expect(code(await approvePolicy(deps, second, POOL, version, hash))).toBe("object.transition_illegal");
  });
});

describe("two persons", () => {
  test("its author does not approve it, nor does the database let them", async () => {
    const { version, hash } = await propose();
    expect(code(await approvePolicy(deps, author, POOL, version, hash))).toBe("policy.second_person_required");
    await expect(
      database.sql`update pool.policy_versions set state = 'approved', approved_by = proposed_by, approved_hash = content_hash where version = ${version}`,
    ).rejects.toMatchObject({ code: "23514" });
  });

  test("nobody becomes the second person after the proposal was made", async () => {
    const { version, hash } = await propose();
    const puppet = someone();
    await deps.store.transact(POOL, (tx) => tx.roleGrants.insert({ role: "policy-admin" }, puppet, author.personId, Date.now() + 1_000));
    expect(code(await approvePolicy(deps, actor([{ role: "policy-admin" }], { personId: puppet }), POOL, version, hash))).toBe("policy.approver_too_new");
  });

  test("nobody without the role approves: not the pool's administrator, not an auditor, not the process", async () => {
    const { version, hash } = await propose();
    for (const role of ["pool-admin", "auditor"] as const) {
      expect(code(await approvePolicy(deps, actor([{ role }]), POOL, version, hash))).toBe("access.forbidden");
    }
    expect(code(await approvePolicy(deps, { kind: "system", poolId: POOL, task: "test" }, POOL, version, hash))).toBe("access.forbidden");
  });

  test("approval binds the content that was seen", async () => {
    const { version } = await propose();
    expect(code(await approvePolicy(deps, second, POOL, version, "0".repeat(64)))).toBe("policy.content_changed");
  });

  test("rules altered in the database after approval are not activated", async () => {
    const { version, hash } = await propose();
    await approvePolicy(deps, second, POOL, version, hash);
    await database.sql`update pool.policy_rules set effect = 'deny' where version = ${version} and ordinal = 3`;
    expect(code(await activatePolicy(deps, author, POOL, version))).toBe("policy.content_changed");
    expect(await clerkMay()).toBe(true);
  });

  test("rules altered in the database while in force answer nothing", async () => {
    await database.sql`update pool.policy_rules set cells[4] = 'pool' where version = 1 and ordinal = 3`;
    const fresh = createAuthorizer(new PolicyBook(policySource(database), files), policySource(database));
    await expect(fresh.may(actor(), "portal.read", { poolId: POOL, public: true })).rejects.toThrow("does not match its hash");
  });

  test("a proposal nobody approved is not activated, nor does the database let it", async () => {
    const { version } = await propose();
    expect(code(await activatePolicy(deps, author, POOL, version))).toBe("object.transition_illegal");
    await database.sql`update pool.policy_versions set state = 'superseded' where state = 'active'`;
    await expect(database.sql`update pool.policy_versions set state = 'active' where version = ${version}`).rejects.toMatchObject({ code: "23514" });
  });

  test("of two changes of the same version, the second must be proposed again", async () => {
    const one = await propose();
    const other = await propose(without("clerk, step, start, own, allow"));
    await approvePolicy(deps, second, POOL, one.version, one.hash);
    await approvePolicy(deps, second, POOL, other.version, other.hash);
    expect(code(await activatePolicy(deps, author, POOL, one.version))).toBe("ok");
    expect(code(await activatePolicy(deps, author, POOL, other.version))).toBe("policy.base_changed");
  });

  test("two who activate at once activate once", async () => {
    const { version, hash } = await propose();
    await approvePolicy(deps, second, POOL, version, hash);
    const results = await Promise.all([activatePolicy(deps, author, POOL, version), activatePolicy(deps, second, POOL, version)]);
    expect(results.map(code).sort()).toEqual(["object.transition_illegal", "ok"]);
    expect(await database.sql`select 1 from pool.commands`).toHaveLength(1);
  });
});

describe("a rule's table", () => {
  test.each([
    ["an effect spelt Deny", { effect: "Deny" }],
    ["an empty cell", { cells: ["clerk", "", "complete", "own"] }],
    ["a short rule", { cells: ["clerk", "step"] }],
  ])("refuses %s", async (_, change) => {
    const row = { pool_id: POOL, version: 1, ordinal: 9_999, model: "access", cells: ["clerk", "step", "complete", "own"], effect: "allow", ...change };
    await expect(database.sql`insert into pool.policy_rules ${database.sql(row)}`).rejects.toMatchObject({ code: "23514" });
  });
});

describe("under load", () => {
  test("a swap gives each caller the old answer or the new one, never a third, and never the old one after the new", async () => {
    const { version, hash } = await propose();
    await approvePolicy(deps, second, POOL, version, hash);
    const clerk = actor([{ role: "clerk", unitId: unit("market") }]);
    let done = false;
    const callers = Array.from({ length: 16 }, async () => {
      const seen: string[] = [];
      while (!done) {
        const kept = await deps.authorizer.may(clerk, "step.start", { poolId: POOL, unitId: unit("market") });
        const changed = await deps.authorizer.may(clerk, "step.complete", { poolId: POOL, unitId: unit("market") });
        if (!kept.ok) seen.push("lost what nobody changed");
        seen.push(changed.ok ? `${changed.value.policyVersion}` : changed.problems[0].code);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return seen.filter((one, index) => one !== seen[index - 1]);
    });
    await activatePolicy(deps, author, POOL, version);
    await becomes(false);
    done = true;
    for (const seen of await Promise.all(callers)) expect([["1"], ["1", "access.forbidden"], ["access.forbidden"]]).toContainEqual(seen);
  });

  test("a policy that cannot be read refuses everything once its half second is over", async () => {
    const source = policySource(database);
    let now = 0;
    let broken = false;
    const book = new PolicyBook({ ...source, activeVersion: (pool) => (broken ? Promise.reject(new Error("away")) : source.activeVersion(pool)) }, files, () => now);
    const authorizer = createAuthorizer(book, source);
    const question = () => authorizer.may(actor(), "portal.read", { poolId: POOL, public: true });
    expect((await question()).ok).toBe(true);
    broken = true;
    now = 499;
    expect((await question()).ok).toBe(true);
    now = 501;
    await expect(question()).rejects.toThrow("away");
  });

  test("another process answers by the new version half a second later", async () => {
    let now = 0;
    const elsewhere = createAuthorizer(new PolicyBook(policySource(database), files, () => now), policySource(database));
    expect(await elsewhere.version(POOL)).toBe(1);
    const { version, hash } = await propose();
    await approvePolicy(deps, second, POOL, version, hash);
    await activatePolicy(deps, author, POOL, version);
    now = 499;
    expect(await elsewhere.version(POOL)).toBe(1);
    now = 500;
    expect(await elsewhere.version(POOL)).toBe(version);
  });
});

test("the release's own author is nobody who can sign in", async () => {
  await expect(
    database.sql`update pool.policy_versions set approved_by = '00000000-0000-0000-0000-000000000000' where version = 1`,
  ).rejects.toMatchObject({ code: "23514" });
  expect(await deps.store.read(POOL).people.get(trusted<PersonId>("00000000-0000-0000-0000-000000000000"))).toBeNull();
});
