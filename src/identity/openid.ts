import { problem } from "../domain/problem.js";
import { ok, refused, type Result } from "../domain/result.js";

interface Discovered {
  readonly issuer: string;
  readonly userinfo_endpoint?: string;
}

/** Of all a provider may say, this is what we take. */
type Profile = {
  readonly sub: string;
  readonly name?: string | undefined;
  readonly preferred_username?: string | undefined;
  /** An address identifies nobody here, verified or not. */
  readonly emailVerified: false;
};

const ANSWER_MS_MAX = 5_000;

const known = new Map<string, Discovered>();

/** The issuer's document, once it was read. One that names another issuer is another provider's (OpenID Discovery 4.3). */
export async function discover(issuer: string): Promise<Result<Discovered>> {
  const before = known.get(issuer);
  if (before) return ok(before);
  try {
    const address = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
    const response = await fetch(address, { redirect: "error", signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const document = (await response.json()) as Discovered;
    if (document.issuer !== issuer) return refused(problem("identity.provider_refused", { reason: "issuer_differs" }));
    known.set(issuer, document);
    return ok(document);
  } catch {
    return refused(problem("identity.provider_refused", { reason: "provider_unreachable" }));
  }
}

/**
 * Who the identity token says it is. The library has verified the token by now, where there is one; where there is none
 * it would fall back to the profile page, and who that page is about nobody signed. So: no token, nobody.
 */
export async function readProfile(issuer: string, tokens: { readonly idToken?: string | undefined; readonly accessToken?: string | undefined }): Promise<Profile | null> {
  const claims = tokens.idToken === undefined ? null : claimsOf(tokens.idToken);
  if (!claims || claims.name !== undefined || tokens.accessToken === undefined) return claims;
  const found = await discover(issuer);
  const address = found.ok ? found.value.userinfo_endpoint : undefined;
  if (address === undefined) return claims;
  const response = await fetch(address, { headers: { authorization: `Bearer ${tokens.accessToken}` }, redirect: "error", signal: AbortSignal.timeout(ANSWER_MS_MAX) });
  const profile = profileOf(await response.json());
  // OpenID Core 5.3.2: a profile of somebody else is an attack, not a profile.
  return profile?.sub === claims.sub ? profile : null;
}

function claimsOf(idToken: string): Profile | null {
  try {
    return profileOf(JSON.parse(Buffer.from(idToken.split(".")[1] ?? "", "base64url").toString("utf8")));
  } catch {
    return null;
  }
}

function profileOf(claims: unknown): Profile | null {
  const { sub, name, preferred_username } = (claims ?? {}) as Readonly<Record<string, unknown>>;
  const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
  return typeof sub === "string" && sub !== "" ? { sub, name: text(name), preferred_username: text(preferred_username), emailVerified: false } : null;
}
