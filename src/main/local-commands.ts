import type { Command } from "commander";
import { grantRole } from "../app/identity/grant-role.js";
import { invitePerson } from "../app/identity/invite-person.js";
import { trusted, type PoolId } from "../domain/id.js";
import { isPoolRole, POOL_ROLES, type Actor } from "../domain/policy/subject.js";
import type { Problem } from "../domain/problem.js";
import type { Result } from "../domain/result.js";
import { migrate } from "../postgres/migrate.js";
import { mainText } from "../text/main.js";
import { problemTitle, problemTodo } from "../text/problems.js";
import { say, type Bilingual, type Facts } from "../text/text.js";
import { verify, type Finding } from "../verify/verify.js";
import type { ImportFlags } from "../cli/import.js";
import { baseUrlOf, compose, type Composition } from "./compose.js";
import { ConfigError, readConfig, type Config } from "./config.js";
import { borrowDatabase } from "./database.js";
import { importCatalogue, isForeignCatalogue, type CatalogueOptions } from "./import-catalogue.js";
import { createLog } from "./log.js";
import { policyCommand } from "./policy-command.js";

type Print = (line: string) => void;

/** Commands that work on the database itself, beside a running `serve` or without one. */
export function registerLocalCommands(program: Command, done: (code: number) => void, print: Print = console.log): void {
  program
    .command("verify")
    .description("read the database a second time, by rules of its own; exit 1 and the rows on any difference")
    .option("--pool <pool>", "only this pool")
    .option("-o, --output <form>", "table or json", "table")
    .action(async (options: { pool?: string; output: string }) => {
      const config = readConfig(process.env);
      done(await onDatabase(config, (url) => verifyCommand(url, options, config, print)));
    });

  const policy = program.command("policy").description("the release's rules, cases and matrix");
  policy
    .command("test")
    .description("run the cases and compare the matrix")
    .action(() => done(policyCommand({ write: false, language: readConfig(process.env).language }, print)));
  policy
    .command("matrix")
    .description("write the matrix anew")
    .action(() => done(policyCommand({ write: true, language: readConfig(process.env).language }, print)));

  program
    .command("admin")
    .description("people who run pools")
    .command("create")
    .description("make an administrator and print a link that works once")
    .requiredOption("--name <name>", "the person's name")
    .option("--login <login>", "what they type to sign in", "admin")
    .option("--role <role>", POOL_ROLES.join(", "), "pool-admin")
    .option("--pool <pool>", "where there is more than one")
    .action(async (options: AdminOptions) => {
      const config = readConfig(process.env);
      done(await onDatabase(config, (url) => withComposition(url, config, (made) => createAdmin(made, options, config, print))));
    });
}

/** `import` is remote, except for a foreign catalogue: that makes a pool, which only the operator may. */
export function registerImport(program: Command, done: (code: number) => void, remote: (kind: string, file: string, flags: ImportFlags) => Promise<void>, print: Print = console.log): void {
  program
    .command("import <kind> <file>")
    .description("a table of units, resources, assets or items; a service portal's catalogue of items; `revert ID` takes one back")
    .option("--server <url>", "where the server is (GOVPOOL_SERVER)")
    .option("--token <token>", "personal access token (GOVPOOL_TOKEN)")
    .option("--pool <pool>", "which pool, when there are several (GOVPOOL_POOL)")
    .option("--lang <language>", "zh or en")
    .option("--unit <unit>", "whose list it is")
    .option("--retire-absent", "retire what the list leaves out")
    .option("--skip-bad", "leave bad rows out instead of refusing the table")
    .option("--bad-rows <file>", "where bad rows go (FILE.bad.csv)")
    .option("--dry-run", "say what would change, and change nothing")
    .option("--into <pool>", "catalogue: the pool to make")
    .option("--division <code>", "catalogue: its area, when the table names none")
    .option("--like <pool>", "catalogue: the pool whose classes and calendars to begin with")
    .option("--seed <number>", "catalogue: of the guessed volumes", "1")
    .option("-o, --output <form>", "table or json", "table")
    .action(async (kind: string, file: string, options: CatalogueOptions & ImportFlags) => {
      if (kind !== "items" || !(await isForeignCatalogue(file).catch(() => false))) return remote(kind, file, options);
      const config = readConfig(process.env);
      done(await onDatabase(config, (url) => withComposition(url, config, (made) => importCatalogue(made, file, options, config, print))));
    });
}

