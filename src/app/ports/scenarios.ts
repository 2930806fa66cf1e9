import type { Result } from "../../domain/result.js";
import type { Scenario } from "../../domain/what-if/scenario.js";

/** Scenario files. Problems name the path of the field, and of a text its line. */
export interface Scenarios {
  readText(content: string, file: string): Result<Scenario>;
  /** As a program writes it: the fields without `apiVersion` and `kind`. */
  readRecord(record: unknown): Result<Scenario>;
  write(scenario: Scenario): string;
}
