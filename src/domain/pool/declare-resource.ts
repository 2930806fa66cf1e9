import { parseResourceCode } from "../id.js";
import { openJurisdiction } from "../org/jurisdiction.js";
import { liesIn, parentsOf, type DivisionParents } from "../org/division.js";
import type { Unit } from "../org/unit.js";
import { problem } from "../problem.js";
import type { Amount } from "../quantity.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import type { CapacityClass } from "./class.js";
import { calendarAt, classAt, jurisdictionAt, traitsAt, unitAt } from "./references.js";
import type { Register } from "./register.js";
import type { Resource } from "./resource.js";

/** What a unit says of its resource. A derived total is not said: it follows the assets. */
export interface ResourceDeclaration extends Omit<Resource, "id" | "generation" | "state" | "total"> {
  readonly total: Amount | null;
  /** Null: nothing is said; a new resource is then published, an old one stays as it is. */
  readonly state: "registered" | "published" | null;
}

/** The columns of `resources.csv`, the fields of the API: one rule set for every way in. */
export const RESOURCE_FIELDS = [
  "resource", "unit", "class", "total", "reserved", "overcommit", "min", "max", "step", "traits", "jurisdiction",
  "calendar", "valid_from", "valid_to", "earmark", "legal_basis", "number_basis", "automated", "state", "source",
] as const;
export type ResourceField = (typeof RESOURCE_FIELDS)[number];

const OVERCOMMIT_MAX = 1_000;

/**
 * Reads one resource. `total` is a whole number, `unlimited` (a gate) or `assets` (the sum of its assets).
 * Absent: reserved 0, overcommit 100, the class's limits, no traits, the unit's division, the unit's calendar.
 */
export function declareResource(record: unknown, register: Register): Result<ResourceDeclaration> {
  const reader = new RecordReader(record, []);
  const code = reader.id("resource", parseResourceCode);
  const unit = unitAt(reader, "unit", register);
  const capacityClass = classAt(reader, "class", register);
  const { total, derived } = totalAt(reader, capacityClass);
  const reserved = reader.optionalAmount("reserved") ?? 0;
  if (total !== null && reserved > total) reader.refuse(problem("resource.reserved_above_total", { total }, reader.at("reserved")));
  const overcommitPercent = reader.optionalAmount("overcommit", { min: 1, max: OVERCOMMIT_MAX }) ?? 100;
  const limits = limitsAt(reader, capacityClass, total);
  const traits = traitsAt(reader, "traits", register).sort();
  const named = jurisdictionAt(reader, "jurisdiction", register);
  const jurisdiction = named.length > 0 || !unit ? named : [unit.division];
  const calendarId = calendarAt(reader, "calendar", register);
  const validFrom = reader.optionalDate("valid_from");
  const validTo = reader.optionalDate("valid_to");
  if (validFrom !== null && validTo !== null && validTo < validFrom) reader.refuse(problem("validity.reversed", {}, reader.at("valid_to")));
  const earmark = reader.optionalText("earmark", 100);
  const legalBasis = reader.optionalText("legal_basis", 500);
  const numberBasis = reader.optionalText("number_basis", 500);
  const automated = reader.flag("automated", false);
  const state = reader.has("state") ? reader.oneOf("state", ["registered", "published"]) : null;
  const source = reader.optionalText("source", 1_000);
  reader.end();
  if (capacityClass && unit) checkKind(reader, capacityClass, unit, { total, derived, earmark, legalBasis, numberBasis, jurisdiction }, register);

  return unlessRefused(reader.problems, {
    code,
    unitId: unit?.id as Unit["id"],
    classId: capacityClass?.id as CapacityClass["id"],
    total,
    derived,
    reserved,
    overcommitPercent,
    limits,
    traits,
    jurisdiction,
    calendarId,
    validFrom,
    validTo,
    earmark,
    legalBasis,
    numberBasis,
    automated,
    state,
    source,
  });
}

function totalAt(reader: RecordReader, capacityClass: CapacityClass | null): { total: Amount | null; derived: boolean } {
  const raw = reader.raw("total");
  if (raw === "assets") return { total: null, derived: true };
  if (raw === "unlimited") {
    if (capacityClass && capacityClass.period !== "none") reader.refuse(problem("resource.unlimited_not_allowed", { class: capacityClass.id }, reader.at("total")));
    return { total: null, derived: false };
  }
  return { total: reader.amount("total", { min: 1 }), derived: false };
}

