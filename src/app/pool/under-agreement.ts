import type { UnitId } from "../../domain/id.js";
import { localDateOf, dayNumberOf, type Instant } from "../../domain/instant.js";
import type { ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import { problem, type Problem } from "../../domain/problem.js";
import { servesUnderAgreement } from "../../domain/rebalance/agreement.js";
import type { Reading } from "../ports/store.js";
import { ceilingProblem } from "../rebalance/agreements.js";
import type { DeclaredRow } from "./declaring.js";

type Offered = Pick<ResourceDeclaration, "code" | "unitId" | "classId" | "traits"> & { readonly state: "registered" | "published" | "retired" | null };

/** What an enterprise or association declares: things that may be bought, and published only under an agreement and up to its standard. */
export async function agreementRowProblems(reading: Reading, at: Instant, rows: readonly DeclaredRow<Offered>[]): Promise<readonly Problem[]> {
  const suppliers = await suppliersAmong(reading, rows.map(({ declaration }) => declaration.unitId));
  if (suppliers.size === 0) return [];
  const classes = new Map((await reading.classes.all()).map((one) => [one.id, one]));
  const today = localDateOf(dayNumberOf(at));
  const living = (await reading.agreements.living([...suppliers])).filter((one) => one.state === "active" && (one.endedFrom ?? one.content.until) > today);
  return rows.flatMap(({ declaration: { code, unitId, classId, traits, state }, place }): Problem[] => {
    if (!suppliers.has(unitId)) return [];
    const of = classes.get(classId);
    if (of && !servesUnderAgreement(of)) return [problem("agreement.class_not_assisting", { class: classId }, { field: "class", ...place })];
    if (state !== "published") return [];
    const agreement = living.find(({ content }) => content.provider === unitId && content.classes.some((one) => one.classId === classId));
    if (!agreement) return [problem("agreement.required", { resource: code, unit: unitId, class: classId }, { field: "state", ...place })];
    const missing = agreement.content.traits.filter((trait) => !traits.includes(trait));
    return missing.length === 0 ? [] : [problem("agreement.standard_missing", { resource: code, agreement: agreement.id, traits: missing.join("、") }, { field: "traits", ...place })];
  });
}

/** After what these units have was written: nobody offers more than was bought. */
export async function ceilingProblems(reading: Reading, units: readonly UnitId[]): Promise<readonly Problem[]> {
  const suppliers = await suppliersAmong(reading, units);
  return suppliers.size === 0 ? [] : (await reading.agreements.aboveCeiling([...suppliers])).map(ceilingProblem);
}

async function suppliersAmong(reading: Reading, units: readonly UnitId[]): Promise<ReadonlySet<UnitId>> {
  const named = await reading.units.some([...new Set(units)]);
  return new Set(named.flatMap((unit) => (unit.kind === "supplier" ? [unit.id] : [])));
}
