import type { Vault } from "../ports/vault.js";

/** Read aloud and typed: no letter that looks like a digit. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LENGTH = 10;

/**
 * The secret of a receipt: with the number it opens the status page without signing in. Worked out from the request's
 * id with a key the database does not hold, so that it can be shown to its owner again and is stored nowhere.
 *
 * @example statusCodeOf(vault, publicId) // "K7M2Q-9TWXA"
 */
export function statusCodeOf(vault: Vault, publicId: string): string {
  const digest = vault.blindIndex("request status code", publicId);
  const letters = Array.from({ length: LENGTH }, (_, index) => {
    const high = BASE64URL.indexOf(digest[index * 2] ?? "A");
    const low = BASE64URL.indexOf(digest[index * 2 + 1] ?? "A");
    return ALPHABET[(high * BASE64URL.length + low) % ALPHABET.length] ?? "";
  }).join("");
  return `${letters.slice(0, LENGTH / 2)}-${letters.slice(LENGTH / 2)}`;
}

/** What the table keeps, to tell a right code from a wrong one. */
export const statusCodeHash = (vault: Vault, code: string): string => vault.blindIndex("request status code hash", plain(code));

/** Compares without telling by its time where the difference lies. */
export function sameHash(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index += 1) difference |= one.charCodeAt(index) ^ (other.charCodeAt(index) || 0);
  return difference === 0;
}

/** As people type it: any case, with or without the hyphen. */
const plain = (code: string): string => code.normalize("NFKC").toUpperCase().replaceAll(/[\s-]/g, "");
