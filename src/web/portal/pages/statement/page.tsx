import type { NamedBalance } from "../../../../app/rebalance/balance-table.js";
import type { UsageRow } from "../../../../app/ports/usage.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import type { DayNumber } from "../../../../domain/instant.js";
import { localDateOf } from "../../../../domain/instant.js";
import type { Problem } from "../../../../domain/problem.js";
import { usageText } from "../../../../text/usage.js";
import { Listing, type Column } from "../../components/data-table.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { SelectField, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Tabs } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

/** What a statement may be told apart by, besides the class. */
export const STATEMENT_BY = ["total", "day", "month", "year", "item", "unit", "supplier", "applicant", "request"] as const;
export type StatementBy = (typeof STATEMENT_BY)[number];

export interface StatementView {
  readonly kind: "mine" | "unit" | "pool";
  /** Below the pool. */
  readonly path: string;
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly by: StatementBy;
  readonly choices: readonly StatementBy[];
  /** Of a unit: the side that is shown, and where the other one is. */
  readonly sides?: { readonly unit: Names; readonly now: "unit" | "supplier"; readonly hrefs: Readonly<Record<"unit" | "supplier", string>> };
  /** Who it can be about: units, or the applicant and the enterprises they act for. */
  readonly subjects: readonly { readonly name: "unit" | "supplier" | "applicant"; readonly value: string; readonly options: readonly Choice[]; readonly none?: string }[];
  /** Parameters that the form keeps. */
  readonly kept: Readonly<Record<string, string>>;
  readonly narrowed: { readonly what: readonly string[]; readonly clear: string } | undefined;
  readonly rows: readonly UsageRow[];
  readonly next: string | undefined;
  readonly exports: { readonly csv: string; readonly xlsx: string } | undefined;
  /** The cases behind a line. */
  readonly behind: (row: UsageRow) => string | undefined;
  /** What was lent and borrowed on the same days; null: of a person's requests there is none. */
  readonly loans: { readonly rows: readonly NamedBalance[]; readonly exports: { readonly csv: string; readonly xlsx: string } } | null;
  readonly problems: readonly Problem[];
}

export const StatementPage = ({ frame, view }: { frame: Frame; view: StatementView }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const title = t(usageText[view.kind === "mine" ? "title.mine" : "title"]);
  const range = { from: voice.day(view.from), to: voice.day(view.to) };
  const lead = view.sides === undefined ? t(usageText.lead, range) : t(usageText[`lead.${view.sides.now}`], { ...range, unit: name(view.sides.unit) });
  return (
    <Layout frame={frame} title={title} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} />
      <Heading over={view.sides === undefined ? undefined : name(view.sides.unit)} title={title} lead={view.problems.length > 0 ? undefined : lead} />
      {view.sides === undefined ? null : (
        <Tabs label={t(usageText["as.label"])} tabs={(["unit", "supplier"] as const).map((side) => ({ href: view.sides!.hrefs[side], label: t(usageText[`as.${side}`]), current: side === view.sides!.now }))} />
      )}
      <form class="filters table-filters" method="get" action={inPool(frame, view.path)}>
        {Object.entries(view.kept).map(([key, value]) => (
          <input type="hidden" name={key} value={value} />
        ))}
        <TextField voice={voice} id="from" label={t(usageText.from)} type="date" value={localDateOf(view.from)} />
        <TextField voice={voice} id="to" label={t(usageText.to)} type="date" value={localDateOf(view.to)} />
        <SelectField voice={voice} id="by" label={t(usageText.by)} options={view.choices.map((value) => ({ value, label: t(usageText[`by.${value}`]) }))} value={view.by} />
        {view.subjects.map((subject) => (
          <SelectField voice={voice} id={subject.name} label={t(usageText[subject.name])} options={subject.options} value={subject.value} none={subject.none} />
        ))}
        <button class="button button--quiet">{t(usageText.show)}</button>
      </form>
      {view.narrowed === undefined ? null : (
        <p>
          {t(usageText.narrowed, { what: voice.list(view.narrowed.what) })} <a href={view.narrowed.clear}>{t(usageText["narrowed.clear"])}</a>
        </p>
      )}
      <Listing
        voice={voice}
        caption={title}
        rows={view.rows}
        none={<Empty title={t(usageText["none.title"])} text={t(usageText["none.text"])} />}
        next={view.next}
        exports={view.exports}
        columns={[
          { key: "class", label: t(usageText.class), header: true, cell: (row) => name(row.classNames) },
          ...apart(frame, view),
          {
            key: "allocations",
            label: t(usageText.allocations),
            number: true,
            cell: (row) => {
              const href = view.behind(row);
              return href === undefined ? number(row.allocations) : <a href={href}>{number(row.allocations)}</a>;
            },
          },
          { key: "given", label: t(usageText.given), number: true, cell: (row) => voice.amount(row.held + row.settled + row.returned + row.lapsed + row.annulled, row.measure) },
          ...(["held", "settled", "returned", "lapsed", "annulled"] as const).map((amount): Column<UsageRow> => ({ key: amount, label: t(usageText[amount]), number: true, cell: (row) => voice.amount(row[amount], row.measure) })),
        ]}
      />
      {view.loans === null ? null : <Loans frame={frame} view={view} loans={view.loans} />}
      <Details summary={t(usageText["definition.title"])}>
        <ul>
          {(["given", "held", "settled", "returned", "lapsed", "annulled", "day", "sides"] as const).map((one) => (
            <li>{t(usageText[`definition.${one}`])}</li>
          ))}
        </ul>
      </Details>
    </Layout>
  );
};