async function onDatabase<T>(config: Config, work: (url: string) => Promise<T>): Promise<T> {
  const log = createLog(config);
  const database = await borrowDatabase(config, (line) => log.debug({ part: "postgres" }, line));
  try {
    await migrate(database.url);
    return await work(database.url);
  } finally {
    await database.stop();
  }
}

async function withComposition<T>(url: string, config: Config, work: (made: Composition) => Promise<T>): Promise<T> {
  const made = compose(url, config, createLog(config));
  try {
    return await work(made);
  } finally {
    await made.close();
  }
}

async function verifyCommand(url: string, { pool, output }: { pool?: string; output: string }, { language }: Config, print: Print): Promise<number> {
  const verdict = await verify(url, pool);
  if (output === "json") {
    print(JSON.stringify(verdict, null, 2));
    return verdict.ok ? 0 : 1;
  }
  const t = (entry: Bilingual, facts?: Facts): string => say(language, entry, facts);
  const widest = Math.max(...verdict.checks.map(({ name }) => name.length));
  for (const { name, ok, rows, more } of verdict.checks) {
    print(`${name.padEnd(widest)}  ${t(mainText[ok ? "verify.ok" : "verify.differs"])}`);
    for (const row of rows) print(`    ${JSON.stringify(row)}`);
    if (more) print(`    ${t(mainText["verify.more"])}`);
  }
  const failed = verdict.checks.filter((check: Finding) => !check.ok).length;
  print("");
  print(failed === 0 ? t(mainText["verify.passed"], { count: verdict.checks.length }) : t(mainText["verify.failed"], { count: failed }));
  return verdict.ok ? 0 : 1;
}

interface AdminOptions {
  readonly name: string;
  readonly login: string;
  readonly role: string;
  readonly pool?: string;
}

async function createAdmin({ deps }: Composition, { name, login, role, pool: wished }: AdminOptions, config: Config, print: Print): Promise<number> {
  const t = (entry: Bilingual, facts?: Facts): string => say(config.language, entry, facts);
  const refuse = (problems: readonly Problem[]): number => {
    for (const one of problems) print(`${one.field === undefined ? "" : `${one.field}: `}${problemTitle(config.language, one)} ${problemTodo(config.language, one)}`);
    return 1;
  };
  if (!isPoolRole(role)) throw new ConfigError(t(mainText["admin.role_unknown"], { role, roles: POOL_ROLES.join(", ") }));
  const pools = (await deps.pools.list()).filter(({ sandbox }) => !sandbox);
  const pool = wished ?? (pools.length === 1 ? pools[0]?.id : undefined);
  if (pool === undefined || !pools.some(({ id }) => id === pool)) throw new ConfigError(t(mainText["admin.no_pool"], { pools: pools.map(({ id }) => id).join(", ") }));

  const poolId = trusted<PoolId>(pool);
  const operator: Actor = { kind: "system", poolId, task: "admin create" };
  const invited = await invitePerson(deps, operator, poolId, { name, loginName: login });
  if (!invited.ok) return refuse(invited.problems);
  const granted: Result<unknown> = await grantRole(deps, operator, poolId, invited.value.personId, { role });
  if (!granted.ok) return refuse(granted.problems);
  print(t(mainText["admin.created"], { name, role, login }));
  print(t(mainText["admin.link"]));
  print(`${baseUrlOf(config)}/set-password/${invited.value.secret}`);
  return 0;
}
