import type { PlanSearch, SearchTrial } from "../app/ports/plan-search.js";
import { planSearchText } from "../text/plan-search.js";
import { say, type Language } from "../text/text.js";

const figures = ({ breaches: [before, after], p90: [p90before, p90after] }: SearchTrial) => ({ before, after, p90before: Math.round(p90before), p90after: Math.round(p90after) });

/** How far a search is, or what came of it. */
export function searchWords(language: Language, { progress, end }: Pick<PlanSearch, "progress" | "end">): string {
  const { classes, solved, moves, gap } = progress;
  const dropped = (trial: SearchTrial | null): string => (trial && trial.dropped > 0 ? ` ${say(language, planSearchText.dropped, { n: trial.dropped })}` : "");
  switch (end?.state) {
    case undefined: {
      const counts = classes === 0 ? "" : `${language === "zh" ? "：" : ": "}${say(language, planSearchText.classes, { classes, solved, moves })}${gap === null ? "" : say(language, planSearchText.gap, { gap: (100 * gap).toFixed(1) })}`;
      return say(language, planSearchText[`phase.${progress.phase}`]) + counts;
    }
    case "found":
      return say(language, planSearchText.found, { plan: String(end.plan), ...figures(end.trial) }) + dropped(end.trial);
    case "nothing":
      return say(language, planSearchText[`nothing.${end.reason}`]) + (end.trial ? ` ${say(language, planSearchText.figures, figures(end.trial))}` : "");
    case "failed":
      return say(language, planSearchText.failed);
  }
}