const Loans = ({ frame: { voice }, view, loans }: { frame: Frame; view: StatementView; loans: NonNullable<StatementView["loans"]> }) => {
  const { t, name, amount } = voice;
  return (
    <section class="section" aria-labelledby="loans">
      <h2 id="loans">{t(usageText["loans.title"])}</h2>
      <p class="soft">{t(usageText["loans.note"])}</p>
      <Listing
        voice={voice}
        caption={t(usageText["loans.title"])}
        rows={loans.rows}
        none={<p>{t(usageText["loans.none"])}</p>}
        next={undefined}
        exports={loans.rows.length === 0 ? undefined : loans.exports}
        columns={[
          { key: "class", label: t(usageText.class), header: true, cell: (row) => name(row.class.names) },
          ...(view.kind === "pool" ? [{ key: "unit", label: t(usageText["loans.unit"]), cell: (row: NamedBalance) => name(row.unit) }] : []),
          ...(loans.rows.some(({ period }) => period !== null) ? [{ key: "period", label: t(usageText.period), cell: (row: NamedBalance) => <span class="nowrap">{row.period}</span> }] : []),
          { key: "lent", label: t(usageText["loans.lent"]), number: true, cell: (row) => amount(row.lent, row.class.measure) },
          { key: "borrowed", label: t(usageText["loans.borrowed"]), number: true, cell: (row) => amount(row.borrowed, row.class.measure) },
          { key: "balance", label: t(usageText["loans.balance"]), number: true, cell: (row) => amount(row.lent - row.borrowed, row.class.measure) },
        ]}
      />
    </section>
  );
};

const CREDIT_CODE_LENGTH = 18;

function apart(frame: Frame, view: StatementView): Column<UsageRow>[] {
  const { t, name } = frame.voice;
  switch (view.by) {
    case "total":
      return [];
    case "day":
    case "month":
    case "year":
      return [{ key: "period", label: t(usageText.period), cell: (row) => <span class="nowrap">{row.period}</span> }];
    case "item":
      return [{ key: "item", label: t(usageText.item), cell: (row) => (row.item === null ? t(usageText.direct) : name(row.item.names)) }];
    case "unit":
    case "supplier": {
      const side = view.by;
      return [{ key: side, label: t(usageText[side]), cell: (row) => (row[side] === null ? "—" : name(row[side].names)) }];
    }
    case "applicant":
      return [{ key: "applicant", label: t(usageText.applicant), cell: ({ applicant }) => (applicant === null ? t(usageText.direct) : applicant.length === CREDIT_CODE_LENGTH ? t(usageText.enterprise, { code: applicant }) : t(usageText.person, { id: applicant })) }];
    case "request":
      return [
        {
          key: "request",
          label: t(usageText.request),
          cell: ({ request }) => (request === null ? t(usageText.direct) : view.kind === "mine" ? <a href={inPool(frame, `/requests/${request.publicId}`)}>{request.number}</a> : <span class="nowrap">{request.number}</span>),
        },
      ];
  }
}
