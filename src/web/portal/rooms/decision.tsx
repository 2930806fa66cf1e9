import type { PageRoute } from "../page-route.js";

export const decisionRoutes: readonly PageRoute[] = [];
