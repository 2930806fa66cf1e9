import type { Voice } from "../../text/voice.js";
import { CapacityLegend } from "./capacity-bars.js";
import { Patterns } from "./pattern.js";

export interface PeriodColumn {
  readonly label: string;
  readonly capacity: number;
  readonly held: number;
  readonly settled: number;
}

const HEIGHT = 180;
const TOP = 14;
const COLUMN = 34;
const BAR = 22;

/** One resource over its next periods, all on one scale. */
export const PeriodColumns = ({ voice, id, caption, note, columns }: { voice: Voice; id: string; caption: string; note?: string; columns: readonly PeriodColumn[] }) => {
  const most = Math.max(1, ...columns.map((column) => Math.max(column.capacity, column.held + column.settled)));
  const y = (amount: number): number => TOP + (1 - amount / most) * (HEIGHT - TOP);
  const width = Math.max(columns.length, 1) * COLUMN;
  return (
    <figure class="chart">
      <figcaption>
        {caption}
        {note === undefined ? null : <span class="chart__note">{note}</span>}
      </figcaption>
      <CapacityLegend voice={voice} id={`${id}-legend`} />
      <div class="chart__scroll" tabindex={0} role="region" aria-label={caption}>
        <svg class="drawing drawing--columns" viewBox={`0 0 ${width} ${HEIGHT + 26}`} width={width} height={HEIGHT + 26} role="img" aria-label={caption}>
          <Patterns id={id} />
          <path class="axis" d={`M0 ${HEIGHT}H${width}`} />
          {columns.map((column, index) => {
            const x = index * COLUMN + (COLUMN - BAR) / 2;
            const used = column.held + column.settled;
            const settled = Math.min(column.settled, column.capacity);
            const within = Math.min(used, column.capacity);
            return (
              <g>
                {column.capacity > 0 ? <rect class="outline" x={x} y={y(column.capacity)} width={BAR} height={HEIGHT - y(column.capacity)} /> : null}
                <rect class="settled" x={x} y={y(settled)} width={BAR} height={HEIGHT - y(settled)} />
                <rect fill={`url(#${id}-held)`} x={x} y={y(within)} width={BAR} height={y(settled) - y(within)} />
                {used > column.capacity ? <rect fill={`url(#${id}-over)`} x={x - 3} y={y(used)} width={BAR + 6} height={y(column.capacity) - y(used)} /> : null}
                <text class="label label--soft" x={x + BAR / 2} y={HEIGHT + 18} text-anchor="middle">
                  {column.label}
                </text>
              </g>
            );
          })}
        </svg>
      </div>
    </figure>
  );
};
