import type { Interval } from "./bootstrap.js";

/** One row of dots with intervals: a policy on a workload. */
export interface Dot {
  readonly label: string;
  readonly at: Interval;
  readonly ours: boolean;
}

export interface Group {
  readonly title: string;
  readonly dots: readonly Dot[];
  /** A line that is aimed at. */
  readonly aim: number | null;
}

const ROW = 18;
const LEFT = 210;
const WIDTH = 720;
const RIGHT = 60;
const OURS = "#1d4f91";
const OTHERS = "#777";

/** Groups of dots under one another on one axis. */
export function dotPlot(title: string, groups: readonly Group[], from: number, to: number, unit: (value: number) => string): string {
  const x = (value: number): number => LEFT + ((Math.min(to, Math.max(from, value)) - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const parts: string[] = [];
  const text = (at: number, y: number, words: string, anchor: "start" | "middle" | "end", more = ""): void =>
    void parts.push(`<text x="${at.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" font-size="12" ${more}>${escaped(words)}</text>`);
  let y = 46;
  text(WIDTH / 2, 20, title, "middle", 'font-weight="bold"');
  for (const { title: name, dots, aim } of groups) {
    text(8, y, name, "start", 'font-weight="bold"');
    const top = y + 6;
    for (const { label, at, ours } of dots) {
      y += ROW;
      const colour = ours ? OURS : OTHERS;
      text(LEFT - 10, y + 4, label, "end", ours ? `fill="${OURS}"` : "");
      parts.push(`<line x1="${x(at.low).toFixed(1)}" x2="${x(at.high).toFixed(1)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>`, `<circle cx="${x(at.mean).toFixed(1)}" cy="${y}" r="4" fill="${colour}"/>`);
      text(WIDTH - RIGHT + 8, y + 4, unit(at.mean), "start");
    }
    if (aim !== null) parts.push(`<line x1="${x(aim).toFixed(1)}" x2="${x(aim).toFixed(1)}" y1="${top}" y2="${y + 8}" stroke="#b35c00" stroke-dasharray="4 3"/>`);
    y += ROW * 1.7;
  }
  for (let at = 0; at <= 4; at += 1) {
    const value = from + ((to - from) * at) / 4;
    parts.unshift(`<line x1="${x(value).toFixed(1)}" x2="${x(value).toFixed(1)}" y1="30" y2="${y - 6}" stroke="#e4e4e4"/>`);
    text(x(value), y + 10, unit(value), "middle");
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${Math.ceil(y + 22)}" font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>${parts.join("")}</svg>\n`;
}

export interface Line {
  readonly label: string;
  readonly points: readonly { readonly x: string; readonly y: number }[];
}

const COLOURS = ["#1d4f91", "#b35c00", "#2f7d32", "#8a2be2", "#777777", "#c2185b"];

/** Lines over the same few named places. */
export function linePlot(title: string, lines: readonly Line[], from: number, to: number, unit: (value: number) => string, below: string): string {
  const height = 360;
  const names = lines[0]?.points.map(({ x }) => x) ?? [];
  const x = (at: number): number => 70 + (at / Math.max(1, names.length - 1)) * (WIDTH - 260);
  const y = (value: number): number => height - 60 - ((Math.min(to, Math.max(from, value)) - from) / (to - from)) * (height - 110);
  const parts: string[] = [`<text x="${WIDTH / 2}" y="22" text-anchor="middle" font-size="12" font-weight="bold">${escaped(title)}</text>`];
  for (let at = 0; at <= 4; at += 1) {
    const value = from + ((to - from) * at) / 4;
    parts.push(`<line x1="70" x2="${WIDTH - 190}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#e4e4e4"/><text x="62" y="${(y(value) + 4).toFixed(1)}" text-anchor="end" font-size="12">${unit(value)}</text>`);
  }
  names.forEach((name, at) => parts.push(`<text x="${x(at).toFixed(1)}" y="${height - 38}" text-anchor="middle" font-size="12">${escaped(name)}</text>`));
  parts.push(`<text x="${(70 + WIDTH - 190) / 2}" y="${height - 16}" text-anchor="middle" font-size="12">${escaped(below)}</text>`);
  lines.forEach(({ label, points }, n) => {
    const colour = COLOURS[n % COLOURS.length]!;
    parts.push(`<polyline points="${points.map((point, at) => `${x(at).toFixed(1)},${y(point.y).toFixed(1)}`).join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    points.forEach((point, at) => parts.push(`<circle cx="${x(at).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3.5" fill="${colour}"/>`));
    parts.push(`<rect x="${WIDTH - 170}" y="${50 + n * 20}" width="12" height="4" fill="${colour}"/><text x="${WIDTH - 152}" y="${56 + n * 20}" font-size="12">${escaped(label)}</text>`);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>${parts.join("")}</svg>\n`;
}

const escaped = (words: string): string => words.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
