import type { Names } from "../../../../domain/catalogue/item.js";
import type { Problem } from "../../../../domain/problem.js";
import { hallText } from "../../../../text/portal-hall.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextArea, TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface AnnulmentView {
  readonly publicId: string;
  readonly number: string;
  readonly item: Names;
  readonly step: string;
  readonly stepNames: Names;
  readonly basis: string;
  readonly grounds: string;
  readonly generation: number;
  readonly idempotencyKey: string;
  readonly problems: readonly Problem[];
}

/** A number set by law is taken back: what that does, before it is done. */
export const AnnulmentPage = ({ frame, view }: { frame: Frame; view: AnnulmentView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const request = inPool(frame, `/requests/${view.publicId}`);
  const labels = { basis: t(hallText["annul.basis"]), grounds: t(hallText["annul.grounds"]) };
  const errors = fieldErrors(voice, view.problems);
  return (
    <Layout frame={frame} title={t(hallText["annul.title"])} hasErrors={view.problems.length > 0}>
      <div class="column">
        <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
        <Heading over={`${name(view.item)} · ${view.number} · ${name(view.stepNames)}`} title={t(hallText["annul.title"])} />
        <Notice kind="warning">
          <p>{t(hallText["annul.effect"])}</p>
        </Notice>
        <form class="form" method="post" action={`${request}/steps/${view.step}/annulment`} novalidate>
          <input type="hidden" name="generation" value={String(view.generation)} />
          <input type="hidden" name="key" value={view.idempotencyKey} />
          <TextField voice={voice} id="basis" label={labels.basis} hint={t(hallText["annul.basis.hint"])} error={errors["basis"]} value={view.basis} maxlength={400} />
          <TextArea voice={voice} id="grounds" label={labels.grounds} hint={t(hallText["annul.grounds.hint"])} error={errors["grounds"]} value={view.grounds} rows={4} maxlength={2000} />
          <div class="actions">
            <button class="button button--grave">{t(hallText["annul.confirm"])}</button>
            <a href={request}>{t(hallText["withdraw.keep"])}</a>
          </div>
        </form>
      </div>
    </Layout>
  );
};
