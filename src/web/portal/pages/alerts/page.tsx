import type { AlertRow, AlertRuleRow, Delivery, Webhook } from "../../../../app/ports/alert.js";
import type { Names } from "../../../../domain/catalogue/item.js";
import { COMPARISONS, type AlertRule } from "../../../../domain/pool/alert.js";
import { FIGURES, type Figure } from "../../../../domain/pool/figures.js";
import type { Problem } from "../../../../domain/problem.js";
import { alertsText, comparisonWords, deliveryStateWords } from "../../../../text/alerts.js";
import { figureDefinitions, figuresText, figureWords } from "../../../../text/figures.js";
import { DataTable, Listing } from "../../components/data-table.js";
import { ErrorSummary, fieldErrors } from "../../components/error-summary.js";
import { Choices, SelectField, TextField, type Choice } from "../../components/field.js";
import { Heading } from "../../components/heading.js";
import { Details, Empty, Notice } from "../../components/panels.js";
import { inPool, type Frame } from "../../frame.js";
import { Layout } from "../../layout.js";

export interface AlertsView {
  readonly alerts: readonly AlertRow[];
  readonly next: string | undefined;
  readonly rules: readonly AlertRuleRow[];
  readonly webhooks: readonly Webhook[];
  readonly deliveries: readonly Delivery[];
  readonly may: { readonly acknowledge: boolean; readonly declare: boolean; readonly send: boolean; readonly seeWebhooks: boolean };
  readonly classes: readonly Choice[];
  readonly units: readonly Choice[];
  readonly counties: readonly Choice[];
  readonly key: () => string;
  /** Of a form that was refused: what was typed. */
  readonly typed: Readonly<Record<string, string>>;
  readonly problems: readonly Problem[];
  readonly secret: string | undefined;
  /** The rows an alert's figure was made of. */
  readonly behind: (alert: AlertRow) => string;
}

const said = ({ voice }: Frame, figure: Figure, value: number): string =>
  figure === "utilisation" || figure === "deadline-rate" ? `${value}%` : figure === "queue" || figure === "breaches" ? voice.number(value) : voice.minutes(Math.round(value));

