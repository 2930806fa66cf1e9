import type { AlarmLine } from "../../../../app/disparity/list-alarms.js";
import type { DisparitiesRead, NamedGroup } from "../../../../app/disparity/read-disparities.js";
import { DIMENSIONS, MEASURES, type Dimension, type Ratio } from "../../../../domain/disparity/reading.js";
import { READING_PERIODS } from "../../../../domain/disparity/period.js";
import { dimensionWords, disparityText, measureWords, periodWords } from "../../../../text/disparity.js";
import { IntervalStrip } from "../../../charts/interval-strip.js";
import { Listing } from "../../components/data-table.js";
import { SelectField, TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Stat } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface DisparityView {
  readonly read: DisparitiesRead;
  readonly kept: readonly AlarmLine[];
  readonly mayDeclare: boolean;
}

export const DisparityPage = ({ frame, view: { read, kept, mayDeclare } }: { frame: Frame; view: DisparityView }) => {
  const { voice } = frame;
  const { t, number } = voice;
  const base = inPool(frame, "/centre/disparity");
  const { settings, groups, range } = read;
  const ratio = number(settings.ratioPercent / 100);
  const min = settings.minCases;
  const alarms = groups.reduce((sum, one) => sum + one.alarms.length, 0);
  return (
    <Layout frame={frame} title={t(disparityText["title"])} wide>
      <Heading title={t(disparityText["title"])} lead={t(disparityText["lead"])} />
      <form class="filters table-filters" method="get" action={base}>
        <SelectField
          voice={voice}
          id="period"
          label={t(disparityText["period"])}
          value={range.name}
          options={rangesOf(read).map(({ name, running }) => ({ value: name, label: running ? t(disparityText["period.running"], { name }) : name }))}
        />
        <button class="button button--quiet">{t(disparityText["period.show"])}</button>
      </form>
      {groups.length === 0 ? (
        <Empty title={t(disparityText["none.title"])} text={t(disparityText["none.text"], { min })} />
      ) : (
        <>
          <div class="stats">
            <Stat voice={voice} label={t(disparityText["cases"])} figure={number(read.cases)} definition={t(disparityText["cases.definition"])} />
            <Stat voice={voice} label={t(disparityText["alarms"])} figure={number(alarms)} definition={t(disparityText["alarms.definition"], { ratio })} />
          </div>
          {DIMENSIONS.map((dimension) => (
            <DimensionPart frame={frame} dimension={dimension} read={read} groups={groups.filter((one) => one.dimension === dimension)} />
          ))}
          <p class="section">
            <a href={`/api/v1${inPool(frame, `/disparity/table?period=${range.name}`)}`}>{t(disparityText["table"])}</a>
          </p>
        </>
      )}
      <Details summary={t(disparityText["method"])}>
        {(["method.alike", "method.refusal", "method.wait", "method.interval", "method.withheld", "method.limits"] as const).map((part) => (
          <p>{t(disparityText[part], { min })}</p>
        ))}
      </Details>
      <section class="section">
        <h2>{t(disparityText["kept"])}</h2>
        <Listing
          voice={voice}
          caption={t(disparityText["kept"])}
          rows={kept}
          none={<p class="soft">{t(disparityText["kept.none"])}</p>}
          columns={[
            { key: "what", label: t(disparityText["kept.what"]), header: true, cell: (row) => `${t(dimensionWords[row.dimension])} · ${voice.name(row.names)} · ${t(measureWords[row.measure])}` },
            { key: "period", label: t(disparityText["period"]), cell: (row) => <a href={`${base}?period=${row.period}`}>{row.period}</a> },
            { key: "raised", label: t(disparityText["kept.raised"]), cell: (row) => voice.date(row.raisedAt) },
            { key: "seen", label: t(disparityText["kept.seen"]), cell: (row) => voice.date(row.seenAt) },
            { key: "resolved", label: t(disparityText["kept.resolved"]), cell: (row) => (row.resolvedAt === null ? <Tag label={t(disparityText["kept.open"])} shape="diamond" tone="alarm" /> : voice.date(row.resolvedAt)) },
          ]}
        />
      </section>
      {mayDeclare ? <SettingsForm frame={frame} read={read} /> : null}
    </Layout>
  );
};

/** The one shown is among the choices, however old it is. */
function rangesOf({ ranges, range, over }: DisparitiesRead): readonly { readonly name: string; readonly running: boolean }[] {
  const names = ranges.map(({ name }) => name);
  const runningName = over || !names.includes(range.name) ? undefined : range.name;
  return [...names, ...(names.includes(range.name) ? [] : [range.name])].map((name) => ({ name, running: name === runningName }));
}

