import { portalText } from "../../text/portal.js";
import type { Voice } from "../../text/voice.js";

export interface WaitRow {
  readonly label: string;
  /** Working minutes. */
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

const WIDTH = 520;
const LABEL_WIDTH = 90;
const RIGHT = 24;
const ROW = 34;

/** Waits as distributions: half, nine in ten and 99 in 100 on one line per row. */
export const WaitStrip = ({ voice, caption, note, rows }: { voice: Voice; caption: string; note?: string; rows: readonly WaitRow[] }) => {
  const most = Math.max(1, ...rows.map((row) => row.p99));
  const x = (minutes: number): number => LABEL_WIDTH + (minutes / most) * (WIDTH - LABEL_WIDTH - RIGHT);
  const height = rows.length * ROW + 26;
  return (
    <figure class="chart">
      <figcaption>
        {caption}
        {note === undefined ? null : <span class="chart__note">{note}</span>}
      </figcaption>
      <ul class="legend">
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><circle class="settled" cx="12" cy="7" r="6" /></svg>
          {voice.t(portalText["charts.p50"])}
        </li>
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><rect class="held-base" x="7" y="2" width="10" height="10" /></svg>
          {voice.t(portalText["charts.p90"])}
        </li>
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><path class="axis" d="M12 0v14" /></svg>
          {voice.t(portalText["charts.p99"])}
        </li>
      </ul>
      <div class="chart__scroll" tabindex={0} role="region" aria-label={voice.t(portalText["table.region"], { caption })}>
        <svg class="drawing drawing--waits" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={caption}>
          {rows.map((row, index) => {
            const y = index * ROW + 16;
            return (
              <g>
                <text class="label" x="0" y={y + 4}>
                  {row.label}
                </text>
                <path class="axis" d={`M${x(0)} ${y}H${x(row.p99)}M${x(row.p99)} ${y - 7}v14`} />
                <rect class="held-base" x={x(row.p90) - 5} y={y - 5} width="10" height="10" />
                <circle class="settled" cx={x(row.p50)} cy={y} r="6" />
              </g>
            );
          })}
          <text class="label label--soft" x={x(0)} y={height - 4}>
            0
          </text>
          <text class="label label--soft" x={x(most)} y={height - 4} text-anchor="end">
            {voice.minutes(most)}
          </text>
        </svg>
      </div>
    </figure>
  );
};
