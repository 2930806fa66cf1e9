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
  const loans = await balances(remote, unit ?? supplier, page, by.split(",").includes("period") ? period : undefined);
  if (output === "json") return io.out(JSON.stringify({ from: page.from, to: page.to, rows, loans }, null, 2));
  io.out(say(language, usageText["cli.header"], { from: page.from, to: page.to }));
  if (rows.length === 0) io.err(remote.say("list.empty"));
  const table = (name: string, of: readonly Row[]): void => {
    const noun = nounOf(name);
    if (noun && of.length > 0) io.out(renderTable(of, columnsOf({ ...noun, columns: noun.columns.filter((key) => of.some((row) => row[key] !== null)) }, of, false, language)));
  };
  table("usage", rows);
  if (loans.length > 0) io.out(`\n${say(language, usageText["loans.title"])}`);
  table("loan-balances", loans);
}

/** What the unit lent and borrowed on the statement's days. */
async function balances(remote: Remote, unit: string | undefined, { from, to }: UsagePage, by: string | undefined): Promise<readonly Row[]> {
  if (unit === undefined) return [];
  try {
    const { rows } = (await remote.get("/loan-balances", { unit, from, to, limit: PAGE_MAX, ...(by === undefined ? {} : { by }) })) as unknown as { readonly rows: readonly Row[] };
    return rows;
  } catch (refused) {
    // The head of a unit above reads what was used, and not what was lent.
    if (refused instanceof CallRefused) return [];
    throw refused;
  }
}
