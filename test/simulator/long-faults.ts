import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hashRules } from "../../src/casbin/policy-book.js";
import { readPolicyFiles } from "../../src/casbin/policy-files.js";
import { trusted, type PoolId } from "../../src/domain/id.js";
import type { PolicyRule } from "../../src/domain/policy/rule.js";
import { freePort, startEmbedded } from "../../src/main/embedded-postgres.js";
import { connect, type Connection } from "../../src/postgres/connection.js";
import { migrate } from "../../src/postgres/migrate.js";
import { verify } from "../../src/verify/verify.js";
import { proposePolicy } from "../../src/app/policy/propose-policy.js";
import { submitRequest } from "../../src/app/request/submit-request.js";
import { casePool, foodApplication, person, type CasePool } from "../request/case-pool.js";
import { actor } from "../support/policy-pool.js";
import { MONDAY_NINE, SmallPool, until } from "../scheduling/small-pool.js";
import type { TestDatabase } from "../support/database.js";
import { tcpProxy } from "../support/tcp-proxy.js";

const SCHEDULER = fileURLToPath(new URL("../../test/scheduling/scheduler-process.mjs", import.meta.url));
const TTL_MS = 300;
/** Milliseconds in which everything filed is answered once nothing is in the way. */
const ANSWERED_MS_MAX = 240_000;
const PLENTY = 1_000_000;

/** A real PostgreSQL, real scheduler processes, and one pool for one fault. */
interface Stage {
  readonly pool: SmallPool;
  readonly sql: Connection["sql"];
  readonly database: TestDatabase;
  /** 1 at full length; less for a trial. */
  readonly scale: number;
  /** A scheduler process; through a proxy when a URL is given. */
  scheduler(url?: string): ChildProcess;
  /** How many steps were filed so far: all of them must be answered. */
  filed: number;
  file(count: number): Promise<void>;
  answered(): Promise<void>;
  stopDatabase(how: "fast" | "kill"): Promise<void>;
  startDatabase(): Promise<void>;
  readonly url: string;
  /** A pool of its own with items, forms and the use cases on it; it is then the one whose rows count. */
  office(): Promise<CasePool>;
  /** The pool whose rows count. */
  counted: PoolId;
}

interface LongFault {
  readonly name: string;
  /** @returns how often the fault was made. */
  run(stage: Stage): Promise<number>;
}

