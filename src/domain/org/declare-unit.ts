import { parseUnitId, type UnitId } from "../id.js";
import { calendarAt, divisionAt } from "../pool/references.js";
import type { Register } from "../pool/register.js";
import { problem, type Problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { ok, refused, unlessRefused, type Result } from "../result.js";
import { creditCodeFault } from "./credit-code.js";
import { cyclesIn } from "./tree.js";
import { UNIT_KINDS, type Unit } from "./unit.js";

export type UnitDeclaration = Omit<Unit, "generation" | "state">;

/** The columns of `units.csv`, the fields of the API. */
export const UNIT_FIELDS = ["unit", "parent", "name_zh", "name_en", "division", "line", "level", "credit_code", "address", "phone", "calendar", "public", "kind"] as const;
export type UnitField = (typeof UNIT_FIELDS)[number];

/** Reads one unit. Its parent may be declared after it: `unitTreeProblems` looks at them together. */
export function declareUnit(record: unknown, register: Register): Result<UnitDeclaration> {
  const reader = new RecordReader(record, []);
  const id = reader.id("unit", parseUnitId);
  const parent = reader.optionalId("parent", parseUnitId);
  const names = { zh: reader.text("name_zh"), en: reader.text("name_en") };
  const division = divisionAt(reader, "division", register);
  const line = reader.id("line", parseLine);
  const level = reader.oneOf("level", ["prefecture", "county", "township"]);
  const creditCode = reader.optionalText("credit_code", 18);
  const fault = creditCode === null ? undefined : creditCodeFault(creditCode);
  if (fault) reader.refuse(problem("unit.credit_code_invalid", { reason: fault }, reader.at("credit_code")));
  const address = reader.optionalText("address");
  const phone = reader.optionalId("phone", parsePhone);
  const calendarId = calendarAt(reader, "calendar", register);
  const published = reader.flag("public", false);
  const kind = reader.has("kind") ? reader.oneOf("kind", UNIT_KINDS) : undefined;
  if (kind === "supplier" && published) reader.refuse(problem("supplier.is_no_organ", { unit: id }, reader.at("public")));
  reader.end();
  return unlessRefused(reader.problems, { id, parent, names, division: division as Unit["division"], line, level, creditCode, address, phone, calendarId, published, ...(kind && { kind }) });
}

/** Parents that do not exist and parents in a circle, by unit. */
export function unitTreeProblems(units: ReadonlyMap<string, Pick<Unit, "id" | "parent">>): ReadonlyMap<UnitId, Problem> {
  const found = new Map<UnitId, Problem>();
  for (const { id, parent } of units.values()) {
    if (parent !== null && !units.has(parent)) found.set(id, problem("input.unknown_reference", { kind: "unit", id: parent }, { field: "parent" }));
  }
  for (const cycle of cyclesIn(units.values())) {
    const path = [...cycle, cycle[0]].join(" → ");
    for (const id of cycle) found.set(id, problem("unit.cycle", { path }, { field: "parent" }));
  }
  return found;
}

/** A line of business (条) at every level, such as `market-regulation`. */
const parseLine = (text: string, field: string): Result<string> =>
  /^[a-z0-9][a-z0-9-]{1,62}$/.test(text) ? ok(text) : refused(problem("input.invalid", { expected: "2–63 × a–z 0–9 -" }, { field }));

/** A public office's telephone: digits, spaces, hyphens, an extension. */
const parsePhone = (text: string, field: string): Result<string> =>
  /^\+?[0-9][0-9 -]{2,24}(?:[x转][0-9]{1,6})?$/.test(text) ? ok(text) : refused(problem("input.invalid", { expected: "0859-1234567" }, { field }));

/** The fields as text, empty where nothing is said. */
export const unitRecord = (unit: UnitDeclaration): Record<UnitField, string> => ({
  unit: unit.id,
  parent: unit.parent ?? "",
  name_zh: unit.names.zh,
  name_en: unit.names.en,
  division: unit.division,
  line: unit.line,
  level: unit.level,
  credit_code: unit.creditCode ?? "",
  address: unit.address ?? "",
  phone: unit.phone ?? "",
  calendar: unit.calendarId ?? "",
  public: String(unit.published),
  kind: unit.kind ?? "",
});
