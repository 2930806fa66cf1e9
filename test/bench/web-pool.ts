import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { newPerson } from "../../src/app/identity/new-person.js";
import { hashSecret, newSecret } from "../../src/app/identity/secret.js";
import { TOKEN_PREFIX } from "../../src/app/identity/tokens.js";
import type { FormField, ItemGuide } from "../../src/domain/catalogue/item.js";
import type { PersonId, PoolId } from "../../src/domain/id.js";
import { compose, type Composition } from "../../src/main/compose.js";
import { readConfig } from "../../src/main/config.js";
import { freePort } from "../../src/main/embedded-postgres.js";
import { loadPool } from "../../src/main/load.js";
import { createLog } from "../../src/main/log.js";
import type { BenchDatabase } from "./database.js";
import { say, secondsSince } from "./figure.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What is asked for, where, and how often, as the sample declares it. */
export interface Demand {
  readonly item: ItemGuide;
  readonly division: string;
  readonly perYear: number;
}

export interface Applicant {
  readonly personId: PersonId;
  readonly token: string;
}

/** The sample prefecture with many applicants, behind a web process of the product as an operator starts it. */
export interface WebPool {
  readonly poolId: PoolId;
  readonly port: number;
  readonly pid: number;
  readonly demand: readonly Demand[];
  readonly applicants: readonly Applicant[];
  readonly composition: Composition;
  end(): Promise<void>;
}

export interface StartedComposition {
  readonly poolId: PoolId;
  readonly composition: Composition;
  /** What a process needs to serve the same pool. */
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  end(): Promise<void>;
}

/** The product put together as `main/` does, in this process, with the sample prefecture loaded. */
export async function startComposition(database: BenchDatabase): Promise<StartedComposition> {
  const home = mkdtempSync(join(tmpdir(), "govpool-bench-home-"));
  const port = await freePort();
  const env = { DATABASE_URL: database.url, GOVPOOL_HOME: home, GOVPOOL_MASTER_KEY: randomBytes(32).toString("base64"), LOG_LEVEL: "error", PORT: String(port), GOVPOOL_DEMO: "0" };
  const config = readConfig(env);
  const composition = compose(database.url, config, createLog(config));
  const loaded = await loadPool(composition.deps, join(ROOT, "resources"), { task: "bench" });
  if (!loaded.ok) throw new Error(`the sample cannot be loaded: ${JSON.stringify(loaded.problems.slice(0, 3))}`);
  composition.deps.pools.forget();
  return {
    poolId: loaded.value.poolId,
    composition,
    env,
    port,
    end: async () => {
      await composition.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** @param role `web`: intake and pages alone · `all`: with the writer beside them. */
export async function startWebPool(database: BenchDatabase, role: "web" | "all", persons: number): Promise<WebPool> {
  const began = performance.now();
  const { poolId, composition, env, port, end } = await startComposition(database);
  const applicants = await makeApplicants(composition, poolId, persons);
  await database.sql`analyze`;
  const demand = await readDemand(composition, poolId);

  const server: ChildProcess = spawn(process.execPath, [...process.execArgv, join(ROOT, "dist/main/govpool.js"), "serve", "--role", role], { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "inherit"] });
  const exited = once(server, "exit");
  await untilAnswers(port, exited);
  say(`  sample prefecture with ${demand.length} items and places asked for, and ${persons} applicants, web process up after ${secondsSince(began).toFixed(1)} s`);
  return {
    poolId,
    port,
    pid: server.pid!,
    demand,
    applicants,
    composition,
    end: async () => {
      server.kill("SIGTERM");
      await exited;
      await end();
    },
  };
}

async function makeApplicants({ deps }: Composition, poolId: PoolId, count: number): Promise<Applicant[]> {
  return await deps.store.transact(poolId, async (tx) => {
    const made = Array.from({ length: count }, (_, at) => ({ person: newPerson(deps.vault, { name: `申请人${at}` }), token: newSecret(TOKEN_PREFIX) }));
    await Promise.all(
      made.map(async ({ person, token }) => {
        await tx.people.insert(person);
        await tx.people.insertToken({ secretHash: hashSecret(token), personId: person.personId, label: "bench", lifeMs: 86_400_000 });
      }),
    );
    return made.map(({ person, token }) => ({ personId: person.personId, token }));
  });
}

async function readDemand({ deps }: Composition, poolId: PoolId): Promise<Demand[]> {
  const { rows } = await deps.store.read(poolId).items.list({}, { limit: 1_000 });
  const guides = new Map(rows.map(({ guide }) => [guide.item as string, guide]));
  const lines = readFileSync(join(ROOT, "resources/sample-prefecture/demand.csv"), "utf8").trim().split(/\r?\n/).slice(1);
  return lines.flatMap((line) => {
    const [code = "", division = "", perYear = ""] = line.split(",");
    const item = guides.get(code);
    return item?.audience.includes("person") ? [{ item, division, perYear: Number(perYear) }] : [];
  });
}

/** An application that passes the item's form; what it says means nothing. */
export function applicationFor({ item, division }: Demand): string {
  return JSON.stringify({
    item: item.item,
    division,
    answers: Object.fromEntries(item.form.filter(({ required }) => required).map((field) => [field.field, answerTo(field, division)])),
    materials: item.materials.filter(({ source, waived }) => source === "applicant" && !waived).map(({ material }) => material),
  });
}

function answerTo({ type, options }: FormField, division: string): string {
  switch (type) {
    case "number":
      return "1";
    case "date":
      return "2026-01-05";
    case "choice":
      return options?.[0]?.value ?? "";
    case "division":
      return division;
    case "phone":
      return "13800000000";
    case "id-number":
      return "522301199001010006";
    case "text":
    case "textarea":
      return "兴义市桔山街道";
  }
}

async function untilAnswers(port: number, exited: Promise<unknown>): Promise<void> {
  let gone = false;
  void exited.then(() => (gone = true));
  for (;;) {
    if (gone) throw new Error("the web process ended; see its words above");
    const up = await fetch(`http://127.0.0.1:${port}/healthz`).then(() => true, () => false);
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
