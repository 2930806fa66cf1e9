import { balanceTable, namedBalances, type NamedBalance } from "../../../app/rebalance/balance-table.js";
import { readLoanBalances } from "../../../app/rebalance/read-loans.js";
import { MYSELF, rangeOf, readUsage, type UsageQuestion, type UsageRead } from "../../../app/usage/read-usage.js";
import { usageTable } from "../../../app/usage/usage-table.js";
import type { UsageRow } from "../../../app/ports/usage.js";
import { parseClassId, parseItemCode, parseUnitId } from "../../../domain/id.js";
import { dayNumberOf, localDateOf } from "../../../domain/instant.js";
import { USAGE_PERIODS, type UsageDimension, type UsagePeriod } from "../../../domain/pool/usage.js";
import type { Problem } from "../../../domain/problem.js";
import { ok, type Result } from "../../../domain/result.js";
import { usageText } from "../../../text/usage.js";
import { inPool } from "../frame.js";
import { page, refuse, type PageAnswer, type PageCall, type PageRoute } from "../page-route.js";
import { NoUnitPage } from "../pages/desk/page.js";
import { STATEMENT_BY, StatementPage, type StatementBy, type StatementView } from "../pages/statement/page.js";
import { PAGE_ROWS, queryString } from "./common.js";
import { fileAnswer } from "./file-answer.js";
import { deskUnits, type DeskUnit } from "./units.js";

type Kind = StatementView["kind"];
type Side = "unit" | "supplier";

const PATHS: Readonly<Record<Kind, string>> = { mine: "/statement", unit: "/desk/statement", pool: "/centre/statement" };
const ROOMS = { mine: { room: "hall", here: "mine" }, unit: { room: "desk", here: "statement" }, pool: { room: "centre", here: "statement" } } as const;

const optional = (text: string): string | undefined => (text === "" ? undefined : text);
/** Addresses come from links of ours: what is no name of anything narrows nothing. */
const named = <T,>(text: string, parse: (text: string) => Result<T>): T | undefined => {
  const parsed = parse(text);
  return parsed.ok ? parsed.value : undefined;
};

const choicesOf = (kind: Kind, side: Side): readonly StatementBy[] =>
  STATEMENT_BY.filter((by) => (kind === "mine" ? by !== "applicant" && by !== "unit" : kind === "unit" ? by !== side : true));

interface Asked {
  readonly question: UsageQuestion;
  readonly by: StatementBy;
  readonly side: Side;
  readonly desk: DeskUnit | undefined;
}

function asked({ query }: PageCall, kind: Kind, desk: DeskUnit | undefined): Asked {
  const side: Side = query("as") === "supplier" ? "supplier" : "unit";
  const by = choicesOf(kind, side).find((one) => one === query("by")) ?? (kind === "mine" ? "request" : "total");
  const period: UsagePeriod = USAGE_PERIODS.find((one) => one === by) ?? "month";
  const dimensions: readonly UsageDimension[] = by === "total" ? [] : by === "day" || by === "month" || by === "year" ? ["period"] : [by];
  const other = named(query("other"), parseUnitId);
  const units = kind === "unit" ? (side === "unit" ? { unit: desk?.id, supplier: other } : { supplier: desk?.id, unit: other }) : { unit: named(query("unit"), parseUnitId), supplier: named(query("supplier"), parseUnitId) };
  return {
    by,
    side,
    desk,
    question: {
      ...units,
      by: dimensions,
      period,
      from: optional(query("from")),
      to: optional(query("to")),
      class: named(query("class"), parseClassId),
      item: named(query("item"), parseItemCode),
      applicant: kind === "mine" ? query("applicant") || MYSELF : optional(query("applicant")),
    },
  };
}

/** The parameters of the address that say the same again. */
const again = (kind: Kind, { question, by, side, desk }: Asked): Readonly<Record<string, string | undefined>> => ({
  by: by === "total" ? undefined : by,
  ...(kind === "unit" ? { unit: desk?.id, as: side === "unit" ? undefined : side, other: side === "unit" ? question.supplier : question.unit } : kind === "pool" ? { unit: question.unit, supplier: question.supplier } : {}),
  class: question.class,
  item: question.item,
  applicant: question.applicant === MYSELF ? undefined : question.applicant,
});

const rangeParameters = ({ from, to }: Pick<UsageRead, "from" | "to">) => ({ from: localDateOf(from), to: localDateOf(to) });

