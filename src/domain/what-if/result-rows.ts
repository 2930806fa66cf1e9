import type { GroupFigures, RunFigures, WhatIfResult } from "./result.js";

/** One figure of a result: as a table of one's own would hold it. */
export interface FigureRow {
  readonly section: "run" | "waited-for" | "refused" | "class" | "unit" | "division" | "item";
  /** Of what: a class, a unit, a rule and its class; empty: of the whole run. */
  readonly key: string;
  readonly figure: string;
  readonly base: number | null;
  readonly scenario: number | null;
}

/** Figures of whole runs, in the order in which they are told. */
export const RUN_FIGURES = {
  carried: ({ requests }: RunFigures) => requests.carried,
  arrived: ({ requests }: RunFigures) => requests.arrived,
  turnedAway: ({ requests }: RunFigures) => requests.turnedAway,
  served: ({ requests }: RunFigures) => requests.served,
  open: ({ requests }: RunFigures) => requests.open,
  unservable: ({ requests }: RunFigures) => requests.unservable,
  breaches: ({ requests }: RunFigures) => requests.breaches,
  unlawful: ({ requests }: RunFigures) => requests.unlawful,
  worked: ({ steps }: RunFigures) => steps.worked,
  lapsed: ({ steps }: RunFigures) => steps.lapsed,
  meanWait: ({ waits }: RunFigures) => waits.mean,
  p50Wait: ({ waits }: RunFigures) => waits.p50,
  p90Wait: ({ waits }: RunFigures) => waits.p90,
  p99Wait: ({ waits }: RunFigures) => waits.p99,
} as const;
export type RunFigure = keyof typeof RUN_FIGURES;

const GROUP_FIGURES = ["requests", "served", "unservable", "breaches", "meanWait", "p90Wait"] as const satisfies readonly (keyof GroupFigures)[];

/** Every figure of a result, base and scenario side by side. */
export function figureRows({ base, changed, units, divisions, items }: WhatIfResult): FigureRow[] {
  const rows: FigureRow[] = [];
  for (const figure of Object.keys(RUN_FIGURES) as RunFigure[]) rows.push({ section: "run", key: "", figure, base: RUN_FIGURES[figure](base), scenario: RUN_FIGURES[figure](changed) });
  for (const [section, of] of [["waited-for", "waitedFor"], ["refused", "refusals"]] as const) {
    const [was, is] = [base[of], changed[of]].map((list) => new Map(list.map(({ rule, class: classId, steps }) => [`${rule} ${classId}`, steps])));
    for (const key of [...new Set([...was!.keys(), ...is!.keys()])].sort()) rows.push({ section, key, figure: "steps", base: was!.get(key) ?? 0, scenario: is!.get(key) ?? 0 });
  }
  for (const [section, of] of [["class", "classes"], ["unit", "units"], ["division", "divisions"]] as const) {
    const [was, is] = [base[of], changed[of]].map((list) => new Map(list.map(({ key, permille }) => [key, permille])));
    for (const key of [...new Set([...was!.keys(), ...is!.keys()])].sort()) rows.push({ section, key, figure: "usedPermille", base: was!.get(key) ?? null, scenario: is!.get(key) ?? null });
  }
  for (const [section, groups] of [["unit", units], ["division", divisions], ["item", items]] as const) {
    for (const { key, base: was, scenario: is } of groups) for (const figure of GROUP_FIGURES) rows.push({ section, key, figure, base: was[figure], scenario: is[figure] });
  }
  return rows;
}
