import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { CallRefused } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { titleOf, type Row } from "./nouns.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

export interface ProposalFlags extends CommonFlags {
  readonly file?: string;
  readonly hash?: string;
  readonly reason?: string;
  readonly undo?: string;
  readonly output: string;
}

const ACTS = ["make", "approve", "refuse", "withdraw"] as const;

/** `govpool proposal make -f FILE | --undo CHANGE`, `proposal approve ID --hash HASH`, `proposal refuse ID --reason TEXT`, `proposal withdraw ID`. */
export async function proposal(io: Io, act: string, id: string | undefined, flags: ProposalFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const known = ACTS.find((one) => one === act);
  if (!known || (known !== "make" && id === undefined)) throw new CallRefused([remote.say("proposal.acts", { acts: ACTS.join(", ") })], "act");
  show(io, remote, flags, await acted(remote, known, id ?? "", flags));
}

function acted(remote: Remote, act: (typeof ACTS)[number], id: string, { file, hash, reason, undo }: ProposalFlags): Promise<Row> {
  const path = `/proposals/${encodeURIComponent(id)}`;
  if (act === "approve") return remote.write("POST", `${path}/approval`, { hash: hash ?? "" });
  if (act === "refuse") return remote.write("POST", `${path}/refusal`, { reason: reason ?? "" });
  if (act === "withdraw") return remote.write("POST", `${path}/withdrawal`);
  if (undo !== undefined) return remote.write("POST", `/quota-changes/${encodeURIComponent(undo)}/undo`);
  return remote.write("POST", "/proposals", read(remote, file ?? ""));
}

/** `changes`: one act each, as the API takes them. */
function read(remote: Remote, file: string): Record<string, unknown> {
  try {
    const { apiVersion: _apiVersion, kind: _kind, ...sent } = parse(readFileSync(file, "utf8"), { maxAliasCount: 0 }) as Record<string, unknown>;
    return sent;
  } catch (error) {
    throw new CallRefused([remote.say("claim.unreadable", { file, reason: (error as Error).message.split("\n")[0] ?? "" })], "file");
  }
}

function show(io: Io, remote: Remote, flags: ProposalFlags, made: Row): void {
  if (flags.output === "json") return io.out(JSON.stringify(made, null, 2));
  const table = (rows: readonly Row[], keys: readonly string[]): void => io.out(renderTable(rows, keys.map((key) => ({ title: titleOf(key), value: (row: Row) => (typeof row[key] === "string" || typeof row[key] === "number" ? row[key] : row[key] === null ? "—" : JSON.stringify(row[key])) }))));
  table([made], ["proposal", "state", "hash", "expiresAt"]);
  io.out("");
  table(made["changes"] as readonly Row[], ["kind", "id", "before", "after"]);
  for (const { title, detail } of made["obstacles"] as readonly Row[]) io.err(`${String(title)}\n  ${String(detail)}`);
  if (made["state"] === "proposed") io.err(remote.say("proposal.waits", { id: String(made["proposal"]), hash: String(made["hash"]) }));
}
