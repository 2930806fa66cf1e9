import type { Emit, Figure } from "./figure.js";
import { SIZES, type SizeName } from "./plan.js";

const FAMILIES = ["decisions", "engine"] as const;
type Family = (typeof FAMILIES)[number];

interface Point {
  readonly size: number;
  readonly microseconds: number;
}

const pointsOf = (figures: readonly Figure[], family: Family): Point[] =>
  (Object.keys(SIZES) as SizeName[]).flatMap((name) => {
    const found = figures.find((figure) => figure.name === `${family}-${name}` || figure.name === `${family}-${name}-one-class`);
    return found && found.value > 0 ? [{ size: SIZES[name], microseconds: 1_000_000 / found.value }] : [];
  });

/** Slope of cost over size on log-log axes, by least squares. */
function slopeOf(points: readonly Point[]): number {
  const x = points.map(({ size }) => Math.log(size));
  const y = points.map(({ microseconds }) => Math.log(microseconds));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  return x.reduce((sum, value, at) => sum + (value - meanX) * (y[at]! - meanY), 0) / x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
}

export function growthExponent(figures: readonly Figure[], emit: Emit): void {
  for (const family of FAMILIES) {
    const points = pointsOf(figures, family);
    if (points.length < 2) continue;
    emit({
      name: `${family}-exponent`,
      value: slopeOf(points),
      unit: "exponent of the cost per decision",
      n: points.length,
      limiter: points.map(({ size, microseconds }) => `${size}: ${microseconds.toPrecision(3)} µs`).join(", "),
      ...(family === "decisions" && { target: "≤ 0.3" }),
    });
  }
}

const WIDTH = 640;
const HEIGHT = 400;
const EDGE = 60;
const COLOURS: Readonly<Record<Family, string>> = { decisions: "#1d4f91", engine: "#b35c00" };

/** Cost per decision against size, both axes logarithmic; dashed: what an exponent of 0.3 would allow from the smallest size on. */
export function growthPlot(figures: readonly Figure[]): string {
  const x = (size: number) => EDGE + ((Math.log10(size) - 4) / 2) * (WIDTH - 2 * EDGE);
  const y = (microseconds: number) => HEIGHT - EDGE - ((Math.log10(microseconds) + 0) / 3) * (HEIGHT - 2 * EDGE);
  const parts: string[] = [];
  const text = (at: number, of: number, words: string, anchor = "middle") => parts.push(`<text x="${at.toFixed(1)}" y="${of.toFixed(1)}" text-anchor="${anchor}" font-size="12">${words}</text>`);
  for (const power of [4, 5, 6]) {
    parts.push(`<line x1="${x(10 ** power)}" x2="${x(10 ** power)}" y1="${EDGE}" y2="${HEIGHT - EDGE}" stroke="#ddd"/>`);
    text(x(10 ** power), HEIGHT - EDGE + 18, `10^${power}`);
  }
  for (const power of [0, 1, 2, 3]) {
    parts.push(`<line x1="${EDGE}" x2="${WIDTH - EDGE}" y1="${y(10 ** power)}" y2="${y(10 ** power)}" stroke="#ddd"/>`);
    text(EDGE - 8, y(10 ** power) + 4, `${10 ** power} µs`, "end");
  }
  text(WIDTH / 2, HEIGHT - 14, "resources, and as many waiting steps");
  text(WIDTH / 2, 24, "cost per decision");
  for (const family of FAMILIES) {
    const points = pointsOf(figures, family);
    if (points.length === 0) continue;
    const line = points.map(({ size, microseconds }) => `${x(size).toFixed(1)},${y(microseconds).toFixed(1)}`).join(" ");
    parts.push(`<polyline points="${line}" fill="none" stroke="${COLOURS[family]}" stroke-width="2"/>`);
    for (const { size, microseconds } of points) {
      parts.push(`<circle cx="${x(size)}" cy="${y(microseconds)}" r="3.5" fill="${COLOURS[family]}"/>`);
      text(x(size), y(microseconds) - 9, `${microseconds.toPrecision(3)}`);
    }
    const [first] = points;
    const last = points.at(-1)!;
    parts.push(`<line x1="${x(first!.size)}" y1="${y(first!.microseconds)}" x2="${x(last.size)}" y2="${y(first!.microseconds * (last.size / first!.size) ** 0.3)}" stroke="${COLOURS[family]}" stroke-dasharray="4 4"/>`);
    text(WIDTH - EDGE + 6, y(last.microseconds) + 16, family === "decisions" ? "durable" : "engine", "start");
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>${parts.join("")}</svg>\n`;
}

const measured = (value: number | null): string => (value === null || Number.isNaN(value) ? "" : String(value));

export function markdownTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, min, max, limit, ratio, n, target, limiter }) =>
    [name, `${value} ${unit}`, [min, max].filter((one) => one !== undefined).join("–"), measured(limit), measured(ratio), n, target ?? "", limiter ?? ""].join(" | "),
  );
  return ["| figure | value | spread | limit | ratio | n | promised | what limits it |", "|---|---|---|---|---|---|---|---|", ...rows.map((row) => `| ${row} |`)].join("\n") + "\n";
}
