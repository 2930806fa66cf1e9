import type { Names } from "../catalogue/item.js";
import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import { ADVANCE_MS_MAX } from "./order.js";

/** A lawful ground to be served before others. The code is public; what makes it true of a person is not. */
export interface PriorityClass {
  readonly code: string;
  readonly names: Names;
  /** How far it moves a step ahead, in minutes; null: before everybody without such a ground. */
  readonly advanceMinutes: number | null;
  readonly legalBasis: string;
  readonly evidenceRequired: boolean;
}

export const ADVANCE_MINUTES_MAX = ADVANCE_MS_MAX / 60_000;

const CODE = /^[a-z][a-z0-9-]{0,62}$/;

/** `{ priority, names, advanceMinutes | absolute: true, legalBasis, evidenceRequired? }` */
export function declarePriorityClass(record: unknown): Result<PriorityClass> {
  const reader = new RecordReader(record, []);
  const code = reader.text("priority", 63);
  if (code !== "" && !CODE.test(code)) reader.refuse(problem("input.invalid", { expected: "a-z 0-9 -" }, reader.at("priority")));
  const names = reader.names("names");
  const absolute = reader.flag("absolute", false);
  const advanceMinutes = reader.optionalAmount("advanceMinutes", { min: 1, max: ADVANCE_MINUTES_MAX });
  if (!absolute && !reader.has("advanceMinutes")) reader.refuse(problem("input.missing", {}, reader.at("advanceMinutes")));
  if (absolute && reader.has("advanceMinutes")) reader.refuse(problem("input.invalid", { expected: "—" }, reader.at("advanceMinutes")));
  const legalBasis = reader.text("legalBasis", 1_000);
  const evidenceRequired = reader.flag("evidenceRequired", true);
  reader.end();
  return unlessRefused(reader.problems, { code, names, advanceMinutes: absolute ? null : advanceMinutes, legalBasis, evidenceRequired });
}
