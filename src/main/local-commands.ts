import type { Command } from "commander";
import { CallRefused } from "../cli/call.js";
import { guard } from "../cli/commands.js";
import type { ImportFlags } from "../cli/import.js";
import { registerPolicyActs } from "../cli/policy.js";
import { registerAgreement, registerPlanActs, registerTaskForce } from "../cli/plan-commands.js";
import { processIo, type CommonFlags, type Io } from "../cli/io.js";
import { POOL_ROLES } from "../domain/policy/subject.js";
import { say, type Language } from "../text/text.js";
import { whatIfText } from "../text/what-if.js";
import type { AdminOptions } from "./admin-command.js";
import { readConfig } from "./config.js";
import type { CatalogueOptions } from "./import-catalogue.js";
import type { Output } from "./output.js";
import type { RehearseOptions } from "./rehearse-command.js";
import type { InstanceOptions } from "./solve-instances.js";

type Print = (line: string) => void;

/** Commands that work on the database itself, beside a running `serve` or without one. */
export function registerLocalCommands(program: Command, done: (code: number) => void, output: Output, print: Print = console.log): void {
  program
    .command("verify")
    .description("read the database a second time, by rules of its own; exit 1 and the rows on any difference")
    .option("--pool <pool>", "only this pool")
    .option("-o, --output <form>", "table or json", "table")
    .action(async (options: { pool?: string; output: string }) => {
      const [{ onDatabase }, { verifyCommand }] = await Promise.all([import("./on-database.js"), import("./verify-command.js")]);
      const config = readConfig(process.env);
      done(await onDatabase(config, (url) => verifyCommand(url, options, config, print)));
    });

  program
    .command("story")
    .description("a flood in a small prefecture, played with the pool and without, ending with verify; on a database of its own")
    .argument("<name>", "flood")
    .option("--short", "fewer days")
    .option("--serve", "a page to watch it on while it plays")
    .option("--pace <seconds>", "with --serve: rest between two moments of the story", "2")
    .action(async (_name: string, options: { short?: boolean; serve?: boolean; pace: string }) => {
      const { storyCommand } = await import("./story/command.js");
      const paceMs = options.serve === true ? Math.max(0, Number(options.pace) || 0) * 1_000 : undefined;
      done(await storyCommand(readConfig(process.env), { short: options.short === true, paceMs }, output.orderly(print)));
    });

  const policy = program.command("policy").description("the release's rules, cases and matrix; and, of a pool, what its own rules never heard of");
  policy
    .command("test")
    .description("run the cases and compare the matrix")
    .action(async () => done((await import("./policy-command.js")).policyCommand({ write: false, language: readConfig(process.env).language }, print)));
  policy
    .command("matrix")
    .description("write the matrix anew")
    .action(async () => done((await import("./policy-command.js")).policyCommand({ write: true, language: readConfig(process.env).language }, print)));
  registerPolicyActs(policy, done, processIo);

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
      const [{ onComposition }, { createAdmin }] = await Promise.all([import("./on-database.js"), import("./admin-command.js")]);
      const config = readConfig(process.env);
      done(await onComposition(config, (made) => createAdmin(made, options, config, print)));
    });
}

/** `simulate` on a folder of declarations, or on two results, needs no server. */
export function registerSimulate(program: Command, done: (code: number) => void, io: Io = processIo): void {
  program
    .command("simulate [files...]")
    .description("what would be if: play a scenario on a copy of a pool, by the same engine, beside the pool as it is")
    .option("--server <url>", "where the server is (GOVPOOL_SERVER)")
    .option("--token <token>", "personal access token (GOVPOOL_TOKEN)")
    .option("--pool <pool>", "which pool, when there are several (GOVPOOL_POOL)")
    .option("--folder <folder>", "on the pool that a folder of declarations makes, without a server")
    .option("--diff", "compare two results (what -o json printed)")
    .option("--lang <language>", "zh or en")
    .option("-o, --output <form>", "table, json or csv", "table")
    .action(
      guard(done, io)(async (files: readonly string[], options: SimulateOptions) => {
        const language = options.lang ?? readConfig(process.env).language;
        const [first, second] = files;
        if (options.diff === true && first !== undefined && second !== undefined) {
          (await import("../cli/what-if/diff.js")).diffResults(io, language, [first, second]);
          return 0;
        }
        if (first === undefined || options.diff === true) throw new CallRefused([say(language, whatIfText["usage"])], "usage");
        if (options.folder === undefined) return await (await import("../cli/what-if/simulate.js")).simulate(io, first, options);
        return await (await import("./simulate-command.js")).simulateCommand(io, first, { folder: options.folder, output: options.output }, language);
      }),
    );
}

interface SimulateOptions extends CommonFlags {
  readonly folder?: string;
  readonly diff?: boolean;
  readonly output: string;
}

/** `plan --instance` solves a published file, so that everybody can see how good the optimiser is: no pool, no server. */
export function registerPlan(program: Command, done: (code: number) => void, io: Io = processIo): void {
  const plan = program
    .command("plan")
    .description("plans to lend capacity; or, with --instance, the optimiser on a published instance of the generalised assignment problem")
    .enablePositionalOptions()
    .option("--instance <file>", "OR-Library's text format")
    .option("--minimise", "values are costs (gapa to gape; else told from the file's name and numbers)")
    .option("--maximise", "values are profits (gap1 to gap12)")
    .option("--seconds <n>", "for all instances of the file together", "25")
    .option("--lang <language>", "zh or en")
    .action(
      guard(done, io)(async ({ instance, lang, ...options }: InstanceOptions & { readonly instance?: string; readonly lang?: Language }) => {
        if (instance !== undefined) return (await import("./solve-instances.js")).solveInstances(io, instance, options, lang ?? readConfig(process.env).language);
        io.err(plan.helpInformation());
        return 1;
      }),
    );
  registerPlanActs(plan, done, io);
  plan
    .command("rehearse <scenario>")
    .description("make a plan for a declared pool that was busy for a while, and play what it predicts beside what another draw of the same demand brings: no server")
    .requiredOption("--folder <folder>", "the declarations")
    .option("--goal <goal>", "breaches, wait or evenness", "breaches")
    .option("--lead <days>", "days of the scenario before the plan is made", "14")
    .option("--came <seed>", "the draw of what comes", "2")
    .option("--lang <language>", "zh or en")
    .option("-o, --output <form>", "table or json", "table")
    .action(
      guard(done, io)(async (file: string, options: RehearseOptions & { readonly lang?: Language }) => (await import("./rehearse-command.js")).rehearseCommand(io, file, options, options.lang ?? readConfig(process.env).language)),
    );
  registerTaskForce(program, done, io);
  registerAgreement(program, done, io);
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
      const { importCatalogue, isForeignCatalogue } = await import("./import-catalogue.js");
      if (kind !== "items" || !(await isForeignCatalogue(file).catch(() => false))) return remote(kind, file, options);
      const { onComposition } = await import("./on-database.js");
      const config = readConfig(process.env);
      done(await onComposition(config, (made) => importCatalogue(made, file, options, config, print)));
    });
}
