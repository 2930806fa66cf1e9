import { deadlineRate } from "../../../../app/figures/figures-table.js";
import type { FigureRowsRead, FiguresOf } from "../../../../app/figures/read-figures.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import { localDateOf, type DayNumber, type Instant } from "../../../../domain/instant.js";
import type { Measure } from "../../../../domain/pool/class.js";
import { FIGURES, FIGURES_BY, type Figure, type FigureRows, type FiguresBy } from "../../../../domain/pool/figures.js";
import type { Problem } from "../../../../domain/problem.js";
import { figureDefinitions, figuresByWords, figuresText, figureWords } from "../../../../text/figures.js";
import { usageText } from "../../../../text/usage.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable } from "../../components/data-table.js";
import { DeadlineLight } from "../../components/deadline.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { SelectField, TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty, Stat } from "../../components/panels.js";
import { RequestTag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface FiguresView {
  readonly asOf: Instant;
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly by: FiguresBy;
  readonly scope: { readonly class: string; readonly unit: string; readonly division: string };
  readonly classes: readonly { readonly id: string; readonly names: Names; readonly measure: Measure }[];
  readonly units: readonly { readonly id: string; readonly names: Names }[];
  readonly counties: readonly { readonly code: string; readonly names: Names }[];
  readonly whole: FiguresOf;
  readonly rows: readonly FiguresOf[];
  readonly exports: { readonly csv: string; readonly xlsx: string };
  /** Where the rows behind a figure are, of the whole or of one line. */
  readonly behind: (figure: Figure, key?: string) => string;
  readonly problems: readonly Problem[];
}

/** What a figure of one line says. */
function said({ voice }: Frame, row: FiguresOf, figure: Figure): string {
  const { number, t } = voice;
  switch (figure) {
    case "utilisation":
      return row.utilisation === null ? t(figuresText.none) : `${row.utilisation.percent}%`;
    case "queue":
      return number(row.queue);
    case "wait-p50":
      return row.waitP50 === null ? t(figuresText.none) : voice.minutes(row.waitP50);
    case "wait-p90":
      return row.waitP90 === null ? t(figuresText.none) : voice.minutes(row.waitP90);
    case "deadline-rate": {
      const rate = deadlineRate(row);
      return rate === null ? t(figuresText.none) : `${rate}%`;
    }
    case "breaches":
      return number(row.breaches);
  }
}

function noteOf(frame: Frame, view: FiguresView, figure: Figure): string | undefined {
  const { t, amount } = frame.voice;
  const { whole } = view;
  switch (figure) {
    case "utilisation": {
      const measure = view.classes.find(({ id }) => id === view.scope.class)?.measure;
      return whole.utilisation?.amounts && measure ? `${amount(whole.utilisation.amounts.used, measure)} / ${amount(whole.utilisation.amounts.capacity, measure)}` : undefined;
    }
    case "wait-p50":
    case "wait-p90":
      return t(figuresText["of-decisions"], { count: whole.decisions });
    case "deadline-rate":
      return t(figuresText["of-closed"], { closed: whole.closed, hit: whole.closed - whole.missed });
    default:
      return undefined;
  }
}

/** Every number says what it counts and over which range, and opens the rows it is made of. */
export const FiguresPage = ({ frame, view }: { frame: Frame; view: FiguresView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const title = t(figuresText.title);
  return (
    <Layout frame={frame} title={title} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} />
      <Heading title={title} lead={t(figuresText.lead, { from: voice.day(view.from), to: voice.day(view.to), now: voice.dateTime(view.asOf) })} />
      <form class="filters table-filters" method="get" action={inPool(frame, "/centre/figures")}>
        <TextField voice={voice} id="from" label={t(usageText.from)} type="date" value={localDateOf(view.from)} />
        <TextField voice={voice} id="to" label={t(usageText.to)} type="date" value={localDateOf(view.to)} />
        <SelectField voice={voice} id="by" label={t(figuresText.by)} options={FIGURES_BY.map((value) => ({ value, label: t(figuresByWords[value]) }))} value={view.by} />
        <SelectField voice={voice} id="class" label={t(figuresText.class)} options={view.classes.map(({ id, names }) => ({ value: id, label: name(names) }))} value={view.scope.class} none={t(figuresText.all)} />
        <SelectField voice={voice} id="unit" label={t(figuresText.unit)} options={view.units.map(({ id, names }) => ({ value: id, label: name(names) }))} value={view.scope.unit} none={t(figuresText.all)} />
        <SelectField voice={voice} id="division" label={t(figuresText.division)} options={view.counties.map(({ code, names }) => ({ value: code, label: name(names) }))} value={view.scope.division} none={t(figuresText.all)} />
        <button class="button button--quiet">{t(usageText.show)}</button>
      </form>
      <div class="stats">
        {FIGURES.map((figure) => {
          const note = noteOf(frame, view, figure);
          return <Stat voice={voice} label={t(figureWords[figure])} figure={said(frame, view.whole, figure)} href={view.behind(figure)} {...(note === undefined ? {} : { note })} definition={t(figureDefinitions[figure])} />;
        })}
      </div>
      {view.by === "pool" ? null : view.rows.length === 0 ? (
        <Empty title={t(figuresText["none.title"])} text={t(figuresText["none.text"])} />
      ) : (
        <section class="section">
          <DataTable
            voice={voice}
            caption={t(figuresByWords[view.by])}
            note={t(figuresText["table.note"])}
            dense
            cards
            rows={view.rows}
            exports={view.exports}
            columns={[
              { key: "key", label: t(figuresText[view.by]), header: true, cell: (row) => (row.names === null ? row.key : name(row.names)) },
              ...FIGURES.map((figure) => ({ key: figure, label: t(figureWords[figure]), number: true, cell: (row: FiguresOf) => <a href={view.behind(figure, row.key)}>{said(frame, row, figure)}</a> })),
            ]}
          />
        </section>
      )}
    </Layout>
  );
};

export interface FigureRowsView {
  readonly which: FigureRows;
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly found: FigureRowsRead;
  readonly back: string;
  readonly next: string | undefined;
  /** What the list is narrowed to: a class, a unit, a county. */
  readonly over: string | undefined;
}

const FIGURE_OF = { waits: "wait-p50", closed: "deadline-rate", missed: "deadline-rate", breaches: "breaches" } as const;

export const FigureRowsPage = ({ frame, view }: { frame: Frame; view: FigureRowsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const title = t(figuresText[`rows.${view.which}`]);
  const trail = [{ href: view.back, label: t(figuresText.title) }];
  const common = { voice, caption: title, captionHidden: true, dense: true, cards: true, next: view.next };
  return (
    <Layout frame={frame} title={title} wide breadcrumbs={<Breadcrumbs voice={voice} trail={trail} />}>
      <Heading over={view.over} title={title} lead={`${voice.day(view.from)} – ${voice.day(view.to)} · ${t(figureDefinitions[FIGURE_OF[view.which]])}`} />
      {view.found.page.rows.length === 0 ? (
        <Empty title={t(figuresText["rows.none.title"])} text={t(figuresText["rows.none.text"])} />
      ) : view.found.which === "waits" ? (
        <DataTable
          {...common}
          rows={view.found.page.rows}
          columns={[
            { key: "number", label: t(figuresText["rows.number"]), header: true, cell: (row) => <a href={inPool(frame, `/centre/decisions/${row.step}`)}>{row.number}</a> },
            { key: "item", label: t(figuresText["rows.item"]), cell: (row) => name(row.itemNames) },
            { key: "step", label: t(figuresText["rows.step"]), cell: (row) => row.stepName },
            { key: "unit", label: t(figuresText["rows.unit"]), cell: (row) => name(row.unitNames) },
            { key: "ready", label: t(figuresText["rows.ready"]), cell: (row) => voice.dateTime(row.readyAt) },
            { key: "decided", label: t(figuresText["rows.decided"]), cell: (row) => voice.dateTime(row.decidedAt) },
            { key: "wait", label: t(figuresText["rows.wait"]), number: true, cell: (row) => voice.minutes(row.minutes) },
          ]}
        />
      ) : (
        <DataTable
          {...common}
          rows={view.found.page.rows}
          columns={[
            { key: "number", label: t(figuresText["rows.number"]), header: true, cell: (row) => row.number },
            { key: "item", label: t(figuresText["rows.item"]), cell: (row) => name(row.itemNames) },
            { key: "unit", label: t(figuresText["rows.unit"]), cell: (row) => name(row.unitNames) },
            { key: "state", label: t(figuresText["rows.state"]), cell: (row) => <RequestTag voice={voice} state={row.state} /> },
            { key: "received", label: t(figuresText["rows.received"]), cell: (row) => voice.date(row.receivedAt) },
            { key: "due", label: t(figuresText["rows.due"]), cell: (row) => voice.date(row.promisedDueAt) },
            { key: "closed", label: t(figuresText["rows.closed-at"]), cell: (row) => (row.closedAt === null ? <DeadlineLight voice={voice} deadline={row.deadline} /> : voice.dateTime(row.closedAt)) },
          ]}
        />
      )}
    </Layout>
  );
};
