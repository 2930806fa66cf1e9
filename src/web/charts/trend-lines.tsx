import { portalText } from "../../text/portal.js";
import { pressureText } from "../../text/pressure.js";
import type { Voice } from "../../text/voice.js";

export interface TrendPoint {
  readonly label: string;
  /** Null: it lies ahead. */
  readonly asked: number | null;
  /** Null: it lies behind, or nothing is forecast. */
  readonly expected: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly capacity: number;
}

const WIDTH = 720;
const HEIGHT = 240;
const LEFT = 64;
const TOP = 12;
const BOTTOM = 28;

/** What was asked as a whole line, what is expected as a broken one within its hatched interval, and capacity as a dotted step. */
export const TrendLines = ({ voice, id, caption, note, points, now }: { voice: Voice; id: string; caption: string; note: string; points: readonly TrendPoint[]; now: number | undefined }) => {
  const { t, number } = voice;
  const most = Math.max(1, ...points.flatMap(({ asked, high, expected, capacity }) => [asked ?? 0, high ?? expected ?? 0, capacity]));
  const x = (index: number): number => LEFT + (index / Math.max(1, points.length - 1)) * (WIDTH - LEFT - 8);
  const y = (amount: number): number => TOP + (1 - amount / most) * (HEIGHT - TOP - BOTTOM);
  const line = (of: (point: TrendPoint) => number | null): string => points.flatMap((point, index) => (of(point) === null ? [] : [`${x(index).toFixed(1)},${y(of(point) ?? 0).toFixed(1)}`])).join(" ");
  const band = points.flatMap((point, index) => (point.low === null || point.high === null ? [] : [{ index, low: point.low, high: point.high }]));
  const area = [...band.map(({ index, high }) => `${x(index).toFixed(1)},${y(high).toFixed(1)}`), ...[...band].reverse().map(({ index, low }) => `${x(index).toFixed(1)},${y(low).toFixed(1)}`)].join(" ");
  const marks = [0, Math.floor((points.length - 1) / 2), points.length - 1].filter((index, place, all) => all.indexOf(index) === place);
  return (
    <figure class="chart">
      <figcaption>
        {caption}
        <span class="chart__note">{note}</span>
      </figcaption>
      <ul class="legend">
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><path class="queue-line" d="M0 7h24" /></svg>
          {t(pressureText["trend.asked"])}
        </li>
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><path class="queue-line" stroke-dasharray="5 3" d="M0 7h24" /></svg>
          {t(pressureText["trend.expected"])}
        </li>
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><path class="band-line" d="M2 14 12 0M8 14 18 0M14 14 24 0" /></svg>
          {t(pressureText["trend.band"])}
        </li>
        <li>
          <svg viewBox="0 0 24 14" aria-hidden="true"><path class="capacity-line" d="M0 7h24" /></svg>
          {t(pressureText["trend.capacity"])}
        </li>
      </ul>
      <div class="chart__scroll" tabindex={0} role="region" aria-label={t(portalText["table.region"], { caption })}>
        <svg class="drawing drawing--waits" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={caption}>
          <defs>
            <pattern id={`${id}-band`} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <path d="M0 0v6" class="band-line" />
            </pattern>
          </defs>
          <path class="axis" d={`M${LEFT} ${HEIGHT - BOTTOM}H${WIDTH}`} />
          <text class="label label--soft" x={LEFT - 6} y={y(most) + 5} text-anchor="end">
            {number(Math.round(most))}
          </text>
          <text class="label label--soft" x={LEFT - 6} y={y(0) + 4} text-anchor="end">
            0
          </text>
          {area === "" ? null : <polygon fill={`url(#${id}-band)`} points={area} />}
          <polyline class="capacity-line" points={line(({ capacity }) => capacity)} />
          <polyline class="queue-line" stroke-dasharray="5 3" points={line(({ expected }) => expected)} />
          <polyline class="queue-line" points={line(({ asked }) => asked)} />
          {now === undefined ? null : (
            <>
              <path class="axis" d={`M${x(now)} ${TOP}V${HEIGHT - BOTTOM}`} />
              <text class="label label--soft" x={x(now) + 4} y={TOP + 10}>
                {t(pressureText["trend.today"])}
              </text>
            </>
          )}
          {marks.map((index) => (
            <text class="label label--soft" x={x(index)} y={HEIGHT - 6} text-anchor={index === 0 ? "start" : index === points.length - 1 ? "end" : "middle"}>
              {points[index]?.label ?? ""}
            </text>
          ))}
        </svg>
      </div>
    </figure>
  );
};
