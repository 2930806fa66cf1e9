import type { Names } from "./catalogue/item.js";
import { parseLocalDate, type LocalDate } from "./instant.js";
import { problem, type Problem } from "./problem.js";
import { AMOUNT_MAX, parseAmount, type Amount } from "./quantity.js";
import type { Result } from "./result.js";
import { normalised, textProblem } from "./text.js";

/** A declaration as it came in: a row of a table (all text), a document of a manifest, or a body of the API. */
export type RawRecord = Readonly<Record<string, unknown>>;

const LIST_MAX = 2_000;

/**
 * Reads a declaration field by field. Problems are collected, never thrown, so that a person mends a file in one
 * go; a field that is wrong reads as a harmless stand-in, which is why nothing may be used before `problems` is
 * found empty. An empty cell is an absent field.
 */
export class RecordReader {
  readonly #record: RawRecord;
  readonly #asked = new Set<string>();
  readonly #path: string;

  constructor(
    record: unknown,
    readonly problems: Problem[],
    path = "",
  ) {
    const isRecord = typeof record === "object" && record !== null && !Array.isArray(record);
    if (!isRecord) problems.push(problem("input.invalid", { expected: "{ … }" }, path === "" ? {} : { field: path }));
    this.#record = isRecord ? (record as RawRecord) : {};
    this.#path = path;
  }

