import type { CapacityClass } from "../../../../domain/pool/class.js";
import type { ShareEffect } from "../../../../app/quota/preview-quota.js";
import type { Problem } from "../../../../domain/problem.js";
import { quotaText } from "../../../../text/portal-quotas.js";
import { measureNames } from "../../../../text/words.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { Effect } from "./effect.js";

export interface EditQuotaView {
  /** Null: a new one. */
  readonly generation: number | null;
  readonly class: CapacityClass | undefined;
  readonly typed: Readonly<Record<string, string>>;
  readonly units: readonly Choice[];
  readonly classes: readonly Choice[];
  readonly cohorts: readonly Choice[];
  readonly effect: ShareEffect | undefined;
  readonly key: string;
  readonly problems: readonly Problem[];
}

type Part = { readonly frame: Frame; readonly view: EditQuotaView };

const UNITS = "quota-units";

/** One quota, and what a change of it would mean for everybody who shares with it. */
export const EditQuotaPage = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { typed } = view;
  const errors = fieldErrors(voice, view.problems);
  const title = t(view.generation === null ? quotaText["form.new"] : quotaText["form.edit"]);
  const text = (field: "unit" | "nominal" | "borrowingLimit" | "lendingLimit" | "weight") => ({ voice, id: field, value: typed[field], error: errors[field], spellcheck: false });
  return (
    <Layout frame={frame} title={title} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary
        voice={voice}
        problems={view.problems}
        labels={{
          unit: t(quotaText.unit),
          class: t(quotaText.class),
          cohort: t(quotaText.cohort),
          nominal: t(quotaText.nominal),
          borrowingLimit: t(quotaText.borrowingLimit),
          lendingLimit: t(quotaText.lendingLimit),
          weight: t(quotaText.weight),
        }}
      />
      <Heading title={title} lead={view.generation === null ? t(quotaText.lead) : `${typed["unit"]} · ${view.class === undefined ? (typed["class"] ?? "") : voice.name(view.class.names)}`} />
      {view.effect === undefined ? null : <Effect frame={frame} effect={view.effect} title={t(quotaText["effect.title"])} />}
      <form method="post" action={inPool(frame, "/centre/quotas/edit")}>
        <input type="hidden" name="key" value={view.key} />
        <Suggestions id={UNITS} options={view.units} />
        {view.generation === null ? (
          <>
            <TextField {...text("unit")} label={t(quotaText.unit)} hint={t(quotaText["unit.hint"])} list={UNITS} maxlength={63} autocomplete="off" />
            <SelectField voice={voice} id="class" label={t(quotaText.class)} value={typed["class"]} options={view.classes} error={errors["class"]} />
          </>
        ) : (
          <>
            <input type="hidden" name="generation" value={String(view.generation)} />
            <input type="hidden" name="unit" value={typed["unit"]} />
            <input type="hidden" name="class" value={typed["class"]} />
          </>
        )}
        <SelectField voice={voice} id="cohort" label={t(quotaText.cohort)} value={typed["cohort"]} options={view.cohorts} error={errors["cohort"]} />
        <TextField
          {...text("nominal")}
          label={t(quotaText.nominal)}
          hint={view.class === undefined ? t(quotaText["nominal.hint.new"]) : t(quotaText["nominal.hint"], { measure: t(measureNames[view.class.measure]) })}
          width="medium"
        />
        <TextField {...text("borrowingLimit")} label={t(quotaText.borrowingLimit)} hint={t(quotaText["borrowingLimit.hint"])} type="number" width="medium" optional />
        <TextField {...text("lendingLimit")} label={t(quotaText.lendingLimit)} hint={t(quotaText["lendingLimit.hint"])} type="number" width="medium" optional />
        <TextField {...text("weight")} label={t(quotaText.weight)} hint={t(quotaText["weight.hint"])} type="number" width="short" />
        <p class="soft">{t(quotaText["two.lead"])}</p>
        <div class="actions">
          <button class="button button--quiet" name="act" value="preview">
            {t(quotaText.preview)}
          </button>
          <button class="button" name="act" value="save">
            {t(quotaText.save)}
          </button>
          {view.generation === null ? null : (
            <button class="button button--quiet" name="act" value="remove">
              {t(quotaText.remove)}
            </button>
          )}
        </div>
      </form>
    </Layout>
  );
};
