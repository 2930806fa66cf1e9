import type { Names } from "../../../../domain/catalogue/item.js";
import type { Instant } from "../../../../domain/instant.js";
import { hallText } from "../../../../text/portal-hall.js";
import { Receipt } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface ReceiptView {
  readonly item: Names;
  /** One for an item, several for a bundle. */
  readonly requests: readonly {
    readonly publicId: string;
    readonly number: string;
    readonly item: Names;
    readonly unit: Names;
    /** Who is responsible in law, where a task force has it. */
    readonly lead: Names | null;
    readonly dueAt: Instant;
    /** Shown once, right after submission. */
    readonly secret: string | undefined;
  }[];
}

/** The paper an applicant takes home. */
export const ReceiptPage = ({ frame, view }: { frame: Frame; view: ReceiptView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  return (
    <Layout frame={frame} title={t(hallText["receipt.title"])}>
      <div class="stack">
        {view.requests.map((request, index) => (
          <Receipt title={index === 0 ? t(hallText["receipt.title"]) : name(request.item)} label={`${name(request.item)} · ${t(hallText["receipt.number"])}`} number={request.number} heading={index === 0}>
            <p>
              <button class="button button--quiet button--small" type="button" hidden data-copy={request.number} data-copy-says={`copied-${index}`} data-copy-done={t(hallText["receipt.copied"])}>
                {t(hallText["receipt.copy"])}
              </button>{" "}
              <span id={`copied-${index}`} role="status"></span>
            </p>
            {request.secret === undefined ? null : (
              <>
                <p class="receipt__label">{t(hallText["receipt.secret"])}</p>
                <p class="big-figure">
                  <code>{request.secret}</code>
                </p>
                <p class="soft">{t(hallText["receipt.secret.text"])}</p>
              </>
            )}
            <h2 class="receipt__next">{t(hallText["receipt.next"])}</h2>
            <ul class="bullets">
              <li>{request.lead === null ? t(hallText["receipt.next.unit"], { unit: name(request.unit) }) : t(hallText["receipt.next.lead"], { unit: name(request.unit), lead: name(request.lead) })}</li>
              <li>{t(hallText["receipt.next.due"], { date: voice.date(request.dueAt) })}</li>
              <li>{t(hallText["receipt.next.follow"])}</li>
            </ul>
            <div class="actions">
              <a class="button" href={inPool(frame, `/requests/${request.publicId}`)}>
                {t(hallText["receipt.open"])}
              </a>
            </div>
          </Receipt>
        ))}
        <p class="soft small">{t(hallText["receipt.print"])}</p>
      </div>
    </Layout>
  );
};