  /** The field's whole path, for problems that a caller finds. */
  at(field: string): { field: string } {
    return { field: this.#path === "" ? field : `${this.#path}.${field}` };
  }

  refuse(found: Problem): void {
    this.problems.push(found);
  }

  raw(field: string): unknown {
    this.#asked.add(field);
    if (!Object.hasOwn(this.#record, field)) return undefined;
    const value = this.#record[field];
    return value === null || (typeof value === "string" && value.trim() === "") ? undefined : value;
  }

  has(field: string): boolean {
    return this.raw(field) !== undefined;
  }

  optionalText(field: string, max = 200): string | null {
    const value = this.raw(field);
    if (value === undefined) return null;
    if (typeof value !== "string") {
      this.refuse(problem("input.invalid", { expected: "text" }, this.at(field)));
      return null;
    }
    const text = normalised(value);
    const found = textProblem(text, max, this.at(field));
    if (found) this.refuse(found);
    return text;
  }

  text(field: string, max = 200): string {
    return this.optionalText(field, max) ?? this.#missing(field, "");
  }

  /** Text with a form of its own, such as an id. */
  optionalId<T extends string>(field: string, parse: (text: string, field: string) => Result<T>): T | null {
    const text = this.optionalText(field);
    if (text === null) return null;
    const parsed = parse(text, this.at(field).field);
    if (parsed.ok) return parsed.value;
    this.problems.push(...parsed.problems);
    return null;
  }

  id<T extends string>(field: string, parse: (text: string, field: string) => Result<T>): T {
    const known = this.problems.length;
    const id = this.optionalId(field, parse);
    return id ?? (this.problems.length > known ? ("" as T) : this.#missing(field, "" as T));
  }

  oneOf<T extends string>(field: string, allowed: readonly T[], fallback?: T): T {
    const value = this.raw(field);
    const found = allowed.find((one) => one === value);
    if (found !== undefined) return found;
    if (value === undefined) return fallback ?? this.#missing(field, allowed[0] as T);
    this.refuse(problem("input.invalid", { expected: allowed.join(" | ") }, this.at(field)));
    return fallback ?? (allowed[0] as T);
  }

  /** A whole amount from `min`; 0 is told apart where `min` is above it. */
  optionalAmount(field: string, { min = 0, max = AMOUNT_MAX }: { min?: Amount; max?: Amount } = {}): Amount | null {
    const value = this.raw(field);
    if (value === undefined) return null;
    if (typeof value !== "string" && typeof value !== "number") {
      this.refuse(problem("input.not_whole_number", { value: String(value).slice(0, 40) }, this.at(field)));
      return null;
    }
    const parsed = parseAmount(String(value).trim(), this.at(field));
    if (!parsed.ok) {
      this.problems.push(...parsed.problems);
      return null;
    }
    if (parsed.value === 0 && min > 0) this.refuse(problem("amount.zero", {}, this.at(field)));
    else if (parsed.value < min || parsed.value > max) this.refuse(problem("input.out_of_range", { min, max }, this.at(field)));
    return parsed.value;
  }

  amount(field: string, bounds: { min?: Amount; max?: Amount } = {}): Amount {
    const known = this.problems.length;
    const amount = this.optionalAmount(field, bounds);
    return amount ?? (this.problems.length > known ? 1 : this.#missing(field, 1));
  }

  flag(field: string, fallback: boolean): boolean {
    const value = this.raw(field);
    if (value === undefined) return fallback;
    if (value === true || value === "true") return true;
    if (value === false || value === "false") return false;
    this.refuse(problem("input.invalid", { expected: "true | false" }, this.at(field)));
    return fallback;
  }

  /** `YYYY-MM-DD` of a day that exists, from 1949 to 2199. */
  optionalDate(field: string): LocalDate | null {
    const text = this.optionalText(field, 40);
    if (text === null) return null;
    if (parseLocalDate(text) !== undefined && text >= "1949-10-01" && text < "2200") return text;
    this.refuse(problem("input.invalid", { expected: "YYYY-MM-DD" }, this.at(field)));
    return null;
  }

  names(field: string, max = 200): Names {
    return this.optionalNames(field, max) ?? this.#missing(field, { zh: "", en: "" });
  }

  optionalNames(field: string, max = 200): Names | null {
    const value = this.raw(field);
    if (value === undefined) return null;
    const both = new RecordReader(value, this.problems, this.at(field).field);
    const names = { zh: both.text("zh", max), en: both.text("en", max) };
    both.end();
    return names;
  }

  /** A list of text; in a table one cell with `;` between the parts. Each part once, in the order given. */
  texts(field: string, max = 200): string[] {
    const value = this.raw(field);
    if (value === undefined) return [];
    const parts: unknown[] = typeof value === "string" ? value.split(";").filter((part) => part.trim() !== "") : this.#listOf(field, value);
    const texts = parts.map((part, i) => {
      const place = this.at(typeof value === "string" ? field : `${field}.${i}`);
      if (typeof part !== "string" || part.trim() === "") {
        this.refuse(problem("input.invalid", { expected: "text" }, place));
        return "";
      }
      const text = normalised(part);
      const found = textProblem(text, max, place);
      if (found) this.refuse(found);
      return text;
    });
    return [...new Set(texts)];
  }

  /** A list of records, each with its own reader. */
  records(field: string): RecordReader[] {
    const value = this.raw(field);
    if (value === undefined) return [];
    return this.#listOf(field, value).map((one, i) => new RecordReader(one, this.problems, this.at(`${field}.${i}`).field));
  }

  record(field: string): RecordReader | null {
    const value = this.raw(field);
    return value === undefined ? null : new RecordReader(value, this.problems, this.at(field).field);
  }

  /** Says what nobody asked for: a misspelt field must not pass as an absent one. */
  end(): void {
    for (const name of Object.keys(this.#record)) {
      if (!this.#asked.has(name)) this.refuse(problem("input.unknown_field", { name: name.slice(0, 80) }, this.at(name.slice(0, 80))));
    }
  }

  #listOf(field: string, value: unknown): unknown[] {
    if (!Array.isArray(value)) {
      this.refuse(problem("input.invalid", { expected: "[ … ]" }, this.at(field)));
      return [];
    }
    if (value.length > LIST_MAX) {
      this.refuse(problem("input.out_of_range", { min: 0, max: LIST_MAX }, this.at(field)));
      return [];
    }
    return value as unknown[];
  }

  #missing<T>(field: string, standIn: T): T {
    this.refuse(problem("input.missing", {}, this.at(field)));
    return standIn;
  }
}
