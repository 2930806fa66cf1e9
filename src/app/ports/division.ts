import type { Division, DivisionLevel, Zone } from "../../domain/org/division.js";
import type { Page, PageAsked } from "./page.js";

export interface Divisions {
  all(): Promise<readonly Division[]>;
  list(filter: { readonly level?: DivisionLevel | undefined; readonly parent?: string | undefined }, page: PageAsked): Promise<Page<Division>>;
  put(divisions: readonly Division[]): Promise<void>;
}

export interface Zones {
  all(): Promise<readonly Zone[]>;
  put(zones: readonly Zone[]): Promise<void>;
}
