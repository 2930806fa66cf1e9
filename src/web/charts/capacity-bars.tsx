import { portalText } from "../../text/portal.js";
import type { Voice } from "../../text/voice.js";
import { Patterns } from "./pattern.js";

export interface CapacityBar {
  readonly label: string;
  readonly href?: string;
  readonly capacity: number;
  readonly held: number;
  readonly settled: number;
  /** How the amounts are said: `1,260 分钟`. */
  readonly say: (amount: number) => string;
}

const WIDTH = 760;
const LABEL_WIDTH = 210;
const FIGURE_WIDTH = 190;
const ROW = 34;
const BAR = 16;

/** Each row on its own scale of 0–100 % of capacity: classes have different units. Overdrawn runs past the end. */
export const CapacityBars = ({ voice, id, caption, note, bars, legend = true }: {
  voice: Voice;
  id: string;
  caption: string;
  note?: string;
  bars: readonly CapacityBar[];
  /** Left out where a drawing right above has it. */
  legend?: boolean;
}) => {
  const track = WIDTH - LABEL_WIDTH - FIGURE_WIDTH;
  const height = bars.length * ROW + 4;
  return (
    <figure class="chart">
      <figcaption>
        {caption}
        {note === undefined ? null : <span class="chart__note">{note}</span>}
      </figcaption>
      {legend ? <CapacityLegend voice={voice} id={`${id}-legend`} /> : null}
      <div class="chart__scroll" tabindex={0} role="region" aria-label={voice.t(portalText["table.region"], { caption })}>
        <svg class="drawing drawing--bars" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={caption}>
          <Patterns id={id} />
          {bars.map((bar, index) => {
            const y = index * ROW + 8;
            const used = bar.held + bar.settled;
            const scale = bar.capacity > 0 ? track / Math.max(bar.capacity, used) : 0;
            const settled = Math.min(bar.settled, bar.capacity) * scale;
            const held = Math.max(0, Math.min(used, bar.capacity) * scale - settled);
            const over = Math.max(0, used - bar.capacity) * scale;
            return (
              <g>
                <text class="label" x="0" y={y + BAR - 3}>
                  {bar.label}
                </text>
                <rect class="outline" x={LABEL_WIDTH} y={y} width={Math.max(1, track - over)} height={BAR} />
                <rect class="settled" x={LABEL_WIDTH} y={y} width={settled} height={BAR} />
                <rect fill={`url(#${id}-held)`} class="held-edge" x={LABEL_WIDTH + settled} y={y} width={held} height={BAR} />
                {over > 0 ? <rect fill={`url(#${id}-over)`} x={LABEL_WIDTH + track - over} y={y - 3} width={over} height={BAR + 6} /> : null}
                <text class="label label--soft" x={LABEL_WIDTH + track + 10} y={y + BAR - 3}>
                  {`${voice.percent(used, bar.capacity)} · ${bar.say(bar.capacity)}`}
                </text>
              </g>
            );
          })}
        </svg>
      </div>
    </figure>
  );
};

export const CapacityLegend = ({ voice, id }: { voice: Voice; id: string }) => (
  <ul class="legend">
    {(["settled", "held", "free", "overdrawn"] as const).map((part) => (
      <li>
        <svg viewBox="0 0 24 14" aria-hidden="true" focusable="false">
          <Patterns id={`${id}-${part}`} />
          <rect
            x="0.5"
            y="0.5"
            width="23"
            height="13"
            class={part === "settled" ? "settled" : part === "free" ? "outline" : "hatched"}
            fill={part === "held" ? `url(#${id}-${part}-held)` : part === "overdrawn" ? `url(#${id}-${part}-over)` : undefined}
          />
        </svg>
        {voice.t(portalText[`charts.${part}`])}
      </li>
    ))}
  </ul>
);
