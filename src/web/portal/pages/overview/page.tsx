import { localDateOf } from "../../../../domain/instant.js";
import { KINDS } from "../../../../domain/pool/class.js";
import { centreText } from "../../../../text/portal-centre.js";
import { portalText } from "../../../../text/portal.js";
import { kindWords, measureNames } from "../../../../text/words.js";
import { CapacityBars } from "../../../charts/capacity-bars.js";
import { Cartogram } from "../../../charts/cartogram.js";
import { HeatMap } from "../../../charts/heat-map.js";
import { WaitStrip } from "../../../charts/wait-strip.js";
import { DataTable } from "../../components/data-table.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice, Stat, Tabs } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import type { ClassView, OverviewView } from "./view.js";

/** Use in percent: the same steps on every screen, so that two days can be compared. */
const USE_BOUNDS = [20, 40, 60, 80, 100];

/** The pool as a picture first, then as tables; every figure says what it is and opens its rows. */
export const OverviewPage = ({ frame, view, map, newActs }: { frame: Frame; view: OverviewView; map: "waiting" | "open"; newActs: number }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const here = (path: string): string => inPool(frame, `/centre${path}`);
  if (view.classes.length === 0) {
    return (
      <Layout frame={frame} title={t(centreText["overview.title"])} wide>
        <Heading title={t(centreText["overview.title"])} />
        <Empty title={t(centreText["overview.empty.title"])} text={t(centreText["overview.empty.text"])} action={{ href: here("/imports"), label: t(centreText["overview.empty.action"]) }} />
      </Layout>
    );
  }
  // A gate has no capacity to be used up: its uses are counted in the table, not drawn as load.
  const limited = view.classes.filter((one) => one.capacity > 0 || (one.unlimited === 0 && one.held + one.settled > 0));
  const firstKind = KINDS.find((kind) => limited.some((one) => one.kind === kind));
  const byCounty = map === "waiting" ? view.waitingByCounty : view.openByCounty;
  return (
    <Layout frame={frame} title={t(centreText["overview.title"])} wide>
      <Heading title={t(centreText["overview.title"])} lead={t(centreText["overview.as-of"], { time: voice.dateTime(view.asOf) })} />
      {newActs === 0 ? null : (
        <Notice kind="alarm">
          <p>
            {t(centreText["policies.new.title"], { count: newActs })} <a href={here("/policies")}>{t(centreText["policies.new.look"])}</a>
          </p>
        </Notice>
      )}
      <div class="stats">
        <Stat voice={voice} label={t(centreText["overview.resources"])} figure={number(view.resources)} href={here("/resources")} note={t(centreText["overview.resources.note"], { units: view.units })} definition={t(centreText["overview.resources.definition"])} />
        <Stat voice={voice} label={t(centreText["overview.open"])} figure={number(view.requests.open)} href={here("/requests")} definition={t(centreText["overview.open.definition"])} />
        <Stat voice={voice} label={t(centreText["overview.waiting"])} figure={number(view.waitingSteps)} href={here("/queue")} definition={t(centreText["overview.waiting.definition"])} />
        <Stat
          voice={voice}
          label={t(centreText["overview.overdue"])}
          figure={number(view.requests.overdue)}
          href={here("/requests?which=overdue")}
          note={t(centreText["overview.overdue.note"], { percent: voice.percent(view.requests.overdue, view.requests.open) })}
          definition={t(centreText["overview.overdue.definition"])}
        />
        <Stat voice={voice} label={t(centreText["overview.unservable"])} figure={number(view.requests.unservable)} href={here("/requests?which=unservable")} definition={t(centreText["overview.unservable.definition"])} />
      </div>

      <section class="section" aria-labelledby="heat">
        <h2 id="heat">{t(centreText["overview.pressure"])}</h2>
        <form class="filters table-filters" method="get" action={here("")}>
          <TextField voice={voice} id="day" label={t(centreText["overview.day"])} type="date" value={localDateOf(view.day)} />
          <button class="button button--quiet">{t(centreText["overview.day.show"])}</button>
        </form>
        <HeatMap
          voice={voice}
          caption={t(centreText["overview.heat"])}
          note={t(centreText["overview.heat.note"], { day: voice.day(view.day) })}
          corner={t(centreText["queue.filter.class"])}
          columns={view.columns.map(({ code, names }) => (code === view.prefecture ? t(centreText["overview.own"]) : name(names)))}
          bounds={USE_BOUNDS}
          say={(value) => `${value}%`}
          rows={limited.map((one) => ({
            label: name(one.names),
            href: here(`/resources?class=${one.id}`),
            cells: view.columns.map(({ code }) => {
              const cell = one.counties[code];
              return cell === undefined || cell.capacity + cell.used === 0 || (cell.capacity === 0 && one.unlimited > 0)
                ? { value: undefined }
                : { value: cell.capacity === 0 ? 100 : Math.round((cell.used / cell.capacity) * 100), href: here(`/resources?class=${one.id}&division=${code}`) };
            }),
          }))}
        />
      </section>

      <div class="split split--half section">
        <section aria-labelledby="map">
          <h2 id="map" class="visually-hidden">
            {t(centreText[map === "waiting" ? "overview.map" : "overview.map.open"])}
          </h2>
          <Tabs
            label={t(centreText["overview.map.tabs"])}
            tabs={(["waiting", "open"] as const).map((one) => ({
              href: here(one === "waiting" ? "#map" : "?map=open#map"),
              label: t(centreText[one === "waiting" ? "overview.waiting" : "overview.open"]),
              current: one === map,
            }))}
          />
          <Cartogram
            voice={voice}
            prefecture={view.prefecture}
            caption={t(centreText[map === "waiting" ? "overview.map" : "overview.map.open"])}
            note={t(centreText["overview.map.note"])}
            tiles={view.counties.map(({ code, names }) => ({ code, label: shortPlace(voice, names), value: byCounty[code] ?? 0, href: here(map === "waiting" ? `/queue?division=${code}` : `/requests?division=${code}`) }))}
            say={number}
          />
        </section>
        <section aria-labelledby="waits">
          <h2 id="waits" class="visually-hidden">
            {t(centreText["overview.waits"])}
          </h2>
          {view.waits.length === 0 ? (
            <Empty title={t(centreText["overview.waits"])} text={t(centreText["overview.waits.none"])} />
          ) : (
            <>
              <WaitStrip
                voice={voice}
                caption={t(centreText["overview.waits"])}
                note={t(centreText["overview.waits.note"])}
                rows={view.waits.map((row) => ({ label: t(kindWords[row.kind]), p50: row.p50, p90: row.p90, p99: row.p99 }))}
              />
              <Details summary={t(portalText["chart.table"])}>
                <DataTable
                  voice={voice}
                  dense
                  caption={t(centreText["overview.waits"])}
                  rows={view.waits}
                  columns={[
                    { key: "kind", label: t(centreText["overview.kind"]), header: true, cell: (row) => t(kindWords[row.kind]) },
                    { key: "n", label: t(centreText["overview.decisions"]), number: true, cell: (row) => number(row.decisions) },
                    { key: "p50", label: t(portalText["charts.p50"]), number: true, cell: (row) => voice.minutes(row.p50) },
                    { key: "p90", label: t(portalText["charts.p90"]), number: true, cell: (row) => voice.minutes(row.p90) },
                    { key: "p99", label: t(portalText["charts.p99"]), number: true, cell: (row) => voice.minutes(row.p99) },
                  ]}
                />
              </Details>
            </>
          )}
        </section>
      </div>

      <section class="section" aria-labelledby="classes">
        <h2 id="classes">{t(centreText["overview.classes"])}</h2>
        {KINDS.map((kind) => {
          const bars = limited.filter((one) => one.kind === kind);
          return bars.length === 0 ? null : (
            <div class="kind-bars">
              <CapacityBars
                voice={voice}
                id={`bars-${kind}`}
                caption={t(kindWords[kind])}
                note={t(centreText["overview.classes.note"], { period: kind === "funds" ? voice.period("fiscal-year", Number(localDateOf(view.day).slice(0, 4))) : voice.day(view.day) })}
                legend={kind === firstKind}
                bars={bars.map((one) => ({ label: name(one.names), capacity: one.capacity, held: one.held, settled: one.settled, say: (value) => voice.amount(value, one.measure) }))}
              />
            </div>
          );
        })}
        <DataTable
          voice={voice}
          caption={t(centreText["overview.kinds"])}
          note={t(centreText["overview.kinds.note"], { day: voice.day(view.day) })}
          dense
          rows={view.classes}
          columns={[
            { key: "class", label: t(centreText["queue.filter.class"]), header: true, cell: (one) => <a href={here(`/resources?class=${one.id}`)}>{name(one.names)}</a> },
            { key: "kind", label: t(centreText["overview.kind"]), cell: (one) => t(kindWords[one.kind]) },
            { key: "resources", label: t(portalText["nav.resources"]), number: true, cell: (one) => number(one.resources) },
            { key: "measure", label: t(centreText["overview.measure"]), cell: (one) => t(measureNames[one.measure]) },
            { key: "capacity", label: t(portalText["charts.capacity"]), number: true, cell: (one) => capacityText(frame, one) },
            { key: "held", label: t(portalText["charts.held"]), number: true, cell: (one) => amountText(frame, one, one.held) },
            { key: "settled", label: t(portalText["charts.settled"]), number: true, cell: (one) => amountText(frame, one, one.settled) },
            { key: "free", label: t(portalText["charts.free"]), number: true, cell: (one) => (one.capacity === 0 && (one.unlimited > 0 || one.held + one.settled === 0) ? "—" : amountText(frame, one, one.free)) },
            { key: "use", label: t(centreText["overview.use"]), number: true, cell: (one) => voice.percent(one.held + one.settled, one.capacity) },
            { key: "waiting", label: t(centreText["overview.waiting.column"]), number: true, cell: (one) => (one.waiting === 0 ? "0" : <a href={here(`/queue?class=${one.id}`)}>{number(one.waiting)}</a>) },
          ]}
        />
      </section>
    </Layout>
  );
};

/** As a tile or a column has room for: the word for its rank is left out where English has one. */
const shortPlace = (voice: Frame["voice"], names: { readonly zh: string; readonly en: string }): string => voice.name(names).replace(/ (County|City|District|Prefecture)$/, "");

const amountText = ({ voice }: Frame, one: ClassView, value: number): string => (one.measure === "fen" ? voice.money(value) : voice.number(value));

const capacityText = (frame: Frame, one: ClassView): string => {
  const unlimited = one.unlimited > 0 ? frame.voice.t(centreText["overview.unlimited"], { count: one.unlimited }) : "";
  if (one.capacity === 0 && unlimited !== "") return unlimited;
  return [amountText(frame, one, one.capacity), unlimited].filter(Boolean).join(" + ");
};
