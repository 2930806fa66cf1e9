import type { PublicAllocation } from "../../../../app/ports/public-register.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import { hallText } from "../../../../text/portal-hall.js";
import { publicRegisterText as text } from "../../../../text/public-register.js";
import { allocationStateWords } from "../../../../text/words.js";
import { DataTable } from "../../components/data-table.js";
import { SelectField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface PublicRegisterView {
  readonly rows: readonly PublicAllocation[];
  readonly next: string | undefined;
  readonly county: string;
  readonly counties: readonly { readonly code: string; readonly names: Names }[];
}

/** What the pool gave, open to everybody. */
export const PublicRegisterPage = ({ frame, view }: { frame: Frame; view: PublicRegisterView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const here = inPool(frame, "/public-register");
  const query = (after: string | undefined): string => `${here}?${new URLSearchParams({ ...(view.county === "" ? {} : { county: view.county }), ...(after === undefined ? {} : { after }) })}`;
  return (
    <Layout frame={frame} title={t(text.title)} wide>
      <Heading title={t(text.title)} lead={t(text.lead)} />
      <form class="filters table-filters" method="get" action={here}>
        <SelectField
          voice={voice}
          id="county"
          label={t(text.county)}
          none={t(hallText["items.filter.any"])}
          value={view.county}
          options={view.counties.map(({ code, names }) => ({ value: code, label: name(names) }))}
        />
        <button class="button button--quiet">{t(hallText["items.filter.apply"])}</button>
      </form>
      {view.rows.length === 0 ? (
        <Empty title={t(text.empty)} text={t(text["empty.text"])} />
      ) : (
        <DataTable
          voice={voice}
          caption={t(text.title)}
          captionHidden
          cards
          rows={view.rows}
          next={view.next === undefined ? undefined : query(view.next)}
          columns={[
            { key: "item", label: t(text.item), header: true, cell: (row) => (row.itemNames ? name(row.itemNames) : row.claimantNames ? t(text["direct.by"], { unit: name(row.claimantNames) }) : t(text.direct)) },
            { key: "county", label: t(text.county), cell: (row) => name(row.countyNames) },
            { key: "class", label: t(text.class), cell: (row) => name(row.classNames) },
            { key: "amount", label: t(text.amount), number: true, cell: (row) => voice.amount(row.amount, row.measure) },
            { key: "period", label: t(text.period), cell: (row) => voice.period(row.periodKind, row.period) },
            { key: "unit", label: t(text.unit), cell: (row) => (row.leadNames === null ? name(row.servingUnitNames) : t(text.lead_of, { unit: name(row.servingUnitNames), lead: name(row.leadNames) })) },
            { key: "state", label: t(text.state), cell: (row) => t(allocationStateWords[row.state]) },
            { key: "decided", label: t(text.decided), cell: (row) => voice.date(row.decidedAt) },
            { key: "asked", label: t(text.asked), cell: ({ occurredAt, recordedAt }) => (occurredAt === null || recordedAt === null ? "—" : t(text["asked.paper"], { occurred: voice.date(occurredAt), recorded: voice.date(recordedAt) })) },
          ]}
        />
      )}
    </Layout>
  );
};
