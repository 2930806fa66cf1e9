import type { Names } from "../../../../domain/catalogue/item.js";
import { deskText } from "../../../../text/portal-desk.js";
import { Listing } from "../../components/data-table.js";
import { Heading } from "../../components/heading.js";
import { Empty } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface AssetsView {
  readonly unit: Names;
  readonly rows: readonly {
    readonly code: string;
    readonly label: string;
    readonly resource: string | null;
    readonly amount: number;
    readonly calendar: string | null;
    readonly validFrom: string | null;
    readonly validTo: string | null;
  }[];
  readonly next: string | undefined;
  readonly exports: { readonly csv: string; readonly xlsx: string } | undefined;
}

export const AssetsPage = ({ frame, view }: { frame: Frame; view: AssetsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  return (
    <Layout frame={frame} title={t(deskText["assets.title"])} wide>
      <Heading over={name(view.unit)} title={t(deskText["assets.title"])} lead={t(deskText["assets.lead"])} />
      <Listing
        voice={voice}
        caption={t(deskText["assets.title"])}
        rows={view.rows}
        none={<Empty title={t(deskText["assets.none.title"])} text={t(deskText["assets.none.text"])} />}
        next={view.next === undefined ? undefined : `${inPool(frame, "/desk/assets")}?${view.next}`}
        exports={view.exports}
        columns={[
          { key: "code", label: t(deskText["assets.code"]), header: true, cell: (row) => row.code },
          { key: "label", label: t(deskText["assets.label"]), cell: (row) => row.label },
          { key: "resource", label: t(deskText["assets.resource"]), cell: (row) => (row.resource === null ? "—" : <a href={inPool(frame, `/desk/resources/${row.resource}`)}>{row.resource}</a>) },
          { key: "amount", label: t(deskText["assets.amount"]), number: true, cell: (row) => voice.number(row.amount) },
          { key: "calendar", label: t(deskText["assets.calendar"]), cell: (row) => row.calendar ?? t(deskText["register.calendar.none"]) },
          { key: "validity", label: t(deskText["assets.validity"]), cell: (row) => (row.validFrom === null && row.validTo === null ? "—" : `${row.validFrom ?? ""} – ${row.validTo ?? ""}`) },
        ]}
      />
    </Layout>
  );
};
