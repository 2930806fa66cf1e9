/** The two languages of the interface. */
export type Language = "zh" | "en";

/** One string of the interface in both languages; `{name}` marks a fact filled in by `say`. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export type Facts = Readonly<Record<string, string | number | boolean | undefined>>;

/** Declares a part of the catalogue. It keeps the keys as types, so that a misspelt key does not compile. */
export const defineText = <K extends string>(entries: Record<K, Bilingual>): Record<K, Bilingual> => entries;

/**
 * Fills `{fact}`, and `{count|one|many}` in English: `{days|day|days}` gives "1 day" or "2 days".
 * A fact that is missing stays visible as its placeholder: a test looks for those.
 */
export function say(language: Language, entry: Bilingual, facts: Facts = {}): string {
  return entry[language].replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const fact = facts[name];
    if (fact === undefined) return whole;
    if (one === undefined) return String(fact);
    return `${String(fact)} ${Number(fact) === 1 ? one : (many ?? "")}`;
  });
}
