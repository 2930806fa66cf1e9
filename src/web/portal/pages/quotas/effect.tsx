import type { EffectOnUnit, QuotaEffect, QuotaWarning, ShareEffect, SupplyEffect } from "../../../../app/quota/preview-quota.js";
import { quotaText } from "../../../../text/portal-quotas.js";
import { quotaWarnings } from "../../../../text/quota.js";
import { DataTable, Listing } from "../../components/data-table.js";
import { Notice } from "../../components/panels.js";
import type { Frame } from "../../frame.js";

/** What changes would mean for everybody who shares, and for what resources offer. */
export const Effect = ({ frame, effect, title }: { readonly frame: Frame; readonly effect: ShareEffect; readonly title: string }) => (
  <section class="section" aria-labelledby="effect">
    <h2 id="effect">{title}</h2>
    {effect.supplies.length === 0 ? null : <Supplies frame={frame} supplies={effect.supplies} />}
    {effect.classes.map((one) => (
      <ClassEffect frame={frame} effect={one} />
    ))}
    {effect.classes.length + effect.supplies.length === 0 ? <p class="soft">{frame.voice.t(quotaText["effect.nobody"])}</p> : null}
  </section>
);

const Supplies = ({ frame, supplies }: { readonly frame: Frame; readonly supplies: readonly SupplyEffect[] }) => {
  const { voice } = frame;
  const { t, name } = voice;
  const offers = (amount: number | null, one: SupplyEffect): string => (amount === null ? t(quotaText["tree.unlimited"]) : voice.amount(amount, one.class.measure));
  return (
    <DataTable
      voice={voice}
      caption={t(quotaText["supply.title"])}
      note={t(quotaText["supply.note"])}
      cards
      dense
      rows={supplies}
      columns={[
        { key: "resource", label: t(quotaText["overcommit.resource"]), header: true, cell: (one) => <code class="small">{one.resource}</code> },
        { key: "unit", label: t(quotaText.unit), cell: (one) => name(one.names) },
        { key: "class", label: t(quotaText.class), cell: (one) => name(one.class.names) },
        { key: "percent", label: t(quotaText["overcommit.percent"]), number: true, cell: (one) => `${one.before}% → ${one.after}%` },
        { key: "offers", label: t(quotaText["supply.offers"]), number: true, cell: (one) => `${offers(one.offersBefore, one)} → ${offers(one.offersAfter, one)}` },
        { key: "overdrawn", label: t(quotaText["supply.overdrawn"]), number: true, cell: (one) => (one.overdrawn === 0 ? "—" : voice.number(one.overdrawn)) },
      ]}
    />
  );
};

const ClassEffect = ({ frame, effect }: { readonly frame: Frame; readonly effect: QuotaEffect }) => {
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
    <>
      <h3>{name(effect.class.names)}</h3>
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
      <Listing
        voice={voice}
        caption={name(effect.class.names)}
        note={t(quotaText["effect.note"], { period: voice.period(kind, effect.period) })}
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
    </>
  );
};

const warned = ({ voice }: Frame, warning: QuotaWarning, amount: (value: number) => string): string =>
  warning.code === "below-use" ? voice.t(quotaWarnings["below-use"], { used: amount(warning.used), nominal: amount(warning.nominal) }) : voice.t(quotaWarnings["weight-zero"]);
