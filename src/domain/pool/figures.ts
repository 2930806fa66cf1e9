/** What a pool is watched by. Each has a definition in `text/figures.ts`, told beside every number. */
export const FIGURES = ["utilisation", "queue", "wait-p50", "wait-p90", "deadline-rate", "breaches"] as const;
export type Figure = (typeof FIGURES)[number];

export const FIGURES_BY = ["pool", "class", "unit", "division"] as const;
export type FiguresBy = (typeof FIGURES_BY)[number];

/** The figures that are numbers of rows, or are worked out from rows that can be listed one by one. */
export const FIGURE_ROWS = ["waits", "closed", "missed", "breaches"] as const;
export type FigureRows = (typeof FIGURE_ROWS)[number];
