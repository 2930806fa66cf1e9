import { createReadStream, createWriteStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { importText } from "../text/import.js";
import { say, type Facts } from "../text/text.js";
import { CallRefused, freshKey } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import type { Row } from "./nouns.js";
import { Remote } from "./remote.js";

export interface ImportFlags extends CommonFlags {
  readonly unit?: string;
  readonly skipBad?: boolean;
  readonly retireAbsent?: boolean;
  readonly dryRun?: boolean;
  readonly badRows?: string;
  readonly output: string;
}

/** How often a background import is looked at. */
const LOOK_EVERY_MS = 300;

/** Imports a table of units, resources, assets or items: reads, shows the difference, applies it, writes bad rows out. */
export async function importTable(io: Io, kind: string, file: string, flags: ImportFlags): Promise<number> {
  const remote = await Remote.open(io, flags);
  const t = (key: keyof typeof importText, facts?: Facts): string => say(remote.session.language, importText[key], facts);
  const begun = await upload(remote, kind, file, flags, t);
  const id = String(begun["import"]);
  const read = await settled(io, remote, id, "reading", (done, total) => t("table.reading", { done, total }));
  if (read["state"] === "failed") throw refusal(read);
  if (flags.output !== "json") io.out(t("table.difference", counts(read)));

  const bad = Number(read["bad"]);
  if (bad > 0) {
    const path = flags.badRows ?? `${file}.bad.csv`;
    await download(remote, `/imports/${id}/bad-rows`, path);
    io.err(t("table.bad_written", { file: path }));
  }
  const end = (state: Row, line: string, code: number): number => {
    if (flags.output === "json") io.out(JSON.stringify(state, null, 2));
    else io.out(line);
    return code;
  };
  if (flags.dryRun) return end(read, t("table.dry"), bad > 0 ? 1 : 0);
  if (bad > 0 && !flags.skipBad) return end(read, t("table.nothing_imported"), 1);
  if (Number(read["created"]) + Number(read["changed"]) + Number(read["removed"]) === 0) return end(read, t("table.unchanged"), 0);

  await remote.write("POST", `/imports/${id}/application`, { skipBad: flags.skipBad === true });
  const applied = await settled(io, remote, id, "applying", (done, total) => t("table.applying", { done, total }));
  if (applied["state"] !== "applied") throw refusal(applied);
  return end(applied, t("table.applied", { id }), 0);
}

/** Takes an import back in one step. */
export async function revertImport(io: Io, id: string, flags: ImportFlags): Promise<number> {
  const remote = await Remote.open(io, flags);
  await remote.write("DELETE", `/imports/${encodeURIComponent(id)}/application`);
  const reverted = await settled(io, remote, id, "reverting", (done, total) => say(remote.session.language, importText["table.applying"], { done, total }));
  if (reverted["state"] !== "reverted") throw refusal(reverted);
  io.out(say(remote.session.language, importText["table.reverted"], { id }));
  return 0;
}

async function upload({ session, pool }: Remote, kind: string, file: string, flags: ImportFlags, t: (key: keyof typeof importText, facts?: Facts) => string): Promise<Row> {
  try {
    statSync(file);
  } catch (error) {
    throw new CallRefused([t("file.unreadable", { file, reason: (error as NodeJS.ErrnoException).code ?? "" })], "file");
  }
  const query = new URLSearchParams({ kind, fileName: basename(file), absent: flags.retireAbsent ? "retire" : "keep", ...(flags.unit === undefined ? {} : { unit: flags.unit }) });
  // The generated client speaks JSON; a file is streamed beside it, to the same server and under the same token.
  const response = await fetch(`${session.server}/api/v1/pools/${encodeURIComponent(pool)}/imports?${query.toString()}`, {
    method: "POST",
    headers: { ...headersOf(session), "idempotency-key": freshKey(), "content-type": "application/octet-stream" },
    body: Readable.toWeb(createReadStream(file)) as never,
    duplex: "half",
  } as RequestInit);
  return answered(response);
}

async function download({ session, pool }: Remote, path: string, to: string): Promise<void> {
  const response = await fetch(`${session.server}/api/v1/pools/${encodeURIComponent(pool)}${path}`, { headers: headersOf(session) });
  if (!response.ok || !response.body) {
    await answered(response);
    return;
  }
  await pipeline(Readable.fromWeb(response.body as NodeStream), createWriteStream(to));
}

const headersOf = ({ token, language }: Remote["session"]): Record<string, string> => ({
  "accept-language": language,
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
});

async function answered(response: Response): Promise<Row> {
  const body = (await response.json()) as Row;
  if (response.ok) return body;
  throw new CallRefused([`${String(body["title"])} ${String(body["detail"] ?? "")}`], String(body["code"]));
}

async function settled(io: Io, remote: Remote, id: string, while_: string, line: (done: number, total: number | string) => string): Promise<Row> {
  for (;;) {
    const found = await remote.get(`/imports/${encodeURIComponent(id)}`);
    if (found["state"] !== while_) {
      io.progress("");
      return found;
    }
    io.progress(line(Number(found["rowsDone"]), (found["rowsTotal"] as number | null) ?? "…"));
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

const counts = (row: Row): Facts => Object.fromEntries(["created", "changed", "unchanged", "removed", "bad"].map((name) => [name, Number(row[name])]));

function refusal(row: Row): CallRefused {
  const problems = row["problems"] as readonly { readonly title: string; readonly detail: string; readonly line?: number; readonly code: string }[];
  return new CallRefused(
    problems.map(({ title, detail, line }) => `${line === undefined ? "" : `${String(row["fileName"])}:${line}: `}${title}\n  ${detail}`),
    problems[0]?.code ?? "import",
  );
}
