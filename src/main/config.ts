import { isAbsolute, resolve } from "node:path";

/** How one process runs. Read once, checked, and passed on: nothing else reads the environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** The user's own PostgreSQL (15 or newer); absent: an embedded one in `home`. */
  readonly databaseUrl: string | undefined;
  /** Folder of everything kept between starts: embedded database, master key. */
  readonly home: string;
  /** Folder of declarations a new database begins with; absent: the sample prefecture. */
  readonly resources: string | undefined;
  readonly role: "all" | "web" | "scheduler";
  /** Prepared persons to step into with a click; only on loopback. */
  readonly demo: boolean;
  /** How long a writer's lease lasts without renewal, milliseconds. */
  readonly leaseTtlMs: number;
  readonly logLevel: "debug" | "info" | "warn" | "error" | "silent";
  /** Of the terminal `serve` was started in. */
  readonly language: "zh" | "en";
  /** The address people type, when it differs from host and port (a proxy in front). */
  readonly publicUrl: string | undefined;
  readonly masterKey: string | undefined;
  /** Hosts (`host` or `host:port`) to which alerts may be sent though they are internal or speak plain http. */
  readonly webhookHosts: readonly string[];
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string } | undefined;
}

/** What is wrong with the configuration, in one line a person can act on. */
export class ConfigError extends Error {}

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
const ROLES = ["all", "web", "scheduler"] as const;

export const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);

export function readConfig(env: Readonly<Record<string, string | undefined>>, flags: { readonly role?: string } = {}): Config {
  const host = env["HOST"] || "127.0.0.1";
  const demo = env["GOVPOOL_DEMO"] === undefined ? isLoopback(host) : flag("GOVPOOL_DEMO", env["GOVPOOL_DEMO"]);
  if (demo && !isLoopback(host)) throw new ConfigError(`demo mode lets anybody step into a prepared person, so it runs on loopback only; HOST is ${host}: unset GOVPOOL_DEMO, or set it to 0`);
  const home = env["GOVPOOL_HOME"] || ".govpool";
  return {
    host,
    port: whole("PORT", env["PORT"] || "8080", 0, 65_535),
    databaseUrl: databaseUrl(env["DATABASE_URL"]),
    home: isAbsolute(home) ? home : resolve(home),
    resources: env["GOVPOOL_RESOURCES"] ? resolve(env["GOVPOOL_RESOURCES"]) : undefined,
    role: oneOf("--role", flags.role ?? "all", ROLES),
    demo,
    leaseTtlMs: whole("GOVPOOL_LEASE_TTL_MS", env["GOVPOOL_LEASE_TTL_MS"] || "3000", 100, 60_000),
    logLevel: oneOf("LOG_LEVEL", env["LOG_LEVEL"] || "info", LOG_LEVELS),
    language: (env["LC_ALL"] || env["LANG"] || "").startsWith("zh") ? "zh" : "en",
    publicUrl: env["GOVPOOL_PUBLIC_URL"] || undefined,
    masterKey: env["GOVPOOL_MASTER_KEY"] || undefined,
    webhookHosts: webhookHosts(env["GOVPOOL_WEBHOOK_HOSTS"] ?? ""),
    oidc: oidc(env),
  };
}

function webhookHosts(value: string): readonly string[] {
  const hosts = value.split(",").map((host) => host.trim().toLowerCase()).filter((host) => host !== "");
  const wrong = hosts.find((host) => !/^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/.test(host));
  if (wrong !== undefined) throw new ConfigError(`GOVPOOL_WEBHOOK_HOSTS lists hosts with commas, such as alarms.example.org or 10.0.0.7:8443; “${wrong}” is none`);
  return hosts;
}

function whole(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < min || number > max) throw new ConfigError(`${name} must be a whole number from ${min} to ${max}; it is "${value}"`);
  return number;
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (!found) throw new ConfigError(`${name} must be one of ${allowed.join(", ")}; it is "${value}"`);
  return found;
}

const flag = (name: string, value: string): boolean => ["1", "true"].includes(oneOf(name, value, ["0", "1", "false", "true", ""]));

function databaseUrl(value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (!/^postgres(ql)?:\/\//.test(value)) throw new ConfigError("DATABASE_URL must begin with postgres://");
  return value;
}

function oidc(env: Readonly<Record<string, string | undefined>>): Config["oidc"] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env;
  if (!issuer && !clientId && !clientSecret) return undefined;
  if (!issuer || !clientId || !clientSecret) throw new ConfigError("OIDC needs all three: OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET");
  return { issuer, clientId, clientSecret };
}
