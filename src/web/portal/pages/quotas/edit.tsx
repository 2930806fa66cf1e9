import type { CapacityClass } from "../../../../domain/pool/class.js";
import type { QuotaWarning } from "../../../../app/quota/declare-quotas.js";
import type { EffectOnUnit, QuotaEffect } from "../../../../app/quota/preview-quota.js";
import type { Problem } from "../../../../domain/problem.js";
import { quotaWarnings } from "../../../../text/quota.js";
import { quotaText } from "../../../../text/portal-quotas.js";
import { measureNames } from "../../../../text/words.js";
import { DataTable } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { SelectField, Suggestions, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface EditQuotaView {
  /** Null: a new one. */
  readonly generation: number | null;
  readonly class: CapacityClass | undefined;
  readonly typed: Readonly<Record<string, string>>;
  readonly units: readonly Choice[];
  readonly classes: readonly Choice[];
  readonly cohorts: readonly Choice[];
  readonly effect: QuotaEffect | undefined;
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
      {view.effect === undefined ? null : <Effect frame={frame} effect={view.effect} />}
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

const Effect = ({ frame, effect }: { readonly frame: Frame; readonly effect: QuotaEffect }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const { measure, period: kind } = effect.class;
  const amount = (value: number): string => voice.amount(value, measure);
  const room = (one: EffectOnUnit["before"]): string => (one === null ? t(quotaText["effect.none"]) : amount(one.room));
  const change = ({ before, after }: EffectOnUnit): string => {
    if (before === null || after === null) return before === after ? "—" : t(quotaText["effect.none"]);
    const by = after.room - before.room;
    return by === 0 ? "—" : `${by > 0 ? "+" : "−"}${amount(Math.abs(by))}`;
  };
  return (
    <section class="section" aria-labelledby="effect">
      <h2 id="effect">{t(quotaText["effect.title"])}</h2>
      {effect.warnings.map((warning) => (
        <Notice kind="warning">
          <p>{warned(frame, warning, amount)}</p>
        </Notice>
      ))}
      {effect.promised.map(({ before, after }) => (
        <p>
          {t(quotaText["effect.promised"], {
            cohort: (after ?? before)?.cohort ?? "",
            before: amount(before?.nominal ?? 0),
            after: amount(after?.nominal ?? 0),
            capacity: (after ?? before)?.capacity === null ? t(quotaText["tree.unlimited"]) : amount((after ?? before)?.capacity ?? 0),
          })}
        </p>
      ))}
      <DataTable
        voice={voice}
        caption={t(quotaText["effect.title"])}
        captionHidden
        note={t(quotaText["effect.note"], { period: voice.period(kind, effect.period) })}
        cards
        dense
        rows={effect.units}
        columns={[
          { key: "unit", label: t(quotaText.unit), header: true, cell: (one) => name(one.names) },
          { key: "used", label: t(quotaText.used), number: true, cell: (one) => amount((one.after ?? one.before)?.used ?? 0) },
          { key: "room", label: t(quotaText["effect.room"]), number: true, cell: (one) => `${room(one.before)} → ${room(one.after)}` },
          { key: "change", label: t(quotaText["effect.change"]), number: true, cell: change },
          { key: "waiting", label: t(quotaText["effect.waiting"]), cell: ({ waiting }) => (waiting.steps === 0 ? "—" : t(quotaText["effect.waiting.cell"], { steps: waiting.steps, amount: amount(waiting.amount) })) },
          { key: "fits", label: t(quotaText["effect.fits"]), number: true, cell: ({ waiting }) => (waiting.steps === 0 ? "—" : `${voice.number(waiting.fitBefore)} → ${voice.number(waiting.fitAfter)}`) },
        ]}
      />
    </section>
  );
};

const warned = ({ voice }: Frame, warning: QuotaWarning, amount: (value: number) => string): string =>
  warning.code === "below-use" ? voice.t(quotaWarnings["below-use"], { used: amount(warning.used), nominal: amount(warning.nominal) }) : voice.t(quotaWarnings["weight-zero"]);
