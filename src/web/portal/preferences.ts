import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { getCookie, setCookie } from "hono/cookie";
import type { Language } from "../../text/text.js";

/** What a reader chose about the page itself; kept in cookies, so it works without an account and without scripts. */
export interface Preferences {
  readonly language: Language;
  /** 长者版. */
  readonly large: boolean;
  /** Undefined: as the system has it. */
  readonly theme: "light" | "dark" | undefined;
}

const YEAR_SECONDS = 31_536_000;

/** The one the browser would rather have (RFC 9110, 12.5.4), in any of its regional forms; undefined when it names neither. */
export const languageNamed = (c: Context): Language | undefined => {
  const found = accepts(c, {
    header: "Accept-Language",
    supports: ["zh", "en"],
    default: "",
    match: (asked) =>
      asked
        .filter(({ q }) => q > 0)
        .toSorted((a, b) => b.q - a.q)
        .map(({ type }) => type.toLowerCase().split("-")[0] ?? "")
        .find((language) => language === "zh" || language === "en") ?? "",
  });
  return found === "zh" || found === "en" ? found : undefined;
};

/** Chinese when the browser names neither. */
export const acceptedLanguage = (c: Context): Language => languageNamed(c) ?? "zh";

export function preferencesOf(c: Context): Preferences {
  const language = getCookie(c, "lang");
  const theme = getCookie(c, "theme");
  return {
    language: language === "zh" || language === "en" ? language : acceptedLanguage(c),
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
