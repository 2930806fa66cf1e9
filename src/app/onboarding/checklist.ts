import type { Item } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import { answersFor, checklist, claimsOf, serves, type ChecklistEntry, type Supply } from "../../domain/org/checklist.js";
import { parentsOf } from "../../domain/org/division.js";
import { openJurisdiction } from "../../domain/org/jurisdiction.js";
import type { Unit } from "../../domain/org/unit.js";
import type { Resource } from "../../domain/pool/resource.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import { readRegister } from "../pool/register.js";
import type { DeclareDeps } from "../pool/declaring.js";
import type { Page, PageAsked } from "../ports/page.js";
import type { Reading } from "../ports/store.js";

export interface UnitChecklist {
  readonly unit: Unit;
  readonly entries: readonly ChecklistEntry[];
}

/** What keeps the unit's items off the public catalogue, and what is done. */
export async function unitChecklist(deps: DeclareDeps, actor: Actor, pool: PoolId, id: string): Promise<Result<UnitChecklist>> {
  const reading = deps.store.read(pool);
  const unit = await reading.units.get(id);
  const allowed = await deps.authorizer.may(actor, "onboarding.read", { poolId: pool, unitId: unit?.id ?? null });
  if (!allowed.ok) return allowed;
  if (!unit) return refused(problem("object.not_found", { kind: "unit" }));
  return ok({ unit, entries: await readChecklist(reading, unit) });
}

/** Why these units may not be published: one problem for each thing that is missing. */
export async function incomplete(reading: Reading, units: readonly string[]): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const id of units) {
    const unit = await reading.units.get(id);
    const missing = unit ? (await readChecklist(reading, unit)).filter(({ done }) => !done) : [];
    problems.push(...missing.map(({ point }) => problem("unit.incomplete", { unit: id, point })));
  }
  return problems;
}

export async function readChecklist(reading: Reading, unit: Unit): Promise<readonly ChecklistEntry[]> {
  const register = await readRegister(reading);
  if (!register.ok) throw new Error(`the pool of unit ${unit.id} is gone`);
  const { divisions, zones, classes } = register.value;
  const parents = parentsOf(divisions.values());
  const frame = { unit, classes, parents };
  const supplyOf = (resource: Resource): Supply => ({ ...resource, jurisdiction: openJurisdiction(resource.jurisdiction, zones) });

  const items = (await everyRow((page) => reading.items.list({ state: "published", unit: unit.id }, page))).filter(({ guide }) => answersFor(unit, guide));
  const own = (await everyRow((page) => reading.resources.list({ units: [unit.id], own: true }, page))).map(supplyOf);
  const supplies = [...own, ...(await othersFor(reading, items, own, frame, supplyOf))];

  const staff = new Set(own.filter(({ classId }) => classes.get(classId)?.kind === "staff").map(({ code }) => code));
  const posts = await everyRow((page) => reading.assets.list({ units: [unit.id], state: "in-service" }, page));
  const heads = (await reading.roleGrants.list({ unitId: unit.id })).filter(({ role }) => role === "unit-head").map(({ personId }) => personId);
  const active = (await reading.people.some(heads)).filter(({ state }) => state === "active");
  return checklist({
    ...frame,
    divisionKnown: divisions.has(unit.division),
    heads: active.length,
    officers: posts.filter(({ personId, resource }) => personId !== null && resource !== null && staff.has(resource)).length,
    items,
    supplies,
  });
}

/** Of other units' resources, enough to say of each claim whether somebody serves it: a class may have thousands. */
async function othersFor(reading: Reading, items: readonly Item[], own: readonly Supply[], frame: Parameters<typeof serves>[2], supplyOf: (resource: Resource) => Supply): Promise<Supply[]> {
  const open = new Map(
    items
      .flatMap(({ guide }) => claimsOf(guide))
      .filter((claim) => claim.scope === "pool" && frame.classes.get(claim.class)?.act !== "deciding" && !own.some((supply) => serves(supply, claim, frame)))
      .map((claim) => [JSON.stringify([claim.class, claim.traits ?? [], claim.purpose ?? null]), claim]),
  );
  const found: Supply[] = [];
  for (const classId of new Set([...open.values()].map((claim) => claim.class))) {
    let after: string | undefined;
    do {
      const page = await reading.resources.list({ class: classId, state: "published" }, { limit: PAGE, after });
      for (const supply of page.rows.map(supplyOf)) {
        const served = [...open].filter(([, claim]) => serves(supply, claim, frame));
        if (served.length === 0) continue;
        found.push(supply);
        for (const [key] of served) open.delete(key);
      }
      after = page.next ?? undefined;
    } while (after !== undefined && [...open.values()].some((claim) => claim.class === classId));
  }
  return found;
}

const PAGE = 500;

/** All rows of a list that has hundreds at most. */
export async function everyRow<T>(list: (page: PageAsked) => Promise<Page<T>>): Promise<T[]> {
  const rows: T[] = [];
  let after: string | undefined;
  do {
    const page = await list({ limit: PAGE, after });
    rows.push(...page.rows);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
}
