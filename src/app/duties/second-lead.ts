import type { ClassId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, type Instant } from "../../domain/instant.js";
import { parentsOf } from "../../domain/org/division.js";
import { overlaps, type Lead } from "../../domain/org/duties.js";
import { openJurisdiction } from "../../domain/org/jurisdiction.js";
import type { ResourceDeclaration } from "../../domain/pool/declare-resource.js";
import type { Resource } from "../../domain/pool/resource.js";
import { problem, type Problem, type ProblemPlace } from "../../domain/problem.js";
import type { Transaction } from "../ports/store.js";

/** An authority about to be written, and where it was declared. */
export interface AuthorityWritten {
  readonly declaration: Omit<ResourceDeclaration, "state"> & { readonly state: Resource["state"] };
  readonly place: ProblemPlace;
}

/**
 * One lead for a class and an area: whoever would be the second is told who leads, unless a dated exception covers every
 * day both would. What overlapped before is for the report; only what is being written is refused.
 */
export async function secondLeadProblems(tx: Pick<Transaction, "duties" | "units" | "divisions" | "zones">, at: Instant, written: readonly AuthorityWritten[]): Promise<readonly Problem[]> {
  const authorities = written.filter(({ declaration }) => declaration.classId.startsWith("function.") && declaration.state === "published");
  if (authorities.length === 0) return [];
  const today = localDateOf(dayNumberOf(at));
  const [there, exceptions, units, divisions, zones] = [
    await tx.duties.leads(today, [...new Set<ClassId>(authorities.map(({ declaration }) => declaration.classId))]),
    await tx.duties.exceptions({ ended: false }),
    await tx.units.all(),
    await tx.divisions.all(),
    await tx.zones.all(),
  ];
  const zoneById = new Map<string, (typeof zones)[number]>(zones.map((zone) => [zone.id, zone]));
  const levels = new Map(units.map(({ id, level }) => [id, level]));
  const places = new Map(authorities.map(({ declaration, place }) => [declaration.code, place]));
  const opened = (jurisdiction: readonly string[]) => openJurisdiction(jurisdiction, zoneById);
  const leads: Lead[] = [
    ...there.filter(({ code }) => !places.has(code)).map((lead) => ({ ...lead, jurisdiction: opened(lead.jurisdiction) })),
    ...authorities.flatMap(({ declaration: { code, unitId, classId, jurisdiction, validFrom, validTo } }) => {
      const level = levels.get(unitId);
      return level === undefined ? [] : [{ code, unitId, level, classId, jurisdiction: opened(jurisdiction), validFrom, validTo }];
    }),
  ];
  const told = new Set<string>();
  return overlaps(leads, exceptions, parentsOf(divisions), today).flatMap(({ leads: [a, b], classId, division }) => {
    // Of two in one table, the later one is the second.
    const second = places.has(b.code) ? b : places.has(a.code) ? a : undefined;
    if (!second || told.has(second.code)) return [];
    told.add(second.code);
    const first = second === b ? a : b;
    return [problem("resource.second_lead", { class: classId, division, unit: first.unitId, resource: first.code }, { field: "class", ...places.get(second.code) })];
  });
}
