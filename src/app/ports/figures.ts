import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, DivisionCode, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { FigureRows, FiguresBy } from "../../domain/pool/figures.js";
import type { Page, PageAsked } from "./page.js";
import type { RequestSummary } from "./request.js";

/** Which part of the pool is looked at. A division is a county, by its six digits, with everything in it. */
export interface FigureScope {
  readonly class?: ClassId | undefined;
  readonly unit?: UnitId | undefined;
  readonly division?: DivisionCode | undefined;
}

/** From an instant up to, and without, another. */
export interface FigureRange {
  readonly from: Instant;
  readonly to: Instant;
}

/** Counts of one class, unit, county, or of all: everything but how far capacity is used. */
export interface CountedFigures {
  /** A class, a unit, a county; empty for all. */
  readonly key: string;
  /** Steps that are ready and undecided now, whatever the range. */
  readonly queue: number;
  /** Steps granted their place in the range, and the minutes they had been ready. Null: none was. */
  readonly decisions: number;
  readonly waitP50: number | null;
  readonly waitP90: number | null;
  /** Requests completed or rejected in the range, and how many of them after the promised date. */
  readonly closed: number;
  readonly missed: number;
  /** Requests whose promised date fell in the range and passed while they were open and not paused. */
  readonly breaches: number;
}

export interface WaitRow {
  readonly seq: number;
  readonly step: number;
  readonly stepName: string;
  readonly number: string;
  readonly itemNames: Names;
  readonly unitNames: Names;
  readonly readyAt: Instant;
  readonly decidedAt: Instant;
  readonly minutes: number;
}

/** Figures of a range, and the rows each is made of. */
export interface Figures {
  counted(by: FiguresBy, scope: FigureScope, range: FigureRange, now: Instant): Promise<readonly CountedFigures[]>;
  /** How many steps of requests were ready and undecided at each of the instants, as the record has their present turn. */
  queueAt(scope: FigureScope, instants: readonly Instant[]): Promise<readonly number[]>;
  /** Newest decision first. */
  waits(scope: FigureScope, range: FigureRange, page: PageAsked): Promise<Page<WaitRow>>;
  /** Newest request first. */
  requests(which: Exclude<FigureRows, "waits">, scope: FigureScope, range: FigureRange, now: Instant, page: PageAsked): Promise<Page<RequestSummary>>;
}
