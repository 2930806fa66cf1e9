import type { DivisionCode } from "../domain/id.js";

/** The parent by the code alone: villages lie in townships, townships in counties, `52 23 01` in `522300` in `520000`. */
function parentByCode(code: string): string | null {
  if (code.length === 12) return code.slice(0, 9);
  if (code.length === 9) return code.slice(0, 6);
  if (!code.endsWith("00")) return `${code.slice(0, 4)}00`;
  return code.endsWith("0000") ? null : `${code.slice(0, 2)}0000`;
}

const isTownship = (code: string): boolean => code.length === 9;
const isCounty = (code: string): boolean => code.length === 6 && !code.endsWith("00");
const isPrefecture = (code: string): boolean => code.length === 6 && code.endsWith("00") && !code.endsWith("0000");

/** Which division lies in which. Declared parents come first; the code itself answers where none is declared. */
export class Divisions {
  private parents: ReadonlyMap<string, string | null> = new Map();
  private readonly linesByCode = new Map<string, readonly string[]>();

  declare(parents: ReadonlyMap<DivisionCode, DivisionCode | null>): void {
    this.parents = parents;
    this.linesByCode.clear();
  }

  /** The division and everything it lies in, innermost first. */
  lineOf(code: string): readonly string[] {
    const known = this.linesByCode.get(code);
    if (known) return known;
    const line: string[] = [];
    // A cycle of parents would be a fault of the declaring side; it must not hang the one writer.
    for (let at: string | null = code; at !== null && !line.includes(at); ) {
      line.push(at);
      const declared: string | null | undefined = this.parents.get(at);
      at = declared === undefined ? parentByCode(at) : declared;
    }
    this.linesByCode.set(code, line);
    return line;
  }

  /** 0 same township, 1 same county, 2 same prefecture, 3 farther. */
  distance(a: string, b: string): 0 | 1 | 2 | 3 {
    if (this.share(a, b, isTownship)) return 0;
    if (this.share(a, b, isCounty)) return 1;
    return this.share(a, b, isPrefecture) ? 2 : 3;
  }

  private share(a: string, b: string, level: (code: string) => boolean): boolean {
    const mine = this.lineOf(a).find(level);
    return mine !== undefined && mine === this.lineOf(b).find(level);
  }
}
