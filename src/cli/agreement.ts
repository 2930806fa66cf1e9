import type { Io } from "./io.js";
import type { Row } from "./nouns.js";
import { read, type PlanFlags } from "./plan.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

function show(io: Io, flags: PlanFlags, agreement: Row): void {
  if (flags.output === "json") return io.out(JSON.stringify(agreement, null, 2));
  io.out(renderTable([agreement], ["agreement", "version", "state", "from", "until", "pending", "owedFen"].map((key) => ({ title: key.toUpperCase(), value: (row: Row) => String(row[key] ?? "") }))));
  for (const { title, detail } of agreement["obstacles"] as readonly Row[]) io.err(`${String(title)}\n  ${String(detail)}`);
}

/** `govpool agreement propose -f counter-help.yaml` */
export async function propose(io: Io, flags: PlanFlags & { readonly file: string }): Promise<void> {
  const remote = await Remote.open(io, flags);
  show(io, flags, await remote.write("POST", "/agreements", read(remote, flags.file)));
}

/** One act on an agreement, and what it is after it. */
export async function actOnAgreement(io: Io, id: string, path: string, body: Record<string, unknown> | undefined, flags: PlanFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  show(io, flags, await remote.write("POST", `/agreements/${encodeURIComponent(id)}/${path}`, body));
}
