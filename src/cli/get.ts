import { cliText } from "../text/cli.js";
import { say } from "../text/text.js";
import { CallRefused } from "./call.js";
import { columnsOf, nounOf, NOUNS, pathOf, type Noun, type Row } from "./nouns.js";
import type { CommonFlags, Io } from "./io.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

export interface GetFlags extends CommonFlags {
  readonly output: string;
  readonly limit: string;
  readonly all?: boolean;
  readonly filter: readonly string[];
}

/** `govpool get NOUN [NAME]`: a list, or one thing, as a table or as JSON. */
export async function get(io: Io, name: string, key: string | undefined, flags: GetFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const noun = known(remote, name);
  const rows = key === undefined ? await list(remote, noun, flags, io) : [await remote.get(`${pathOf(noun)}/${encodeURIComponent(key)}`)];
  print(io, remote, noun, rows, flags.output);
}

export function known(remote: Remote, name: string): Noun {
  const noun = nounOf(name);
  if (noun) return noun;
  throw new CallRefused([say(remote.session.language, cliText["error.unknown_noun"], { noun: name, nouns: NOUNS.map(({ names }) => names[0]).join(", ") })], "noun");
}

async function list(remote: Remote, noun: Noun, { limit, all, filter }: GetFlags, io: Io): Promise<readonly Row[]> {
  const query = Object.fromEntries(filter.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page = (await remote.get(pathOf(noun), { ...query, limit, ...(after === undefined ? {} : { after }) })) as { rows: readonly Row[]; next: string | null };
    rows.push(...page.rows);
    after = page.next ?? undefined;
  } while (all === true && after !== undefined);
  if (after !== undefined) io.err(remote.say("list.more"));
  return rows;
}

function print(io: Io, remote: Remote, noun: Noun, rows: readonly Row[], output: string): void {
  if (output === "json") return io.out(JSON.stringify(rows.length === 1 ? rows[0] : rows, null, 2));
  if (rows.length === 0) return io.err(remote.say("list.empty"));
  io.out(renderTable(rows, columnsOf(noun, rows, output === "wide", remote.session.language)));
}
