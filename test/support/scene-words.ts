import type { ClassId } from "../../src/domain/id.js";
import { CHINA_OFFSET_MS, DAY_MS, HALF_HOUR_MS, parseLocalDate, type Instant } from "../../src/domain/instant.js";
import type { Act, AmountLimits, CapacityClass, Kind } from "../../src/domain/pool/class.js";
import type { Period, PeriodKind } from "../../src/domain/pool/period.js";

/* What the lines of a scene are made of. */

export interface Scene {
  readonly name: string;
  readonly lines: readonly { readonly text: string; readonly line: number }[];
}

export function parseScenes(text: string): Scene[] {
  const scenes: { name: string; lines: { text: string; line: number }[] }[] = [];
  text.split("\n").forEach((raw, at) => {
    const line = raw.replace(/(^|\s)#.*$/, "").trim();
    if (line === "") return;
    const heading = /^scene\s+(.+)$/.exec(line);
    if (heading) scenes.push({ name: heading[1]!, lines: [] });
    else if (scenes.length === 0) throw new Error(`line ${at + 1}: a scene comes first`);
    else scenes.at(-1)!.lines.push({ text: line, line: at + 1 });
  });
  return scenes;
}

/** `name=value` words, words alone being "yes". */
export class Words {
  readonly plain: string[] = [];
  private readonly named = new Map<string, string>();

  constructor(words: readonly string[]) {
    for (const word of words) {
      const at = word.indexOf("=");
      if (at < 0) this.plain.push(word);
      else this.named.set(word.slice(0, at), word.slice(at + 1));
    }
  }

  text(name: string): string | undefined {
    const value = this.named.get(name);
    this.named.delete(name);
    return value;
  }

  number(name: string, otherwise: number): number {
    const value = this.text(name);
    return value === undefined ? otherwise : Number(value);
  }

  has(word: string): boolean {
    const at = this.plain.indexOf(word);
    if (at >= 0) this.plain.splice(at, 1);
    return at >= 0;
  }

  /** Everything must have been understood. */
  done(): void {
    const rest = [...this.plain, ...this.named.keys()];
    if (rest.length > 0) throw new Error(`not understood: ${rest.join(" ")}`);
  }
}

export const list = (text: string | undefined): string[] => (text === undefined || text === "" ? [] : text.split(","));

export function instantOf(text: string): Instant {
  const [date, time = "00:00"] = text.split("/");
  const day = parseLocalDate(date!);
  const clock = /^(\d\d):(\d\d)$/.exec(time);
  if (day === undefined || !clock) throw new Error(`not a date: ${text}`);
  return day * DAY_MS - CHINA_OFFSET_MS + (Number(clock[1]) * 60 + Number(clock[2])) * 60_000;
}

export function textOfPeriod(kind: PeriodKind, period: Period): string {
  if (kind === "none") return "stock";
  if (kind === "fiscal-year") return String(period);
  const at = kind === "day" ? period * DAY_MS : period * HALF_HOUR_MS;
  return new Date(at).toISOString().slice(0, kind === "day" ? 10 : 16).replace("T", "/");
}

export function classOf(words: Words): CapacityClass {
  const id = words.plain.shift() as ClassId;
  const period = (words.text("per") ?? "day") as PeriodKind;
  return {
    id,
    kind: id.split(".")[0] as Kind,
    names: { zh: id, en: id },
    measure: "minute",
    period,
    horizonDays: null,
    per: "unit",
    lend: "none",
    act: (words.text("act") ?? "assisting") as Act,
    consumable: words.has("consumable"),
    limits: limitsOf(words.text("limits")),
    source: null,
    generation: words.number("generation", 1),
  };
}

/** `5..240/5`: from 5 to 240 in steps of 5. */
export function limitsOf(text: string | undefined): AmountLimits {
  const parts = /^(\d+)\.\.(\d+)(?:\/(\d+))?$/.exec(text ?? "1..1000000000");
  if (!parts) throw new Error(`not limits: ${text}`);
  return { min: Number(parts[1]), max: Number(parts[2]), step: Number(parts[3] ?? 1) };
}

export function same(what: string, got: unknown, wanted: unknown): void {
  if (got !== wanted) throw new Error(`${what}: expected ${String(wanted)}, got ${String(got)}`);
}
