import type { Names } from "../../../../domain/catalogue/item.js";
import type { Problem } from "../../../../domain/problem.js";
import { hallText } from "../../../../text/portal-hall.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextArea } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface SupplementView {
  readonly publicId: string;
  readonly number: string;
  readonly item: Names;
  readonly asked: string;
  readonly answer: string;
  readonly generation: number;
  readonly idempotencyKey: string;
  readonly problems: readonly Problem[];
}

export const SupplementPage = ({ frame, view }: { frame: Frame; view: SupplementView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const request = inPool(frame, `/requests/${view.publicId}`);
  const label = t(hallText["supplement.answer"]);
  return (
    <Layout frame={frame} title={t(hallText["supplement.title"])} hasErrors={view.problems.length > 0}>
      <div class="column">
        <ErrorSummary voice={voice} problems={view.problems} labels={{ note: label }} />
        <Heading over={`${name(view.item)} · ${view.number}`} title={t(hallText["supplement.title"])} />
        <Notice kind="warning">
          <p>
            <strong>{t(hallText["supplement.asked"])}</strong>
          </p>
          <p>{view.asked}</p>
        </Notice>
        <form class="form" method="post" action={`${request}/supplement`} novalidate>
          <input type="hidden" name="generation" value={String(view.generation)} />
          <input type="hidden" name="key" value={view.idempotencyKey} />
          <TextArea voice={voice} id="note" label={label} hint={t(hallText["supplement.answer.hint"])} error={fieldErrors(voice, view.problems)["note"]} value={view.answer} rows={6} maxlength={4000} />
          <div class="actions">
            <button class="button">{t(hallText["supplement.send"])}</button>
            <a href={request}>{t(hallText["apply.back"])}</a>
          </div>
        </form>
      </div>
    </Layout>
  );
};