/** The days of a period as statements write it: `2026`, `2026-11` or `2026-11-22`. */
function daysOf(period: string): { readonly from: string; readonly to: string } {
  if (period.length === 10) return { from: period, to: period };
  if (period.length === 4) return { from: `${period}-01-01`, to: `${period}-12-31` };
  const range = rangeOf({ from: `${period}-01` }, 0);
  return range.ok ? rangeParameters(range.value) : { from: `${period}-01`, to: `${period}-28` };
}

const later = (a: string, b: string): string => (a > b ? a : b);
const earlier = (a: string, b: string): string => (a < b ? a : b);

async function statement(call: PageCall, kind: Kind): Promise<PageAnswer> {
  const { deps, actor, pool, frame, query } = call;
  const { unit: desk, units } = kind === "unit" ? await deskUnits(call) : { unit: undefined, units: [] };
  if (kind === "unit" && desk === undefined) return page(<NoUnitPage frame={frame} />);
  const wanted = asked(call, kind, desk);
  let read = await readUsage(deps, actor, pool, wanted.question);
  let problems: readonly Problem[] = [];
  if (!read.ok && read.problems.every(({ field }) => field === "from" || field === "to")) {
    problems = read.problems;
    read = await readUsage(deps, actor, pool, { ...wanted.question, from: undefined, to: undefined });
  }
  if (!read.ok) return refuse(read.problems);
  const found = await read.value.page({ limit: PAGE_ROWS, after: optional(query("after")) });
  const same = again(kind, wanted);
  const range = rangeParameters(read.value);
  const href = (path: string, parameters: Readonly<Record<string, string | undefined>>): string => inPool(frame, `${path}?${queryString(parameters)}`);
  const { question, by, side } = wanted;
  const behind = (row: UsageRow): string | undefined => {
    if (by === "request") return undefined;
    const days = row.period === null ? range : daysOf(row.period);
    const one = by === "unit" || by === "supplier" ? row[by]?.id : undefined;
    return href(PATHS[kind], {
      ...same,
      by: "request",
      class: row.class,
      from: later(days.from, range.from),
      to: earlier(days.to, range.to),
      ...(by === "item" ? { item: row.item?.code } : {}),
      ...(by === "applicant" ? { applicant: row.applicant ?? undefined } : {}),
      ...(one === undefined ? {} : kind === "unit" ? { other: one } : { [by]: one }),
    });
  };
  return page(
    <StatementPage
      frame={frame}
      view={{
        kind,
        path: PATHS[kind],
        from: read.value.from,
        to: read.value.to,
        by,
        choices: choicesOf(kind, side),
        ...(desk === undefined ? {} : { sides: { unit: desk.names, now: side, hrefs: { unit: href(PATHS.unit, { unit: desk.id, ...range }), supplier: href(PATHS.unit, { unit: desk.id, as: "supplier", ...range }) } } }),
        subjects: await subjectsOf(call, kind, wanted, units),
        kept: Object.fromEntries(Object.entries({ as: same["as"], other: same["other"], class: same["class"], item: same["item"], ...(kind === "mine" ? {} : { applicant: same["applicant"] }) }).filter((entry): entry is [string, string] => entry[1] !== undefined)),
        narrowed: narrowedTo(call, kind, wanted, found.rows, href(PATHS[kind], { ...(desk === undefined ? {} : { unit: desk.id, as: same["as"] }), ...range })),
        rows: found.rows,
        next: found.next === null ? undefined : href(PATHS[kind], { ...same, ...range, after: found.next }),
        exports: { csv: href(`${PATHS[kind]}.csv`, { ...same, ...range }), xlsx: href(`${PATHS[kind]}.xlsx`, { ...same, ...range }) },
        behind,
        loans: await loansOf(call, kind, wanted, read.value, (format) => href(`${PATHS[kind]}-loans.${format}`, { ...same, ...range })),
        problems,
      }}
    />,
    problems.length > 0 ? 422 : undefined,
  );
}

/** Of the unit whose statement it is, or of all. */
async function balancesOf({ deps, actor, pool }: PageCall, kind: Kind, { question, by, desk }: Asked, { from, to }: Pick<UsageRead, "from" | "to">): Promise<Result<readonly NamedBalance[]>> {
  const unit = kind === "unit" ? desk?.id : (question.unit ?? question.supplier);
  const found = await readLoanBalances(deps, actor, pool, { unit, class: question.class, from: localDateOf(from), to: localDateOf(to), period: USAGE_PERIODS.find((one) => one === by) });
  return found.ok ? ok(await namedBalances(deps.store.read(pool), found.value)) : found;
}

