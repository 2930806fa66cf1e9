import { percentOf } from "../../../../app/rebalance/pressure-table.js";
import type { PressureRow } from "../../../../app/rebalance/read-pressure.js";
import type { PressureTrend } from "../../../../app/rebalance/read-pressure-trend.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import { localDateOf, type DayNumber, type Instant } from "../../../../domain/instant.js";
import type { Problem } from "../../../../domain/problem.js";
import type { ForecastError } from "../../../../domain/rebalance/forecast.js";
import { pressureDefinitions, PRESSURE_FIGURES, pressureText, pressureWords, type PressureFigure } from "../../../../text/pressure.js";
import { usageText } from "../../../../text/usage.js";
import { portalText } from "../../../../text/portal.js";
import { Cartogram } from "../../../charts/cartogram.js";
import { HeatMap } from "../../../charts/heat-map.js";
import { TrendLines } from "../../../charts/trend-lines.js";
import { DataTable } from "../../components/data-table.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { SelectField, TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty } from "../../components/panels.js";
import type { Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export const PRESSURE_ROWS = ["division", "unit"] as const;

interface Named {
  readonly id: string;
  readonly names: Names;
}

export interface PressureView {
  readonly asOf: Instant;
  readonly from: DayNumber;
  readonly to: DayNumber;
  readonly query: { readonly by: (typeof PRESSURE_ROWS)[number]; readonly show: PressureFigure; readonly class: string; readonly unit: string; readonly division: string };
  readonly classes: readonly Named[];
  readonly units: readonly Named[];
  readonly counties: readonly { readonly code: string; readonly names: Names }[];
  readonly prefecture: string;
  /** By class and what the page tells apart, the hardest pressed first. */
  readonly rows: readonly PressureRow[];
  /** By class and county, for the map. */
  readonly places: readonly PressureRow[];
  readonly trend: (PressureTrend & { readonly names: Names; readonly chosen: boolean }) | undefined;
  readonly errors: ReadonlyMap<string, ForecastError>;
  readonly exports: { readonly csv: string; readonly xlsx: string };
  /** The form's own address, without its query. */
  readonly action: string;
  /** This page with one more filter. */
  readonly narrowed: (more: Readonly<Record<string, string>>) => string;
  /** The steps behind a cell. */
  readonly behind: (row: PressureRow, late: boolean) => string | undefined;
  readonly problems: readonly Problem[];
}

/** Rows of the heat map and of the table; the file has all. */
const UNITS_SHOWN = 40;
const ROWS_SHOWN = 200;
/** The same steps on every screen, so that two days can be compared. */
const SHARES = [25, 50, 75, 100, 150];

/** A cell's figure in numbers; undefined: there is no such thing here. Infinity: asked, and nothing to meet it with. */
function valueOf(row: PressureRow, figure: PressureFigure): number | undefined {
  switch (figure) {
    case "pressure":
      return row.pressure === null ? (row.capacityAhead > 0 ? 0 : undefined) : row.pressure * 100;
    case "utilisation":
      return row.utilisation === null ? undefined : row.utilisation * 100;
    case "waiting":
      return row.waiting.steps;
    case "wait-p90":
      return row.waitP90 ?? undefined;
    case "breaches":
      return row.waiting.breachesNow + row.waiting.breachesExpected;
    case "overdrawn":
      return row.overdrawn;
  }
}

const isShare = (figure: PressureFigure): boolean => figure === "pressure" || figure === "utilisation";

function sayer({ voice }: Frame, figure: PressureFigure): (value: number) => string {
  if (figure === "wait-p90") return voice.minutes;
  if (!isShare(figure)) return voice.number;
  return (value) => (value === Infinity ? voice.t(pressureText["no-capacity"]) : `${value > 100 ? "▲ " : ""}${voice.number(Math.round(value))}%`);
}

const sayPercent = (share: number | null | undefined): string => (share === null || share === undefined ? "—" : share === Infinity ? "▲" : `${percentOf(share)}%`);

/** Who is pressed how hard, now and soon; each number opens the steps it is made of. */
export const PressurePage = ({ frame, view }: { frame: Frame; view: PressureView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { query } = view;
  const title = t(pressureText.title);
  return (
    <Layout frame={frame} title={title} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} />
      <Heading title={title} lead={t(pressureText.lead, { from: voice.day(view.from), to: voice.day(view.to), now: voice.dateTime(view.asOf) })} />
      <form class="filters table-filters" method="get" action={view.action}>
        <TextField voice={voice} id="from" label={t(usageText.from)} type="date" value={localDateOf(view.from)} />
        <TextField voice={voice} id="to" label={t(usageText.to)} type="date" value={localDateOf(view.to)} />
        <SelectField voice={voice} id="show" label={t(pressureText.show)} options={PRESSURE_FIGURES.map((value) => ({ value, label: t(pressureWords[value]) }))} value={query.show} />
        <SelectField voice={voice} id="by" label={t(pressureText.by)} options={PRESSURE_ROWS.map((value) => ({ value, label: t(pressureText[`by.${value}`]) }))} value={query.by} />
        <SelectField voice={voice} id="class" label={t(pressureText.class)} options={view.classes.map((one) => ({ value: one.id, label: name(one.names) }))} value={query.class} none={t(pressureText.all)} />
        <SelectField voice={voice} id="unit" label={t(pressureText.unit)} options={view.units.map((one) => ({ value: one.id, label: name(one.names) }))} value={query.unit} none={t(pressureText.all)} />
        <SelectField voice={voice} id="division" label={t(pressureText.division)} options={view.counties.map(({ code, names }) => ({ value: code, label: name(names) }))} value={query.division} none={t(pressureText.all)} />
        <button class="button button--quiet">{t(usageText.show)}</button>
      </form>
      {view.rows.length === 0 ? (
        <Empty title={t(pressureText["empty.title"])} text={t(pressureText["empty.text"])} action={{ href: view.action, label: t(pressureText["empty.action"]) }} />
      ) : (
        <>
          <Pictures frame={frame} view={view} />
          {view.trend === undefined ? null : <Trend frame={frame} view={view} trend={view.trend} />}
          <Rows frame={frame} view={view} />
        </>
      )}
    </Layout>
  );
};

const Pictures = ({ frame, view }: { frame: Frame; view: PressureView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { show, by } = view.query;
  const say = sayer(frame, show);
  const keyOf = (row: PressureRow): string => (by === "unit" ? row.unit?.id : row.division?.code) ?? "";
  const lines = [...new Map(view.rows.map((row) => [keyOf(row), row])).values()];
  const ordered = by === "unit" ? lines : [...lines].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const columns = [...new Map(view.rows.map((row) => [row.classId as string, row.classNames])).entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const cells = new Map(view.rows.map((row) => [`${keyOf(row)} ${row.classId}`, row]));
  const what = t(pressureText[by]);
  return (
    <div class="section">
      <HeatMap
        voice={voice}
        caption={t(pressureText.heat, { figure: t(pressureWords[show]), what })}
        note={[t(pressureDefinitions[show]), t(pressureText["heat.note"]), ...(ordered.length > UNITS_SHOWN ? [t(pressureText["heat.more"], { shown: UNITS_SHOWN, all: ordered.length })] : [])].join(voice.language === "zh" ? "" : " ")}
        corner={what}
        columns={columns.map(([, names]) => name(names))}
        {...(isShare(show) ? { bounds: SHARES } : {})}
        say={say}
        rows={ordered.slice(0, UNITS_SHOWN).map((line) => ({
          label: name((by === "unit" ? line.unit : line.division)?.names ?? line.classNames),
          href: view.narrowed({ [by]: keyOf(line) }),
          cells: columns.map(([classId]) => {
            const row = cells.get(`${keyOf(line)} ${classId}`);
            const value = row && valueOf(row, show);
            const href = row && view.behind(row, show === "breaches");
            return { value, ...(href === undefined ? {} : { href }), over: isShare(show) && (value ?? 0) > 100 };
          }),
        }))}
      />
      <Cartogram
        voice={voice}
        prefecture={view.prefecture}
        caption={t(pressureText.map, { figure: t(pressureWords[show]) })}
        note={t(pressureText["map.note"])}
        {...(isShare(show) ? { bounds: SHARES } : {})}
        say={say}
        tiles={view.counties
          .filter(({ code }) => code !== view.prefecture)
          .map(({ code, names }) => ({
            code,
            label: name(names).replace(/ (County|City|District)$/, ""),
            value: Math.max(0, ...view.places.filter(({ division }) => division?.code === code).map((row) => valueOf(row, show) ?? 0)),
            href: view.narrowed({ division: code }),
          }))}
      />
    </div>
  );
};

const Trend = ({ frame, view, trend }: { frame: Frame; view: PressureView; trend: NonNullable<PressureView["trend"]> }) => {
  const { voice } = frame;
  const { t, number } = voice;
  const caption = t(pressureText["trend"], { class: voice.name(trend.names) });
  const { error } = trend;
  const amount = (value: number | null): string => (value === null ? t(pressureText.none) : number(Math.round(value)));
  const now = trend.buckets.findIndex(({ from, to }) => from <= trend.today && trend.today <= to);
  return (
    <section class="section" aria-label={caption}>
      <TrendLines voice={voice} id="trend" caption={caption} note={[...(trend.chosen ? [] : [t(pressureText["trend.narrow"])]), t(pressureText["trend.note"])].join(voice.language === "zh" ? "" : " ")} now={now === -1 ? undefined : now} points={trend.buckets.map(({ from, asked, expected, low, high, capacity }) => ({ label: voice.day(from), asked, expected, low, high, capacity }))} />
      <p id="error">
        {error === undefined
          ? t(pressureText["method.none"])
          : t(pressureText["method.error"], { mape: sayPercent(error.mape), mapeDays: error.mapeDays, wape: sayPercent(error.wape), days: error.days })}
      </p>
      <Details summary={t(pressureText.method)}>
        <p>{t(pressureText["method.text"])}</p>
      </Details>
      <Details summary={t(portalText["chart.table"])}>
        <DataTable
          voice={voice}
          caption={caption}
          captionHidden
          dense
          rows={trend.buckets}
          columns={[
            { key: "day", label: t(pressureText["trend.day"]), header: true, cell: ({ from }) => voice.day(from) },
            { key: "asked", label: t(pressureText["trend.asked"]), number: true, cell: ({ asked }) => amount(asked) },
            { key: "due", label: t(pressureText["trend.due"]), number: true, cell: ({ due }) => amount(due) },
            { key: "expected", label: t(pressureText["trend.expected"]), number: true, cell: ({ expected }) => amount(expected) },
            { key: "band", label: t(pressureText["trend.band"]), number: true, cell: ({ low, high }) => (low === null || high === null ? t(pressureText.none) : `${amount(low)}–${amount(high)}`) },
            { key: "capacity", label: t(pressureText["trend.capacity"]), number: true, cell: ({ capacity }) => amount(capacity) },
            { key: "used", label: t(pressureText["trend.used"]), number: true, cell: ({ used }) => amount(used) },
          ]}
        />
      </Details>
    </section>
  );
};

const Rows = ({ frame, view }: { frame: Frame; view: PressureView }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const { by } = view.query;
  const linked = (row: PressureRow, count: number, late = false) => {
    const href = view.behind(row, late);
    return count === 0 || href === undefined ? number(count) : <a href={href}>{number(count)}</a>;
  };
  const minutes = (value: number | null): string => (value === null ? t(pressureText.none) : voice.minutes(value));
  // What nobody asks for and nobody uses is in the file, and in the heat map.
  const busy = view.rows.filter(({ asked, due, used, waiting, overdrawn }) => asked + due + used + waiting.steps + overdrawn > 0);
  const rows = (busy.length === 0 ? view.rows : busy).slice(0, ROWS_SHOWN);
  const note = rows.length < view.rows.length ? t(pressureText["table.first"], { shown: rows.length, all: view.rows.length }) : t(pressureText["table.note"]);
  return (
    <section class="section">
      <DataTable
        voice={voice}
        caption={t(pressureText.table)}
        note={note}
        dense
        cards
        rows={rows}
        exports={view.exports}
        columns={[
          { key: "class", label: t(pressureText.class), header: true, cell: (row) => <a href={view.narrowed({ class: row.classId })}>{name(row.classNames)}</a> },
          { key: by, label: t(pressureText[by]), cell: (row) => name((by === "unit" ? row.unit : row.division)?.names ?? row.classNames) },
          { key: "pressure", label: t(pressureWords.pressure), number: true, cell: (row) => (row.pressure === Infinity ? t(pressureText["no-capacity"]) : sayPercent(row.pressure)) },
          { key: "asked", label: t(pressureText.asked), number: true, cell: (row) => number(row.asked) },
          { key: "due", label: t(pressureText.due), number: true, cell: (row) => number(row.due) },
          { key: "expected", label: t(pressureText.expected), number: true, cell: (row) => (row.expected === null ? t(pressureText.none) : number(Math.round(row.expected))) },
          { key: "capacity", label: t(pressureText["capacity-ahead"]), number: true, cell: (row) => number(row.capacityAhead) },
          { key: "utilisation", label: t(pressureWords.utilisation), number: true, cell: (row) => sayPercent(row.utilisation) },
          { key: "p50", label: t(pressureText["wait-p50"]), number: true, cell: (row) => minutes(row.waitP50) },
          { key: "p90", label: t(pressureWords["wait-p90"]), number: true, cell: (row) => minutes(row.waitP90) },
          { key: "waiting", label: t(pressureWords.waiting), number: true, cell: (row) => linked(row, row.waiting.steps) },
          { key: "now", label: t(pressureText.now), number: true, cell: (row) => linked(row, row.waiting.breachesNow, true) },
          { key: "ahead", label: t(pressureText.ahead), number: true, cell: (row) => linked(row, row.waiting.breachesExpected) },
          { key: "undated", label: t(pressureText.undated), number: true, cell: (row) => linked(row, row.waiting.undated) },
          { key: "overdrawn", label: t(pressureWords.overdrawn), number: true, cell: (row) => number(row.overdrawn) },
          { key: "mape", label: t(pressureText.mape), number: true, cell: (row) => sayPercent(view.errors.get(row.classId)?.mape) },
        ]}
      />
    </section>
  );
};
