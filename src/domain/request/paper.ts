import { DAY_MS, type Instant } from "../instant.js";
import { problem, type Problem } from "../problem.js";
import { normalised, textProblem } from "../text.js";

/*
 * What was asked on paper, where there was no network, and entered later. Two times stand beside one another: when it
 * occurred, as the sheet says, and when it was recorded, by the pool's clock. The place in the queue counts from the
 * first: nobody stands behind for having no network. The dates count from the second: an office can be held to a
 * promise from the day it knows of it (Administrative Licensing Law art. 32: what is accepted is dated by its receipt).
 */

/** An officer of a desk goes back so far, its head so far. The longest is what a ground may advance at most. */
export const PAPER_DAYS_MAX = 7;
export const OLD_PAPER_DAYS_MAX = 30;

export const SERIAL_MAX = 40;
export const VILLAGE_MAX = 80;

/** Whole days a sheet is old, the day it is entered not counted. */
export const daysOld = (occurredAt: Instant, recordedAt: Instant): number => Math.ceil((recordedAt - occurredAt) / DAY_MS);

export interface Sheet {
  readonly serial: string;
  readonly village: string;
  readonly occurredAt: Instant;
}

/** What is wrong with a sheet whoever enters it. */
export function sheetProblems({ serial, village, occurredAt }: Sheet, recordedAt: Instant): readonly Problem[] {
  const text = (field: "serial" | "village", value: string, max: number): Problem[] => {
    const wrong = normalised(value) === "" ? problem("input.missing", {}, { field }) : textProblem(value, max, { field });
    return wrong ? [wrong] : [];
  };
  const days = daysOld(occurredAt, recordedAt);
  return [
    ...text("serial", serial, SERIAL_MAX),
    ...text("village", village, VILLAGE_MAX),
    ...(occurredAt > recordedAt ? [problem("paper.in_future", { occurred: new Date(occurredAt).toISOString(), now: new Date(recordedAt).toISOString() }, { field: "occurredAt" })] : []),
    ...(days > OLD_PAPER_DAYS_MAX ? [problem("paper.too_old", { days, max: OLD_PAPER_DAYS_MAX }, { field: "occurredAt" })] : []),
  ];
}
