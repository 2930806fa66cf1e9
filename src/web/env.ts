import type { Actor } from "../domain/policy/subject.js";
import type { Language } from "../text/text.js";

/** What middleware leaves on the context for routes and pages. */
export interface Env {
  Variables: {
    /** Named in logs and in a fault's answer. */
    requestId: string;
    language: Language;
    /** Who asks; `public` when nobody is signed in. */
    actor: Actor;
    /** How `actor` proved who they are: a cookie needs the cross-site checks, a bearer token does not. */
    signedInBy: "cookie" | "bearer" | "nobody";
    /** Of the cookie's session; another one after every sign-in. */
    sessionId: string | null;
    /** The token a form of this page must carry; a visitor without a session gets a cookie it is bound to. */
    formToken: () => string;
  };
}
