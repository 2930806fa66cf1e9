import { stringify } from "csv-stringify/sync";
import { figureRows, RUN_FIGURES, type FigureRow, type RunFigure } from "../../domain/what-if/result-rows.js";
import type { GroupChange, WhatIfResult } from "../../domain/what-if/result.js";
import { say, type Facts, type Language } from "../../text/text.js";
import { runFigureWords, whatIfText } from "../../text/what-if.js";
import { renderTable } from "../table.js";

/** Winners and losers of each kind that a terminal shows; the rest is in `-o json` and `-o csv`. */
const GROUPS_SHOWN = 8;
const CLASSES_SHOWN = 12;

const signed = (value: number): string => (value > 0 ? `+${round(value)}` : String(round(value)));
const round = (value: number): number => Math.round(value * 10) / 10;
const percent = (permille: number | null): string => (permille === null ? "-" : `${permille / 10}%`);

/** A result as a terminal shows it: what is before what would be. */
export function resultTable(language: Language, result: WhatIfResult): string {
  const t = (key: keyof typeof whatIfText, facts?: Facts): string => say(language, whatIfText[key], facts);
  const { scenario, pool, from, to, demand, base, changed, hash } = result;
  const figures = (Object.keys(RUN_FIGURES) as RunFigure[]).map((figure) => ({ name: runFigureWords[figure][language], was: RUN_FIGURES[figure](base), is: RUN_FIGURES[figure](changed) }));
  const group = (title: "unit" | "division" | "item", changes: readonly GroupChange[]): string[] => {
    const touched = changes.filter(({ verdict }) => verdict !== "same");
    const heading = t(title === "unit" ? "heading.units" : title === "division" ? "heading.divisions" : "heading.items");
    if (touched.length === 0) return ["", heading, t("nobody")];
    return [
      "",
      heading,
      renderTable(touched.slice(0, GROUPS_SHOWN), [
        { title: t(`column.${title}`), value: ({ key, names }) => names?.[language] ?? key },
        { title: t("column.verdict"), value: ({ verdict }) => t(verdict) },
        { title: t("column.breaches"), value: ({ base: was, scenario: is }) => `${was.breaches} → ${is.breaches}`, right: true },
        { title: t("column.wait"), value: ({ base: was, scenario: is }) => `${was.meanWait} → ${is.meanWait}`, right: true },
      ]),
    ];
  };
  const after = new Map(changed.classes.map(({ key, permille }) => [key, permille]));
  const classes = [...base.classes].sort((a, b) => Math.abs((after.get(b.key) ?? 0) - (b.permille ?? 0)) - Math.abs((after.get(a.key) ?? 0) - (a.permille ?? 0))).slice(0, CLASSES_SHOWN);
  return [
    t("heading", { name: scenario.name, pool, from, to, seed: scenario.seed }),
    ...(demand === "table" ? [] : [t(demand === "guessed" ? "demand.guessed" : "demand.none")]),
    "",
    renderTable(figures, [
      { title: t("column.figure"), value: ({ name }) => name },
      { title: t("column.base"), value: ({ was }) => was, right: true },
      { title: t("column.scenario"), value: ({ is }) => is, right: true },
      { title: t("column.difference"), value: ({ was, is }) => signed(is - was), right: true },
    ]),
    ...group("unit", result.units),
    ...group("division", result.divisions),
    ...group("item", result.items),
    "",
    t("heading.classes"),
    renderTable(classes, [
      { title: t("column.class"), value: ({ key, names }) => names?.[language] ?? key },
      { title: t("column.base"), value: ({ permille }) => percent(permille), right: true },
      { title: t("column.scenario"), value: ({ key }) => percent(after.get(key) ?? null), right: true },
    ]),
    "",
    t("hash", { hash: hash.slice(0, 16) }),
  ].join("\n");
}

export const resultCsv = (result: WhatIfResult): string => stringify(figureRows(result).map((row) => ({ ...row })), { header: true, columns: ["section", "key", "figure", "base", "scenario"] }).trimEnd();

/** Where the scenarios of two results end differently. */
export function differences(language: Language, a: WhatIfResult, b: WhatIfResult): string {
  const t = (key: keyof typeof whatIfText): string => say(language, whatIfText[key]);
  const keyOf = ({ section, key, figure }: FigureRow): string => JSON.stringify([section, key, figure]);
  const [ofA, ofB] = [a, b].map((result) => new Map(figureRows(result).map((row) => [keyOf(row), row])));
  const rows = [...new Set([...ofA!.keys(), ...ofB!.keys()])].flatMap((key) => {
    const [was, is] = [ofA!.get(key)?.scenario ?? null, ofB!.get(key)?.scenario ?? null];
    const row = ofA!.get(key) ?? ofB!.get(key)!;
    return was === is ? [] : [{ ...row, was, is }];
  });
  if (rows.length === 0) return t("diff.same");
  return renderTable(rows, [
    { title: t("diff.section"), value: ({ section }) => section },
    { title: t("diff.key"), value: ({ key }) => key },
    { title: t("column.figure"), value: ({ figure }) => figure },
    { title: a.scenario.name, value: ({ was }) => was, right: true },
    { title: b.scenario.name, value: ({ is }) => is, right: true },
    { title: t("column.difference"), value: ({ was, is }) => (was === null || is === null ? null : signed(is - was)), right: true },
  ]);
}
