import { decisionsFigure } from "./figures/decisions.js";
import { engineFigure } from "./figures/engine.js";
import { intakeFigure } from "./figures/intake.js";
import { offersFigure } from "./figures/offers.js";
import { pagesFigure } from "./figures/pages.js";
import { rebalanceFigure } from "./figures/rebalance.js";
import { registrationFigure } from "./figures/registration.js";
import { restartFigure } from "./figures/restart.js";
import { stormsFigure } from "./figures/storms.js";
import type { Plan } from "./plan.js";

/** Every figure, or group measured together, by the name it is called with. The full run takes them in this order. */
export const FIGURES: Readonly<Record<string, (plan: Plan) => Promise<void>>> = {
  "engine-1e4": (plan) => engineFigure(plan, "1e4"),
  "engine-1e5": (plan) => engineFigure(plan, "1e5"),
  "engine-1e6": (plan) => engineFigure(plan, "1e6"),
  "decisions-1e4": (plan) => decisionsFigure(plan, "1e4"),
  "decisions-1e5": (plan) => decisionsFigure(plan, "1e5"),
  "decisions-1e6": (plan) => decisionsFigure(plan, "1e6"),
  "restart-1e5": (plan) => restartFigure(plan, "1e5"),
  "restart-1e6": (plan) => restartFigure(plan, "1e6"),
  "storms-1e4": (plan) => stormsFigure(plan, "1e4"),
  "storms-1e5": (plan) => stormsFigure(plan, "1e5"),
  "offers-1e4": (plan) => offersFigure(plan, "1e4"),
  "offers-1e6": (plan) => offersFigure(plan, "1e6"),
  registration: registrationFigure,
  intake: intakeFigure,
  pages: pagesFigure,
  rebalance: rebalanceFigure,
};

/** What `--quick` runs: 10⁴ and 10⁵ end to end, 10⁶ in the engine only. */
export const QUICK: readonly string[] = ["engine-1e4", "engine-1e5", "engine-1e6", "decisions-1e4", "decisions-1e5", "offers-1e4", "registration", "intake", "pages"];
