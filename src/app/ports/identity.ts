import type { PersonId } from "../../domain/id.js";
import type { Result } from "../../domain/result.js";

/** Signing in and out. Behind it is a library; what leaves is cookies and persons, never its types. */
export interface Identity {
  /** Identity providers people may choose from. */
  readonly providers: readonly IdentityProvider[];
  /** Prepared persons may be stepped into: demo mode, on this machine only. */
  readonly demo: boolean;

  /** Whose open session the cookie names. `cookies` renew it. */
  sessionOf(headers: Headers): Promise<OpenSession | null>;
  signIn(call: SignInCall, loginName: string, password: string): Promise<Result<SignedIn>>;
  /** Who would be stepped into: the same refusals, and no session. */
  preparedPerson(call: SignInCall, preparedAs: string): Promise<Result<PersonId>>;
  /** Steps into a prepared person. Refused outside demo mode and for calls from elsewhere. */
  stepIn(call: SignInCall, preparedAs: string): Promise<Result<SignedIn>>;
  /** Ends the session on the server; `cookies` remove the cookie. */
  signOut(headers: Headers): Promise<readonly string[]>;

  /** Begins signing in at a provider: where to send the browser. */
  startProvider(call: SignInCall, provider: string, returnTo: string): Promise<Result<Redirect>>;
  /** Ends it: the provider sent the browser back with this request. */
  finishProvider(request: Request): Promise<Result<Redirect>>;

  /** Hashes a password fit for use, slowly; refuses a weak one. */
  hashPassword(password: string, loginName: string | null): Promise<Result<string>>;
}

export interface IdentityProvider {
  readonly id: string;
  readonly name: string;
}

export interface SignInCall {
  readonly headers: Headers;
  /** Of the socket, not of a header somebody sent. */
  readonly remoteAddress: string;
}

export interface OpenSession {
  readonly personId: PersonId;
  /** Names the session in this process only; changes at every sign-in. */
  readonly sessionId: string;
  readonly cookies: readonly string[];
}

export interface SignedIn {
  readonly personId: PersonId;
  readonly cookies: readonly string[];
}

export interface Redirect {
  readonly location: string;
  readonly cookies: readonly string[];
}
