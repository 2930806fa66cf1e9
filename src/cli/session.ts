import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { createClient, type GovpoolClient } from "../client/client.js";
import type { Language } from "../text/text.js";

/** Where the command line talks to, and as whom. */
export interface Session {
  readonly server: string;
  readonly token: string | undefined;
  /** Given by flag, environment or earlier choice; undefined: the server's only pool. */
  readonly pool: string | undefined;
  readonly language: Language;
}

interface Kept {
  readonly server?: string;
  readonly token?: string;
  readonly pool?: string;
}

const DEFAULT_SERVER = "http://127.0.0.1:8080";

type Env = Readonly<Record<string, string | undefined>>;

const fileOf = (env: Env): string => join(env["XDG_CONFIG_HOME"] || join(homedir(), ".config"), "govpool", "session.json");

function kept(env: Env): Kept {
  try {
    return JSON.parse(readFileSync(fileOf(env), "utf8")) as Kept;
  } catch {
    // Nobody signed in yet, or the file is damaged: signing in writes it anew.
    return {};
  }
}

/** Flags win over the environment, the environment over what `login` kept. A kept token never goes to another server. */
export function openSession(env: Env, flags: { readonly server?: string; readonly token?: string; readonly pool?: string; readonly lang?: string }): Session {
  const before = kept(env);
  const server = (flags.server ?? env["GOVPOOL_SERVER"] ?? before.server ?? DEFAULT_SERVER).replace(/\/+$/, "");
  const locale = flags.lang ?? env["GOVPOOL_LANG"] ?? env["LC_ALL"] ?? env["LANG"] ?? "";
  return {
    server,
    token: flags.token ?? env["GOVPOOL_TOKEN"] ?? (before.server === server ? before.token : undefined),
    pool: flags.pool ?? env["GOVPOOL_POOL"] ?? (before.server === server ? before.pool : undefined),
    language: locale.startsWith("zh") ? "zh" : "en",
  };
}

export function keepSession(env: Env, { server, token, pool }: Kept): void {
  const file = fileOf(env);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify({ server, token, pool }, null, 2)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

export const clientOf = (session: Session): GovpoolClient => createClient({ ...session, channel: "cli" });
