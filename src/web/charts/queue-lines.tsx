import { whatIfText } from "../../text/what-if.js";
import type { Voice } from "../../text/voice.js";

export interface QueuePoint {
  readonly label: string;
  readonly base: number;
  readonly scenario: number;
}

const WIDTH = 640;
const HEIGHT = 200;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 10;

/** Two counts over time on one scale: a broken line as it is, a whole one as it would be. */
export const QueueLines = ({ voice, caption, note, points }: { voice: Voice; caption: string; note: string; points: readonly QueuePoint[] }) => {
  const most = Math.max(1, ...points.map(({ base, scenario }) => Math.max(base, scenario)));
  const x = (index: number): number => LEFT + (index / Math.max(1, points.length - 1)) * (WIDTH - LEFT);
  const y = (count: number): number => TOP + (1 - count / most) * (HEIGHT - TOP - BOTTOM);
  const line = (of: (point: QueuePoint) => number): string => points.map((point, index) => `${x(index).toFixed(1)},${y(of(point)).toFixed(1)}`).join(" ");
  const [first, last] = [points[0], points.at(-1)];
  return (
    <figure class="chart">
      <figcaption>
        {caption}
        <span class="chart__note">{note}</span>
      </figcaption>
      <ul class="legend">
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><path class="axis" stroke-dasharray="4 3" d="M0 7h24" /></svg>
          {voice.t(whatIfText["column.base"])}
        </li>
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><path class="queue-line" d="M0 7h24" /></svg>
          {voice.t(whatIfText["column.scenario"])}
        </li>
      </ul>
      <div class="chart__scroll" tabindex={0} role="region" aria-label={caption}>
        <svg class="drawing drawing--waits" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={caption}>
          <path class="axis" d={`M${LEFT} ${HEIGHT - BOTTOM}H${WIDTH}`} />
          <text class="label label--soft" x={LEFT - 6} y={y(most) + 5} text-anchor="end">
            {voice.number(most)}
          </text>
          <text class="label label--soft" x={LEFT - 6} y={y(0) + 4} text-anchor="end">
            0
          </text>
          <polyline class="axis" fill="none" stroke-dasharray="4 3" points={line(({ base }) => base)} />
          <polyline class="queue-line" points={line(({ scenario }) => scenario)} />
          <text class="label label--soft" x={LEFT} y={HEIGHT - 4}>
            {first?.label ?? ""}
          </text>
          <text class="label label--soft" x={WIDTH} y={HEIGHT - 4} text-anchor="end">
            {last?.label ?? ""}
          </text>
        </svg>
      </div>
    </figure>
  );
};