export const LONG_FAULTS: readonly LongFault[] = [
  {
    name: "writer killed -9 at each step of a commit",
    async run(stage) {
      await stage.pool.resource({ class: "staff.review", total: PLENTY });
      const messages = Math.ceil(24 * stage.scale);
      for (let step = 1; step <= messages; step += 1) {
        let left = Infinity;
        let child: ChildProcess | undefined;
        // The message is sent on, or not: odd steps die with it in hand.
        const proxy = await tcpProxy(stage.url, () => {
          left -= 1;
          if (left === 0) child?.kill("SIGKILL");
        });
        child = stage.scheduler(proxy.url);
        await stage.file(1);
        await stage.answered();
        left = step;
        await stage.file(20);
        await until(async () => left <= 0 || (await stage.pool.untaken()) === 0, ANSWERED_MS_MAX);
        await killed(child);
        await proxy.close();
      }
      stage.scheduler();
      return messages;
    },
  },
  {
    name: "PostgreSQL stopped for a minute",
    async run(stage) {
      await stage.pool.resource({ class: "staff.review", total: PLENTY });
      stage.scheduler();
      await stage.file(20);
      await stage.stopDatabase("fast");
      await sleep(60_000 * stage.scale);
      await stage.startDatabase();
      await stage.file(20);
      return 1;
    },
  },
  {
    name: "PostgreSQL killed -9 under load",
    async run(stage) {
      await stage.pool.resource({ class: "staff.review", total: PLENTY });
      stage.scheduler();
      const times = Math.ceil(5 * stage.scale);
      for (let time = 0; time < times; time += 1) {
        const filing = stage.file(40);
        await sleep(50 * time);
        await filing;
        await stage.stopDatabase("kill");
        await stage.startDatabase();
        await stage.answered();
      }
      return times;
    },
  },
  {
    name: "writer frozen past its lease and woken",
    async run(stage) {
      await stage.pool.resource({ class: "staff.review", total: PLENTY });
      const times = Math.ceil(10 * stage.scale);
      let writer = stage.scheduler();
      await stage.file(1);
      await stage.answered();
      for (let time = 0; time < times; time += 1) {
        const next = stage.scheduler();
        const filing = stage.file(40);
        await sleep(10 * time);
        writer.kill("SIGSTOP");
        await filing;
        await stage.answered();
        writer.kill("SIGCONT");
        await stage.file(10);
        await stage.answered();
        await killed(writer);
        writer = next;
      }
      return times;
    },
  },
  {
    name: "clock ahead an hour, again and again",
    async run(stage) {
      await stage.pool.resource({ class: "staff.review", total: 100 });
      stage.scheduler();
      const times = Math.ceil(72 * stage.scale);
      for (let hour = 1; hour <= times; hour += 1) {
        await stage.file(1);
        await stage.pool.setClock(MONDAY_NINE + hour * 3_600_000);
      }
      await stage.pool.settled();
      return times;
    },
  },
  {
    name: "capacity flapping ten times a second",
    async run(stage) {
      const desk = await stage.pool.resource({ class: "staff.review", total: PLENTY });
      stage.scheduler();
      const times = Math.ceil(600 * stage.scale);
      for (let time = 0; time < times; time += 1) {
        await stage.pool.setTotal(desk, time % 2 === 0 ? 10 : PLENTY);
        if (time % 5 === 0) await stage.file(3);
        await sleep(100);
      }
      await stage.pool.setTotal(desk, PLENTY);
      return times;
    },
  },
  {
    name: "a head that never fits",
    async run(stage) {
      // Refused at once, or waiting for ever behind what is held: nobody behind it is delayed.
      const desk = await stage.pool.resource({ class: "staff.review", total: PLENTY });
      await stage.pool.resource({ class: "material.form", total: 10 });
      stage.scheduler();
      await stage.pool.file({ class: "material.form", amount: 6 });
      stage.filed += 1;
      await stage.answered();
      await stage.pool.file({ class: "material.form", amount: 6 });
      const times = Math.ceil(300 * stage.scale);
      for (let time = 0; time < times; time += 1) {
        await stage.pool.file({ class: "staff.review", amount: PLENTY + 1 + time });
        stage.filed += 1;
        await stage.file(3);
        await stage.answered();
      }
      // Then it fits as well.
      await stage.pool.resource({ class: "material.form", total: 10 });
      stage.filed += 1;
      await stage.pool.setTotal(desk, PLENTY);
      return times;
    },
  },
  {
    name: "a rule file that does not compile",
    async run(stage) {
      const office = await stage.office();
      const author = await person(stage.database, office.deps, actor([{ role: "policy-admin" }], { pool: office.pool }));
      const broken = [...office.files.rules, { model: "access" as const, cells: ["clerk", "step"], effect: "allow" as const }];
      stage.scheduler();
      const times = Math.ceil(50 * stage.scale);
      for (let time = 0; time < times; time += 1) {
        const refusal = await proposePolicy(office.deps, author, office.pool, { reason: "more rules", rules: broken });
        if (refusal.ok) throw new Error("rules that do not compile were taken");
        await submitted(stage, office, 2);
        await stage.answered();
      }
      const versions = await stage.sql`select distinct policy_version from pool.decisions where pool_id = ${office.pool}`;
      if (versions.length !== 1) throw new Error(`decided under ${versions.length} versions, and one was in force`);
      return times;
    },
  },
  {
    name: "a queue at its limit",
    async run(stage) {
      const office = await stage.office();
      await stage.sql`update pool.pools set queue_limit = 20, open_requests_max = 1000000 where pool_id = ${office.pool}`;
      let refused = 0;
      const times = Math.ceil(5 * stage.scale);
      for (let time = 0; time < times; time += 1) {
        // Nobody writes: what is filed stays, until no more is taken in.
        for (let more = 0; more < 20 || refused === 0; more += 1) refused += await submitted(stage, office, 10);
        const writer = stage.scheduler();
        await stage.answered();
        await killed(writer);
      }
      return refused;
    },
  },
  {
    name: "policies growing from 10 to 10,000 rules",
    async run(stage) {
      await stage.pool.resource({ class: "staff.review", total: PLENTY });
      stage.scheduler();
      const sizes = [10, 100, 1_000, 10_000];
      for (const [at, size] of sizes.entries()) {
        await activate(stage, at + 1, size);
        await stage.file(20);
        await stage.answered();
      }
      return sizes.length;
    },
  },
  {
    name: "a hundred thousand identical claims",
    async run(stage) {
      await stage.pool.resource({ class: "staff.review", total: PLENTY });
      stage.scheduler();
      const count = Math.ceil(100_000 * stage.scale);
      for (let filed = 0; filed < count; filed += AT_ONCE_MAX) await fileAtOnce(stage, Math.min(AT_ONCE_MAX, count - filed));
      return count;
    },
  },
];

