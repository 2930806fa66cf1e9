import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { PLAN_GOALS } from "../text/plan-search.js";
import { CallRefused } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import type { Row } from "./nouns.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

export interface PlanFlags extends CommonFlags {
  readonly file?: string;
  readonly draft?: boolean;
  readonly goal?: string;
  readonly hash?: string;
  readonly unit?: string;
  readonly reason?: string;
  readonly grounds?: string;
  readonly until?: string;
  readonly versionNumber?: string;
  readonly output: string;
}

/** Bytes of a file with a plan: two hundred loans with their reasons are less. */
const FILE_BYTES_MAX = 512 * 1024;

export function read(remote: Remote, file: string): Record<string, unknown> {
  try {
    const text = readFileSync(file);
    if (text.length > FILE_BYTES_MAX) throw new Error(`> ${FILE_BYTES_MAX}`);
    const { apiVersion: _apiVersion, kind: _kind, ...plan } = parse(text.toString("utf8"), { maxAliasCount: 0 }) as Record<string, unknown>;
    return plan;
  } catch (error) {
    throw new CallRefused([remote.say("claim.unreadable", { file, reason: (error as Error).message.split("\n")[0] ?? "" })], "file");
  }
}

function show(io: Io, remote: Remote, flags: PlanFlags, plan: Row): void {
  if (flags.output === "json") return io.out(JSON.stringify(plan, null, 2));
  const loans = plan["loans"] as readonly Row[];
  io.out(renderTable([plan], ["plan", "state", "hash", "title"].map((key) => ({ title: key.toUpperCase(), value: (row: Row) => String(row[key]) }))));
  io.out("");
  io.out(renderTable(loans, ["class", "lender", "resource", "borrower", "amount", "from", "to"].map((key) => ({ title: key.toUpperCase(), value: (row: Row) => String(row[key]) }))));
  const open = (plan["consentsNeeded"] as readonly Row[]).filter(({ given }) => given === false);
  for (const { unit, class: classId } of open) io.err(remote.say("plan.consent_open", { unit: String(unit), class: String(classId) }));
  const trial = plan["trial"] as { readonly state: string } | null;
  if (trial?.state === "waiting" || trial?.state === "running") io.err(remote.say("plan.trial_waits", { state: trial.state, plan: String(plan["plan"]) }));
  for (const { title, detail } of plan["obstacles"] as readonly Row[]) io.err(`${String(title)}\n  ${String(detail)}`);
}

/** `govpool plan propose -f plan.yaml`: drafts what the file says, and proposes it unless it is to stay a draft. */
export async function propose(io: Io, flags: PlanFlags & { readonly file: string }): Promise<void> {
  const remote = await Remote.open(io, flags);
  const drafted = await remote.write("POST", "/plans", read(remote, flags.file));
  show(io, remote, flags, flags.draft ? drafted : await remote.write("POST", `/plans/${String(drafted["plan"])}/proposal`));
}

const LOOK_EVERY_MS = 500;

/** `govpool plan propose --goal breaches`: a server looks for a plan and plays it; what helps is kept as a draft. */
export async function search(io: Io, flags: PlanFlags & { readonly goal: string }): Promise<number> {
  const remote = await Remote.open(io, flags);
  const goal = (PLAN_GOALS as Readonly<Record<string, object>>)[flags.goal] ?? Object.fromEntries(flags.goal.split(",").map((part) => part.split("=", 2)).map(([name, weight]) => [name ?? "", Number(weight)]));
  let found = await remote.write("POST", "/plan-searches", { ...goal });
  const id = String(found["search"]);
  while (found["state"] === "running") {
    io.progress(`${String(found["progress"])} % · ${String(found["said"])}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    found = await remote.get(`/plan-searches/${id}`);
  }
  io.progress("");
  if (found["state"] === "failed") {
    const problems = found["problems"] as readonly { readonly code: string; readonly title: string; readonly detail: string }[];
    throw new CallRefused(problems.map(({ title, detail }) => `${title}\n  ${detail}`), problems[0]?.code ?? "plan-search");
  }
  if (flags.output === "json") io.out(JSON.stringify(found, null, 2));
  else io.out(String(found["said"]));
  if (found["state"] === "found" && flags.output !== "json") show(io, remote, flags, await remote.get(`/plans/${String(found["plan"])}`));
  return 0;
}

/** One act on a plan, and the plan after it. */
export async function actOnPlan(io: Io, id: string, path: string, body: Record<string, unknown> | undefined, flags: PlanFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  show(io, remote, flags, await remote.write("POST", `/plans/${encodeURIComponent(id)}/${path}`, body));
}