function limitsAt(reader: RecordReader, capacityClass: CapacityClass | null, total: Amount | null): Resource["limits"] {
  const of = capacityClass?.limits ?? { min: 1, max: 1, step: 1 };
  const limits = {
    min: reader.optionalAmount("min", { min: 1 }) ?? of.min,
    max: reader.optionalAmount("max", { min: 1 }) ?? of.max,
    step: reader.optionalAmount("step", { min: 1 }) ?? of.step,
  };
  if (!capacityClass) return limits;
  if (limits.max < limits.min) reader.refuse(problem("input.out_of_range", { min: limits.min, max: of.max }, reader.at("max")));
  for (const field of ["min", "max"] as const) {
    if (limits[field] % limits.step !== 0) reader.refuse(problem("amount.not_multiple", { step: limits.step }, reader.at(field)));
  }
  // What is left over after the last whole step could never be given to anybody.
  if (total !== null && total > 0 && total % limits.step !== 0) reader.refuse(problem("amount.not_multiple", { step: limits.step }, reader.at("total")));
  return limits;
}

/** What the five kinds ask for beyond the common fields. */
function checkKind(
  reader: RecordReader,
  { id, kind, act }: CapacityClass,
  unit: Unit,
  { total, derived, earmark, legalBasis, numberBasis, jurisdiction }: Pick<ResourceDeclaration, "total" | "derived" | "earmark" | "legalBasis" | "numberBasis" | "jurisdiction">,
  register: Register,
): void {
  if (kind === "funds" && earmark === null) reader.refuse(problem("resource.earmark_required", {}, reader.at("earmark")));
  if (kind !== "funds" && earmark !== null) reader.refuse(problem("resource.earmark_not_allowed", { class: id }, reader.at("earmark")));
  if (kind === "function" && legalBasis === null) reader.refuse(problem("resource.legal_basis_required", {}, reader.at("legal_basis")));
  // Nobody may hear "today's quota is used up" unless a law says so.
  const numbered = kind === "function" && (total !== null || derived);
  if (numbered && numberBasis === null) reader.refuse(problem("resource.number_basis_required", {}, reader.at("number_basis")));
  if (!numbered && numberBasis !== null) reader.refuse(problem("resource.number_basis_not_allowed", { class: id }, reader.at("number_basis")));
  if (act !== "deciding") return;
  const parents = parentsOfRegister(register);
  const outside = openJurisdiction(jurisdiction, register.zones).find((division) => parents.has(division) && !liesIn(parents, division, unit.division));
  if (outside) reader.refuse(problem("resource.jurisdiction_outside", { division: outside, unitDivision: unit.division }, reader.at("jurisdiction")));
}

const parentsByRegister = new WeakMap<Register["divisions"], DivisionParents>();

/** Once for a register, not once for each of 100,000 rows. */
function parentsOfRegister({ divisions }: Register): DivisionParents {
  let parents = parentsByRegister.get(divisions);
  if (!parents) parentsByRegister.set(divisions, (parents = parentsOf(divisions.values())));
  return parents;
}

/** The fields as text, empty where nothing is said: what tables export and what two states are compared by. */
export const resourceRecord = (resource: Omit<ResourceDeclaration, "state"> & { readonly state: Resource["state"] | null }): Record<ResourceField, string> => ({
  resource: resource.code,
  unit: resource.unitId,
  class: resource.classId,
  total: resource.derived ? "assets" : resource.total === null ? "unlimited" : String(resource.total),
  reserved: String(resource.reserved),
  overcommit: String(resource.overcommitPercent),
  min: String(resource.limits.min),
  max: String(resource.limits.max),
  step: String(resource.limits.step),
  traits: resource.traits.join(";"),
  jurisdiction: resource.jurisdiction.join(";"),
  calendar: resource.calendarId ?? "",
  valid_from: resource.validFrom ?? "",
  valid_to: resource.validTo ?? "",
  earmark: resource.earmark ?? "",
  legal_basis: resource.legalBasis ?? "",
  number_basis: resource.numberBasis ?? "",
  automated: String(resource.automated),
  state: resource.state ?? "",
  source: resource.source ?? "",
});
