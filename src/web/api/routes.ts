import type { Route } from "./route.js";
import { auditRoutes } from "./routes/audit.js";
import { catalogueRoutes } from "./routes/catalogue.js";
import { importRoutes } from "./routes/import.js";
import { manifestRoutes } from "./routes/manifests.js";
import { peopleRoutes } from "./routes/people.js";
import { policyRoutes } from "./routes/policies.js";
import { requestRoutes } from "./routes/requests.js";
import { statusRoutes } from "./routes/status.js";
import { workRoutes } from "./routes/work.js";

/** Every route of the API, noun by noun: what is not listed here does not exist. */
export const apiRoutes: readonly Route[] = [
  ...catalogueRoutes,
  ...requestRoutes,
  ...workRoutes,
  ...statusRoutes,
  ...importRoutes,
  ...manifestRoutes,
  ...peopleRoutes,
  ...policyRoutes,
  ...auditRoutes,
];
