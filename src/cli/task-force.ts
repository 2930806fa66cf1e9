import type { Io } from "./io.js";
import type { Row } from "./nouns.js";
import { read, type PlanFlags } from "./plan.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

function show(io: Io, flags: PlanFlags, force: Row): void {
  if (flags.output === "json") return io.out(JSON.stringify(force, null, 2));
  io.out(renderTable([force], ["taskForce", "state", "until"].map((key) => ({ title: key.toUpperCase(), value: (row: Row) => String(row[key]) }))));
  for (const { title, detail } of force["obstacles"] as readonly Row[]) io.err(`${String(title)}\n  ${String(detail)}`);
}

/** `govpool task-force create -f flood-office.yaml`: proposes it. */
export async function create(io: Io, flags: PlanFlags & { readonly file: string }): Promise<void> {
  const remote = await Remote.open(io, flags);
  show(io, flags, await remote.write("POST", "/task-forces", read(remote, flags.file)));
}

/** One act on a task force, and what it is after it. */
export async function actOnTaskForce(io: Io, id: string, path: string, body: Record<string, unknown> | undefined, flags: PlanFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  show(io, flags, await remote.write("POST", `/task-forces/${encodeURIComponent(id)}/${path}`, body));
}
