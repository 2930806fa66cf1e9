import { CallRefused } from "./call.js";
import { documents, needsWhole } from "./document.js";
import { columnsOf, nounOf, NOUNS, pathOf, type Noun, type Row } from "./nouns.js";
import type { CommonFlags, Io } from "./io.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

export interface GetFlags extends CommonFlags {
  readonly output: string;
  readonly limit: string;
  readonly all?: boolean;
  readonly filter: readonly string[];
  readonly unit?: string;
  readonly class?: string;
  readonly division?: string;
  readonly from?: string;
  readonly to?: string;
}

/** `govpool get NOUN [NAME]`: a list, or one thing, as a table, as JSON, or as a folder declares it. */
export async function get(io: Io, name: string, key: string | undefined, flags: GetFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const noun = known(remote, name);
  if (flags.output === "csv" && key === undefined && noun.csv === true) return io.out((await remote.csv(pathOf(noun), queryOf(flags))).trimEnd());
  const rows = key === undefined ? await list(remote, noun, flags, io) : [rowOf(noun, await one(remote, noun, key))];
  if (flags.output === "yaml") {
    const [column = ""] = noun.columns;
    const whole = key === undefined && needsWhole(noun) ? await Promise.all(rows.map((row) => one(remote, noun, String(row[column])))) : rows;
    return io.out(documents(noun, whole, key !== undefined));
  }
  if (flags.output === "csv" && noun.table) return io.out(noun.table(rows));
  if (flags.output === "json") return io.out(JSON.stringify(key === undefined ? rows : rows[0], null, 2));
  if (rows.length === 0) return io.err(remote.say("list.empty"));
  io.out(renderTable(rows, columnsOf(noun, rows, flags.output === "wide", remote.session.language)));
}

export function known(remote: Remote, name: string): Noun {
  const noun = nounOf(name);
  if (noun) return noun;
  throw new CallRefused([remote.say("error.unknown_noun", { noun: name, nouns: NOUNS.map(({ names }) => names[0]).join(", ") })], "noun");
}

/** Everything the server tells of one thing. */
export async function one(remote: Remote, noun: Noun, key: string): Promise<Row> {
  const { single = "address", columns, names } = noun;
  if (single === "address") return await remote.get(`${pathOf(noun)}/${encodeURIComponent(key)}`);
  const [column = ""] = columns;
  const found = single === "list" ? (await pages(remote, pathOf(noun), { limit: PAGE_MAX }, true)).rows.find((row) => String(row[column]) === key) : undefined;
  if (found) return found;
  throw new CallRefused([remote.say(single === "list" ? "error.not_in_list" : "error.no_single", { noun: names[0], key })], "name");
}

const rowOf = ({ rowIn }: Noun, row: Row): Row => (rowIn === undefined ? row : (row[rowIn] as Row));

/** What one page may hold. */
const PAGE_MAX = 500;

/** What narrows the list, beside its unit: by a flag of its own, or by name. */
function queryOf({ filter, unit, class: classId, division, from, to }: GetFlags, withUnit = true): Record<string, string> {
  const named = { ...(withUnit ? { unit } : {}), class: classId, division, from, to };
  return {
    ...Object.fromEntries(filter.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)])),
    ...Object.fromEntries(Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined)),
  };
}

async function list(remote: Remote, noun: Noun, flags: GetFlags, io: Io): Promise<readonly Row[]> {
  const { limit, all, unit } = flags;
  const path = pathOf(noun);
  const ofUnit = path.includes("{unit}");
  const { rows, more } = await pages(
    remote,
    ofUnit ? path.replace("{unit}", encodeURIComponent(unit ?? (await ownUnit(remote)))) : path,
    { ...queryOf(flags, !ofUnit), ...(noun.whole === true ? {} : { limit: all === true ? PAGE_MAX : limit }) },
    all === true,
  );
  if (more) io.err(remote.say("list.more"));
  return rows;
}

async function pages(remote: Remote, path: string, query: Readonly<Record<string, string | number>>, all: boolean): Promise<{ rows: readonly Row[]; more: boolean }> {
  const rows: Row[] = [];
  let after: string | undefined;
  do {
    const page = (await remote.get(path, { ...query, ...(after === undefined ? {} : { after }) })) as { rows: readonly Row[]; next: string | null };
    rows.push(...page.rows);
    after = page.next ?? undefined;
  } while (all && after !== undefined);
  return { rows, more: after !== undefined };
}

/** The unit in which the caller holds a role. */
async function ownUnit(remote: Remote): Promise<string> {
  const { roles } = (await remote.get("/me")) as unknown as { roles: readonly { unit: string | null }[] };
  const units = [...new Set(roles.flatMap(({ unit }) => unit ?? []))];
  if (units.length === 1 && units[0] !== undefined) return units[0];
  throw new CallRefused([remote.say("error.which_unit", { units: units.join(", ") || "-" })], "unit");
}
