import type { Route } from "./route.js";
import { agreementRoutes } from "./routes/agreements.js";
import { alertRoutes } from "./routes/alerts.js";
import { appointmentRoutes } from "./routes/appointments.js";
import { assetRoutes } from "./routes/assets.js";
import { auditRoutes } from "./routes/audit.js";
import { catalogueRoutes } from "./routes/catalogue.js";
import { directClaimRoutes } from "./routes/direct-claims.js";
import { disparityRoutes } from "./routes/disparity.js";
import { explanationRoutes } from "./routes/explanations.js";
import { figuresRoutes } from "./routes/figures.js";
import { contestRoutes } from "./routes/contests.js";
import { gapRoutes } from "./routes/gaps.js";
import { importRoutes } from "./routes/import.js";
import { itemRoutes } from "./routes/items.js";
import { lawRoutes } from "./routes/law.js";
import { manifestRoutes } from "./routes/manifests.js";
import { onboardingRoutes } from "./routes/onboarding.js";
import { orderRoutes } from "./routes/order.js";
import { peopleRoutes } from "./routes/people.js";
import { planSearchRoutes } from "./routes/plan-searches.js";
import { planRoutes } from "./routes/plans.js";
import { taskForceRoutes } from "./routes/task-forces.js";
import { policyRoutes } from "./routes/policies.js";
import { pressureRoutes } from "./routes/pressure.js";
import { priorityRoutes } from "./routes/priorities.js";
import { drainRoutes } from "./routes/drains.js";
import { emergencyRoutes } from "./routes/emergency.js";
import { standingRuleRoutes } from "./routes/standing-rules.js";
import { loanRoutes } from "./routes/loans.js";
import { proposalRoutes } from "./routes/proposals.js";
import { quotaRoutes } from "./routes/quotas.js";
import { registerRoutes } from "./routes/register.js";
import { publicRegisterRoutes } from "./routes/public-register.js";
import { reorganisationRoutes } from "./routes/reorganisations.js";
import { replayRoutes } from "./routes/replay.js";
import { whatIfRoutes } from "./routes/what-ifs.js";
import { paperRecordRoutes } from "./routes/paper-records.js";
import { requestRoutes } from "./routes/requests.js";
import { resourceRoutes } from "./routes/resources.js";
import { statusRoutes } from "./routes/status.js";
import { unitRoutes } from "./routes/units.js";
import { usageRoutes } from "./routes/usage.js";
import { workRoutes } from "./routes/work.js";

/** Every route of the API, noun by noun: what is not listed here does not exist. */
export const apiRoutes: readonly Route[] = [
  ...catalogueRoutes,
  ...paperRecordRoutes,
  ...requestRoutes,
  ...workRoutes,
  ...lawRoutes,
  ...explanationRoutes,
  ...directClaimRoutes,
  ...appointmentRoutes,
  ...orderRoutes,
  ...statusRoutes,
  ...assetRoutes,
  ...itemRoutes,
  ...priorityRoutes,
  ...registerRoutes,
  ...loanRoutes,
  ...proposalRoutes, ...quotaRoutes,
  ...drainRoutes,
  ...emergencyRoutes,
  ...standingRuleRoutes,
  ...resourceRoutes,
  ...unitRoutes,
  ...onboardingRoutes,
  ...contestRoutes,
  ...gapRoutes,
  ...reorganisationRoutes,
  ...importRoutes,
  ...publicRegisterRoutes,
  ...disparityRoutes,
  ...replayRoutes,
  ...whatIfRoutes,
  ...manifestRoutes,
  ...peopleRoutes,
  ...planRoutes,
  ...planSearchRoutes,
  ...agreementRoutes,
  ...taskForceRoutes,
  ...policyRoutes,
  ...auditRoutes,
  ...usageRoutes,
  ...figuresRoutes,
  ...pressureRoutes,
  ...alertRoutes,
];
