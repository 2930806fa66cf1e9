import { createHash } from "node:crypto";
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { createAuthEndpoint } from "better-auth/api";
import { setSessionCookie } from "better-auth/cookies";
import { genericOAuth, username } from "better-auth/plugins";
import * as z from "zod";
import { newPerson } from "../app/identity/new-person.js";
import type { People } from "../app/ports/person.js";
import type { Vault } from "../app/ports/vault.js";
import { trusted, type PersonId } from "../domain/id.js";
import { hashSessions } from "./hashed-sessions.js";
import { readProfile } from "./openid.js";
import type { createPasswords } from "./passwords.js";

/** A session nobody uses ends after half an hour … */
export const IDLE_SECONDS = 30 * 60;
/** … and every session after half a day. */
export const LIFE_MS = 12 * 3_600_000;
/** How often use is noted. */
const NOTE_USE_SECONDS = 60;

export const BASE_PATH = "/sign-in";

export interface LibraryOptions {
  /** A Drizzle database on the tables of schema `identity`. */
  readonly db: Parameters<typeof drizzleAdapter>[0];
  readonly tables: Readonly<Record<"users" | "sessions" | "accounts" | "verifications", unknown>>;
  readonly people: People;
  readonly vault: Vault;
  readonly passwords: ReturnType<typeof createPasswords>;
  /** Signs cookies; derived from the master key. */
  readonly secret: string;
  /** Where people reach us: scheme, host, port. */
  readonly baseUrl: string;
  readonly oidc: OidcClient | undefined;
  readonly log: (level: "warn" | "error", message: string) => void;
}

export interface OidcClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Accounts are keyed by issuer and subject: another issuer is another provider, even where subjects collide. */
export const providerIdOf = (issuer: string): string => `oidc-${createHash("sha256").update(issuer).digest("hex").slice(0, 8)}`;

/** The session cookie. Over https browsers hold `__Host-` to: secure, this host alone, path `/`. */
export const cookieName = (baseUrl: string): string => (baseUrl.startsWith("https://") ? "__Host-govpool-session" : "govpool-session");

/**
 * The sign-in library, set up once. Of its many routes only the provider's callback is ever reachable from outside;
 * everything else is called as a function by `identity.ts`.
 */
export function createLibrary(options: LibraryOptions) {
  const { people, vault, baseUrl, oidc, tables } = options;
  const secure = baseUrl.startsWith("https://");
  return betterAuth({
    appName: "govpool",
    baseURL: baseUrl,
    basePath: BASE_PATH,
    secret: options.secret,
    database: (library: BetterAuthOptions) =>
      hashSessions(
        drizzleAdapter(options.db, {
          provider: "pg",
          schema: { user: tables.users, session: tables.sessions, account: tables.accounts, verification: tables.verifications },
        })(library),
      ),
    emailAndPassword: { enabled: true, disableSignUp: true, password: options.passwords, minPasswordLength: 1, maxPasswordLength: 128 },
    session: { expiresIn: IDLE_SECONDS, updateAge: NOTE_USE_SECONDS },
    account: { updateAccountOnSignIn: false, accountLinking: { enabled: false } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: {
      level: "warn",
      log: (level, message) => {
        if (level === "warn" || level === "error") options.log(level, message);
      },
    },
    advanced: {
      database: { generateId: () => crypto.randomUUID() },
      ipAddress: { disableIpTracking: true },
      useSecureCookies: false,
      cookiePrefix: "govpool",
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/", secure },
      cookies: {
        session_token: { name: cookieName(baseUrl) },
        state: { name: secure ? "__Host-govpool-state" : "govpool-state" },
      },
    },
    databaseHooks: {
      user: {
        create: {
          // Whoever comes from a provider becomes a person here; the library keeps neither name nor address.
          before: async (user) => {
            const person = newPerson(vault, { name: user.name || "—" });
            await people.insertWithoutSignIn(person);
            return { data: { ...user, id: person.personId, name: "", email: `${person.personId}@person.invalid`, emailVerified: false, image: null } };
          },
        },
      },
      session: {
        create: {
          // One gate for every way in: nobody who was disabled gets a session.
          before: async (session) => (await people.get(trusted<PersonId>(session.userId)))?.state === "active",
        },
      },
      account: {
        create: {
          // We ask a provider who somebody is, once, and keep no key to their other affairs.
          before: async (account) => ({ data: { ...account, accessToken: null, refreshToken: null, idToken: null, accessTokenExpiresAt: null, refreshTokenExpiresAt: null } }),
        },
      },
    },
    plugins: [
      username({ displayUsername: false, minUsernameLength: 2, maxUsernameLength: 64, usernameValidator: (name) => LOGIN_NAME.test(name) }),
      stepInPlugin(),
      genericOAuth({
        config: oidc
          ? [
              {
                providerId: providerIdOf(oidc.issuer),
                discoveryUrl: `${oidc.issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
                clientId: oidc.clientId,
                clientSecret: oidc.clientSecret,
                scopes: ["openid", "profile"],
                pkce: true,
                requireIdTokenVerification: true,
                getUserInfo: (tokens) => readProfile(oidc.issuer, tokens),
                // An address never identifies anybody; the library only insists on having one.
                mapProfileToUser: (profile) => ({
                  name: String(profile.name ?? profile["preferred_username"] ?? ""),
                  email: `${createHash("sha256").update(`${oidc.issuer} ${String(profile.sub)}`).digest("hex")}@provider.invalid`,
                  emailVerified: false,
                }),
              },
            ]
          : [],
      }),
    ],
  });
}

export const LOGIN_NAME = /^[a-z0-9][a-z0-9._-]{1,63}$/;

/** Opens a session for a person without a password. Reachable as a function only, from the demo's step-in. */
function stepInPlugin() {
  return {
    id: "govpool-step-in" as const,
    endpoints: {
      stepIn: createAuthEndpoint("/govpool/step-in", { method: "POST", body: z.object({ personId: z.string() }), metadata: { SERVER_ONLY: true } }, async (ctx) => {
        const user = await ctx.context.internalAdapter.findUserById(ctx.body.personId);
        const session = user ? await ctx.context.internalAdapter.createSession(user.id) : null;
        if (!user || !session) throw ctx.error("UNAUTHORIZED");
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ personId: user.id });
      }),
    },
  };
}

export type Library = ReturnType<typeof createLibrary>;
