import type { Names } from "../../../../domain/catalogue/item.js";
import { KINDS, type Kind, type Measure } from "../../../../domain/pool/class.js";
import { deskText } from "../../../../text/portal-desk.js";
import { hallText } from "../../../../text/portal-hall.js";
import { kindWords, resourceStateWords } from "../../../../text/words.js";
import { Listing } from "../../components/data-table.js";
import { SelectField, TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty } from "../../components/panels.js";
import { Tag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface ResourcesView {
  /** The desk lists one unit's, the centre the whole pool's. */
  readonly room: "desk" | "centre";
  readonly unit: { readonly id: string; readonly names: Names } | undefined;
  readonly query: { readonly kind: string; readonly class: string; readonly state: string; readonly division: string; readonly q: string };
  readonly classes: readonly { readonly id: string; readonly names: Names }[];
  readonly rows: readonly ResourceRow[];
  readonly next: string | undefined;
  readonly exports: { readonly csv: string; readonly xlsx: string } | undefined;
  readonly mayRegister: boolean;
  readonly importHref: string | undefined;
}

export interface ResourceRow {
  readonly code: string;
  readonly classNames: Names;
  readonly kind: Kind;
  readonly measure: Measure;
  readonly unit: Names;
  readonly total: number | null;
  readonly reserved: number;
  readonly jurisdiction: readonly string[];
  readonly state: "registered" | "published" | "retired";
}

export const resourceLooks = {
  registered: { shape: "ring", tone: "still" },
  published: { shape: "disc", tone: "active" },
  retired: { shape: "dash", tone: "still" },
} as const;

const STATES = ["registered", "published", "retired"] as const;

export const ResourcesPage = ({ frame, view }: { frame: Frame; view: ResourcesView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { query } = view;
  const any = t(hallText["items.filter.any"]);
  const base = inPool(frame, `/${view.room}/resources`);
  const filtered = Object.values(query).some((value) => value !== "");
  const title = t(deskText[view.room === "desk" ? "resources.title" : "resources.title.pool"]);
  return (
    <Layout frame={frame} title={title} wide>
      <div class="row row--between">
        <Heading over={view.unit === undefined ? undefined : name(view.unit.names)} title={title} lead={view.room === "desk" ? t(deskText["resources.lead"]) : undefined} />
        <div class="row">
          {view.importHref === undefined ? null : (
            <a class="button button--quiet" href={view.importHref}>
              {t(deskText["resources.import"])}
            </a>
          )}
          {view.mayRegister ? (
            <a class="button" href={inPool(frame, `/desk/resources/new${view.unit === undefined ? "" : `?unit=${encodeURIComponent(view.unit.id)}`}`)}>
              {t(deskText["resources.register"])}
            </a>
          ) : null}
        </div>
      </div>
      <form class="filters table-filters" method="get" action={base}>
        {view.unit === undefined ? null : <input type="hidden" name="unit" value={view.unit.id} />}
        <TextField voice={voice} id="q" label={t(deskText["resources.filter.q"])} value={query.q} maxlength={63} />
        <SelectField voice={voice} id="kind" label={t(deskText["resources.filter.kind"])} none={any} value={query.kind} options={KINDS.map((kind) => ({ value: kind, label: t(kindWords[kind]) }))} />
        <SelectField voice={voice} id="class" label={t(deskText["resources.filter.class"])} none={any} value={query.class} options={view.classes.map((one) => ({ value: one.id, label: name(one.names) }))} />
        <SelectField voice={voice} id="state" label={t(deskText["resources.filter.state"])} none={any} value={query.state} options={STATES.map((state) => ({ value: state, label: t(resourceStateWords[state]) }))} />
        <button class="button button--quiet">{t(hallText["items.filter.apply"])}</button>
        {filtered ? (
          <a class="button button--link" href={view.unit === undefined ? base : `${base}?unit=${encodeURIComponent(view.unit.id)}`}>
            {t(hallText["items.filter.clear"])}
          </a>
        ) : null}
      </form>
      <Listing
        voice={voice}
        caption={title}
        rows={view.rows}
        none={
          filtered ? (
            <Empty title={t(deskText["resources.filtered.title"])} text={t(deskText["resources.filtered.text"])} />
          ) : (
            <Empty
              title={t(deskText["resources.none.title"])}
              text={t(deskText["resources.none.text"])}
              {...(view.mayRegister ? { action: { href: inPool(frame, "/desk/resources/new"), label: t(deskText["resources.register"]) } } : {})}
            />
          )
        }
        next={view.next === undefined ? undefined : `${base}?${view.next}`}
        exports={view.exports}
        columns={[
          { key: "code", label: t(deskText["resources.column.code"]), header: true, cell: (row) => <a href={inPool(frame, `/${view.room}/resources/${row.code}`)}>{row.code}</a> },
          { key: "class", label: t(deskText["resources.column.class"]), cell: (row) => name(row.classNames) },
          ...(view.unit === undefined ? [{ key: "unit", label: t(deskText["resources.column.unit"]), cell: (row: ResourceRow) => name(row.unit) }] : []),
          { key: "total", label: t(deskText["resources.column.total"]), number: true, cell: (row) => (row.total === null ? t(deskText["resources.unlimited"]) : voice.amount(row.total, row.measure)) },
          { key: "reserved", label: t(deskText["resources.column.reserved"]), number: true, cell: (row) => (row.reserved === 0 ? "—" : voice.amount(row.reserved, row.measure)) },
          { key: "jurisdiction", label: t(deskText["resources.column.jurisdiction"]), cell: (row) => voice.list(row.jurisdiction) },
          { key: "state", label: t(deskText["resources.column.state"]), cell: (row) => <Tag label={t(resourceStateWords[row.state])} {...resourceLooks[row.state]} /> },
        ]}
      />
    </Layout>
  );
};
