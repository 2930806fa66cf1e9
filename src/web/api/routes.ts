import type { Route } from "./route.js";
import { auditRoutes } from "./routes/audit.js";
import { importRoutes } from "./routes/import.js";
import { peopleRoutes } from "./routes/people.js";
import { policyRoutes } from "./routes/policies.js";

/** Every route of the API, noun by noun: what is not listed here does not exist. */
export const apiRoutes: readonly Route[] = [
  ...importRoutes,
  ...peopleRoutes,
  ...policyRoutes,
  ...auditRoutes,
];
