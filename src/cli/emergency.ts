import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { emergencyText } from "../text/emergency.js";
import { say } from "../text/text.js";
import { CallRefused } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { cell, type Row } from "./nouns.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

export interface EmergencyFlags extends CommonFlags {
  readonly file?: string;
  readonly reason?: string;
  readonly output: string;
}

export interface RuleFlags extends EmergencyFlags {
  readonly hash?: string;
}

const ALIASES_MAX = 100;
const ACTS = ["enter", "sign", "end", "prioritise", "lend", "uses", "made-good", "take-back"] as const;
const RULE_ACTS = ["propose", "approve", "open", "refuse", "pause", "resume", "retire", "firings"] as const;
const RULE_PATHS = { refuse: "refusal", pause: "pause", resume: "resumption", retire: "retirement" } as const;
const USE_COLUMNS = ["use", "at", "power", "by", "request", "loan", "lender", "borrower", "class", "amount", "rule", "reason", "owed", "toldAt", "endedAt"] as const;
const FIRING_COLUMNS = ["firing", "at", "turn", "measured", "threshold", "held", "plan", "loans", "drains", "order"] as const;

/** `govpool emergency enter -f FILE`, `sign|end|prioritise|lend|uses ORDER …`, `made-good USE`. */
export async function emergency(io: Io, act: string | undefined, name: string | undefined, cases: readonly string[], flags: EmergencyFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const { language } = remote.session;
  const known = ACTS.find((one) => one === act);
  if (!known || (known !== "enter" && name === undefined)) throw new CallRefused([say(language, emergencyText["cli.emergency"], { acts: ACTS.join(", ") })], "act");
  const path = `/emergency-orders/${encodeURIComponent(name ?? "")}`;
  const reason = { reason: flags.reason ?? "" };
  const order = (made: Row): void =>
    io.out(flags.output === "json" ? JSON.stringify(made, null, 2) : say(language, emergencyText["cli.order"], { document: String(made["document"]), order: String(made["order"]), state: say(language, emergencyText[`state.${String(made["state"]) as "entered"}`]) }));
  switch (known) {
    case "enter":
      return order(await remote.write("POST", "/emergency-orders", readFile(remote, flags.file, "EmergencyOrder")));
    case "sign":
      return order(await remote.write("POST", `${path}/signature`));
    case "end":
      return order(await remote.write("POST", `${path}/end`, reason));
    case "prioritise": {
      const made = await remote.write("POST", `${path}/priorities`, { requests: cases, ...reason });
      return io.out(flags.output === "json" ? JSON.stringify(made, null, 2) : say(language, emergencyText["cli.given"], { given: String(made["given"]), order: name! }));
    }
    case "lend": {
      const made = await remote.write("POST", `${path}/loans`, { ...readFile(remote, flags.file, "EmergencyLoans"), ...(flags.reason === undefined ? {} : reason) });
      return io.out(flags.output === "json" ? JSON.stringify(made, null, 2) : say(language, emergencyText["cli.loans"], { order: name!, loans: (made["loans"] as readonly number[]).join(", ") }));
    }
    case "made-good":
      return io.out(JSON.stringify(await remote.write("POST", `/emergency-uses/${encodeURIComponent(name!)}/made-good`), null, 2));
    case "take-back":
      return io.out(JSON.stringify(await remote.write("POST", `/emergency-uses/${encodeURIComponent(name!)}/end`, reason), null, 2));
    case "uses":
      return show(io, await every(remote, `${path}/uses`), USE_COLUMNS, flags.output, language);
  }
}

/** `govpool rule propose -f FILE`, `approve NAME --hash HASH`, `refuse|pause|resume|retire NAME --reason WHY`, `firings NAME`. */
export async function rule(io: Io, act: string | undefined, name: string | undefined, flags: RuleFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const { language } = remote.session;
  const known = RULE_ACTS.find((one) => one === act);
  if (!known || (known !== "propose" && name === undefined)) throw new CallRefused([say(language, emergencyText["cli.rule"], { acts: RULE_ACTS.join(", ") })], "act");
  const path = `/standing-rules/${encodeURIComponent(name ?? "")}`;
  if (known === "firings") return show(io, await every(remote, `${path}/firings`), FIRING_COLUMNS, flags.output, language);
  const made =
    known === "propose"
      ? await remote.write("POST", "/standing-rules", readFile(remote, flags.file, "StandingRule"))
      : known === "approve"
        ? await remote.write("POST", `${path}/approval`, { hash: flags.hash ?? "" })
        : known === "open"
          ? await remote.write("POST", `${path}/opening`)
          : await remote.write("POST", `${path}/${RULE_PATHS[known]}`, { reason: flags.reason ?? "" });
  if (flags.output === "json") return io.out(JSON.stringify(made, null, 2));
  if (known === "propose") return io.out(say(language, emergencyText["cli.rule-waits"], { rule: String(made["rule"]), hash: String(made["hash"]) }));
  io.out(say(language, emergencyText["cli.rule-done"], { rule: String(made["rule"]), state: say(language, emergencyText[`rule.state.${String(made["state"]) as "active"}`]) }));
}

async function every(remote: Remote, path: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let after: string | undefined; ; ) {
    const page = (await remote.get(path, { limit: 500, ...(after === undefined ? {} : { after }) })) as unknown as { readonly rows: readonly Row[]; readonly next: string | null };
    rows.push(...page.rows);
    if (page.next === null) return rows;
    after = page.next;
  }
}

function show(io: Io, rows: readonly Row[], columns: readonly string[], output: string, language: "zh" | "en"): void {
  if (output === "json") return io.out(JSON.stringify(rows, null, 2));
  if (output === "csv") return io.out([columns.join(","), ...rows.map((row) => columns.map((key) => quoted(row[key])).join(","))].join("\r\n"));
  io.out(renderTable(rows, columns.map((key) => ({ title: key, value: (row) => cell(row[key], language) }))));
}

/** A spreadsheet takes what begins with these for a formula. */
function quoted(value: unknown): string {
  const text = value === null || value === undefined ? "" : Array.isArray(value) ? value.join(";") : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== "number" ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function readFile(remote: Remote, file: string | undefined, kind: string): Record<string, unknown> {
  const refusal = (reason: string): CallRefused => new CallRefused([say(remote.session.language, emergencyText["cli.file"], { file: file ?? "-f", reason })], "file");
  let document: unknown;
  try {
    document = parse(readFileSync(file ?? "", "utf8"), { maxAliasCount: ALIASES_MAX, merge: false });
  } catch (error) {
    throw refusal((error as NodeJS.ErrnoException).code ?? (error as Error).message.split("\n")[0] ?? "");
  }
  const { apiVersion, kind: is, ...record } = (document ?? {}) as Record<string, unknown>;
  if (apiVersion !== "govpool/v1" || is !== kind) throw refusal(`apiVersion: govpool/v1, kind: ${kind}`);
  return record;
}
