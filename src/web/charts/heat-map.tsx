import { portalText } from "../../text/portal.js";
import type { Voice } from "../../text/voice.js";
import { levelBounds, levelOf } from "./level.js";

export interface HeatCell {
  /** Undefined: there is no such thing here (no resource of the class in the division). */
  readonly value: number | undefined;
  readonly href?: string;
  /** Beyond what there is: hatched. */
  readonly over?: boolean;
}

export interface HeatMapProps {
  readonly voice: Voice;
  readonly caption: string;
  readonly note?: string;
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly label: string; readonly href?: string; readonly cells: readonly HeatCell[] }[];
  readonly say: (value: number) => string;
  /** Fixed bounds (shares of 20, 40 … 100 %) or, without them, round figures up to the largest value. */
  readonly bounds?: readonly number[];
}

/** A heat map that is a table: each cell carries its number, so the colour is never the only word. */
export const HeatMap = ({ voice, caption, note, corner, columns, rows, say, bounds }: HeatMapProps) => {
  const largest = Math.max(1, ...rows.flatMap((row) => row.cells.map((cell) => cell.value ?? 0)));
  const limits = bounds ?? levelBounds(largest);
  return (
    <div class="table-wrap" tabindex={0} role="region" aria-label={voice.t(portalText["table.region"], { caption })}>
      <table class="table table--dense heat">
        <caption>
          {caption}
          {note === undefined ? null : <span class="caption-note">{note}</span>}
        </caption>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map((column) => (
              <th scope="col" class="number">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              <th scope="row" class="nowrap">
                {row.href === undefined ? row.label : <a href={row.href}>{row.label}</a>}
              </th>
              {row.cells.map((cell) =>
                cell.value === undefined ? (
                  <td data-level="none">
                    <span aria-hidden="true">·</span>
                    <span class="visually-hidden">{voice.t(portalText["charts.none"])}</span>
                  </td>
                ) : (
                  <td data-level={levelOf(cell.value, limits)} data-over={cell.over === true ? "true" : undefined}>
                    {cell.href === undefined ? say(cell.value) : <a href={cell.href}>{say(cell.value)}</a>}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};
