import type { ShareEffect } from "../../../../app/quota/preview-quota.js";
import type { Problem } from "../../../../domain/problem.js";
import { quotaText } from "../../../../text/portal-quotas.js";
import { Breadcrumbs } from "../../components/breadcrumbs.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { TextField } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { Effect } from "./effect.js";

export interface OvercommitView {
  /** Percent in force; undefined: no such resource was named yet. */
  readonly now: number | undefined;
  readonly typed: Readonly<Record<string, string>>;
  readonly effect: ShareEffect | undefined;
  readonly key: string;
  readonly problems: readonly Problem[];
}

/** What a resource promises above what it has: tried, then proposed. */
export const OvercommitPage = ({ frame, view }: { readonly frame: Frame; readonly view: OvercommitView }) => {
  const { voice } = frame;
  const { t } = voice;
  const errors = fieldErrors(voice, view.problems);
  const labels = { resource: t(quotaText["overcommit.resource"]), percent: t(quotaText["overcommit.percent"]) };
  return (
    <Layout frame={frame} title={t(quotaText["overcommit.new"])} wide hasErrors={view.problems.length > 0} breadcrumbs={<Breadcrumbs voice={voice} trail={[{ href: inPool(frame, "/centre/quotas"), label: t(quotaText.title) }]} />}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
      <Heading title={t(quotaText["overcommit.new"])} lead={t(quotaText["overcommit.lead"])} />
      <div class="stack">
        {view.effect === undefined ? null : <Effect frame={frame} effect={view.effect} title={t(quotaText["effect.title"])} />}
        <form method="post" action={inPool(frame, "/centre/quotas/overcommit")}>
          <input type="hidden" name="key" value={view.key} />
          <TextField voice={voice} id="resource" label={labels.resource} value={view.typed["resource"]} maxlength={200} spellcheck={false} error={errors["resource"]} {...(view.now === undefined ? {} : { hint: t(quotaText["overcommit.now"], { percent: view.now }) })} />
          <TextField voice={voice} id="percent" type="number" width="short" label={labels.percent} hint={t(quotaText["overcommit.percent.hint"])} value={view.typed["percent"]} error={errors["percent"]} />
          <p class="soft">{t(quotaText["two.lead"])}</p>
          <div class="actions">
            <button class="button button--quiet" name="act" value="preview">
              {t(quotaText.preview)}
            </button>
            <button class="button" name="act" value="save">
              {t(quotaText.save)}
            </button>
          </div>
        </form>
      </div>
    </Layout>
  );
};