async function loansOf(call: PageCall, kind: Kind, wanted: Asked, range: Pick<UsageRead, "from" | "to">, hrefOf: (format: "csv" | "xlsx") => string): Promise<StatementView["loans"]> {
  if (kind === "mine" || call.query("after") !== "") return null;
  const found = await balancesOf(call, kind, wanted, range);
  return found.ok ? { rows: found.value, exports: { csv: hrefOf("csv"), xlsx: hrefOf("xlsx") } } : null;
}

async function subjectsOf({ deps, actor, pool, frame }: PageCall, kind: Kind, { question, desk }: Asked, units: readonly DeskUnit[]): Promise<StatementView["subjects"]> {
  const { t, name } = frame.voice;
  if (kind === "mine") {
    const mandates = actor.kind === "person" ? actor.mandates : [];
    if (mandates.length === 0) return [];
    return [{ name: "applicant", value: question.applicant ?? MYSELF, options: [{ value: MYSELF, label: t(usageText.myself) }, ...mandates.map(({ enterpriseCode, enterpriseName }) => ({ value: enterpriseCode, label: enterpriseName }))] }];
  }
  if (kind === "unit") {
    const shown = desk !== undefined && !units.some(({ id }) => id === desk.id) ? [...units, desk] : units;
    return desk === undefined ? [] : [{ name: "unit", value: desk.id, options: shown.map(({ id, names }) => ({ value: id, label: name(names) })) }];
  }
  const all = (await deps.store.read(pool).units.all()).map(({ id, names }) => ({ value: id, label: name(names) }));
  return (["unit", "supplier"] as const).map((one) => ({ name: one, value: question[one] ?? "", options: all, none: t(usageText["any-unit"]) }));
}

function narrowedTo({ frame }: PageCall, kind: Kind, { question, side }: Asked, rows: readonly UsageRow[], clear: string): StatementView["narrowed"] {
  const other = kind === "unit" ? (side === "unit" ? question.supplier : question.unit) : undefined;
  const what = [question.class === undefined ? undefined : rows[0] === undefined ? question.class : frame.voice.name(rows[0].classNames), question.item, other, kind === "mine" ? undefined : question.applicant].filter((one) => one !== undefined);
  return what.length === 0 ? undefined : { what, clear };
}

async function file(call: PageCall, kind: Kind, format: "csv" | "xlsx"): Promise<PageAnswer> {
  const { unit: desk } = kind === "unit" ? await deskUnits(call) : { unit: undefined };
  if (kind === "unit" && desk === undefined) return page(<NoUnitPage frame={call.frame} />);
  const { question } = asked(call, kind, desk);
  const read = await readUsage(call.deps, call.actor, call.pool, question);
  return read.ok ? await fileAnswer(call, `statement-${localDateOf(read.value.from)}-${localDateOf(read.value.to)}`, format, usageTable(read.value, question.by)) : refuse(read.problems);
}

async function loansFile(call: PageCall, kind: Kind, format: "csv" | "xlsx"): Promise<PageAnswer> {
  const { unit: desk } = kind === "unit" ? await deskUnits(call) : { unit: undefined };
  if (kind === "unit" && desk === undefined) return page(<NoUnitPage frame={call.frame} />);
  const wanted = asked(call, kind, desk);
  const range = rangeOf(wanted.question, dayNumberOf(await call.deps.clock.now(call.pool)));
  if (!range.ok) return refuse(range.problems);
  const found = await balancesOf(call, kind, wanted, range.value);
  return found.ok ? await fileAnswer(call, `lent-and-borrowed-${localDateOf(range.value.from)}-${localDateOf(range.value.to)}`, format, balanceTable(found.value)) : refuse(found.problems);
}

export const statementRoutes = (kind: Kind): readonly PageRoute[] => [
  { method: "get", path: PATHS[kind], access: "usage.read", ...ROOMS[kind], handle: (call) => statement(call, kind) },
  ...(["csv", "xlsx"] as const).map((format): PageRoute => ({ method: "get", path: `${PATHS[kind]}.${format}`, access: "usage.read", ...ROOMS[kind], handle: (call) => file(call, kind, format) })),
  ...(["csv", "xlsx"] as const).filter(() => kind !== "mine").map((format): PageRoute => ({ method: "get", path: `${PATHS[kind]}-loans.${format}`, access: "loan.read", ...ROOMS[kind], handle: (call) => loansFile(call, kind, format) })),
];
