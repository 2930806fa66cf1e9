import { PeriodColumns } from "../../../charts/period-columns.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import { dayNumberOf } from "../../../../domain/instant.js";
import type { Measure } from "../../../../domain/pool/class.js";
import { periodStart, type Period, type PeriodKind } from "../../../../domain/pool/period.js";
import { deskText } from "../../../../text/portal-desk.js";
import { portalText } from "../../../../text/portal.js";
import { allocationStateWords, measureNames, resourceStateWords } from "../../../../text/words.js";
import { Facts } from "../../components/answers.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { DataTable, Listing } from "../../components/data-table.js";
import { Heading } from "../../components/heading.js";
import { Details, Notice } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { resourceLooks } from "../resources/page.js";
import type { Voice } from "../../../../text/voice.js";

export interface ResourceView {
  readonly room: "desk" | "centre";
  readonly code: string;
  readonly classId: string;
  readonly classNames: Names;
  readonly measure: Measure;
  readonly periodKind: PeriodKind;
  readonly unit: { readonly id: string; readonly names: Names };
  readonly total: number | null;
  readonly unlimited: boolean;
  readonly derived: boolean;
  readonly reserved: number;
  readonly overcommitPercent: number;
  readonly limits: { readonly min: number; readonly max: number; readonly step: number };
  readonly traits: readonly Names[];
  readonly jurisdiction: readonly string[];
  readonly calendar: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  readonly earmark: string | null;
  readonly legalBasis: string | null;
  readonly numberBasis: string | null;
  readonly source: string | null;
  readonly state: "registered" | "published" | "retired";
  readonly generation: number;
  readonly idempotencyKey: string;
  readonly periods: readonly { readonly period: Period; readonly capacity: number; readonly borrowed: number; readonly lent: number; readonly held: number; readonly settled: number }[];
  readonly holders: readonly {
    readonly number: string;
    readonly step: string;
    readonly period: Period;
    readonly amount: number;
    readonly state: "held" | "settled";
  }[];
  readonly may: { readonly change: boolean; readonly retire: boolean };
  readonly saved: boolean;
}

const shortPeriod = (voice: Voice, kind: PeriodKind, period: Period): string => {
  switch (kind) {
    case "day":
      return voice.dayOfMonth(period);
    case "slot":
      return voice.time(periodStart("slot", period));
    default:
      return voice.period(kind, period);
  }
};