/** The release's rules and so many about registers nobody has, in force from now on. */
async function activate({ pool: { poolId: pool }, sql }: Stage, version: number, size: number): Promise<void> {
  const files = readPolicyFiles();
  if (!files.ok) throw new Error("the release's policies do not read");
  const others = Array.from({ length: size }, (_, at): PolicyRule => ({ model: "allocation", cells: ["data", `data.register-${at}`, "any", "other", "competent", "any"], effect: "deny" }));
  const rules = [...files.value.rules, ...others];
  const hash = hashRules(rules);
  await sql.begin(async (t) => {
    await t`update pool.policy_versions set state = 'superseded' where pool_id = ${pool} and state = 'active'`;
    await t`
      insert into pool.policy_versions (pool_id, version, base_version, state, reason, content_hash, proposed_by, proposed_at, approved_by, approved_at, approved_hash, activated_by, activated_at)
      values (${pool}, ${version}, ${version - 1}, 'active', 'more rules', ${hash}, gen_random_uuid(), now(), gen_random_uuid(), now(), ${hash}, gen_random_uuid(), now())`;
    await t`
      insert into pool.policy_rules (pool_id, version, ordinal, model, cells, effect)
      select ${pool}, ${version}, r.ordinal, r.rule ->> 'model', array(select jsonb_array_elements_text(r.rule -> 'cells')), r.rule ->> 'effect'
      from jsonb_array_elements(${t.json(rules as never)}::jsonb) with ordinality as r (rule, ordinal)`;
    await t`insert into pool.commands (pool_id, command, occurred_at, actor_id) values (${pool}, ${t.json({ kind: "policy.activated", version })}, now(), 'test')`;
  });
}

/** Applies so often at once. @returns how many were sent away because the queue is full; the others are filed. */
async function submitted(stage: Stage, { deps, applicant, pool }: CasePool, count: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: count }, () => submitRequest(deps, { ...applicant, poolId: pool }, pool, foodApplication())));
  let sentAway = 0;
  for (const answer of answers) {
    if (answer.ok) stage.filed += 1;
    else if (answer.problems.every(({ code, facts }) => code === "service.overloaded" && "retryAfterSeconds" in facts)) sentAway += 1;
    else throw new Error(JSON.stringify(answer.problems));
  }
  const [stored] = await stage.sql<{ n: number }[]>`select count(*)::int as n from pool.requests where pool_id = ${pool}`;
  if (stored!.n !== stage.filed) throw new Error(`${stage.filed} applications were accepted, and ${stored!.n} are stored`);
  return sentAway;
}

