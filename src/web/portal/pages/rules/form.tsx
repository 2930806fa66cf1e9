import type { RulePreview } from "../../../../app/rules/preview-rule.js";
import { FIGURES } from "../../../../domain/pool/figures.js";
import type { Problem } from "../../../../domain/problem.js";
import { emergencyText } from "../../../../text/emergency.js";
import { figureWords } from "../../../../text/figures.js";
import { ruleFormText } from "../../../../text/standing-rule-form.js";
import { Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors, fieldId } from "../../components/error-summary.js";
import { Choices, SelectField, Suggestions, TextArea, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";
import { doesOf, whenOf, type NameOf } from "./page.js";

export interface RuleFormView {
  /** Null: a new one. */
  readonly anew: string | null;
  readonly units: readonly Choice[];
  readonly counties: readonly Choice[];
  readonly classes: readonly Choice[];
  readonly lendable: readonly Choice[];
  readonly nameOf: NameOf;
  readonly typed: Readonly<Record<string, string>>;
  readonly preview: RulePreview | undefined;
  readonly seen: string | undefined;
  readonly isChanged: boolean;
  readonly key: string;
  readonly problems: readonly Problem[];
}

type Part = { readonly frame: Frame; readonly view: RuleFormView };

const UNITS = "rule-units";
const WEEKDAYS = ["1", "2", "3", "4", "5", "6", "7"] as const;

/** Fields by the names a rule gives them, so that a refusal finds its field. */
const LABELS = {
  rule: "rule", title: "title", when: "when",
  "when.figure": "figure", "when.comparison": "comparison", "when.value": "value", "when.clear": "clear", "when.unit": "unit", "when.class": "class", "when.division": "division",
  "when.windowDays": "windowDays", "when.intervalMinutes": "everyMinutes", "when.everyMinutes": "everyMinutes", "when.readings": "readings", "when.from": "from", "when.to": "to",
  "lend.class": "lend.class", "lend.lender": "lend.lender", "lend.borrower": "lend.borrower", "lend.amount": "lend.amount", "lend.whileBelowPercent": "lend.below", open: "open.codes", lend: "does",
  "limits.runsPerWeek": "runsPerWeek", "limits.coolDownMinutes": "coolDownMinutes", "limits.minimumMinutes": "minimumMinutes", "limits.termDays": "termDays",
} as const satisfies Readonly<Record<string, keyof typeof ruleFormText>>;

/** A rule as a person writes it: what it would have done stands above, once it was looked at. */
export const RuleFormPage = ({ frame, view }: Part) => {
  const { voice } = frame;
  const { t } = voice;
  const { typed } = view;
  // The reader of numbers calls it by another name than whoever writes it; one list answers for each of its lines.
  const problems = view.problems.map((one) => ({ ...one, ...(one.field === undefined ? {} : { field: one.field.replace(/^when\.intervalMinutes$/, "when.everyMinutes").replace(/^open\.\d+$/, "open") }) }));
  const errors = fieldErrors(voice, problems);
  const title = t(view.anew === null ? ruleFormText.new : ruleFormText.anew);
  const field = (path: keyof typeof LABELS) => ({ voice, id: fieldId(path), name: path, label: t(ruleFormText[LABELS[path]]), value: typed[path], error: errors[fieldId(path)] });
  const number = (path: keyof typeof LABELS) => ({ ...field(path), type: "number" as const, width: "short" as const, maxlength: 15 });
  const unit = (path: keyof typeof LABELS) => ({ ...field(path), list: UNITS, autocomplete: "off", spellcheck: false, maxlength: 160 });
  const options = (names: readonly (keyof typeof ruleFormText)[], value: (name: string) => string): Choice[] => names.map((name) => ({ value: value(name), label: t(ruleFormText[name]) }));
  return (
    <Layout frame={frame} title={title} wide hasErrors={problems.length > 0}>
      <ErrorSummary voice={voice} problems={problems} labels={Object.fromEntries(Object.entries(LABELS).map(([path, key]) => [fieldId(path), t(ruleFormText[key])]))} />
      <Heading title={title} lead={t(view.anew === null ? ruleFormText.lead : ruleFormText["anew.lead"])} />
      {view.preview === undefined ? null : <Preview frame={frame} view={view} preview={view.preview} />}
      <form class="form" method="post" action={inPool(frame, "/centre/rules/new")}>
        <input type="hidden" name="key" value={view.key} />
        {view.seen === undefined ? null : <input type="hidden" name="seen" value={view.seen} />}
        <Suggestions id={UNITS} options={view.units} />
        <TextField {...field("title")} hint={t(ruleFormText["title.hint"])} maxlength={200} />
        {view.anew === null ? (
          <TextField {...field("rule")} hint={t(ruleFormText["rule.hint"])} width="medium" maxlength={63} spellcheck={false} />
        ) : (
          <>
            <input type="hidden" name="rule" value={view.anew} />
            <input type="hidden" name="anew" value={view.anew} />
          </>
        )}
        <Choices voice={voice} id="when" name="kind" label={t(ruleFormText.when)} options={options(["when.threshold", "when.schedule"], (name) => name.slice(5))} values={[typed["kind"] ?? "threshold"]} error={errors["when"]} />
        <fieldset class="fieldset way-kind-threshold">
          <legend class="fieldset__legend">{t(ruleFormText.threshold)}</legend>
          <p class="field__hint">{t(ruleFormText["threshold.lead"])}</p>
          <SelectField {...field("when.figure")} value={typed["when.figure"] ?? "queue"} options={FIGURES.map((one) => ({ value: one, label: t(figureWords[one]) }))} />
          <SelectField {...field("when.comparison")} options={(["above", "below"] as const).map((value) => ({ value, label: t(emergencyText[`rule.${value}`]) }))} />
          <TextField {...number("when.value")} hint={t(ruleFormText["value.hint"])} />
          <TextField {...number("when.clear")} hint={t(ruleFormText["clear.hint"])} optional />
          <TextField {...unit("when.unit")} hint={t(ruleFormText["unit.hint"])} optional />
          <SelectField {...field("when.class")} none={t(ruleFormText["class.any"])} options={view.classes} />
          <SelectField {...field("when.division")} none={t(ruleFormText["class.any"])} options={view.counties} />
          <TextField {...number("when.windowDays")} value={typed["when.windowDays"] ?? "7"} hint={t(ruleFormText["windowDays.hint"])} />
          <TextField {...number("when.everyMinutes")} value={typed["when.everyMinutes"] ?? "15"} />
          <TextField {...number("when.readings")} value={typed["when.readings"] ?? "1"} />
        </fieldset>
        <fieldset class="fieldset way-kind-schedule">
          <legend class="fieldset__legend">{t(ruleFormText.schedule)}</legend>
          <p class="field__hint">{t(ruleFormText["schedule.lead"])}</p>
          <TextField {...field("when.from")} hint={t(ruleFormText["day.hint"])} width="short" maxlength={5} />
          <TextField {...field("when.to")} hint={t(ruleFormText["day.hint"])} width="short" maxlength={5} />
          <Choices voice={voice} id="when-weekdays" name="weekdays" type="checkbox" inline label={t(ruleFormText.weekdays)} options={WEEKDAYS.map((value) => ({ value, label: t(ruleFormText[`weekday.${value}`]) }))} values={(typed["weekdays"] ?? "").split(",")} />
        </fieldset>
        <Choices voice={voice} id="lend" name="action" label={t(ruleFormText.does)} options={options(["does.lend", "does.open"], (name) => name.slice(5))} values={[typed["action"] ?? "lend"]} error={errors["lend"]} />
        <fieldset class="fieldset way-action-lend">
          <legend class="fieldset__legend">{t(ruleFormText.lend)}</legend>
          <p class="field__hint">{t(ruleFormText["lend.lead"])}</p>
          <SelectField {...field("lend.class")} options={view.lendable} />
          <TextField {...unit("lend.lender")} hint={t(ruleFormText["unit.type"])} />
          <TextField {...unit("lend.borrower")} hint={t(ruleFormText["unit.type"])} />
          <TextField {...number("lend.amount")} hint={t(ruleFormText["lend.amount.hint"])} />
          <TextField {...number("lend.whileBelowPercent")} optional />
          <TextField {...number("limits.termDays")} value={typed["limits.termDays"] ?? "5"} />
        </fieldset>
        <fieldset class="fieldset way-action-open">
          <legend class="fieldset__legend">{t(ruleFormText.open)}</legend>
          <p class="field__hint">{t(ruleFormText["open.lead"])}</p>
          <TextArea {...field("open")} hint={t(ruleFormText["open.hint"])} rows={3} maxlength={6_000} />
        </fieldset>
        <Choices voice={voice} id="mode" label={t(ruleFormText.mode)} options={options(["mode.propose", "mode.automatic"], (name) => name.slice(5))} values={[typed["mode"] ?? "propose"]} />
        <fieldset class="fieldset">
          <legend class="fieldset__legend">{t(ruleFormText.limits)}</legend>
          <TextField {...number("limits.runsPerWeek")} value={typed["limits.runsPerWeek"] ?? "2"} />
          <TextField {...number("limits.coolDownMinutes")} value={typed["limits.coolDownMinutes"] ?? "1440"} />
          <TextField {...number("limits.minimumMinutes")} value={typed["limits.minimumMinutes"] ?? "0"} />
        </fieldset>
        <Choices voice={voice} id="emergency" type="checkbox" label={t(ruleFormText.emergency)} options={[{ value: "true", label: t(ruleFormText["emergency.option"]) }]} values={[typed["emergency"] ?? ""]} />
        <div class="actions">
          {view.preview === undefined ? null : (
            <button class="button" name="act" value="propose">
              {t(ruleFormText.propose)}
            </button>
          )}
          <button class={view.preview === undefined ? "button" : "button button--quiet"} name="act" value="preview">
            {t(ruleFormText.preview)}
          </button>
        </div>
      </form>
      <p>
        <a href={inPool(frame, "/centre/rules")}>{t(emergencyText["rule.back"])}</a>
      </p>
    </Layout>
  );
};

const Preview = ({ frame, view, preview }: Part & { readonly preview: RulePreview }) => {
  const { voice } = frame;
  const { t, number, day: dayOf } = voice;
  const { rule, days, nextDay } = preview;
  const count = days.filter(({ turn }) => turn === "on").length;
  const read = days.flatMap(({ measured }) => (measured === null ? [] : [measured]));
  return (
    <section class="section" aria-labelledby="preview">
      <h2 id="preview">{t(ruleFormText["preview.title"])}</h2>
      <Notice live>
        {view.isChanged ? <p>{t(ruleFormText.changed)}</p> : null}
        <p>{whenOf(voice, rule, view.nameOf)}</p>
        <p>{doesOf(voice, rule, view.nameOf)}</p>
        <p>
          <strong>{count === 0 ? t(ruleFormText["preview.never"]) : t(ruleFormText["preview.on"], { count, days: days.filter(({ isOn }) => isOn).length })}</strong>
          {voice.language === "en" ? " " : ""}
          {rule.when.kind === "schedule" ? null : read.length === 0 ? t(ruleFormText["preview.nothing"]) : t(ruleFormText["preview.highest"], { highest: number(Math.max(...read)), lowest: number(Math.min(...read)) })}
          {nextDay === null ? null : t(ruleFormText["preview.next"], { day: dayOf(nextDay) })}
        </p>
        <p class="soft">{t(ruleFormText["preview.once"])}</p>
      </Notice>
      <Details summary={t(ruleFormText["preview.all"])}>
        <Listing
          voice={voice}
          caption={t(ruleFormText["preview.all"])}
          rows={[...days].reverse()}
          columns={[
            { key: "day", label: t(ruleFormText["preview.day"]), header: true, cell: ({ day }) => dayOf(day) },
            ...(rule.when.kind === "schedule" ? [] : [{ key: "measured", label: t(emergencyText["rule.measured"]), number: true, cell: ({ measured }: (typeof days)[number]) => (measured === null ? "—" : number(measured)) }]),
            {
              key: "turn",
              label: t(emergencyText["rule.turn"]),
              cell: ({ turn, held, isOn }) => (held !== null ? t(emergencyText["rule.turn.held"], { held: t(emergencyText[`rule.held.${held}`]) }) : turn === "on" ? t(emergencyText["rule.turn.on"]) : turn === "off" ? t(emergencyText["rule.turn.off"]) : isOn ? t(emergencyText["rule.on"]) : "—"),
            },
          ]}
        />
      </Details>
    </section>
  );
};
