import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { ConfigError } from "./config.js";

/** The folder of everything kept between starts. Made on the first start; only its owner may look inside. */
export function openHome(home: string): void {
  try {
    // 0711: the embedded server may run as another user, who must pass through to its own data.
    mkdirSync(home, { recursive: true, mode: 0o711 });
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ConfigError(`cannot write in ${home} (${(error as { code?: string }).code ?? "unknown"}); choose another folder with GOVPOOL_HOME`);
  }
}

/** A secret made once and kept in a file only its owner may read. */
export function keptSecret(home: string, name: string, bytes = 32): string {
  const file = join(home, name);
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(bytes).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  const secret = readFileSync(file, "utf8").trim();
  if (secret.length < bytes) throw new ConfigError(`${file} is damaged: restore it from a backup; without it sealed values cannot be read`);
  return secret;
}
