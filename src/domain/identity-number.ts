import { parseLocalDate } from "./instant.js";
import { problem, type ProblemPlace } from "./problem.js";
import { ok, refused, type Result } from "./result.js";

declare const brand: unique symbol;
/** 公民身份号码 (GB 11643-1999): 18 characters, the last may be X. */
export type IdentityNumber = string & { readonly [brand]: "IdentityNumber" };
/** A mainland mobile number: 11 digits. */
export type Phone = string & { readonly [brand]: "Phone" };

const FORM = /^\d{17}[\dX]$/;
/** First two digits of GB/T 2260: provinces, and 71, 81, 82, 83 for Taiwan, Hong Kong and Macao residents. */
const PROVINCE = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;
const CHECK = "10X98765432";

/**
 * Checks form, province, date of birth and the check character (ISO 7064 MOD 11-2). Which county codes existed at
 * birth is not checked: old codes stay valid for life.
 */
export function parseIdentityNumber(text: string, place: ProblemPlace = {}): Result<IdentityNumber> {
  const number = text.trim().toUpperCase();
  const wrong = (reason: "form" | "division" | "date" | "check") => refused(problem("identity.number_invalid", { reason }, place));
  if (!FORM.test(number)) return wrong("form");
  if (!PROVINCE.test(number)) return wrong("division");
  if (parseLocalDate(`${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`) === undefined) return wrong("date");
  return number[17] === checkCharacter(number) ? ok(number as IdentityNumber) : wrong("check");
}

function checkCharacter(number: string): string | undefined {
  let sum = 0;
  for (let position = 0; position < 17; position += 1) sum += Number(number[position]) * (2 ** (17 - position) % 11);
  return CHECK[sum % 11];
}

export function parsePhone(text: string, place: ProblemPlace = {}): Result<Phone> {
  const digits = text.replace(/[\s-]/g, "").replace(/^\+?86(?=1)/, "");
  return /^1[3-9]\d{9}$/.test(digits) ? ok(digits as Phone) : refused(problem("identity.phone_invalid", {}, place));
}

/** @example maskIdentityNumber("522301199001011234") // "5223**********1234" */
export const maskIdentityNumber = (number: string): string => `${number.slice(0, 4)}${"*".repeat(Math.max(0, number.length - 8))}${number.slice(-4)}`;

/** @example maskPhone("13800001234") // "138****1234" */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`;

/** The family name stays; of two characters the second is hidden. @example maskName("张三丰") // "张**" */
export const maskName = (name: string): string => {
  const [first = "", ...rest] = [...name];
  return first + "*".repeat(rest.length);
};
