import { parseClassId } from "../id.js";
import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import { KINDS, type CapacityClass, type Kind } from "./class.js";

export type ClassDeclaration = Omit<CapacityClass, "generation">;

const HORIZON_MAX = 400;

/** `{ class, names, measure, period, horizon?, per, lend, act, consumable?, limits: { min, max, step }, labour?, nonDelegable?: { law, article }, source? }` */
export function declareClass(record: unknown): Result<ClassDeclaration> {
  const reader = new RecordReader(record, []);
  const id = reader.id("class", parseClassId);
  const names = reader.names("names");
  const measure = reader.oneOf("measure", ["minute", "case", "fen", "piece", "call"]);
  const period = reader.oneOf("period", ["none", "slot", "day", "fiscal-year"]);
  const dated = period === "day" || period === "slot";
  const horizon = reader.optionalAmount("horizon", { min: 0, max: HORIZON_MAX });
  if (dated && !reader.has("horizon")) reader.refuse(problem("input.missing", {}, reader.at("horizon")));
  if (!dated && reader.has("horizon")) reader.refuse(problem("input.invalid", { expected: "—" }, reader.at("horizon")));
  const per = reader.oneOf("per", ["asset", "unit"]);
  const lend = reader.oneOf("lend", ["none", "share", "work"]);
  const act = reader.oneOf("act", ["assisting", "deciding", "none"]);
  const consumable = reader.flag("consumable", false);
  const limitsReader = reader.record("limits");
  if (!limitsReader) reader.refuse(problem("input.missing", {}, reader.at("limits")));
  const limits = {
    min: limitsReader?.amount("min", { min: 1 }) ?? 1,
    max: limitsReader?.amount("max", { min: 1 }) ?? 1,
    step: limitsReader?.amount("step", { min: 1 }) ?? 1,
  };
  if (limitsReader && limits.max < limits.min) limitsReader.refuse(problem("input.out_of_range", { min: limits.min, max: Number.MAX_SAFE_INTEGER }, limitsReader.at("max")));
  for (const field of ["min", "max"] as const) {
    if (limitsReader && limits[field] % limits.step !== 0) limitsReader.refuse(problem("amount.not_multiple", { step: limits.step }, limitsReader.at(field)));
  }
  limitsReader?.end();
  const labourReader = reader.record("labour");
  const labour = labourReader && {
    minutesADay: labourReader.amount("minutesADay", { min: 30, max: 1_440 }),
    stretchMinutes: labourReader.amount("stretch", { min: 30, max: 1_440 }),
    basis: { law: labourReader.names("law", 400), article: labourReader.text("article", 400) },
  };
  labourReader?.end();
  if (labour && (!id.startsWith("staff.") || measure !== "minute")) reader.refuse(problem("class.labour_not_allowed", { class: id }, reader.at("labour")));
  const keptReader = reader.record("nonDelegable");
  const nonDelegable = keptReader && { law: keptReader.names("law", 400), article: keptReader.text("article", 400) };
  keptReader?.end();
  if (nonDelegable && act !== "deciding") reader.refuse(problem("class.non_delegable_not_allowed", { class: id }, reader.at("nonDelegable")));
  const source = reader.optionalText("source", 1_000);
  reader.end();
  return unlessRefused(reader.problems, { id, kind: kindOf(id), names, measure, period, horizonDays: dated ? horizon : null, per, lend, act, consumable, limits, ...(labour && { labour }), ...(nonDelegable && { nonDelegable }), source });
}

/** The first part of a class's name is the kind of resource. */
const kindOf = (id: string): Kind => KINDS.find((kind) => id.startsWith(`${kind}.`)) ?? "function";
