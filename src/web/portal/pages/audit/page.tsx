import type { Instant } from "../../../../domain/instant.js";
import { centreText } from "../../../../text/portal-centre.js";
import { hallText } from "../../../../text/portal-hall.js";
import { Listing } from "../../components/data-table.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface AuditView {
  readonly query: { readonly object: string; readonly act: string };
  readonly rows: readonly {
    readonly id: number;
    readonly at: Instant;
    readonly who: string;
    readonly act: string;
    readonly objectKind: string;
    readonly objectId: string;
    readonly before: unknown;
    readonly after: unknown;
    readonly policyVersion: number;
  }[];
  readonly next: string | undefined;
}

const asText = (value: unknown): string => JSON.stringify(value, null, 1) ?? "";

export const AuditPage = ({ frame, view }: { frame: Frame; view: AuditView }) => {
  const { voice } = frame;
  const { t } = voice;
  const base = inPool(frame, "/centre/audit");
  const filtered = view.query.object !== "" || view.query.act !== "";
  return (
    <Layout frame={frame} title={t(centreText["audit.title"])} wide>
      <Heading title={t(centreText["audit.title"])} lead={t(centreText["audit.lead"])} />
      <form class="filters table-filters" method="get" action={base}>
        <TextField voice={voice} id="act" label={t(centreText["audit.filter.act"])} value={view.query.act} maxlength={60} />
        <TextField voice={voice} id="object" label={t(centreText["audit.filter.object"])} value={view.query.object} maxlength={120} />
        <button class="button button--quiet">{t(hallText["items.filter.apply"])}</button>
        {filtered ? (
          <a class="button button--link" href={base}>
            {t(hallText["items.filter.clear"])}
          </a>
        ) : null}
      </form>
      <Listing
        voice={voice}
        caption={t(centreText["audit.title"])}
        rows={view.rows}
        none={<Empty title={t(centreText["audit.none.title"])} text={t(centreText["audit.none.text"])} />}
        next={view.next === undefined ? undefined : `${base}?${view.next}`}
        columns={[
          { key: "when", label: t(centreText["audit.when"]), header: true, cell: (row) => voice.dateTime(row.at) },
          { key: "who", label: t(centreText["audit.who"]), cell: (row) => row.who },
          { key: "act", label: t(centreText["audit.act"]), cell: (row) => <code>{row.act}</code> },
          { key: "object", label: t(centreText["audit.object"]), cell: (row) => `${row.objectKind} ${row.objectId}` },
          {
            key: "change",
            label: t(centreText["audit.change"]),
            cell: (row) =>
              row.before == null && row.after == null ? (
                "—"
              ) : (
                <Details summary={t(centreText["audit.change"])}>
                  {row.before == null ? null : <pre class="json">{`− ${asText(row.before)}`}</pre>}
                  {row.after == null ? null : <pre class="json">{`+ ${asText(row.after)}`}</pre>}
                </Details>
              ),
          },
          { key: "policy", label: t(centreText["audit.policy"]), number: true, cell: (row) => String(row.policyVersion) },
        ]}
      />
    </Layout>
  );
};
