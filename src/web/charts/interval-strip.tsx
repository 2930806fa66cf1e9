import { portalText } from "../../text/portal.js";
import type { Voice } from "../../text/voice.js";

export interface IntervalRow {
  readonly label: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Beyond what is allowed: drawn as a square. */
  readonly alarm: boolean;
  /** The row in words. */
  readonly said: string;
}

const WIDTH = 620;
const LABEL_WIDTH = 230;
const RIGHT = 24;
const ROW = 28;
/** Ends beyond this many times, or its inverse, are drawn at the edge. */
const TIMES_MAX = 8;

/** Ratios with their intervals on a logarithmic scale around 1: half as often lies as far to the left as twice as often to the right. */
export const IntervalStrip = ({ voice, caption, note, threshold, rows }: { voice: Voice; caption: string; note: string; threshold: number; rows: readonly IntervalRow[] }) => {
  const times = Math.min(TIMES_MAX, Math.max(2, threshold, ...rows.flatMap(({ low, high }) => [high, low > 0 ? 1 / low : TIMES_MAX])));
  const x = (ratio: number): number => {
    const along = Math.log(Math.min(times, Math.max(1 / times, ratio))) / Math.log(times);
    return LABEL_WIDTH + ((along + 1) / 2) * (WIDTH - LABEL_WIDTH - RIGHT);
  };
  const height = rows.length * ROW + 24;
  return (
    <figure class="chart">
      <figcaption>
        {caption}
        <span class="chart__note">{note}</span>
      </figcaption>
      <div class="chart__scroll" tabindex={0} role="region" aria-label={voice.t(portalText["table.region"], { caption })}>
        <svg class="drawing drawing--waits" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={voice.list(rows.map(({ said }) => said))}>
          <path class="axis" d={`M${x(1)} 0V${height - 18}`} />
          <path class="axis" stroke-dasharray="4 3" d={`M${x(threshold)} 0V${height - 18}`} />
          {rows.map(({ label, ratio, low, high, alarm }, index) => {
            const y = index * ROW + 14;
            return (
              <g>
                <text class={alarm ? "label label--strong" : "label"} x="0" y={y + 4}>
                  {label}
                </text>
                <path class={alarm ? "over-line" : "held-line"} d={`M${x(low)} ${y}H${x(high)}M${x(low)} ${y - 4}v8M${x(high)} ${y - 4}v8`} />
                {alarm ? <rect class="over-base" x={x(ratio) - 5} y={y - 5} width="10" height="10" /> : <circle class="settled" cx={x(ratio)} cy={y} r="5" />}
              </g>
            );
          })}
          {[1 / times, 1, times].map((ratio, at) => (
            <text class="label label--soft" x={x(ratio)} y={height - 4} text-anchor={["start", "middle", "end"][at]}>
              {`× ${voice.number(Math.round(ratio * 100) / 100)}`}
            </text>
          ))}
        </svg>
      </div>
    </figure>
  );
};
