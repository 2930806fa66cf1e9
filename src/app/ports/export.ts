import type { UnitId } from "../../domain/id.js";
import type { Page, PageAsked } from "./page.js";

/** Rows of lists that only go out, as text in the columns of their sheet; keyset pages in the order of the list. */
export type ExportRow = Readonly<Record<string, string | number | null>>;

export interface ExportFilter {
  /** Only matters of this unit. */
  readonly unit?: UnitId;
}

export interface Exports {
  /** Without applicants: a list of cases is not a list of people. */
  requests(filter: ExportFilter, page: PageAsked): Promise<Page<ExportRow>>;
  /** Steps that wait for the scheduler. */
  queue(filter: ExportFilter, page: PageAsked): Promise<Page<ExportRow>>;
  /** What was given, by whose resource. */
  allocations(filter: ExportFilter, page: PageAsked): Promise<Page<ExportRow>>;
  audit(page: PageAsked): Promise<Page<ExportRow>>;
}
