/** GB 32100-2015, 统一社会信用代码: digits and capitals without I O S V Z. */
const ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const SHAPE = /^[0-9A-HJ-NP-RTUW-Y]{2}\d{6}[0-9A-HJ-NP-RTUW-Y]{10}$/;
/** 3^(i−1) mod 31 for the first 17 characters. */
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** The check character of the first 17 characters, or undefined when one of them is not in the alphabet. */
export function creditCodeCheck(first17: string): string | undefined {
  let sum = 0;
  for (const [i, weight] of WEIGHTS.entries()) {
    const value = ALPHABET.indexOf(first17[i] ?? " ");
    if (value < 0) return undefined;
    sum += value * weight;
  }
  return ALPHABET[(31 - (sum % 31)) % 31];
}

/** Why `code` is no unified social credit code; undefined when it is one. */
export function creditCodeFault(code: string): "shape" | "check" | undefined {
  if (!SHAPE.test(code)) return "shape";
  return creditCodeCheck(code.slice(0, 17)) === code[17] ? undefined : "check";
}
