import type { RequestLine } from "../../../../app/request/request-view.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import { centreText } from "../../../../text/portal-centre.js";
import { hallText } from "../../../../text/portal-hall.js";
import { portalText } from "../../../../text/portal.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { Listing } from "../../components/data-table.js";
import { DeadlineLight } from "../../components/deadline.js";
import { Heading } from "../../components/heading.js";
import { Empty, Tabs } from "../../components/panels.js";
import { RequestTag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export const WHICH = ["open", "overdue", "unservable"] as const;

export interface OpenRequestsView {
  readonly which: (typeof WHICH)[number];
  readonly counts: Readonly<Record<(typeof WHICH)[number], number>>;
  readonly county: { readonly code: string; readonly names: Names } | undefined;
  readonly rows: readonly RequestLine[];
  readonly next: string | undefined;
}

/** The rows behind a figure of the overview. */
export const OpenRequestsPage = ({ frame, view }: { frame: Frame; view: OpenRequestsView }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const base = inPool(frame, "/centre/requests");
  const place = view.county === undefined ? "" : `&division=${view.county.code}`;
  return (
    <Layout frame={frame} title={t(centreText["overview.open"])} wide breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre"), label: t(portalText["nav.overview"]) }]} />}>
      <Heading over={view.county === undefined ? undefined : name(view.county.names)} title={t(centreText["overview.open"])} lead={t(centreText[`overview.${view.which}.definition`])} />
      <Tabs
        label={t(centreText["queue.filter.state"])}
        tabs={WHICH.map((which) => ({
          href: `${base}?which=${which}${place}`,
          label: t(centreText[`overview.${which}`]),
          current: which === view.which,
          ...(view.county === undefined ? { count: number(view.counts[which]) } : {}),
        }))}
      />
      <Listing
        voice={voice}
        caption={t(centreText[`overview.${view.which}`])}
        rows={view.rows}
        none={<Empty title={t(centreText["open.none.title"])} text={t(centreText["open.none.text"])} />}
        next={view.next === undefined ? undefined : `${base}?${view.next}`}
        columns={[
          { key: "number", label: t(hallText["mine.column.number"]), header: true, cell: (row) => row.number },
          { key: "item", label: t(hallText["mine.column.item"]), cell: (row) => name(row.itemNames) },
          { key: "unit", label: t(hallText["request.fact.unit"]), cell: (row) => name(row.unitNames) },
          { key: "place", label: t(hallText["request.fact.division"]), cell: (row) => (row.divisionNames === null ? row.division : name(row.divisionNames)) },
          { key: "state", label: t(hallText["mine.column.state"]), cell: (row) => <RequestTag voice={voice} state={row.state} /> },
          { key: "received", label: t(hallText["mine.column.received"]), cell: (row) => voice.date(row.receivedAt) },
          { key: "due", label: t(hallText["mine.column.due"]), cell: (row) => <DeadlineLight voice={voice} deadline={row.deadline} /> },
        ]}
      />
    </Layout>
  );
};
