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
