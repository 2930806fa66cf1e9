import { readdirSync, readFileSync } from "node:fs";
import { parse as parseCsv } from "csv-parse/sync";
import { parseAllDocuments } from "yaml";
import { declareBundle, type BundleDeclaration } from "../../src/domain/catalogue/declare-bundle.js";
import { declareItem } from "../../src/domain/catalogue/declare-item.js";
import type { ItemGuide } from "../../src/domain/catalogue/item.js";
import type { DivisionCode } from "../../src/domain/id.js";
import { declareUnit, unitTreeProblems, type UnitDeclaration } from "../../src/domain/org/declare-unit.js";
import type { Division } from "../../src/domain/org/division.js";
import type { Unit } from "../../src/domain/org/unit.js";
import { declareAsset, type AssetDeclaration } from "../../src/domain/pool/declare-asset.js";
import { calendarProblems, declareCalendar } from "../../src/domain/pool/declare-calendar.js";
import { declareClass } from "../../src/domain/pool/declare-class.js";
import { declarePool } from "../../src/domain/pool/declare-pool.js";
import { declareResource, type ResourceDeclaration } from "../../src/domain/pool/declare-resource.js";
import { declareTrait } from "../../src/domain/pool/declare-trait.js";
import type { Register } from "../../src/domain/pool/register.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Result } from "../../src/domain/result.js";

const RESOURCES = new URL("../../resources/", import.meta.url);
const SAMPLE = new URL("sample-prefecture/", RESOURCES);

/** Yearly requests for an item at a place. */
export interface Demand {
  readonly item: string;
  readonly division: string;
  readonly perYear: number;
  readonly source: string;
}

/** The declared files of `resources/`, read by the register's own rules and nothing else: no loader, no database. */
export interface Sample {
  readonly register: Register;
  readonly items: readonly ItemGuide[];
  readonly bundles: readonly BundleDeclaration[];
  readonly resources: readonly ResourceDeclaration[];
  readonly assets: readonly AssetDeclaration[];
  readonly demand: readonly Demand[];
  readonly persons: readonly Record<string, unknown>[];
  /** `file: code field` of everything refused. */
  readonly problems: readonly string[];
}

export const COUNTIES = ["522301", "522302", "522323", "522324", "522325", "522326", "522327", "522328"];

export function readSample(): Sample {
  const problems: string[] = [];
  const say = (file: string, found: Problem) => problems.push(`${file}: ${found.code} ${found.field ?? ""} ${JSON.stringify(found.facts)}`);
  const take = <T>(file: string, result: Result<T>): T[] => {
    if (result.ok) return [result.value];
    for (const found of result.problems) say(file, found);
    return [];
  };
  const yaml = (file: URL, kind: string): Record<string, unknown>[] =>
    parseAllDocuments(readFileSync(file, "utf8")).map((document) => {
      for (const error of [...document.errors, ...document.warnings]) problems.push(`${file.pathname}: ${error.message}`);
      const { apiVersion, kind: found, ...record } = document.toJS() as Record<string, unknown>;
      if (apiVersion !== "govpool/v1" || found !== kind) problems.push(`${file.pathname}: not a ${kind}`);
      return record;
    });
  const table = (name: string) => parseCsv(readFileSync(new URL(name, SAMPLE), "utf8"), { columns: true }) as Record<string, string>[];
  const folder = (url: URL, kind: string) => readdirSync(url).sort().flatMap((name) => yaml(new URL(name, url), kind));

  const [pool] = yaml(new URL("pool.yaml", SAMPLE), "Pool").flatMap((record) => take("pool.yaml", declarePool(record)));
  if (!pool) throw new Error(problems.join("\n"));
  const demand = table("demand.csv").map((row) => ({ item: row["item"] ?? "", division: row["division"] ?? "", perYear: Number(row["per_year"]), source: row["source"] ?? "" }));
  const unitRows = table("units.csv");
  const tableResources = table("resources.csv");
  // Only the divisions the files name: the whole list comes from a package, which has tests of its own.
  const named = [pool.division, ...unitRows.map((row) => row["division"] ?? ""), ...pool.zones.flatMap((zone) => zone.townships), ...demand.map((row) => row.division), ...COUNTIES];
  const divisions = new Map<string, Division>(
    named.map((code) => {
      const parent = code === pool.division ? null : code.length === 9 ? code.slice(0, 6) : pool.division;
      const level = code === pool.division ? "prefecture" : code.length === 9 ? "township" : "county";
      return [code, { code, names: { zh: code, en: code }, level, parent } as unknown as Division];
    }),
  );
  const calendars = new Map(folder(new URL("calendars/", RESOURCES), "Calendar").flatMap((record) => take("calendars", declareCalendar(record))).map((one) => [one.id as string, one]));
  for (const found of calendarProblems(calendars).values()) say("calendars", found);
  const classes = new Map(folder(new URL("classes/", RESOURCES), "Class").flatMap((record) => take("classes", declareClass(record))).map((one) => [one.id as string, { ...one, generation: 1 }]));
  const traits = new Map(yaml(new URL("traits.yaml", RESOURCES), "Trait").flatMap((record) => take("traits.yaml", declareTrait(record))).map((one) => [one.id, one]));
  const partial: Register = { pool: { id: pool.id, division: pool.division, calendarId: pool.calendarId }, divisions, zones: new Map(pool.zones.map((zone) => [zone.id as string, zone])), calendars, classes, traits, units: new Map() };
  const units = new Map<string, UnitDeclaration>(unitRows.flatMap((row) => take("units.csv", declareUnit(row, partial))).map((one) => [one.id as string, one]));
  for (const found of unitTreeProblems(units).values()) say("units.csv", found);
  const register: Register = { ...partial, units: units as unknown as ReadonlyMap<string, Unit> };
  const resources = tableResources.flatMap((row) => take(`resources.csv ${row["resource"]}`, declareResource(row, register)));
  const byCode = new Map(resources.map((one) => [one.code, one]));
  const assets = table("assets.csv").flatMap((row) => take(`assets.csv ${row["asset"]}`, declareAsset(row, register, (code) => byCode.get(code))));
  const items = folder(new URL("items/", SAMPLE), "Item").flatMap((record) => take(`item ${String(record["item"])}`, declareItem(record, register)));
  const codes = new Set(items.map(({ item }) => item as string));
  const bundles = folder(new URL("bundles/", SAMPLE), "Bundle").flatMap((record) => take(`bundle ${String(record["bundle"])}`, declareBundle(record, (code) => codes.has(code))));
  const persons = yaml(new URL("persons.yaml", SAMPLE), "Person");
  for (const [kind, all] of Object.entries({ unit: unitRows.map((row) => row["unit"]), resource: tableResources.map((row) => row["resource"]), asset: assets.map(({ code }) => code), item: items.map(({ item }) => item) })) {
    if (new Set(all).size !== all.length) problems.push(`${kind}: a code twice`);
  }
  return { register, items, bundles, resources, assets, demand, persons, problems };
}

/** The division itself and those around it, innermost first. */
export const around = (division: string): DivisionCode[] =>
  [division, ...(division.length === 9 ? [division.slice(0, 6)] : []), "522300"].filter((code, i, all) => all.indexOf(code) === i) as DivisionCode[];
