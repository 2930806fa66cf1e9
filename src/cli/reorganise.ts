import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { reorganiseText } from "../text/reorganise.js";
import { say } from "../text/text.js";
import { CallRefused } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import type { Row } from "./nouns.js";
import { Remote } from "./remote.js";

export interface ReorganiseFlags extends CommonFlags {
  readonly file?: string;
  readonly at?: string;
  readonly output: string;
}

export interface MergeFlags extends CommonFlags {
  readonly into?: string;
  readonly to?: string;
  readonly nameZh?: string;
  readonly nameEn?: string;
  readonly basis: string;
  readonly output: string;
}

const ALIASES_MAX = 100;
const ACTS = ["effect", "export", "commit", "withdraw", "roll-back"] as const;
type Act = (typeof ACTS)[number];

/** `govpool merge-unit FROM… --into INTO` and `govpool rename-unit UNIT --to ID`: a reform of one change, for a second person to commit. */
export async function mergeUnits(io: Io, from: readonly string[], flags: MergeFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const into = flags.into ?? flags.to ?? "";
  const [first = ""] = from;
  const names = flags.nameZh === undefined && flags.nameEn === undefined ? undefined : { zh: flags.nameZh ?? flags.nameEn, en: flags.nameEn ?? flags.nameZh };
  const renames = flags.to !== undefined;
  const made = await remote.write("POST", "/reorganisations", {
    reorganisation: `${renames ? "rename" : "merge"}-${first}-${into}`.slice(0, 54) + `-${Date.now().toString(36)}`.slice(0, 9),
    names: { zh: `${from.join("、")} → ${into}`, en: `${from.join(", ")} → ${into}` },
    basis: flags.basis,
    changes: [renames ? { rename: { unit: first, to: into, ...(names === undefined ? {} : { names }) } } : { merge: { from, into } }],
  });
  show(io, remote, flags.output, made);
}

/** `govpool reorganise -f FILE`, `govpool reorganise effect|export|commit|withdraw|roll-back NAME [--at TIME]`. */
export async function reorganise(io: Io, act: string | undefined, name: string | undefined, flags: ReorganiseFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const { language } = remote.session;
  const at = flags.at === undefined ? {} : { effectiveAt: instantOf(remote, flags.at) };
  if (flags.file !== undefined) {
    const record = readFile(remote, flags.file);
    return show(io, remote, flags.output, await put(remote, record));
  }
  const known = ACTS.find((one): one is Act => one === act);
  if (!known || name === undefined) throw new CallRefused([say(language, reorganiseText["cli.acts"], { acts: ACTS.join(", ") })], "act");
  const path = `/reorganisations/${encodeURIComponent(name)}`;
  if (known === "effect") return io.out(JSON.stringify(await remote.get(`${path}/effect`), null, 2));
  const found = await remote.get(path);
  // As it is read by -f again.
  if (known === "export") return io.out(stringify({ apiVersion: "govpool/v1", kind: "Reorganisation", reorganisation: found["reorganisation"], names: found["names"], basis: found["basis"], changes: found["changes"] }).trimEnd());
  const seen = { "if-match": `"${String(found["generation"])}"` };
  if (known === "commit") return show(io, remote, flags.output, await remote.write("POST", `${path}/commitment`, at, seen));
  show(io, remote, flags.output, await remote.write("POST", `${path}/${known === "withdraw" ? "withdrawal" : "rollback"}`, undefined, seen));
}

/** A new draft, or the one of that name as it is written now. */
async function put(remote: Remote, record: Record<string, unknown>): Promise<Row> {
  const { reorganisation, ...content } = record;
  const page = (await remote.get("/reorganisations", { limit: 500 })) as unknown as { readonly rows: readonly Row[] };
  const there = page.rows.find((row) => row["reorganisation"] === reorganisation);
  if (!there) return remote.write("POST", "/reorganisations", record);
  return remote.write("PUT", `/reorganisations/${encodeURIComponent(String(reorganisation))}`, content, { "if-match": `"${String(there["generation"])}"` });
}

function show(io: Io, remote: Remote, output: string, made: Row): void {
  if (output === "json") return io.out(JSON.stringify(made, null, 2));
  const text = made["state"] === "draft" ? "cli.drafted" : made["backAsked"] === null ? "cli.done" : made["state"] === "applied" ? "cli.asked-roll-back" : "cli.asked-withdraw";
  io.out(say(remote.session.language, reorganiseText[text], { name: String(made["reorganisation"]), state: say(remote.session.language, reorganiseText[`state.${String(made["state"]) as "draft"}`]) }));
}

function instantOf(remote: Remote, text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new CallRefused([say(remote.session.language, reorganiseText["cli.time"], { text })], "at");
  return new Date(at).toISOString();
}

function readFile(remote: Remote, file: string): Record<string, unknown> {
  const refusal = (reason: string): CallRefused => new CallRefused([say(remote.session.language, reorganiseText["cli.file"], { file, reason })], "file");
  let document: unknown;
  try {
    document = parse(readFileSync(file, "utf8"), { maxAliasCount: ALIASES_MAX, merge: false });
  } catch (error) {
    throw refusal((error as NodeJS.ErrnoException).code ?? (error as Error).message.split("\n")[0] ?? "");
  }
  const { apiVersion, kind, ...record } = (document ?? {}) as Record<string, unknown>;
  if (apiVersion !== "govpool/v1" || kind !== "Reorganisation") throw refusal("apiVersion: govpool/v1, kind: Reorganisation");
  return record;
}
