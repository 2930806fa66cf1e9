import type { PageRoute } from "../page-route.js";

export const importRoutes: readonly PageRoute[] = [];
