import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { languageOf, type Language } from "../../text/text.js";

/** What a reader chose about the page itself; kept in cookies, so it works without an account and without scripts. */
export interface Preferences {
  readonly language: Language;
  /** 长者版. */
  readonly large: boolean;
  /** Undefined: as the system has it. */
  readonly theme: "light" | "dark" | undefined;
}

const YEAR_SECONDS = 31_536_000;

export function preferencesOf(c: Context): Preferences {
  const language = getCookie(c, "lang");
  const theme = getCookie(c, "theme");
  return {
    language: language === "zh" || language === "en" ? language : languageOf(c.req.header("accept-language")),
    large: getCookie(c, "text") === "large",
    theme: theme === "light" || theme === "dark" ? theme : undefined,
  };
}

/** Takes `lang`, `text` and `theme` from a form of the utilities bar; anything else is ignored. */
export function keepPreferences(c: Context, form: Record<string, unknown>): void {
  const keep = (name: string, allowed: readonly string[]): void => {
    const value = form[name];
    if (typeof value !== "string" || !allowed.includes(value)) return;
    setCookie(c, name, value, { path: "/", sameSite: "Lax", httpOnly: true, maxAge: YEAR_SECONDS });
  };
  keep("lang", ["zh", "en"]);
  keep("text", ["large", "standard"]);
  keep("theme", ["light", "dark"]);
}

/** Only a path of this site: never `//elsewhere`, a scheme, or a backslash that browsers read as a slash. */
export const localPath = (value: unknown): string =>
  typeof value === "string" && /^\/(?![/\\])[^\\\u0000-\u001f]*$/.test(value) ? value : "/";
