import type { EffectFigures, PlanEffect, UnitEffect } from "../../../../app/rebalance/plan-effect.js";
import { parseLocalDate } from "../../../../domain/instant.js";
import { planText } from "../../../../text/portal-plans.js";
import { Listing } from "../../components/data-table.js";
import type { Frame } from "../../frame.js";
import { unitName, type PlanNames } from "./page.js";

const FIGURES = ["waitP50", "waitP90", "lateShare", "utilisation"] as const;
type Figure = (typeof FIGURES)[number];

interface Line {
  readonly unit: UnitEffect;
  readonly figure: Figure;
}

/** What the trial had said for each unit concerned, beside what came in the first week. */
export const EffectOfPlan = ({ frame, names, effect }: { readonly frame: Frame; readonly names: PlanNames; readonly effect: PlanEffect }) => {
  const { voice } = frame;
  const { t } = voice;
  const day = (date: string): string => voice.day(parseLocalDate(date) ?? 0);
  const shown = (figure: Figure, value: number | null | undefined): string => (value === null || value === undefined ? "—" : figure === "waitP50" || figure === "waitP90" ? t(planText["effect.minutes"], { minutes: voice.number(value) }) : `${voice.number(Math.round(value * 1_000) / 10)}%`);
  const of = (figures: EffectFigures | null | undefined, figure: Figure): number | null => figures?.[figure] ?? null;
  const difference = ({ unit, figure }: Line): string => {
    const [said, came] = [of(unit.predicted?.with, figure), of(unit.measured, figure)];
    if (said === null || came === null) return "—";
    const by = came - said;
    return `${by > 0 ? "+" : by < 0 ? "−" : "±"}${shown(figure, Math.abs(by))}`;
  };
  const isMeasured = effect.units.some(({ measured }) => measured !== null);
  return (
    <section class="section" aria-labelledby="effect">
      <h2 id="effect">{t(planText["effect.title"])}</h2>
      <p>{t(planText[isMeasured ? "effect.measured" : "effect.waits"], { from: day(effect.from), to: day(effect.to), on: day(effect.on) })}</p>
      <p class="small soft">{effect.trial === null ? t(planText["effect.untried"]) : t(planText["effect.trial"], { from: day(effect.trial.from), to: day(effect.trial.to) })}</p>
      <Listing
        voice={voice}
        caption={t(planText["effect.title"])}
        rows={effect.units.flatMap((unit) => FIGURES.map((figure): Line => ({ unit, figure })))}
        columns={[
          { key: "unit", label: t(planText["effect.unit"]), header: true, cell: ({ unit }) => `${unitName(voice, names, unit.unitId)} · ${t(planText[`effect.${unit.side}`])}` },
          { key: "figure", label: t(planText["effect.figure"]), cell: ({ figure }) => t(planText[`effect.${figure}`]) },
          { key: "without", label: t(planText["effect.without"]), number: true, cell: ({ unit, figure }) => shown(figure, of(unit.predicted?.without, figure)) },
          { key: "with", label: t(planText["effect.with"]), number: true, cell: ({ unit, figure }) => shown(figure, of(unit.predicted?.with, figure)) },
          { key: "measured", label: t(planText["effect.came"]), number: true, cell: ({ unit, figure }) => (unit.measured === null ? t(planText["effect.not-yet"]) : shown(figure, of(unit.measured, figure))) },
          { key: "difference", label: t(planText["effect.difference"]), number: true, cell: difference },
        ]}
      />
    </section>
  );
};
