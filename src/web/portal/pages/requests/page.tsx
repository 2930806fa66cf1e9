import type { Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import { hallText } from "../../../../text/portal-hall.js";
import { usageText } from "../../../../text/usage.js";
import type { RequestStateWord } from "../../../../text/words.js";
import { DataTable } from "../../components/data-table.js";
import { DeadlineLight, type DeadlineView } from "../../components/deadline.js";
import { Heading } from "../../components/heading.js";
import { Empty, Notice } from "../../components/panels.js";
import { RequestTag } from "../../components/tag.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface RequestsView {
  readonly saved: boolean;
  readonly drafts: readonly { readonly id: string; readonly item: Names; readonly updatedAt: Instant }[];
  readonly requests: readonly {
    readonly publicId: string;
    readonly number: string;
    readonly item: Names;
    readonly state: RequestStateWord;
    readonly receivedAt: Instant;
    readonly deadline: DeadlineView;
  }[];
  readonly next: string | undefined;
}

export const RequestsPage = ({ frame, view }: { frame: Frame; view: RequestsView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  return (
    <Layout frame={frame} title={t(hallText["mine.title"])}>
      <Heading title={t(hallText["mine.title"])} />
      {view.saved ? (
        <Notice live>
          <p>{t(hallText["apply.saved"])}</p>
        </Notice>
      ) : null}
      {view.drafts.length === 0 ? null : (
        <section class="section" aria-labelledby="drafts">
          <h2 id="drafts">{t(hallText["mine.drafts"])}</h2>
          <ul class="link-list column">
            {view.drafts.map((draft) => (
              <li class="row row--between">
                <span>
                  <span class="link-list__title">{name(draft.item)}</span>
                  <span class="tasks__hint">{t(hallText["mine.draft.saved"], { date: voice.dateTime(draft.updatedAt) })}</span>
                </span>
                <span class="row">
                  <a href={inPool(frame, `/drafts/${draft.id}`)}>
                    {t(hallText["mine.draft.continue"])}
                    <span class="visually-hidden"> {name(draft.item)}</span>
                  </a>
                  <form method="post" action={inPool(frame, `/drafts/${draft.id}/removal`)}>
                    <button class="button button--link">
                      {t(hallText["mine.draft.remove"])}
                      <span class="visually-hidden"> {name(draft.item)}</span>
                    </button>
                  </form>
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class={view.drafts.length === 0 ? "section section--plain" : "section"} aria-labelledby="requests">
        <h2 id="requests" class={view.drafts.length === 0 ? "visually-hidden" : undefined}>
          {t(hallText["mine.requests"])}
        </h2>
        {view.requests.length === 0 ? (
          <Empty title={t(hallText["mine.none.title"])} text={t(hallText["mine.none.text"])} action={{ href: inPool(frame, "/items"), label: t(hallText["mine.none.action"]) }} />
        ) : (
          <DataTable
            voice={voice}
            caption={t(hallText["mine.requests"])}
            captionHidden
            cards
            rows={view.requests}
            next={view.next === undefined ? undefined : `${inPool(frame, "/requests")}?${view.next}`}
            columns={[
              { key: "item", label: t(hallText["mine.column.item"]), header: true, cell: (row) => <a href={inPool(frame, `/requests/${row.publicId}`)}>{name(row.item)}</a> },
              { key: "number", label: t(hallText["mine.column.number"]), cell: (row) => <span class="nowrap">{row.number}</span> },
              { key: "state", label: t(hallText["mine.column.state"]), cell: (row) => <RequestTag voice={voice} state={row.state} /> },
              { key: "received", label: t(hallText["mine.column.received"]), cell: (row) => voice.date(row.receivedAt) },
              { key: "due", label: t(hallText["mine.column.due"]), cell: (row) => <DeadlineLight voice={voice} deadline={row.deadline} /> },
            ]}
          />
        )}
        {view.requests.length === 0 ? null : (
          <p>
            <a href={inPool(frame, "/statement")}>{t(usageText["title.mine"])}</a>
          </p>
        )}
      </section>
    </Layout>
  );
};
