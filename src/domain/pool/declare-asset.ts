import { parseResourceCode, type ResourceId } from "../id.js";
import { problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import type { Asset } from "./asset.js";
import { calendarAt, traitsAt, unitAt } from "./references.js";
import type { Register } from "./register.js";
import type { Resource } from "./resource.js";

export interface AssetDeclaration extends Omit<Asset, "id" | "generation" | "state" | "personId" | "resourceId"> {
  /** Code of the resource it backs; null: of none yet. */
  readonly resource: string | null;
}

/** The columns of `assets.csv`, the fields of the API. */
export const ASSET_FIELDS = ["asset", "unit", "resource", "label", "calendar", "amount", "traits", "valid_from", "valid_to"] as const;
export type AssetField = (typeof ASSET_FIELDS)[number];

/** What an asset must know of the resource it names. */
export type BackedResource = Pick<Resource, "code" | "unitId" | "classId" | "limits"> & { readonly id?: ResourceId };

/** Reads one asset; `backed` looks up the resource it names by code. */
export function declareAsset(record: unknown, register: Register, backed: (code: string) => BackedResource | undefined): Result<AssetDeclaration> {
  const reader = new RecordReader(record, []);
  const code = reader.id("asset", parseResourceCode);
  const unit = unitAt(reader, "unit", register);
  const resource = reader.optionalId("resource", parseResourceCode);
  const behind = resource === null ? undefined : backed(resource);
  if (resource !== null && !behind) reader.refuse(problem("input.unknown_reference", { kind: "resource", id: resource }, reader.at("resource")));
  if (unit && behind && behind.unitId !== unit.id) {
    reader.refuse(problem("asset.resource_of_another_unit", { resource: behind.code, unit: behind.unitId }, reader.at("resource")));
  }
  const label = reader.text("label");
  const calendarId = calendarAt(reader, "calendar", register);
  const amount = reader.amount("amount", { min: 1 });
  const backedClass = behind && register.classes.get(behind.classId);
  const limit = backedClass?.labour?.minutesADay;
  if (limit !== undefined && backedClass?.period === "day" && amount > limit) reader.refuse(problem("asset.beyond_labour_limit", { minutes: amount, limit }, reader.at("amount")));
  const traits = traitsAt(reader, "traits", register).sort();
  const validFrom = reader.optionalDate("valid_from");
  const validTo = reader.optionalDate("valid_to");
  if (validFrom !== null && validTo !== null && validTo < validFrom) reader.refuse(problem("validity.reversed", {}, reader.at("valid_to")));
  reader.end();
  return unlessRefused(reader.problems, { code, unitId: unit?.id as Asset["unitId"], resource, label, calendarId, amount, traits, validFrom, validTo });
}

/** The fields as text, empty where nothing is said. */
export const assetRecord = (asset: AssetDeclaration): Record<AssetField, string> => ({
  asset: asset.code,
  unit: asset.unitId,
  resource: asset.resource ?? "",
  label: asset.label,
  calendar: asset.calendarId ?? "",
  amount: String(asset.amount),
  traits: asset.traits.join(";"),
  valid_from: asset.validFrom ?? "",
  valid_to: asset.validTo ?? "",
});
