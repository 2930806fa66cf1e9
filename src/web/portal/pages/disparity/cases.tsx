import type { DecidedCase } from "../../../../app/ports/disparity.js";
import type { NamedGroup } from "../../../../app/disparity/read-disparities.js";
import { dimensionWords, disparityText } from "../../../../text/disparity.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { Listing } from "../../components/data-table.js";
import { Heading } from "../../components/heading.js";
import { RequestTag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface DisparityCasesView {
  readonly group: Pick<NamedGroup, "dimension" | "group" | "names">;
  readonly period: string;
  readonly rows: readonly DecidedCase[];
  readonly next: string | undefined;
}

/** The rows behind one group's figures. */
export const DisparityCasesPage = ({ frame, view: { group, period, rows, next } }: { frame: Frame; view: DisparityCasesView }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const base = inPool(frame, "/centre/disparity");
  const title = t(disparityText["cases.title"], { group: name(group.names) });
  return (
    <Layout frame={frame} title={title} wide breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: `${base}?period=${period}`, label: t(disparityText["title"]) }]} />}>
      <Heading title={title} lead={t(disparityText["cases.lead"], { dimension: t(dimensionWords[group.dimension]), period })} />
      <Listing
        voice={voice}
        caption={title}
        rows={rows}
        next={next === undefined ? undefined : `${base}/cases?${next}`}
        columns={[
          { key: "number", label: t(disparityText["cases.number"]), header: true, cell: (row) => row.number },
          { key: "item", label: t(disparityText["cases.item"]), cell: (row) => name(row.itemNames) },
          { key: "unit", label: t(disparityText["cases.unit"]), cell: (row) => name(row.unitNames) },
          { key: "outcome", label: t(disparityText["cases.outcome"]), cell: (row) => <RequestTag voice={voice} state={row.refused ? "rejected" : "completed"} /> },
          { key: "closed", label: t(disparityText["cases.closed"]), cell: (row) => voice.date(row.closedAt) },
          { key: "wait", label: t(disparityText["cases.wait"]), number: true, cell: (row) => number(row.waitDays) },
        ]}
      />
    </Layout>
  );
};
