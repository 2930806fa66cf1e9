import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { Vault } from "../app/ports/vault.js";
import { fingerprint } from "./master-key.js";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Names the suite in every record, so that another one can follow without guessing. */
const SUITE = "a256gcm";

/** One key per purpose, none of them the master key itself. */
export const deriveKey = (master: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", master, "govpool", purpose, 32));

export function createVault(master: Buffer): Vault {
  const wrapping = deriveKey(master, "wrap person keys");
  const indexing = deriveKey(master, "blind index");
  const name = fingerprint(master);

  const unwrap = (wrapped: string): Buffer => {
    const [suite, wrapper, body] = wrapped.split(".");
    if (suite !== SUITE || body === undefined) throw new Error("not a wrapped key");
    if (wrapper !== name) throw new Error(`wrapped by another master key (${wrapper}, this is ${name})`);
    return decrypt(wrapping, "person key", body);
  };

  return {
    newKey: () => `${SUITE}.${name}.${encrypt(wrapping, "person key", randomBytes(32))}`,
    seal: (key, purpose, value) => `${SUITE}.${encrypt(unwrap(key), purpose, Buffer.from(value, "utf8"))}`,
    open(key, purpose, sealed) {
      const [suite, body] = sealed.split(".");
      if (suite !== SUITE || body === undefined) throw new Error("not a sealed value");
      return decrypt(unwrap(key), purpose, body).toString("utf8");
    },
    blindIndex: (kind, value) => createHmac("sha256", indexing).update(kind).update("\0").update(value).digest("base64url"),
  };
}

function encrypt(key: Buffer, purpose: string, plain: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(purpose));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}

function decrypt(key: Buffer, purpose: string, body: string): Buffer {
  const bytes = Buffer.from(body, "base64url");
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
}
