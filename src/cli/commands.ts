import type { Command } from "commander";
import { CallRefused } from "./call.js";
import type { ImportFlags } from "./import.js";
import { processIo, type CommonFlags, type Io } from "./io.js";

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** A command beneath another that talks to a server. */
export const talking = (above: Command, name: string, description: string): Command =>
  above
    .command(name)
    .description(description)
    .option("--server <url>", "where the server is (GOVPOOL_SERVER)")
    .option("--token <token>", "personal access token (GOVPOOL_TOKEN)")
    .option("--pool <pool>", "which pool, when there are several (GOVPOOL_POOL)")
    .option("--lang <language>", "zh or en");

/** Commands that talk to a server through the typed client; each loads its own code when it runs. */
export function registerRemoteCommands(program: Command, done: (code: number) => void, io: Io = processIo): void {
  const remote = (name: string, description: string): Command => talking(program, name, description);
  const guarded = guard(done, io);

  remote("login", "sign in, or say who you are")
    .option("--as <person>", "demo mode: a prepared person")
    .action(guarded(async (flags: CommonFlags & { as?: string }) => (await import("./login.js")).login(io, flags)));

  remote("get <noun> [name]", "list things, or read one")
    .option("-o, --output <form>", "table, wide, json or yaml (agreements, reorganisations, task-forces, standing-limits, plans: as they are read again with -f); csv where there is a file (pressure, figures, units)", "table")
    .option("-l, --limit <rows>", "rows at most", "50")
    .option("-a, --all", "every page")
    .option("-u, --unit <unit>", "only what is this unit's; for work: whose desk")
    .option("-c, --class <class>", "only this class")
    .option("-d, --division <code>", "only this county")
    .option("--from <date>", "first day")
    .option("--to <date>", "last day, included")
    .option("-f, --filter <name=value>", "a query parameter of the list; may be repeated", collect, [])
    .action(guarded(async (noun: string, name: string | undefined, flags: import("./get.js").GetFlags) => (await import("./get.js")).get(io, noun, name, flags)));

  remote("describe <noun> <name>", "everything about one thing")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (noun: string, name: string, flags: CommonFlags & { output: string }) => (await import("./describe.js")).describe(io, noun, name, flags)));

  remote("submit <item>", "apply for an item of the catalogue")
    .requiredOption("-d, --division <code>", "where the matter is")
    .option("-s, --set <field=value>", "an answer of the item's form; may be repeated", collect, [])
    .option("-m, --material <name>", "a paper that is ready; may be repeated", collect, [])
    .option("--enterprise <creditCode>", "the enterprise it is filed for")
    .option("--key <key>", "names this submission: a second one with the same key and content changes nothing")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (item: string, flags: import("./submit.js").SubmitFlags) => (await import("./submit.js")).submit(io, item, flags)));

  remote("explain <request>", "why each step of a request got what it got, waits, or was refused")
    .option("--order", "how many are before it, and on which grounds")
    .option("--before <request>", "why that one is before it, or is not")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (request: string, flags: import("./explain.js").ExplainFlags) => (await import("./explain.js")).explain(io, request, flags)));

  remote("statement", "what a unit used or supplied, or what somebody's requests used; equals the ledger")
    .option("-u, --unit <unit>", "what this unit used")
    .option("-s, --supplier <unit>", "what was used of this unit's resources")
    .option("--applicant <who>", "me, an enterprise's credit code, or a person's id")
    .option("--from <date>", "first day; default: the first of this month")
    .option("--to <date>", "last day, included; default: the last of that month")
    .option("-b, --by <what>", "told apart by: period, unit, supplier, item, applicant, request; with commas", "")
    .option("--period <length>", "day, month or year", "month")
    .option("-o, --output <form>", "table, json or csv", "table")
    .action(guarded(async (flags: import("./statement.js").StatementFlags) => (await import("./statement.js")).statement(io, flags)));

  remote("offers", "what could be claimed now: complete alternatives for what a file asks")
    .requiredOption("-f, --file <file>", "YAML or JSON: unit, claims, limit …")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (flags: import("./claim.js").OffersFlags) => (await import("./claim.js")).offers(io, flags)));

  remote("claim [act] [id]", "claim capacity without a request; or confirm or release a claim")
    .option("-f, --file <file>", "YAML or JSON: unit, title, claims, holdMinutes …")
    .option("--offer <number>", "take this one of the offers for what the file asks")
    .option("--key <key>", "names this claim: a second one with the same key and content changes nothing")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (act: string | undefined, id: string | undefined, flags: import("./claim.js").ClaimFlags) => (await import("./claim.js")).claim(io, act, id, flags)));

  remote("annul <request>", "take back a number set by law that a request was granted")
    .requiredOption("--basis <law>", "law and article that allow it")
    .requiredOption("--grounds <text>", "why, as the applicant will read it")
    .option("--step <step>", "which step, when several were granted a number")
    .option("--key <key>", "names this act: a second one with the same key and content changes nothing")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (request: string, flags: import("./annul.js").AnnulFlags) => (await import("./annul.js")).annul(io, request, flags)));

  for (const [name, kind, description] of [
    ["drain", "drain", "out of service for some days: what is held there and not begun is moved, at its time if others can"],
    ["cordon", "cordon", "gives nothing new for some days; what is held stays"],
    ["fail", "failover", "it broke: out of service from now, and what is held there is moved"],
  ] as const) {
    remote(`${name} <target...>`, `units, resources or assets, all of them or none: ${description}`)
      .requiredOption("--reason <text>", "why")
      .option("--as <kind>", "unit, resource or asset, when several have the name")
      .option("--from <date>", "first day; default: now")
      .option("--to <date>", "last day; default: until it is lifted")
      .option("--ground <text>", "why it goes before dates that law sets")
      .option("--key <key>", "names this act: a second one with the same key and content changes nothing")
      .option("-o, --output <form>", "table or json", "table")
      .action(guarded(async (targets: readonly string[], flags: import("./drain.js").DrainFlags) => (await import("./drain.js")).drain(io, kind, targets, flags)));
  }

  remote("undrain <drain>", "by its number or by what was drained: back in service; what was moved stays where it is")
    .requiredOption("--reason <text>", "why")
    .option("--key <key>", "names this act: a second one with the same key and content changes nothing")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (id: string, flags: import("./drain.js").DrainFlags) => (await import("./drain.js")).undrain(io, id, flags)));

  for (const [act, does] of [["recall", "take back what a unit lent, with notice"], ["return", "give back what a unit borrowed"]] as const) {
    remote(`${act} <loan>`, does)
      .requiredOption("--grounds <text>", "why: both units read it")
      .option("--from <day>", "the first day that is the lender's again")
      .option("--amount <n>", "of each period, and the rest stays lent; otherwise all of it")
      .option("--key <key>", "names this act: a second one with the same key and content changes nothing")
      .option("-o, --output <form>", "table or json", "table")
      .action(guarded(async (loan: string, flags: import("./bring-back.js").BringBackFlags) => (await import("./bring-back.js")).bringBack(io, act, loan, flags)));
  }

  remote("renew <loan>", "draft the plan that lets a loan go on after its last day")
    .requiredOption("--to <day>", "the last day of the renewal")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (loan: string, flags: import("./bring-back.js").RenewFlags) => (await import("./bring-back.js")).renew(io, loan, flags)));

  remote("release <claim>", "give back what a direct claim holds")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (id: string, flags: import("./claim.js").ClaimFlags) => (await import("./claim.js")).release(io, id, flags)));

  remote("replay <file>", "feed a trace of requests through a sandbox of the pool, and tell what became of it")
    .option("--speed <times>", "pool time over real time, or max", "max")
    .option("--limit <rows>", "only the first requests of the trace")
    .option("--load <percent>", "of declared capacity", "85")
    .option("--seed <number>", "of the mapping", "1")
    .option("--start <date>", "begin on the Monday on or after this date")
    .option("--follow <days>", "working days that requests are followed after the last one came", "10")
    .option("--demand <file>", "what is asked of the items: item,division,per_year")
    .option("--silo", "again with every unit on its own; two columns")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (file: string, flags: import("./replay/replay.js").ReplayFlags) => (await import("./replay/replay.js")).replay(io, file, flags)));

  remote("merge-unit <from...>", "draft a merger of units into another: resources, running work and history go along once a second person commits it")
    .requiredOption("--into <unit>", "who carries on")
    .requiredOption("--basis <text>", "the decision or law it rests on")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (from: readonly string[], flags: import("./reorganise.js").MergeFlags) => (await import("./reorganise.js")).mergeUnits(io, from, flags)));

  remote("rename-unit <unit>", "draft that a unit goes on under another id, and other names; a second person commits it")
    .requiredOption("--to <unit>", "its new id")
    .option("--name-zh <name>", "its new name in Chinese")
    .option("--name-en <name>", "its new name in English")
    .requiredOption("--basis <text>", "the decision or law it rests on")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (unit: string, flags: import("./reorganise.js").MergeFlags) => (await import("./reorganise.js")).mergeUnits(io, [unit], flags)));

  remote("reorganise [act] [name]", "draft a reform from a file, or change the draft; see its effect, export it, commit what another person drafted, withdraw it, roll it back")
    .option("-f, --file <file>", "YAML: kind: Reorganisation")
    .option("--at <time>", "commit: when it takes effect; default: now")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (act: string | undefined, name: string | undefined, flags: import("./reorganise.js").ReorganiseFlags) => (await import("./reorganise.js")).reorganise(io, act, name, flags)));

  remote("contest <act> [id]", "whose a matter is: open a contest, state a unit's view, rule on one")
    .option("--unit <unit>", "open, state: who speaks")
    .option("--against <units>", "open: the other side, with commas")
    .option("--item <item>", "open: the item")
    .option("--class <class>", "open: or a class of functions")
    .option("--division <division>", "open: where")
    .option("--request <id>", "open: or one request only")
    .option("--claims", "open, state: it is the unit's own")
    .option("--declines", "open, state: it is not")
    .option("--statement <text>", "open, state: the reasons")
    .option("--days <number>", "open: working days to agree, where a law sets another number than seven")
    .option("--days-basis <text>", "open: that law")
    .option("--to <unit>", "rule: whose it is")
    .option("--as-before", "rule: take the ruling back")
    .option("--grounds <text>", "rule: why")
    .option("--basis <text>", "law and article")
    .option("--from <date>", "rule: first day; default: today")
    .option("--until <date>", "rule: last day; default: until another ruling")
    .option("--replaces <ruling>", "rule: the number of the ruling it replaces")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (act: string, id: string | undefined, flags: import("./contest.js").ContestFlags) => (await import("./contest.js")).contest(io, act, id, flags)));

  remote("proposal <act> [id]", "quotas, cohorts, limits and overcommit: make a proposal; approve, refuse or withdraw one")
    .option("-f, --file <file>", "make: YAML or JSON with changes")
    .option("--undo <change>", "make: take back this change of the history (govpool get quota-changes)")
    .option("--hash <hash>", "approve: of the content that was seen")
    .option("--reason <text>", "refuse: why, as its author will read it")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (act: string, id: string | undefined, flags: import("./proposal.js").ProposalFlags) => (await import("./proposal.js")).proposal(io, act, id, flags)));

  remote("emergency [act] [name] [cases...]", "orders of the headquarters: enter, sign, end, prioritise, lend, uses, made-good")
    .option("-f, --file <file>", "YAML: kind: EmergencyOrder, or EmergencyLoans for lend")
    .option("--reason <text>", "why")
    .option("-o, --output <form>", "table, json or csv (uses)", "table")
    .action(guarded(async (act: string | undefined, name: string | undefined, cases: readonly string[], flags: import("./emergency.js").EmergencyFlags) => (await import("./emergency.js")).emergency(io, act, name, cases, flags)));

  remote("rule [act] [name]", "standing rules: propose, approve, refuse, pause, resume, retire, firings")
    .option("-f, --file <file>", "YAML: kind: StandingRule")
    .option("--hash <hash>", "what an approval approves")
    .option("--reason <text>", "why")
    .option("-o, --output <form>", "table, json or csv (firings)", "table")
    .action(guarded(async (act: string | undefined, name: string | undefined, flags: import("./emergency.js").RuleFlags) => (await import("./emergency.js")).rule(io, act, name, flags)));

  remote("apply", "declare units, classes, resources and items from a folder")
    .requiredOption("-f, --folder <folder>", "folder of YAML and CSV files")
    .option("--dry-run", "say what would change, and change nothing")
    .option("-o, --output <form>", "table or json", "table")
    .action(guarded(async (flags: CommonFlags & { folder: string; dryRun?: boolean; output: string }) => (await import("./apply.js")).apply(io, flags)));
}

/** A refusal is printed as the server said it, and is exit code 1; anything else is a fault. */
export const guard =
  (done: (code: number) => void, io: Io) =>
  <A extends unknown[]>(work: (...given: A) => Promise<number | void>) =>
  async (...given: A): Promise<void> => {
    try {
      done((await work(...given)) ?? 0);
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error;
      for (const line of error.lines) io.err(line);
      done(1);
    }
  };

/** `import` of a table goes to a server; `main/` knows when it does not. */
export const importRemote = (done: (code: number) => void, io: Io = processIo): ((kind: string, file: string, flags: ImportFlags) => Promise<void>) =>
  guard(done, io)(async (kind: string, file: string, flags: ImportFlags) => {
    const { importTable, revertImport } = await import("./import.js");
    return kind === "revert" ? revertImport(io, file, flags) : importTable(io, kind, file, flags);
  });
