import type { Route } from "./route.js";

/** Every route of the API, noun by noun: what is not listed here does not exist. */
export const apiRoutes: readonly Route[] = [];