export const ResourcePage = ({ frame, view }: { frame: Frame; view: ResourceView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const amount = (value: number): string => voice.amount(value, view.measure);
  const overdrawn = view.periods.some((one) => one.capacity + one.borrowed - one.lent < one.held + one.settled);
  const free = (one: ResourceView["periods"][number]): number => one.capacity + one.borrowed - one.lent - one.held - one.settled;
  const first = view.periods[0];
  const last = view.periods.at(-1);
  const span =
    first === undefined || last === undefined
      ? ""
      : view.periodKind === "day"
        ? `${voice.day(first.period)} – ${voice.day(last.period)}`
        : view.periodKind === "slot"
          ? voice.day(dayNumberOf(periodStart("slot", first.period)))
          : voice.period(view.periodKind, first.period);
  const list = inPool(frame, `/${view.room}/resources${view.room === "desk" ? `?unit=${encodeURIComponent(view.unit.id)}` : ""}`);
  const self = inPool(frame, `/desk/resources/${view.code}`);
  return (
    <Layout frame={frame} title={view.code} wide breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: list, label: t(portalText["nav.resources"]) }]} />}>
      <div class="row row--between">
        <Heading
          over={t(deskText["resource.over"], { class: name(view.classNames), unit: name(view.unit.names) })}
          title={view.code}
          facts={<Tag label={t(resourceStateWords[view.state])} {...resourceLooks[view.state]} />}
        />
        {view.may.change ? (
          <a class="button button--quiet" href={`${self}/edit`}>
            {t(deskText["resource.change"])}
          </a>
        ) : null}
      </div>
      <div class="stack">
        {view.saved ? (
          <Notice live>
            <p>{t(deskText["register.saved"])}</p>
          </Notice>
        ) : null}
        {overdrawn ? (
          <Notice kind="alarm">
            <p>{t(deskText["resource.overdrawn"])}</p>
          </Notice>
        ) : null}
      </div>
      <div class="split resource-split">
        <div>
          <section class="section" aria-labelledby="capacity">
            <h2 id="capacity">{t(deskText["resource.capacity"])}</h2>
            {view.unlimited || view.periods.length === 0 ? (
              <p class="soft">{t(deskText["resource.capacity.none"])}</p>
            ) : (
              <>
                <PeriodColumns
                  voice={voice}
                  id="periods"
                  caption={span}
                  note={t(deskText["resource.capacity.note"], { measure: t(measureNames[view.measure]) })}
                  columns={view.periods.map((one) => ({
                    label: shortPeriod(voice, view.periodKind, one.period),
                    capacity: one.capacity + one.borrowed - one.lent,
                    held: one.held,
                    settled: one.settled,
                  }))}
                />
                <Details summary={t(portalText["chart.table"])}>
                  <DataTable
                    voice={voice}
                    dense
                    caption={t(deskText["resource.table"])}
                    rows={view.periods}
                    columns={[
                      { key: "period", label: t(deskText["resource.period"]), header: true, cell: (one) => voice.period(view.periodKind, one.period) },
                      { key: "capacity", label: t(portalText["charts.capacity"]), number: true, cell: (one) => amount(one.capacity) },
                      { key: "held", label: t(portalText["charts.held"]), number: true, cell: (one) => amount(one.held) },
                      { key: "settled", label: t(portalText["charts.settled"]), number: true, cell: (one) => amount(one.settled) },
                      { key: "free", label: t(portalText["charts.free"]), number: true, cell: (one) => (free(one) < 0 ? `${t(portalText["charts.overdrawn"])} ${amount(-free(one))}` : amount(free(one))) },
                    ]}
                  />
                </Details>
              </>
            )}
          </section>
          <section class="section" aria-labelledby="holders">
            <h2 id="holders">{t(deskText["resource.holders"])}</h2>
            <Listing
              voice={voice}
              caption={t(deskText["resource.holders"])}
              rows={view.holders}
              none={<p class="soft">{t(deskText["resource.holders.none"])}</p>}
              columns={[
                { key: "number", label: t(deskText["resource.holder.request"]), header: true, cell: (row) => row.number },
                { key: "step", label: t(deskText["resource.holder.step"]), cell: (row) => row.step },
                { key: "period", label: t(deskText["resource.period"]), cell: (row) => voice.period(view.periodKind, row.period) },
                { key: "amount", label: t(deskText["case.allocation.amount"]), number: true, cell: (row) => amount(row.amount) },
                { key: "state", label: t(deskText["resources.column.state"]), cell: (row) => t(allocationStateWords[row.state]) },
              ]}
            />
          </section>
        </div>
        <aside class="stack aside">
          <section class="sheet" aria-labelledby="declared">
            <h2 id="declared">{t(deskText["resource.facts"])}</h2>
            <Facts
              facts={[
                [t(deskText["register.class"]), <code>{view.classId}</code>],
                [t(deskText["register.total"]), view.derived ? t(deskText["resources.derived"]) : view.total === null ? t(deskText["resources.unlimited"]) : amount(view.total)],
                [t(deskText["register.reserved"]), view.reserved === 0 ? "—" : amount(view.reserved)],
                [t(deskText["register.overcommit"]), `${view.overcommitPercent}`],
                [t(deskText["register.jurisdiction"]), view.jurisdiction.join("; ")],
                view.traits.length === 0 ? undefined : [t(deskText["register.traits"]), voice.list(view.traits.map(name))],
                [t(deskText["register.calendar"]), view.calendar ?? t(deskText["register.calendar.none"])],
                view.validFrom === null ? undefined : [t(deskText["register.valid-from"]), view.validFrom],
                view.validTo === null ? undefined : [t(deskText["register.valid-to"]), view.validTo],
                view.earmark === null ? undefined : [t(deskText["register.earmark"]), view.earmark],
                view.legalBasis === null ? undefined : [t(deskText["register.legal-basis"]), view.legalBasis],
                view.numberBasis === null ? undefined : [t(deskText["register.number-basis"]), view.numberBasis],
                view.source === null ? undefined : [t(deskText["register.source"]), view.source],
                [t(deskText["resource.generation"]), String(view.generation)],
              ]}
            />
          </section>
          {view.may.retire ? (
            <Details summary={t(deskText["resource.retire"])}>
              <form method="post" action={`${self}/retirement`} class="stack-s">
                <input type="hidden" name="generation" value={String(view.generation)} />
                <input type="hidden" name="key" value={view.idempotencyKey} />
                <p>{t(deskText["resource.retire.effect"], { count: view.holders.filter((one) => one.state === "held").length })}</p>
                <p>
                  <button class="button button--grave button--small">{t(deskText["resource.retire.confirm"])}</button>
                </p>
              </form>
            </Details>
          ) : null}
        </aside>
      </div>
    </Layout>
  );
};
