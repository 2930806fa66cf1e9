import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const KEY_BYTES = 32;

/** The key is not fit for use; the message says which and what to do. Ends the start, so it is not a `Problem`. */
export class UnfitMasterKey extends Error {}

/**
 * The master key: `GOVPOOL_MASTER_KEY` when given, else the file, else (with `create`) a new file only its owner can read.
 *
 * @param given base64 or hex of 32 random bytes.
 * @throws {UnfitMasterKey} when it is short, guessable, or others can read the file.
 */
export function loadMasterKey(options: { readonly given: string | undefined; readonly file: string; readonly create: boolean }): Buffer {
  if (options.given !== undefined && options.given !== "") return parse(options.given.trim(), "GOVPOOL_MASTER_KEY");
  let text: string;
  try {
    text = readFileSync(options.file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    if (!options.create) throw new UnfitMasterKey(`no master key: set GOVPOOL_MASTER_KEY or provide ${options.file}`);
    return create(options.file);
  }
  const mode = statSync(options.file).mode & 0o777;
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new UnfitMasterKey(`${options.file} can be read by others (mode ${mode.toString(8)}): chmod 600 ${options.file}`);
  }
  return parse(text.trim(), options.file);
}

function create(file: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  mkdirSync(dirname(file), { recursive: true });
  try {
    // `wx`: of two processes that start at once, one makes the key and the other reads it.
    writeFileSync(file, `${key.toString("base64")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return loadMasterKey({ given: undefined, file, create: false });
  }
  chmodSync(file, 0o600);
  return key;
}

function parse(text: string, from: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  const canonical = /^[0-9a-f]{64}$/i.test(text) || key.toString("base64").replace(/=+$/, "") === text.replace(/=+$/, "");
  if (!canonical || key.length !== KEY_BYTES) {
    throw new UnfitMasterKey(`${from} must be 32 random bytes in base64 or hex: openssl rand -base64 32`);
  }
  // 32 random bytes hold fewer than 16 different ones once in 10^15; words, patterns and examples do always.
  const printable = key.every((byte) => byte >= 0x20 && byte < 0x7f);
  if (new Set(key).size < 16 || printable || isSequence(key)) {
    throw new UnfitMasterKey(`${from} is guessable: make one with openssl rand -base64 32`);
  }
  return key;
}

const isSequence = (key: Buffer): boolean => {
  const step = ((key[1] ?? 0) - (key[0] ?? 0) + 256) % 256;
  return key.every((byte, index) => index === 0 || (byte - (key[index - 1] ?? 0) + 256) % 256 === step);
};

/** Names the key without telling it; stands in everything it wrapped. */
export const fingerprint = (key: Buffer): string => createHash("sha256").update("govpool master key").update(key).digest("hex").slice(0, 8);
