import { parseCohortId } from "../id.js";
import { classAt, unitAt } from "../pool/references.js";
import type { Register } from "../pool/register.js";
import { problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import { DEFAULT_WEIGHT, WEIGHT_MAX, type Quota } from "./quota.js";

export type QuotaDeclaration = Omit<Quota, "generation">;

/** The columns of `quotas.csv`, and the field each stands for. */
export const QUOTA_COLUMNS = { unit: "unit", class: "class", cohort: "cohort", nominal: "nominal", borrowing_limit: "borrowingLimit", lending_limit: "lendingLimit", weight: "weight" } as const;

/** `{ unit, class, cohort, nominal?: own | amount, borrowingLimit?, lendingLimit?, weight? }` Whether the cohort exists is looked at when it is written. */
export function declareQuota(record: unknown, register: Register): Result<QuotaDeclaration> {
  const reader = new RecordReader(record, []);
  const unit = unitAt(reader, "unit", register);
  const of = classAt(reader, "class", register);
  const cohort = reader.id("cohort", parseCohortId);
  const nominal = nominalOf(reader);
  const borrowingLimit = reader.optionalAmount("borrowingLimit");
  const lendingLimit = reader.optionalAmount("lendingLimit");
  const weight = reader.optionalAmount("weight", { max: WEIGHT_MAX }) ?? DEFAULT_WEIGHT;
  reader.end();
  if (of?.kind === "function") reader.refuse(problem("quota.of_function", { class: of.id }, reader.at("class")));
  if (unit?.state === "retired") reader.refuse(problem("object.transition_illegal", { kind: "unit", state: "retired", event: "declare" }, reader.at("unit")));
  return unlessRefused(reader.problems, { unitId: unit?.id as Quota["unitId"], classId: of?.id as Quota["classId"], cohort, nominal, borrowingLimit, lendingLimit, weight });
}

function nominalOf(reader: RecordReader): Amount | "own" {
  const value = reader.raw("nominal");
  if (value === undefined || (typeof value === "string" && value.trim() === "own")) return "own";
  return reader.optionalAmount("nominal") ?? "own";
}
