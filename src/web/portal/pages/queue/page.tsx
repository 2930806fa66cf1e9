import type { Child } from "hono/jsx";
import type { Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import type { Measure } from "../../../../domain/pool/class.js";
import type { DirectClaimState } from "../../../../domain/pool/direct-claim.js";
import { directStateWords } from "../../../../text/direct-claims.js";
import { centreText } from "../../../../text/portal-centre.js";
import { hallText } from "../../../../text/portal-hall.js";
import { orderText } from "../../../../text/order.js";
import { Listing } from "../../components/data-table.js";
import { DeadlineLight, type DeadlineView } from "../../components/deadline.js";
import { SelectField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Empty, Tabs } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface QueueView {
  readonly state: "waiting" | "refused";
  readonly counts: { readonly waiting: number; readonly refused: number };
  readonly query: { readonly class: string; readonly division: string; readonly unit: string; readonly due: string };
  readonly classes: readonly { readonly id: string; readonly names: Names }[];
  readonly divisions: readonly { readonly code: string; readonly names: Names }[];
  readonly units: readonly { readonly id: string; readonly names: Names }[];
  readonly rows: readonly {
    readonly stepId: number;
    /** A step of a request, or what a unit claims directly. */
    readonly asks:
      | { readonly kind: "request"; readonly number: string; readonly item: Names }
      | { readonly kind: "direct-claim"; readonly title: string; readonly unit: Names; readonly state: DirectClaimState };
    readonly step: Names;
    readonly needs: readonly { readonly names: Names; readonly amount: number; readonly measure: Measure }[];
    readonly place: Names;
    readonly readyAt: Instant;
    readonly deadline: DeadlineView;
    /** One short phrase. */
    readonly reason: string;
  }[];
  readonly next: string | undefined;
}

/** Everything without a place, and why. */
export const QueuePage = ({ frame, view }: { frame: Frame; view: QueueView }) => {
  const { voice } = frame;
  const { t, name, number } = voice;
  const base = inPool(frame, "/centre/queue");
  const any = t(hallText["items.filter.any"]);
  const filtered = Object.values(view.query).some((value) => value !== "");
  const separator: Child = voice.language === "zh" ? "、" : ", ";
  return (
    <Layout frame={frame} title={t(centreText["queue.title"])} wide>
      <Heading title={t(centreText["queue.title"])} lead={t(centreText["queue.lead"])} />
      <p>
        <a href={inPool(frame, "/centre/order")}>{t(orderText["page.title"])}</a>
      </p>
      <Tabs
        label={t(centreText["queue.filter.state"])}
        tabs={(["waiting", "refused"] as const).map((state) => ({
          href: state === "waiting" ? base : `${base}?state=refused`,
          label: t(centreText[state === "waiting" ? "decision.outcome.waiting" : "overview.unservable"]),
          count: number(view.counts[state]),
          current: view.state === state,
        }))}
      />
      <form class="filters table-filters" method="get" action={base}>
        {view.state === "refused" ? <input type="hidden" name="state" value="refused" /> : null}
        <SelectField voice={voice} id="class" label={t(centreText["queue.filter.class"])} none={any} value={view.query.class} options={view.classes.map((one) => ({ value: one.id, label: name(one.names) }))} />
        <SelectField voice={voice} id="division" label={t(centreText["queue.filter.division"])} none={any} value={view.query.division} options={view.divisions.map((one) => ({ value: one.code, label: name(one.names) }))} />
        <SelectField voice={voice} id="unit" label={t(centreText["queue.filter.unit"])} none={any} value={view.query.unit} options={view.units.map((one) => ({ value: one.id, label: name(one.names) }))} />
        <SelectField voice={voice} id="due" label={t(centreText["queue.filter.due"])} none={any} value={view.query.due} options={[{ value: "passed", label: t(centreText["queue.filter.passed"]) }]} />
        <button class="button button--quiet">{t(hallText["items.filter.apply"])}</button>
        {filtered ? (
          <a class="button button--link" href={base}>
            {t(hallText["items.filter.clear"])}
          </a>
        ) : null}
      </form>
      <Listing
        voice={voice}
        caption={t(centreText["queue.title"])}
        rows={view.rows}
        none={<Empty title={t(centreText["queue.none.title"])} text={t(centreText["queue.none.text"])} />}
        next={view.next === undefined ? undefined : `${base}?${view.next}`}
        columns={[
          { key: "number", label: t(centreText["queue.column.number"]), header: true, cell: ({ asks, stepId }) => (asks.kind === "request" ? <a href={inPool(frame, `/centre/decisions/${stepId}`)}>{asks.number}</a> : asks.title) },
          { key: "step", label: t(centreText["queue.column.step"]), cell: ({ asks, step }) => (asks.kind === "request" ? `${name(asks.item)} · ${name(step)}` : `${name(asks.unit)} · ${name(step)} · ${t(directStateWords[asks.state])}`) },
          { key: "needs", label: t(centreText["queue.column.needs"]), cell: (row) => row.needs.map((need) => `${name(need.names)} ${voice.amount(need.amount, need.measure)}`).join(String(separator)) },
          { key: "place", label: t(centreText["queue.column.place"]), cell: (row) => name(row.place) },
          { key: "since", label: t(centreText["queue.column.since"]), cell: (row) => voice.dateTime(row.readyAt) },
          { key: "due", label: t(centreText["queue.column.due"]), cell: (row) => <DeadlineLight voice={voice} deadline={row.deadline} /> },
          { key: "reason", label: t(centreText["queue.column.reason"]), cell: (row) => row.reason },
        ]}
      />
    </Layout>
  );
};
