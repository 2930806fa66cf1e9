import type { Command } from "commander";
import { CallRefused } from "./call.js";
import { guard, talking } from "./commands.js";
import type { Io } from "./io.js";
import type { PlanFlags } from "./plan.js";

/** Acts on one kind of thing, which print what became of it. */
const acting =
  (above: Command) =>
  (name: string, description: string): Command =>
    talking(above, name, description).option("-o, --output <form>", "table or json", "table");

/** `govpool plan propose|try|consent|approve|apply|refuse|withdraw`: the life of a plan, each act by its own person. */
export function registerPlanActs(plan: Command, done: (code: number) => void, io: Io): void {
  const act = acting(plan);
  const guarded = guard(done, io);
  const post = (path: string, bodyOf: (flags: PlanFlags) => Record<string, unknown> | undefined) =>
    guarded(async (id: string, flags: PlanFlags) => (await import("./plan.js")).actOnPlan(io, id, path, bodyOf(flags), flags));

  act("propose", "draft a plan from a file and propose it; or, with --goal, let the optimiser look for one, which stays a draft")
    .option("-f, --file <file>", "YAML or JSON: title, goal, loans")
    .option("--draft", "keep it as a draft")
    .option("--goal <goal>", "breaches, wait or evenness; or weights: breaches=10,wait=1,evenness=5")
    .action(
      guarded(async (flags: PlanFlags) => {
        const cli = await import("./plan.js");
        if (flags.goal !== undefined && flags.file === undefined) return cli.search(io, { ...flags, goal: flags.goal });
        if (flags.file !== undefined && flags.goal === undefined) return cli.propose(io, { ...flags, file: flags.file });
        throw new CallRefused(["plan propose: -f FILE | --goal GOAL"], "usage");
      }),
    );
  act("submit <id>", "propose a draft that is there").action(post("proposal", () => undefined));
  act("try <id>", "play it beside the pool as it is, on a copy").action(post("trial", () => undefined));
  act("consent <id>", "the lender's head agrees to exactly the content that was seen")
    .requiredOption("--unit <unit>", "the lending unit")
    .requiredOption("--hash <hash>", "of the content that was seen")
    .action(post("consents", ({ unit, hash }) => ({ unit, hash })));
  act("approve <id>", "a second person approves exactly the content that was seen").requiredOption("--hash <hash>", "of the content that was seen").action(post("approval", ({ hash }) => ({ hash })));
  act("apply <id>", "hand an approved plan's loans to the scheduler").requiredOption("--hash <hash>", "of the content that was seen").action(post("application", ({ hash }) => ({ hash })));
  act("take-back <id>", "undo an applied plan: recall each of its loans with notice").requiredOption("--grounds <text>", "why: all units concerned read it").action(post("taking-back", ({ grounds }) => ({ grounds })));
  act("refuse <id>", "refuse it, and say why").requiredOption("--reason <text>", "as its author will read it").action(post("refusal", ({ reason }) => ({ reason })));
  act("withdraw <id>", "withdraw one that was not applied").action(post("withdrawal", () => undefined));
}

/** `govpool task-force create|consent|approve|refuse|withdraw|dissolve`: each act by its own person. */
export function registerTaskForce(program: Command, done: (code: number) => void, io: Io): void {
  const force = program.command("task-force").description("virtual offices of several units' resources");
  const guarded = guard(done, io);
  const act = acting(force);
  const post = (path: string, bodyOf: (flags: PlanFlags) => Record<string, unknown> | undefined) =>
    guarded(async (id: string, flags: PlanFlags) => (await import("./task-force.js")).actOnTaskForce(io, id, path, bodyOf(flags), flags));

  act("create", "propose one from a file")
    .requiredOption("-f, --file <file>", "YAML or JSON: taskForce, names, basis, until, members, items")
    .action(guarded(async (flags: PlanFlags & { file: string }) => (await import("./task-force.js")).create(io, flags)));
  act("consent <id>", "a member's head agrees").requiredOption("--unit <unit>", "the member").action(post("consents", ({ unit }) => ({ unit })));
  act("approve <id>", "a second person approves: it takes cases from now on").action(post("approval", () => undefined));
  act("refuse <id>", "refuse it, and say why").requiredOption("--reason <text>", "as its author will read it").action(post("refusal", ({ reason }) => ({ reason })));
  act("withdraw <id>", "take a proposal back").action(post("withdrawal", () => undefined));
  act("dissolve <id>", "end it: cases go to their lead organs, resources go back").requiredOption("--reason <text>", "as all members will read it").action(post("dissolution", ({ reason }) => ({ reason })));
}

/** `govpool agreement propose|renew|approve|refuse|withdraw|suspend|resume|end`: what enterprises and associations serve under. */
export function registerAgreement(program: Command, done: (code: number) => void, io: Io): void {
  const agreement = program.command("agreement").description("what enterprises and associations serve under");
  const guarded = guard(done, io);
  const act = acting(agreement);
  const post = (path: (flags: PlanFlags) => string, bodyOf: (flags: PlanFlags) => Record<string, unknown> | undefined) =>
    guarded(async (id: string, flags: PlanFlags) => (await import("./agreement.js")).actOnAgreement(io, id, path(flags), bodyOf(flags), flags));
  const reasoned = (name: string, description: string, path: string): void => void act(`${name} <id>`, description).requiredOption("--reason <text>", "as both parties will read it").action(post(() => path, ({ reason }) => ({ reason })));
  const onVersion = (name: string, description: string): Command => act(`${name} <id>`, description).requiredOption("--version-number <n>", "which version");

  act("propose", "propose one, or the next version of one, from a file")
    .requiredOption("-f, --file <file>", "YAML or JSON: agreement, names, provider, purchaser, instrument, from, until, divisions, classes")
    .action(guarded(async (flags: PlanFlags & { file: string }) => (await import("./agreement.js")).propose(io, flags)));
  act("renew <id>", "propose the same with another end").requiredOption("--until <date>", "the first day on which it does not hold").action(post(() => "renewal", ({ until }) => ({ until })));
  onVersion("approve", "a second person approves a version").action(post(({ versionNumber }) => `versions/${versionNumber ?? ""}/approval`, () => undefined));
  onVersion("refuse", "refuse a version, and say why").requiredOption("--reason <text>", "as its author will read it").action(post(({ versionNumber }) => `versions/${versionNumber ?? ""}/refusal`, ({ reason }) => ({ reason })));
  onVersion("withdraw", "take a proposed version back").action(post(({ versionNumber }) => `versions/${versionNumber ?? ""}/withdrawal`, () => undefined));
  reasoned("suspend", "nothing is offered under it until it is resumed", "suspension");
  act("resume <id>", "it serves again").action(post(() => "resumption", () => undefined));
  reasoned("end", "end it before its time, after its days of notice", "ending");
}
