import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { CallRefused, freshKey } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { cell, type Row } from "./nouns.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

export interface OffersFlags extends CommonFlags {
  readonly file: string;
  readonly output: string;
}

export interface ClaimFlags extends CommonFlags {
  readonly file?: string;
  readonly offer?: string;
  readonly key?: string;
  readonly output: string;
}

interface Offers {
  readonly offers: readonly { readonly startsAt: string; readonly parts: readonly { readonly class: string; readonly resource: string; readonly unit: string; readonly start: string | null }[]; readonly claims: readonly unknown[] }[];
  readonly complete: boolean;
  readonly refusals: readonly { readonly claim: number; readonly class: string; readonly kind: string; readonly rule: string }[];
}

/** Bytes of a file that asks: a dozen claims are a page. */
const FILE_BYTES_MAX = 256 * 1024;

/** `govpool offers -f ask.yaml`: complete ways to have all of it, the earliest first. */
export async function offers(io: Io, flags: OffersFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const found = (await remote.write("POST", "/offers", read(remote, flags.file))) as unknown as Offers;
  if (flags.output === "json") return io.out(JSON.stringify(found, null, 2));
  for (const { claim, class: classId, kind, rule } of found.refusals) io.err(remote.say("offers.refused", { claim: claim + 1, class: classId, kind, rule }));
  if (found.offers.length === 0) return io.out(remote.say("offers.none"));
  const { language } = remote.session;
  const rows = found.offers.flatMap(({ parts }, offer) => parts.map((part) => [offer + 1, cell(part.start, language) ?? "", part.class, part.resource, part.unit]));
  io.out(table(["OFFER", "START", "CLASS", "RESOURCE", "UNIT"], rows));
  if (!found.complete) io.out(remote.say("offers.more"));
}

/** `govpool claim -f claim.yaml [--offer N]`: claims what the file names, or takes the N-th offer for what it asks. */
export async function claim(io: Io, act: string | undefined, id: string | undefined, flags: ClaimFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  if (act === "confirm" || act === "release") {
    if (id === undefined) throw new CallRefused([remote.say("claim.id_needed", { act })], "claim");
    return show(io, remote, flags, await remote.write("POST", `/direct-claims/${encodeURIComponent(id)}/${act === "confirm" ? "confirmation" : "release"}`));
  }
  if (act !== undefined || flags.file === undefined) throw new CallRefused([remote.say("claim.usage")], "claim");
  const body = read(remote, flags.file);
  const headers = { "idempotency-key": flags.key ?? freshKey(), prefer: "wait=2" };
  if (flags.offer === undefined) return show(io, remote, flags, await remote.write("POST", "/direct-claims", body, headers));
  const { title, project, holdMinutes, waits, ...ask } = body;
  const found = (await remote.write("POST", "/offers", { ...ask, limit: Math.max(Number(flags.offer) || 1, 1) })) as unknown as Offers;
  const taken = found.offers[Number(flags.offer) - 1];
  if (!taken) throw new CallRefused([remote.say("offers.none")], "offers");
  const named = { unit: ask["unit"], ...(ask["division"] === undefined ? {} : { division: ask["division"] }), title, project, holdMinutes, waits, claims: taken.claims };
  return show(io, remote, flags, await remote.write("POST", "/direct-claims", named, headers));
}

/** `govpool release ID`. */
export const release = (io: Io, id: string, flags: ClaimFlags): Promise<void> => claim(io, "release", id, flags);

function show(io: Io, remote: Remote, { output }: ClaimFlags, row: Row): void {
  if (output === "json") return io.out(JSON.stringify(row, null, 2));
  const { language } = remote.session;
  io.out(remote.say("claim.done", { claim: String(row["claim"]), state: String(row["state"]) }));
  const given = (row["claims"] as readonly { readonly class: string; readonly given: readonly Row[] }[]).flatMap(({ class: classId, given: of }) =>
    of.map((one) => [cell(one["start"], language) ?? "", classId, String(one["resource"]), String(one["unit"]), String(one["amount"])]),
  );
  if (given.length > 0) io.out(table(["START", "CLASS", "RESOURCE", "UNIT", "AMOUNT"], given));
  if (row["holdUntil"]) io.out(remote.say("claim.until", { at: cell(row["holdUntil"], language) ?? "", claim: String(row["claim"]) }));
}

const table = (titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  renderTable(rows, titles.map((title, at) => ({ title, value: (row) => row[at] })));

function read(remote: Remote, file: string): Record<string, unknown> {
  let body: unknown;
  try {
    const text = readFileSync(file, "utf8");
    body = text.length > FILE_BYTES_MAX ? undefined : parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new CallRefused([remote.say("claim.unreadable", { file, reason: (error as Error).message.split("\n")[0] ?? "" })], "claim");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new CallRefused([remote.say("claim.unreadable", { file, reason: "YAML" })], "claim");
  return body as Record<string, unknown>;
}