/** Rows one statement makes: more take longer than a statement may on a busy machine. */
const AT_ONCE_MAX = 10_000;

/** One statement: requests, steps, claims, and a command for every thousand. */
async function fileAtOnce(stage: Stage, count: number): Promise<void> {
  const pool = stage.pool.poolId;
  await stage.sql`
    with r as (
      insert into pool.requests (pool_id, number, item_code, item_version, unit_id, division_code, applicant_id, filed_by, channel, state, received_at, promised_due_at, statutory_due_at)
      select ${pool}, gen_random_uuid()::text, 'item', 1, 'market', '522301001', gen_random_uuid(), gen_random_uuid(), 'api', 'received', p.clock_at, p.clock_at + interval '5 days', p.clock_at + interval '5 days'
      from generate_series(1, ${count}) join pool.pools p on p.pool_id = ${pool}
      returning request_id, public_id, received_at, promised_due_at
    ), s as (
      insert into pool.steps (pool_id, request_id, name, ordinal, stage, mode, after, state, arrived_at, due_at, expected_minutes)
      select ${pool}, request_id, 'only', 0, 'review', 'human', '{}', 'ready', received_at, promised_due_at, 30 from r
      returning step_id, arrived_at
    ), c as (
      insert into pool.claims (pool_id, claim_id, step_id, ordinal, class_id, amount, scope, division_code, unit_id)
      select ${pool}, step_id * 64, step_id, 0, 'staff.review', 1, 'pool', '522301001', 'market' from s
    ), a as (
      insert into pool.audit_records (pool_id, occurred_at, actor_id, act, object_kind, object_id, policy_version)
      select ${pool}, received_at, 'test', 'request.submit', 'request', public_id::text, 0 from r
    )
    insert into pool.commands (pool_id, command, occurred_at, actor_id)
    select ${pool}, jsonb_build_object('kind', 'step.ready', 'steps', jsonb_agg(step_id order by step_id), 'turns', jsonb_agg(1)), min(arrived_at), 'test'
    from s group by step_id / 1000`;
  stage.filed += count;
}

/** What is left of one fault, as the tables show it. */
export interface FaultRow {
  readonly fault: string;
  readonly runs: number;
  readonly answered: number;
  /** Filed and not answered; commands that were never taken. */
  readonly lost: number;
  /** Steps that hold in two turns, or were answered twice in one. */
  readonly double: number;
  /** Periods in which more is given than there was. */
  readonly over: number;
  readonly verify: string;
}

