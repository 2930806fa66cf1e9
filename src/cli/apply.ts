import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { cliText } from "../text/cli.js";
import { say } from "../text/text.js";
import { CallRefused } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

/** What the server reads; notes and pictures beside it stay where they are. */
const DECLARATIONS = /\.(ya?ml|csv)$/i;

interface Report {
  readonly dryRun: boolean;
  readonly nouns: readonly { readonly noun: string; readonly created: number; readonly changed: number; readonly unchanged: number }[];
  readonly proposed: { readonly proposal: number | null; readonly isNew: boolean; readonly changes: readonly { readonly kind: string; readonly id: string }[] } | null;
  readonly changes: readonly { readonly noun: string; readonly key: string; readonly change: "created" | "changed" }[];
}

/** `govpool apply -f FOLDER [--dry-run]`: idempotent; problems name file and line. */
export async function apply(io: Io, flags: CommonFlags & { readonly folder: string; readonly dryRun?: boolean; readonly output: string }): Promise<void> {
  const remote = await Remote.open(io, flags);
  const report = (await remote.write("POST", `/manifests?dryRun=${flags.dryRun === true}`, { files: readDeclarations(remote, flags.folder) })) as unknown as Report;
  if (flags.output === "json") return io.out(JSON.stringify(report, null, 2));
  for (const { noun, key, change } of report.changes) io.out(`${noun}/${key} ${remote.say(`apply.${change}`)}`);
  io.out(
    renderTable(report.nouns, [
      { title: "", value: ({ noun }) => noun },
      { title: remote.say("apply.created"), value: ({ created }) => created, right: true },
      { title: remote.say("apply.changed"), value: ({ changed }) => changed, right: true },
      { title: remote.say("apply.unchanged"), value: ({ unchanged }) => unchanged, right: true },
    ]),
  );
  if (report.proposed) {
    for (const { kind, id } of report.proposed.changes) io.out(`${kind}/${id} ${remote.say("apply.proposed")}`);
    const { proposal, isNew } = report.proposed;
    io.out(proposal === null ? remote.say("apply.would_propose") : remote.say(isNew ? "apply.waits" : "apply.waits_already", { proposal }));
  }
  if (report.dryRun) io.out(remote.say("apply.dry_run"));
}

function readDeclarations(remote: Remote, folder: string): { path: string; content: string }[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && DECLARATIONS.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => ({ path: relative(folder, file), content: readFileSync(file, "utf8") }));
  } catch (error) {
    throw new CallRefused([say(remote.session.language, cliText["error.no_file"], { file: folder, reason: (error as { code?: string }).code ?? "" })], "file");
  }
}