export const AlertsPage = ({ frame, view }: { frame: Frame; view: AlertsView }) => {
  const { voice } = frame;
  const { t } = voice;
  const here = (path: string): string => inPool(frame, `/centre/alerts${path}`);
  const labelOf = (choices: readonly Choice[], value: string): string => choices.find((one) => one.value === value)?.label ?? value;
  const scope = ({ class: cls, unit, division }: AlertRule): string => {
    const parts = [...(cls === null ? [] : [labelOf(view.classes, cls)]), ...(unit === null ? [] : [labelOf(view.units, unit)]), ...(division === null ? [] : [labelOf(view.counties, division)])];
    return parts.length === 0 ? t(alertsText["scope.all"]) : parts.join(" · ");
  };
  const threshold = (rule: AlertRule): string => t(alertsText["threshold.words"], { comparison: t(comparisonWords[rule.comparison]), value: said(frame, rule.figure, rule.value) });
  const errors = fieldErrors(voice, view.problems);
  const typed = (field: string, otherwise = ""): string => view.typed[field] ?? otherwise;
  const labels = {
    name: t(alertsText.name), figure: t(alertsText.figure), class: t(figuresText.class), unit: t(figuresText.unit), division: t(figuresText.division), value: t(alertsText.value), clear: t(alertsText.clear),
    windowDays: t(alertsText.window), forMinutes: t(alertsText.for), intervalMinutes: t(alertsText.interval), webhook: t(alertsText.name), url: t(alertsText.url),
  };
  return (
    <Layout frame={frame} title={t(alertsText.title)} wide hasErrors={view.problems.length > 0}>
      <ErrorSummary voice={voice} problems={view.problems} labels={labels} />
      <Heading title={t(alertsText.title)} lead={t(alertsText.lead)} />
      {view.secret === undefined ? null : (
        <Notice live>
          <p>{t(alertsText.secret)}</p>
          <pre class="json">{view.secret}</pre>
        </Notice>
      )}
      {view.alerts.length === 0 ? (
        <Empty title={t(alertsText["list.none.title"])} text={t(alertsText["list.none.text"])} />
      ) : (
        <DataTable
          voice={voice}
          caption={t(alertsText.list)}
          dense
          cards
          rows={view.alerts}
          next={view.next}
          columns={[
            { key: "figure", label: t(alertsText.figure), header: true, cell: (row) => t(figureWords[row.rule.figure]) },
            { key: "scope", label: t(alertsText.scope), cell: (row) => scope(row.rule) },
            { key: "measured", label: t(alertsText.measured), number: true, cell: (row) => <a href={view.behind(row)}>{said(frame, row.rule.figure, row.measured)}</a> },
            { key: "threshold", label: t(alertsText.threshold), cell: (row) => threshold(row.rule) },
            { key: "raised", label: t(alertsText.raised), cell: (row) => voice.dateTime(row.raisedAt) },
            { key: "resolved", label: t(alertsText.resolved), cell: (row) => (row.resolvedAt === null ? <strong>{t(alertsText.open)}</strong> : voice.dateTime(row.resolvedAt)) },
            {
              key: "seen",
              label: t(alertsText.seen),
              cell: (row) =>
                row.acknowledgedAt !== null ? (
                  voice.dateTime(row.acknowledgedAt)
                ) : view.may.acknowledge ? (
                  <form method="post" action={here(`/${row.id}/acknowledgement`)}>
                    <input type="hidden" name="key" value={view.key()} />
                    <button class="button button--quiet">{t(alertsText.acknowledge)}</button>
                  </form>
                ) : (
                  "—"
                ),
            },
          ]}
        />
      )}
      <section class="section">
        <h2>{t(alertsText.rules)}</h2>
        <Listing
          voice={voice}
          caption={t(alertsText.rules)}
          rows={view.rules}
          none={<Empty title={t(alertsText["rules.none.title"])} text={t(alertsText["rules.none.text"])} />}
          columns={[
            { key: "name", label: t(alertsText.name), header: true, cell: (row) => row.id },
            { key: "figure", label: t(alertsText.figure), cell: (row) => <Details summary={t(figureWords[row.figure])}>{t(figureDefinitions[row.figure])}</Details> },
            { key: "scope", label: t(alertsText.scope), cell: scope },
            { key: "threshold", label: t(alertsText.threshold), cell: threshold },
            { key: "clear", label: t(alertsText.clear), number: true, cell: (row) => said(frame, row.figure, row.clear) },
            { key: "window", label: t(alertsText.window), number: true, cell: (row) => voice.number(row.windowDays) },
            { key: "for", label: t(alertsText.for), number: true, cell: (row) => voice.number(row.forMinutes) },
            { key: "interval", label: t(alertsText.interval), number: true, cell: (row) => voice.number(row.intervalMinutes) },
            { key: "look", label: t(alertsText["last-look"]), cell: (row) => (row.checkedAt === null ? t(alertsText["not-yet"]) : `${voice.dateTime(row.checkedAt)} · ${row.measured === null ? "—" : said(frame, row.figure, row.measured)}`) },
            {
              key: "remove",
              label: t(alertsText.remove),
              cell: (row) => (view.may.declare ? <Removal frame={frame} view={view} what="rules" id={row.id} /> : "—"),
            },
          ]}
        />
        {view.may.declare ? (
          <Details summary={t(alertsText.declare)} open={Object.keys(errors).some((field) => field !== "url" && field !== "webhook")}>
            <form class="stack" method="post" action={here("/rules")}>
              <input type="hidden" name="key" value={view.key()} />
              <TextField voice={voice} id="name" label={labels.name} hint={t(alertsText["name.hint"])} value={typed("name")} error={errors["name"]} maxlength={63} />
              <SelectField voice={voice} id="figure" label={labels.figure} options={FIGURES.map((value) => ({ value, label: t(figureWords[value]) }))} value={typed("figure", "wait-p90")} error={errors["figure"]} />
              <SelectField voice={voice} id="class" label={labels.class} options={view.classes} value={typed("class")} none={t(figuresText.all)} error={errors["class"]} />
              <SelectField voice={voice} id="unit" label={labels.unit} options={view.units} value={typed("unit")} none={t(figuresText.all)} error={errors["unit"]} />
              <SelectField voice={voice} id="division" label={labels.division} options={view.counties} value={typed("division")} none={t(figuresText.all)} error={errors["division"]} />
              <SelectField voice={voice} id="comparison" label={t(alertsText.comparison)} options={COMPARISONS.map((value) => ({ value, label: t(comparisonWords[value]) }))} value={typed("comparison", "above")} />
              <TextField voice={voice} id="value" label={labels.value} type="number" width="short" hint={t(alertsText["value.hint"])} value={typed("value")} error={errors["value"]} />
              <TextField voice={voice} id="clear" label={labels.clear} type="number" width="short" optional hint={t(alertsText["clear.hint"])} value={typed("clear")} error={errors["clear"]} />
              <TextField voice={voice} id="windowDays" label={labels.windowDays} type="number" width="short" value={typed("windowDays", "7")} error={errors["windowDays"]} />
              <TextField voice={voice} id="forMinutes" label={labels.forMinutes} type="number" width="short" value={typed("forMinutes", "0")} error={errors["forMinutes"]} />
              <TextField voice={voice} id="intervalMinutes" label={labels.intervalMinutes} type="number" width="short" value={typed("intervalMinutes", "5")} error={errors["intervalMinutes"]} />
              <button class="button">{t(alertsText.declare)}</button>
            </form>
          </Details>
        ) : null}
      </section>
      {view.may.seeWebhooks ? (
        <section class="section">
          <h2>{t(alertsText.webhooks)}</h2>
          <Listing
            voice={voice}
            caption={t(alertsText.webhooks)}
            rows={view.webhooks}
            none={<Empty title={t(alertsText["webhooks.none.title"])} text={t(alertsText["webhooks.none.text"])} />}
            columns={[
              { key: "name", label: t(alertsText.name), header: true, cell: (row) => row.id },
              { key: "url", label: t(alertsText.url), cell: (row) => row.url },
              {
                key: "remove",
                label: t(alertsText.remove),
                cell: (row) => (view.may.send ? <Removal frame={frame} view={view} what="webhooks" id={row.id} /> : "—"),
              },
            ]}
          />
          {view.may.send ? (
            <Details summary={t(alertsText["declare-webhook"])} open={errors["url"] !== undefined || errors["webhook"] !== undefined}>
              <form class="stack" method="post" action={here("/webhooks")}>
                <TextField voice={voice} id="webhook" label={labels.webhook} hint={t(alertsText["name.hint"])} value={typed("webhook")} error={errors["webhook"]} maxlength={63} />
                <TextField voice={voice} id="url" label={labels.url} hint={t(alertsText["url.hint"])} value={typed("url")} error={errors["url"]} maxlength={600} />
                <Choices voice={voice} id="newSecret" type="checkbox" label={t(alertsText["secret.label"])} options={[{ value: "yes", label: t(alertsText["new-secret"]) }]} />
                <button class="button">{t(alertsText["declare-webhook"])}</button>
              </form>
            </Details>
          ) : null}
          <h3>{t(alertsText.deliveries)}</h3>
          <Listing
            voice={voice}
            caption={t(alertsText.deliveries)}
            rows={view.deliveries}
            none={<Empty title={t(alertsText["deliveries.none.title"])} text={t(alertsText["deliveries.none.text"])} />}
            columns={[
              { key: "when", label: t(alertsText.when), header: true, cell: (row) => voice.dateTime(row.createdAt) },
              { key: "to", label: t(alertsText.webhooks), cell: (row) => row.webhook },
              { key: "type", label: t(alertsText.type), cell: (row) => t(alertsText[`type.${row.type}`]) },
              { key: "state", label: t(alertsText.state), cell: (row) => t(deliveryStateWords[row.state]) },
              { key: "attempts", label: t(alertsText.attempts), number: true, cell: (row) => voice.number(row.attempts) },
              { key: "answer", label: t(alertsText.answer), cell: (row) => (row.lastStatus === null ? (row.lastError ?? "—") : String(row.lastStatus)) },
            ]}
          />
        </section>
      ) : null}
    </Layout>
  );
};

const Removal = ({ frame, view, what, id }: { frame: Frame; view: AlertsView; what: "rules" | "webhooks"; id: string }) => (
  <form method="post" action={inPool(frame, `/centre/alerts/${what}/${id}/removal`)}>
    <input type="hidden" name="key" value={view.key()} />
    <button class="button button--link">
      {frame.voice.t(alertsText.remove)}
      <span class="visually-hidden"> {id}</span>
    </button>
  </form>
);

/** Names of a list as choices. */
export const choiceOf = (voice: Frame["voice"]) => (one: { readonly id: string; readonly names: Names }): Choice => ({ value: one.id, label: voice.name(one.names) });