/** Each fault on a pool of its own, one after another. */
export async function longFaults(scale: number, part: string, say: (line: string) => void): Promise<readonly FaultRow[]> {
  const directory = mkdtempSync(join(tmpdir(), "govpool-chaos-"));
  chmodSync(directory, 0o755);
  const home = join(directory, "db");
  const port = await freePort();
  const start = () => startEmbedded(home, { password: "chaos", settings: ["max_connections=200"], port });
  let server = await start();
  await migrate(server.url);
  const connection = connect(server.url, { max: 8 });
  const rows: FaultRow[] = [];
  try {
    for (const [at, fault] of LONG_FAULTS.filter(({ name }) => name.includes(part)).entries()) {
      const began = performance.now();
      const children: ChildProcess[] = [];
      const database = { ...connection, url: server.url, end: () => Promise.resolve() };
      const pool = await SmallPool.make(database, { poolId: trusted<PoolId>(`fault-${at}`) });
      const stage: Stage = {
        pool,
        sql: connection.sql,
        database,
        scale,
        url: server.url,
        filed: 0,
        scheduler: (url = server.url) => {
          const child = spawn(process.execPath, [SCHEDULER, url, String(TTL_MS)], { stdio: "ignore" });
          children.push(child);
          return child;
        },
        file: async (count) => {
          await pool.fileMany(count, { class: "staff.review", amount: 1 });
          stage.filed += count;
        },
        answered: async () => await until(async () => (await answers(connection, stage.counted)) >= stage.filed && (await untaken(connection, stage.counted)) === 0, ANSWERED_MS_MAX),
        counted: pool.poolId,
        office: async () => {
          stage.counted = trusted<PoolId>(`office-${at}`);
          return await casePool(database, stage.counted);
        },
        stopDatabase: async (how) => {
          if (how === "kill") process.kill(postmasterOf(home), "SIGKILL");
          await server.stop().catch(() => {});
        },
        startDatabase: async () => {
          server = await start();
        },
      };
      const runs = await fault.run(stage);
      await stage.answered().catch(() => {});
      for (const child of children) await killed(child);
      rows.push(await rowOf(fault.name, runs, stage, connection, server.url));
      say(`${fault.name}: ${((performance.now() - began) / 1_000).toFixed(0)} s`);
    }
  } finally {
    await connection.end();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
  return rows;
}

const answers = async ({ sql }: Connection, pool: PoolId): Promise<number> => {
  const [row] = await sql<{ n: number }[]>`select count(distinct step_id)::int as n from pool.decisions where pool_id = ${pool}`;
  return row!.n;
};

const untaken = async ({ sql }: Connection, pool: PoolId): Promise<number> => {
  const [row] = await sql<{ n: number }[]>`select count(*)::int as n from pool.commands where pool_id = ${pool} and seq is null`;
  return row!.n;
};

async function rowOf(fault: string, runs: number, { counted: pool, filed }: Stage, connection: Connection, url: string): Promise<FaultRow> {
  const answered = await answers(connection, pool);
  const [found] = await connection.sql<{ untaken: number; double: number; over: number }[]>`
    select
      (select count(*)::int from pool.commands where pool_id = ${pool} and seq is null) as untaken,
      (select count(*)::int from (
         select step_id from pool.allocations where pool_id = ${pool} and state = 'held' group by step_id having count(distinct attempt) > 1
         union all
         select step_id from pool.decisions where pool_id = ${pool} group by step_id, attempt having count(*) > 1) as twice) as double,
      (select count(*)::int from (
         select a.resource_id, a.period, max(a.capacity) as capacity,
                sum(case a.state when 'held' then a.amount else a.settled_amount end) as used
         from pool.allocations a where a.pool_id = ${pool} group by a.resource_id, a.period) as cells
       where used > capacity) as over`;
  const verdict = await verify(url, pool);
  const broken = verdict.checks.filter(({ ok }) => !ok).map(({ name }) => name);
  return {
    fault,
    runs,
    answered,
    lost: filed - answered + found!.untaken,
    double: found!.double,
    over: found!.over,
    verify: broken.length === 0 ? "sound" : broken.join(", "),
  };
}

const postmasterOf = (home: string): number => Number(readFileSync(join(home, "postmaster.pid"), "utf8").split("\n")[0]);

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGKILL");
  await exited;
}

export const isSound = ({ lost, double, over, verify: said }: FaultRow): boolean => lost === 0 && double === 0 && over === 0 && said === "sound";

/** fault · runs · answered · lost · double · over · verify */
export function faultTable(rows: readonly FaultRow[]): string {
  const wide = Math.max(...rows.map(({ fault }) => fault.length));
  const line = (cells: readonly (string | number)[]): string => cells.map((cell, at) => (at === 0 ? String(cell).padEnd(wide) : String(cell).padStart(at === 6 ? 0 : 9))).join("  ");
  return [line(["fault", "runs", "answered", "lost", "double", "over", "verify"]), ...rows.map((row) => line([row.fault, row.runs, row.answered, row.lost, row.double, row.over, row.verify]))].join("\n");
}
