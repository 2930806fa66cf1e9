import type { DivisionCode } from "../id.js";
import { localDateOf, parseLocalDate, type DayNumber } from "../instant.js";

/** Serials beyond five digits simply grow longer. */
const SERIAL_DIGITS = 5;
const NUMBER = /^(\d{6})-(\d{4})(\d{2})(\d{2})-(\d{5,9})$/;

/** The county (or prefecture) under whose name a request is numbered. */
export const numberingDivision = (division: DivisionCode): string => division.slice(0, 6);

/**
 * What people read out and write down. Gaps are normal: processes take serials in blocks.
 *
 * @example formatRequestNumber("522301", day, 42) // "522301-20261122-00042"
 */
export const formatRequestNumber = (division: string, day: DayNumber, serial: number): string =>
  `${division}-${localDateOf(day).replaceAll("-", "")}-${String(serial).padStart(SERIAL_DIGITS, "0")}`;

/** A number as people type it, or undefined when it cannot be one. Spaces and full-width digits are forgiven. */
export function readRequestNumber(typed: string): string | undefined {
  const plain = typed.normalize("NFKC").replaceAll(/\s/g, "");
  const match = NUMBER.exec(plain);
  if (!match) return undefined;
  const [, , year, month, day] = match;
  return parseLocalDate(`${year}-${month}-${day}`) === undefined ? undefined : plain;
}
