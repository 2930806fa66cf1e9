import { isAPIError } from "better-auth/api";
import type { Identity, OpenSession, SignedIn, SignInCall } from "../app/ports/identity.js";
import type { SignInAttempts } from "../app/ports/sign-in-attempts.js";
import { trusted, type PersonId } from "../domain/id.js";
import { problem } from "../domain/problem.js";
import { ok, refused, type Result } from "../domain/result.js";
import { BASE_PATH, cookieName, createLibrary, LIFE_MS, LOGIN_NAME, providerIdOf, type LibraryOptions } from "./library.js";
import { isLocalCall } from "./local-call.js";
import { discover } from "./openid.js";
import { checkPassword, createPasswords, PASSWORD_MAX } from "./passwords.js";

export interface IdentityOptions extends Omit<LibraryOptions, "passwords"> {
  readonly attempts: SignInAttempts;
  /** Prepared persons may be stepped into. The caller has made sure that the address served is loopback. */
  readonly demo: boolean;
  /** What people call the provider. */
  readonly oidcName?: string;
}

const MINUTE_MS = 60_000;
/** Wrong passwords for one name from one address, … */
const PER_NAME_AND_ADDRESS = { max: 10, windowMs: 15 * MINUTE_MS };
/** … for one name from everywhere: high, so that strangers cannot lock somebody out, … */
const PER_NAME = { max: 200, windowMs: 15 * MINUTE_MS };
/** … for all names from one address (a hall's counters share one), … */
const PER_ADDRESS = { max: 200, windowMs: 15 * MINUTE_MS };
/** … and altogether. */
const ALTOGETHER = { max: 3_000, windowMs: MINUTE_MS };

export function createIdentity(options: IdentityOptions): Identity {
  const passwords = createPasswords();
  const library = createLibrary({ ...options, passwords });
  const { people, vault, attempts, oidc, baseUrl } = options;
  const sessionCookie = cookieName(baseUrl);

  const sessionOf = async (headers: Headers): Promise<OpenSession | null> => {
    if (!headers.get("cookie")?.includes(sessionCookie)) return null;
    const { response, headers: answer } = await library.api.getSession({ headers, returnHeaders: true });
    if (!response || Date.now() - response.session.createdAt.getTime() > LIFE_MS) return null;
    return { personId: trusted<PersonId>(response.user.id), sessionId: response.session.id, cookies: answer.getSetCookie() };
  };

  /** A new session, and the end of the one the browser came with: nobody keeps a session through a sign-in. */
  const opened = async (call: SignInCall, personId: PersonId, answer: Headers): Promise<SignedIn> => {
    await library.api.signOut({ headers: call.headers }).catch(ignoreRefusal);
    return { personId, cookies: answer.getSetCookie() };
  };

  const preparedPerson = async (call: SignInCall, preparedAs: string): Promise<Result<PersonId>> => {
    if (!options.demo || !isLocalCall(call)) return refused(problem("identity.demo_refused", {}));
    const person = await people.prepared(preparedAs);
    return person?.state === "active" ? ok(person.personId) : refused(problem("object.not_found", { kind: "person" }));
  };

  return {
    demo: options.demo,
    providers: oidc ? [{ id: providerIdOf(oidc.issuer), name: options.oidcName ?? new URL(oidc.issuer).host }] : [],
    sessionOf,

    async signIn(call, typedName, password) {
      const loginName = typedName.trim().toLowerCase();
      const wrong = refused(problem("identity.credentials_wrong", {}));
      const subject = (kind: string, value: string) => vault.blindIndex("sign-in", `${kind} ${value}`);
      const pair = subject("pair", `${loginName} ${call.remoteAddress}`);
      // The caller's own budgets first: tries that end there use up nobody else's.
      const waitMs =
        (await attempts.take([
          { subject: pair, ...PER_NAME_AND_ADDRESS },
          { subject: subject("address", call.remoteAddress), ...PER_ADDRESS },
        ])) ||
        (await attempts.take([
          { subject: subject("name", loginName), ...PER_NAME },
          { subject: "altogether", ...ALTOGETHER },
        ]));
      if (waitMs > 0) return refused(problem("identity.too_many_attempts", { retryAfterSeconds: Math.ceil(waitMs / 1_000) }));
      if (password.length > PASSWORD_MAX) return wrong;

      const person = LOGIN_NAME.test(loginName) ? await people.byLoginName(loginName) : null;
      if (!person || person.state !== "active" || !(await people.hasPassword(person.personId))) {
        // As slow as a wrong password, so that time does not tell which names exist.
        await passwords.hash(password);
        return wrong;
      }
      try {
        const { headers } = await library.api.signInUsername({ body: { username: loginName, password }, headers: new Headers(), returnHeaders: true });
        await attempts.clear(pair);
        return ok(await opened(call, person.personId, headers));
      } catch (error) {
        if (isAPIError(error)) return wrong;
        throw error;
      }
    },

    preparedPerson,

    async stepIn(call, preparedAs) {
      const person = await preparedPerson(call, preparedAs);
      if (!person.ok) return person;
      const { headers } = await library.api.stepIn({ body: { personId: person.value }, headers: new Headers(), returnHeaders: true });
      return ok(await opened(call, person.value, headers));
    },

    async signOut(headers) {
      const { headers: answer } = await library.api.signOut({ headers, returnHeaders: true });
      return answer.getSetCookie();
    },

    async startProvider(call, provider, returnTo) {
      if (!oidc || provider !== providerIdOf(oidc.issuer)) return refused(problem("object.not_found", { kind: "identity-provider" }));
      const found = await discover(oidc.issuer);
      if (!found.ok) return found;
      try {
        const { response, headers } = await library.api.signInSocial({
          body: { provider, callbackURL: localPath(returnTo), errorCallbackURL: BASE_PATH, disableRedirect: true },
          headers: call.headers,
          returnHeaders: true,
        });
        if (!response.url) return refused(problem("identity.provider_refused", { reason: "no_address" }));
        return ok({ location: response.url, cookies: headers.getSetCookie() });
      } catch (error) {
        if (isAPIError(error)) return refused(problem("identity.provider_refused", { reason: reasonOf(error.body?.code) }));
        throw error;
      }
    },

    async finishProvider(request) {
      const { pathname, search } = new URL(request.url);
      const before = await sessionOf(request.headers);
      const response = await library.handler(new Request(`${baseUrl}${pathname}${search}`, { method: "GET", headers: request.headers }));
      const location = response.headers.get("location");
      const failure = location === null ? `status_${response.status}` : new URL(location, baseUrl).searchParams.get("error");
      if (location === null || failure !== null) return refused(problem("identity.provider_refused", { reason: reasonOf(failure) }));
      if (before) await library.api.signOut({ headers: request.headers }).catch(ignoreRefusal);
      return ok({ location: localPath(location), cookies: response.headers.getSetCookie() });
    },

    async hashPassword(password, loginName): Promise<Result<string>> {
      const checked = checkPassword(password, loginName);
      return checked.ok ? ok(await passwords.hash(password)) : checked;
    },
  };
}

function ignoreRefusal(error: unknown): void {
  if (!isAPIError(error)) throw error;
}

/** Only paths of ours: never another host, however it is spelt. */
export function localPath(path: string): string {
  return /^\/(?![/\\])[^\s\\]*$/.test(path) && !path.includes("//") ? path : "/";
}

/** Codes the library and providers send, held to a form that can be shown. */
const reasonOf = (code: unknown): string => (typeof code === "string" && /^[\w-]{1,60}$/.test(code) ? code.toLowerCase() : "unknown");
