import type { Names } from "../../../../domain/catalogue/item.js";
import type { Problem } from "../../../../domain/problem.js";
import { hallText } from "../../../../text/portal-hall.js";
import { ErrorSummary } from "../../components/error-summary.js";
import { TextArea } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface WithdrawalView {
  readonly publicId: string;
  readonly number: string;
  readonly item: Names;
  readonly generation: number;
  readonly idempotencyKey: string;
  /** Steps that would not happen. */
  readonly cancelled: readonly Names[];
  /** Numbers of requests of the same bundle that would end with it. */
  readonly alsoEnding: readonly string[];
  readonly problems: readonly Problem[];
}

/** What withdrawing does, before it is done. */
export const WithdrawalPage = ({ frame, view }: { frame: Frame; view: WithdrawalView }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const request = inPool(frame, `/requests/${view.publicId}`);
  return (
    <Layout frame={frame} title={t(hallText["withdraw.title"])} hasErrors={view.problems.length > 0}>
      <div class="column">
        <ErrorSummary voice={voice} problems={view.problems} />
        <Heading over={`${name(view.item)} · ${view.number}`} title={t(hallText["withdraw.title"])} />
        <Notice kind="warning">
          <p>
            <strong>{t(hallText["withdraw.effect"])}</strong>
          </p>
          <ul class="bullets">
            <li>{t(hallText["withdraw.effect.stop"])}</li>
            {view.cancelled.length === 0 ? null : (
              <li>
                {t(hallText["withdraw.effect.open"], { count: view.cancelled.length })}
                <br />
                <span class="soft">{voice.list(view.cancelled.map(name))}</span>
              </li>
            )}
            {view.alsoEnding.length === 0 ? null : <li>{t(hallText["withdraw.effect.also"], { numbers: voice.list(view.alsoEnding) })}</li>}
            <li>{t(hallText["withdraw.effect.again"])}</li>
          </ul>
        </Notice>
        <form class="form" method="post" action={`${request}/withdrawal`}>
          <input type="hidden" name="generation" value={String(view.generation)} />
          <input type="hidden" name="key" value={view.idempotencyKey} />
          <TextArea voice={voice} id="grounds" label={t(hallText["withdraw.reason"])} optional rows={3} maxlength={500} />
          <div class="actions">
            <button class="button button--grave">{t(hallText["withdraw.confirm"])}</button>
            <a href={request}>{t(hallText["withdraw.keep"])}</a>
          </div>
        </form>
      </div>
    </Layout>
  );
};
