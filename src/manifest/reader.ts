import { basename } from "node:path";
import type { ManifestFile, ManifestNoun, ManifestReader, ManifestRecords, ManifestRow } from "../app/ports/manifest.js";
import { UNIT_FIELDS } from "../domain/org/declare-unit.js";
import { ASSET_FIELDS } from "../domain/pool/declare-asset.js";
import { QUOTA_COLUMNS } from "../domain/quota/declare-quota.js";
import { RESOURCE_FIELDS } from "../domain/pool/declare-resource.js";
import { problem, type Problem } from "../domain/problem.js";
import { unlessRefused, type Result } from "../domain/result.js";
import { nationalDivisions } from "./china-division.js";
import { MANIFEST_LIMITS } from "./limits.js";
import { readCsv } from "./read-csv.js";
import { readYaml } from "./read-yaml.js";

const KINDS: Readonly<Record<string, ManifestNoun>> = {
  Pool: "pool",
  Calendar: "calendars",
  Class: "classes",
  Trait: "traits",
  PriorityClass: "priorities",
  Item: "items",
  Bundle: "bundles",
  Cohort: "cohorts",
  Quota: "quotas",
  Sharing: "sharing",
  AlertRule: "alert-rules",
  StandingLimit: "standing-limits",
  Agreement: "agreements",
  Reorganisation: "reorganisations",
  TaskForce: "task-forces",
};

/** Read by others: the demo's prepared persons, and scenarios of what-ifs. */
const PASSED_OVER = new Set(["Person", "Scenario"]);

const TABLES: Readonly<Record<string, { readonly noun: ManifestNoun; readonly columns: readonly string[]; readonly required: readonly string[]; readonly fields?: Readonly<Record<string, string>> }>> = {
  "units.csv": { noun: "units", columns: UNIT_FIELDS, required: ["unit", "name_zh", "name_en", "division", "line", "level"] },
  "resources.csv": { noun: "resources", columns: RESOURCE_FIELDS, required: ["resource", "unit", "class", "total"] },
  "assets.csv": { noun: "assets", columns: ASSET_FIELDS, required: ["asset", "unit", "resource", "label", "amount"] },
  "quotas.csv": { noun: "quotas", columns: Object.keys(QUOTA_COLUMNS), required: ["unit", "class", "cohort"], fields: QUOTA_COLUMNS },
};

export const manifestReader: ManifestReader = { read, nationalDivisions };

/** `*.yaml` and `*.yml` hold documents; `units.csv`, `resources.csv`, `assets.csv` and `quotas.csv` are tables wherever they lie. */
function read(files: readonly ManifestFile[]): Result<ManifestRecords> {
  const problems: Problem[] = [];
  const rows: Record<ManifestNoun, ManifestRow[]> = { pool: [], calendars: [], classes: [], traits: [], priorities: [], units: [], agreements: [], resources: [], assets: [], items: [], bundles: [], cohorts: [], quotas: [], sharing: [], "alert-rules": [], "standing-limits": [], reorganisations: [], "task-forces": [] };
  if (files.length > MANIFEST_LIMITS.filesMax) problems.push(problem("manifest.too_many_files", { max: MANIFEST_LIMITS.filesMax }));
  for (const { path, bytes } of files.slice(0, MANIFEST_LIMITS.filesMax)) {
    const name = basename(path);
    const table = TABLES[name];
    const yaml = /\.ya?ml$/.test(name);
    if (!table && !yaml) continue;
    const text = textOf(path, bytes, problems);
    if (text === undefined) continue;
    if (table) {
      rows[table.noun].push(...readCsv(path, text, table.columns, table.required, problems).map((row) => withFields(row, table.fields)));
      continue;
    }
    for (const document of readYaml(path, text, problems)) {
      const noun = Object.hasOwn(KINDS, document.kind) ? KINDS[document.kind] : undefined;
      if (noun) rows[noun].push(document);
      else if (!PASSED_OVER.has(document.kind)) {
        problems.push(problem("manifest.kind_unknown", { kind: document.kind.slice(0, 80) }, { field: "kind", file: path, line: document.lineOf("kind") }));
      }
    }
  }
  return unlessRefused(problems, rows);
}

/** A document of the same noun has fields of other names than the table's columns. */
const withFields = (row: ManifestRow, fields: Readonly<Record<string, string>> | undefined): ManifestRow =>
  fields === undefined ? row : { ...row, record: Object.fromEntries(Object.entries(row.record as Readonly<Record<string, unknown>>).map(([column, cell]) => [fields[column] ?? column, cell])) };

function textOf(file: string, bytes: Uint8Array, problems: Problem[]): string | undefined {
  if (bytes.byteLength > MANIFEST_LIMITS.fileBytesMax) {
    problems.push(problem("input.too_large", { maxBytes: MANIFEST_LIMITS.fileBytesMax }, { file }));
    return undefined;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    problems.push(problem("manifest.not_utf8", {}, { file }));
    return undefined;
  }
}