const DimensionPart = ({ frame, dimension, read, groups }: { frame: Frame; dimension: Dimension; read: DisparitiesRead; groups: readonly NamedGroup[] }) => {
  const { voice } = frame;
  const { t, number, name } = voice;
  const { settings, range, mayOpenCases } = read;
  const threshold = settings.ratioPercent / 100;
  const withheld = <span class="soft">{t(disparityText["withheld"], { min: settings.minCases })}</span>;
  const told = (found: Ratio): { ratio: string; low: string; high: string } => ({ ratio: number(found.ratio), low: number(found.low), high: number(found.high) });
  const ratioCell = (row: NamedGroup, measure: "refusal" | "wait") => {
    const found = row[measure];
    return (
      <>
        {found === null ? (row.cases === null || (measure === "refusal" && row.refused === null) ? withheld : "—") : t(disparityText["interval"], told(found))}
        {row.alarms.includes(measure) ? (
          <>
            {" "}
            <Tag label={t(disparityText["alarm"])} shape="diamond" tone="alarm" />
          </>
        ) : null}
      </>
    );
  };
  const drawn = groups.flatMap((group) =>
    MEASURES.flatMap((measure) => {
      const found = group[measure];
      if (found === null) return [];
      const words = { group: name(group.names), measure: t(measureWords[measure]) };
      return [{ label: t(disparityText["chart.row"], words), ...found, alarm: group.alarms.includes(measure), said: t(disparityText["chart.said"], { ...words, ...told(found) }) }];
    }),
  );
  return (
    <section class="section">
      <h2>{t(dimensionWords[dimension])}</h2>
      <Listing
        voice={voice}
        caption={t(dimensionWords[dimension])}
        rows={groups}
        columns={[
          {
            key: "group",
            label: t(disparityText["group"]),
            header: true,
            cell: (row) =>
              mayOpenCases && row.cases !== null ? (
                <a href={inPool(frame, `/centre/disparity/cases?${new URLSearchParams({ period: range.name, dimension, group: row.group }).toString()}`)}>{name(row.names)}</a>
              ) : (
                name(row.names)
              ),
          },
          { key: "cases", label: t(disparityText["cases"]), number: true, cell: (row) => (row.cases === null ? withheld : number(row.cases)) },
          {
            key: "refused",
            label: t(disparityText["refused"]),
            number: true,
            cell: (row) => (row.refused === null ? withheld : t(disparityText["refused.share"], { count: number(row.refused), share: voice.percent(row.refused, row.cases ?? 0) })),
          },
          { key: "refusal", label: t(disparityText["refusal.ratio"]), number: true, cell: (row) => ratioCell(row, "refusal") },
          { key: "days", label: t(disparityText["wait.days"]), number: true, cell: (row) => (row.waitDays === null ? withheld : t(disparityText["wait.days.value"], { days: number(row.waitDays) })) },
          { key: "wait", label: t(disparityText["wait.ratio"]), number: true, cell: (row) => ratioCell(row, "wait") },
        ]}
      />
      {drawn.length === 0 ? null : (
        <IntervalStrip
          voice={voice}
          caption={t(disparityText["chart.caption"], { dimension: t(dimensionWords[dimension]) })}
          note={t(disparityText["chart.note"], { ratio: number(threshold) })}
          threshold={threshold}
          rows={drawn}
        />
      )}
    </section>
  );
};

const SettingsForm = ({ frame, read: { settings } }: { frame: Frame; read: DisparitiesRead }) => {
  const { voice } = frame;
  const { t } = voice;
  return (
    <Details summary={t(disparityText["settings"])}>
      <form method="post" action={inPool(frame, "/centre/disparity/settings")}>
        <input type="hidden" name="generation" value={String(settings.generation)} />
        <SelectField
          voice={voice}
          id="settings-period"
          name="period"
          label={t(disparityText["settings.period"])}
          hint={t(disparityText["settings.period.hint"])}
          value={settings.period}
          options={READING_PERIODS.map((value) => ({ value, label: t(periodWords[value]) }))}
        />
        <TextField voice={voice} id="minCases" type="number" width="short" label={t(disparityText["settings.min"])} value={String(settings.minCases)} maxlength={4} />
        <TextField voice={voice} id="ratioPercent" type="number" width="short" label={t(disparityText["settings.ratio"])} value={String(settings.ratioPercent)} maxlength={4} />
        <button class="button">{t(disparityText["settings.save"])}</button>
      </form>
    </Details>
  );
};
