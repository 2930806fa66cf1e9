import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { problemTexts } from "../../src/text/problems.js";
import { problemsPage } from "../../src/text/problems-page.js";
import type { Bilingual } from "../../src/text/text.js";

const SRC = new URL("../../src/", import.meta.url);
const TEXT = new URL("text/", SRC);

/** Every pair of strings the catalogue exports, with the path that names it. */
async function everyText(): Promise<[string, Bilingual][]> {
  const found: [string, Bilingual][] = [];
  const walk = (path: string, value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    const entry = value as Partial<Bilingual>;
    if (typeof entry.zh === "string" && typeof entry.en === "string") found.push([path, entry as Bilingual]);
    else for (const [key, inner] of Object.entries(value)) walk(`${path}.${key}`, inner);
  };
  for (const file of readdirSync(TEXT)) {
    if (file.endsWith(".ts")) walk(file, await import(new URL(file, TEXT).href));
  }
  return found;
}

const placeholders = (words: string): string[] => [...new Set([...words.matchAll(/\{(\w+)/g)].map((match) => match[1] ?? ""))].sort();

describe("the bilingual catalogue", async () => {
  const texts = await everyText();

  test("has words in both languages for every entry", () => {
    expect(texts.length).toBeGreaterThan(100);
    expect(texts.filter(([, { zh, en }]) => zh.trim() === "" || en.trim() === "").map(([path]) => path)).toEqual([]);
  });

  test("is Chinese in Chinese and English in English", () => {
    // Acronyms, codes and addresses are the same in both.
    const shared = (words: string): boolean => !/\p{L}{3,}/u.test(words.replaceAll(/\{[^}]*\}|\b[A-Z]{2,}\b/g, ""));
    const wrongZh = texts.filter(([, { zh }]) => !/\p{Script=Han}/u.test(zh) && !shared(zh)).map(([path]) => path);
    const wrongEn = texts.filter(([, { en }]) => /\p{Script=Han}/u.test(en)).map(([path]) => path);
    // The switch names the other language in that language.
    expect(wrongZh).toEqual(["portal.ts.portalText.utilities.language"]);
    expect(wrongEn).toEqual(["portal.ts.portalText.utilities.language"]);
  });

  test("uses the same facts in both languages", () => {
    // A fact in words of one language, such as officeZh, has its twin in the other; the kind of a thing may go unsaid.
    const plain = (words: string): string[] => [...new Set(placeholders(words).map((name) => name.replace(/(Zh|En)$/, "")))].filter((name) => name !== "kind");
    expect(texts.filter(([, { zh, en }]) => plain(zh).join() !== plain(en).join()).map(([path]) => path)).toEqual([]);
  });
});

describe("strings outside the catalogue", () => {
  test("there is no Chinese in code that shows something to people", () => {
    const guilty: string[] = [];
    for (const room of ["web", "cli", "app", "main"]) {
      for (const entry of readdirSync(new URL(`${room}/`, SRC), { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
        const path = `${entry.parentPath}/${entry.name}`;
        // Comments may quote the law.
        const code = readFileSync(path, "utf8").replaceAll(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "");
        // Both languages side by side are a catalogue of their own: the columns of a table.
        const lines = code.split("\n").filter((line) => !/\bzh: .*\ben: /.test(line));
        if (lines.some((line) => /["'`>][^"'`<]*\p{Script=Han}/u.test(line))) guilty.push(path.slice(path.indexOf("/src/") + 1));
      }
    }
    // Reads what people type into spreadsheets.
    expect(guilty).toEqual(["src/app/import/cells.ts"]);
  });
});

describe("docs/problems.md", () => {
  test("lists every code as the catalogue has it", () => {
    expect(readFileSync(new URL("../../docs/problems.md", import.meta.url), "utf8")).toBe(problemsPage());
    expect(Object.keys(problemTexts).every((code) => /^[a-z-]+(\.[a-z0-9_]+)+$/.test(code))).toBe(true);
  });
});
