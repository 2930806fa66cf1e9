import stringWidth from "string-width";

export interface Column<R> {
  readonly title: string;
  readonly value: (row: R) => string | number | null | undefined;
  readonly right?: boolean;
}

/** Columns in line whatever the script: a Chinese character takes two places. */
export function renderTable<R>(rows: readonly R[], columns: readonly Column<R>[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => plain(value(row))))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => stringWidth(line[index] ?? ""))));
  return cells
    .map((line) =>
      line
        .map((cell, index) => {
          const gap = " ".repeat((widths[index] ?? 0) - stringWidth(cell));
          return columns[index]?.right ? gap + cell : cell + gap;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** A terminal obeys control characters: what people stored must not move its cursor. */
export const plain = (value: string | number | null | undefined): string =>
  value === null || value === undefined || value === "" ? "-" : String(value).replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
