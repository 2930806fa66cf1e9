import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createImportRunner, type ImportRunner } from "../../src/app/import/runner.js";
import { beginImport } from "../../src/app/import/imports.js";
import type { ImportKind, ImportOptions, ImportRecord } from "../../src/app/ports/import.js";
import type { Tables } from "../../src/app/ports/tables.js";
import type { ClassDeclaration } from "../../src/domain/pool/declare-class.js";
import type { PersonActor } from "../../src/domain/policy/subject.js";
import type { Result } from "../../src/domain/result.js";
import { trusted } from "../../src/domain/id.js";
import { createTables } from "../../src/tabular/tables.js";
import type { TestDatabase } from "../support/database.js";
import { actor, POOL, policyPool } from "../support/policy-pool.js";
import { randomUUID } from "node:crypto";

/** The trial pool with what its tables refer to: divisions, classes, a trait, a calendar. */
export async function importPool(database: TestDatabase) {
  const { deps } = await policyPool(database);
  const tables = createTables({ directory: mkdtempSync(join(tmpdir(), "govpool-import-")) });
  const faults: unknown[] = [];
  await deps.store.transact(POOL, async (tx) => {
    await tx.divisions.put(
      [
        ["522300", "prefecture", null],
        ["522301", "county", "522300"],
        ["522301001", "township", "522301"],
        ["522322", "county", "522300"],
      ].map(([code, level, parent]) => ({ code: trusted(code as string), names: { zh: code as string, en: code as string }, level, parent })) as never,
    );
    await tx.traits.put([{ id: "sign-language", names: { zh: "手语", en: "Sign language" } }]);
    await tx.classes.put([staffReview, counter, licensing]);
  });
  const importRunner = createImportRunner({ ...deps, tables, onFault: (error) => faults.push(error) });
  return { deps: { ...deps, tables, importRunner }, tables, faults };
}

const base = { measure: "minute", period: "day", horizonDays: 20, per: "unit", lend: "work", act: "assisting", consumable: false, source: null } as const;
const staffReview: ClassDeclaration = { ...base, id: trusted("staff.review"), kind: "staff", names: { zh: "审查", en: "Review" }, limits: { min: 5, max: 240, step: 5 } };
const counter: ClassDeclaration = { ...base, id: trusted("material.counter"), kind: "material", measure: "piece", period: "slot", horizonDays: 10, lend: "share", names: { zh: "窗口", en: "Counter" }, limits: { min: 1, max: 1, step: 1 } };
export const licensing: ClassDeclaration = { ...base, id: trusted("function.food-licensing"), kind: "function", measure: "case", period: "none", horizonDays: null, lend: "none", act: "deciding", names: { zh: "许可", en: "Licensing" }, limits: { min: 1, max: 1, step: 1 } };

export const admin = actor([{ role: "pool-admin" }]);
export const registrar = (unit: string): PersonActor => actor([{ role: "registrar", unitId: trusted(unit) }]);

type Deps = Awaited<ReturnType<typeof importPool>>["deps"];

async function* bytesOf(content: string | Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof content === "string") yield Buffer.from(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}

export async function upload(
  deps: Deps & { readonly tables: Tables; readonly importRunner: ImportRunner },
  who: PersonActor,
  kind: ImportKind,
  content: string | Uint8Array | AsyncIterable<Uint8Array>,
  { fileName = "table.csv", ...options }: Partial<ImportOptions> & { readonly fileName?: string } = {},
): Promise<Result<ImportRecord>> {
  const kept = await deps.tables.keep(bytesOf(content), fileName);
  if (!kept.ok) return kept;
  const begun = await beginImport(deps, who, { id: randomUUID(), kind, options: { absent: "keep", ...options }, table: kept.value });
  if (!begun.ok) return begun;
  await deps.importRunner.idle();
  const read = await deps.store.read(POOL).imports.get(begun.value.id);
  return { ok: true, value: read as ImportRecord };
}
