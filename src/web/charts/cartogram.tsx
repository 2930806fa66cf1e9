import { portalText } from "../../text/portal.js";
import type { Voice } from "../../text/voice.js";
import { levelBounds, levelOf, LEVELS } from "./level.js";
import { tileLayout } from "./tile-layout.js";

export interface Tile {
  readonly code: string;
  readonly label: string;
  readonly value: number;
  readonly href?: string;
}

const SIZE = 112;
const HEIGHT = 84;

/** One tile per division, each with name and figure; darker is more. */
export const Cartogram = ({ voice, prefecture, caption, note, tiles, say, bounds }: {
  voice: Voice;
  prefecture: string;
  caption: string;
  note?: string;
  tiles: readonly Tile[];
  say: (value: number) => string;
  bounds?: readonly number[];
}) => {
  const layout = tileLayout(prefecture, tiles.map((tile) => tile.code));
  const limits = bounds ?? levelBounds(Math.max(1, ...tiles.map((tile) => tile.value)));
  const columns = Math.max(...Object.values(layout).map(([column]) => column), 0) + 1;
  const rows = Math.max(...Object.values(layout).map(([, row]) => row), 0) + 1;
  return (
    <figure class="chart">
      <figcaption>
        {caption}
        {note === undefined ? null : <span class="chart__note">{note}</span>}
      </figcaption>
      <svg class="drawing drawing--tiles" viewBox={`-2 -2 ${columns * SIZE + 4} ${rows * HEIGHT + 4}`} role="group" aria-label={caption}>
        {[...tiles]
          .sort((a, b) => a.code.localeCompare(b.code))
          .map((tile) => {
            const [column, row] = layout[tile.code] ?? [0, 0];
            const level = levelOf(tile.value, limits);
            const [x, y] = [column * SIZE, row * HEIGHT];
            const text = level > 3 ? "on-strong" : "on-pale";
            const drawing = (
              <>
                <rect class={`tile tile-${level}`} x={x} y={y} width={SIZE} height={HEIGHT} />
                <rect class="tile--edge" x={x + 2} y={y + 2} width={SIZE - 4} height={HEIGHT - 4} />
                <text class={text}>
                  <tspan class="label" x={x + 12} y={y + 28}>
                    {tile.label}
                  </tspan>{" "}
                  <tspan class="tile__figure" x={x + 12} y={y + 62}>
                    {say(tile.value)}
                  </tspan>
                </text>
              </>
            );
            return tile.href === undefined ? (
              <g>{drawing}</g>
            ) : (
              <a class="tile-link" href={tile.href}>
                {drawing}
              </a>
            );
          })}
      </svg>
      <LevelLegend voice={voice} limits={limits} say={say} />
    </figure>
  );
};

const LevelLegend = ({ voice, limits, say }: { voice: Voice; limits: readonly number[]; say: (value: number) => string }) => (
  <ul class="legend">
    {Array.from({ length: LEVELS + 1 }, (_, level) => (
      <li>
        <svg viewBox="0 0 24 14" aria-hidden="true" focusable="false">
          <rect class={`tile-${level}`} width="24" height="14" />
          <rect class="tile--edge" x="0.5" y="0.5" width="23" height="13" />
        </svg>
        {level === 0 ? say(0) : voice.t(portalText["charts.up-to"], { to: say(limits[level - 1] ?? 0) })}
      </li>
    ))}
  </ul>
);
