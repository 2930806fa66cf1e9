import { usageText } from "../text/usage.js";
import { say } from "../text/text.js";
import { CallRefused } from "./call.js";
import type { CommonFlags, Io } from "./io.js";
import { columnsOf, nounOf, type Row } from "./nouns.js";
import { Remote } from "./remote.js";
import { renderTable } from "./table.js";

export interface StatementFlags extends CommonFlags {
  readonly unit?: string;
  readonly supplier?: string;
  readonly applicant?: string;
  readonly from?: string;
  readonly to?: string;
  readonly by: string;
  readonly period: string;
  readonly output: string;
}

interface UsagePage {
  readonly from: string;
  readonly to: string;
  readonly rows: readonly Row[];
  readonly next: string | null;
}

const PAGE_MAX = 500;

/** `govpool statement --unit UNIT`: the whole statement, every page of it. */
export async function statement(io: Io, { unit, supplier, applicant, from, to, by, period, output, ...flags }: StatementFlags): Promise<void> {
  const remote = await Remote.open(io, flags);
  const { language } = remote.session;
  if (unit === undefined && supplier === undefined && applicant === undefined) throw new CallRefused([say(language, usageText["cli.which"])], "usage");
  const given = { unit, supplier, applicant, from, to, by: by === "" ? undefined : by };
  const query = { period, ...Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined)) };
  if (output === "csv") return io.out((await remote.csv("/usage", query)).trimEnd());
  const rows: Row[] = [];
  let after: string | undefined;
  let page: UsagePage;
  do {
    page = (await remote.get("/usage", { ...query, limit: PAGE_MAX, ...(after === undefined ? {} : { after }) })) as unknown as UsagePage;
    rows.push(...page.rows);
    after = page.next ?? undefined;
  } while (after !== undefined);
  if (output === "json") return io.out(JSON.stringify({ from: page.from, to: page.to, rows }, null, 2));
  io.out(say(language, usageText["cli.header"], { from: page.from, to: page.to }));
  if (rows.length === 0) return io.err(remote.say("list.empty"));
  const noun = nounOf("usage");
  if (noun) io.out(renderTable(rows, columnsOf({ ...noun, columns: noun.columns.filter((key) => rows.some((row) => row[key] !== null)) }, rows, false, language)));
}
