import { disparityColumns, disparityText } from "../../text/disparity.js";
import type { Cell, SheetLayout } from "../ports/tables.js";
import type { DisparitiesRead } from "./read-disparities.js";
import type { Language } from "../../text/text.js";

type Key = keyof typeof disparityColumns;
const NUMBERS: readonly Key[] = ["cases", "refused", "refusal_ratio", "refusal_low", "refusal_high", "wait_days", "wait_ratio", "wait_low", "wait_high"];

export const DISPARITY_LAYOUT: SheetLayout = {
  sheet: "disparity",
  ...disparityText["title"],
  columns: (Object.keys(disparityColumns) as Key[]).map((key) => ({ key, ...disparityColumns[key], ...(NUMBERS.includes(key) ? { type: "number" as const } : {}) })),
};

/** The groups of a reading as rows of a table; what is withheld stays empty. */
export async function* disparityRows({ groups }: DisparitiesRead, language: Language): AsyncGenerator<readonly Cell[]> {
  for (const { dimension, group, names, cases, refused, refusal, waitDays, wait, alarms } of groups) {
    yield [dimension, group, names[language], cases, refused, ...ends(refusal), waitDays, ...ends(wait), alarms.join(" ")];
  }
}

const ends = (found: { readonly ratio: number; readonly low: number; readonly high: number } | null): readonly Cell[] => (found === null ? [null, null, null] : [found.ratio, found.low, found.high]);
