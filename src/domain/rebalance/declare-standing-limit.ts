import { problem } from "../problem.js";
import { classAt, unitAt } from "../pool/references.js";
import type { Register } from "../pool/register.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import type { StandingLimit } from "./plan.js";

export type StandingLimitDeclaration = Omit<StandingLimit, "generation">;

/** `{ unit, class, amount }`: so much of each period the unit lends without its head being asked. */
export function declareStandingLimit(record: unknown, register: Register): Result<StandingLimitDeclaration> {
  const reader = new RecordReader(record, []);
  const unit = unitAt(reader, "unit", register);
  const cls = classAt(reader, "class", register);
  const amount = reader.amount("amount");
  if (cls?.lend === "none") reader.refuse(problem("loan.not_lendable", { class: cls.id }, reader.at("class")));
  reader.end();
  return unlessRefused(reader.problems, { unitId: unit?.id as StandingLimit["unitId"], classId: cls?.id as StandingLimit["classId"], amount });
}
