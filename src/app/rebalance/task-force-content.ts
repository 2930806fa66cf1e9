import type { ItemGuide } from "../../domain/catalogue/item.js";
import type { ClassId, DivisionCode, UnitId } from "../../domain/id.js";
import { localDateOf, parseLocalDate, type LocalDate } from "../../domain/instant.js";
import { divisionChain, liesIn, parentsOf, type Division, type DivisionParents } from "../../domain/org/division.js";
import { openJurisdiction } from "../../domain/org/jurisdiction.js";
import type { Unit } from "../../domain/org/unit.js";
import { problem, type Problem } from "../../domain/problem.js";
import { lawfulUnit } from "../../domain/request/competence.js";
import type { TaskForceDeclaration } from "../../domain/rebalance/declare-task-force.js";
import { LOAN_DAYS_MAX, loanProblems } from "../../domain/rebalance/loan.js";
import type { PlannedLoan } from "../../domain/rebalance/plan.js";
import type { SharedResource, TaskForceContent } from "../../domain/rebalance/task-force.js";
import { unlessRefused, type Result } from "../../domain/result.js";
import { officesOf } from "../reorganise/answers.js";
import type { Reading } from "../ports/store.js";
import { freeInTerm } from "./plan-content.js";

const LEVELS = ["prefecture", "county", "township"] as const;

/** Names become units and resources; what it cannot have, and what nobody among its members may decide, is refused. */
export async function settleTaskForce(reading: Reading, today: LocalDate, declared: TaskForceDeclaration, proposed?: UnitId): Promise<Result<TaskForceContent>> {
  const { id, names, basis, until, parent } = declared;
  const problems: Problem[] = [];
  if (until < today) problems.push(problem("task-force.until_past", { until, today }, { field: "until" }));
  const days = (parseLocalDate(until) ?? 0) - (parseLocalDate(today) ?? 0) + 1;
  if (days > LOAN_DAYS_MAX) problems.push(problem("loan.term_too_long", { days, max: LOAN_DAYS_MAX }, { field: "until" }));
  if ((await reading.units.get(id)) || (id !== proposed && (await reading.taskForces.get(id)))) problems.push(problem("object.exists", { kind: "unit", id }, { field: "taskForce" }));
  if (parent !== null && (await reading.units.get(parent))?.state !== "active") problems.push(problem("input.unknown_reference", { kind: "unit", id: parent }, { field: "parent" }));
  const divisions = await reading.divisions.all();
  const parents = parentsOf(divisions);
  const members = await membersOf(reading, declared, problems);
  const leads = members.length === 0 ? [] : await leadsOf(reading, today, declared, { divisions, parents }, problems);
  const around = innermostAround(divisions, parents, members);
  const resources = await resourcesOf(reading, today, declared, around?.level ?? "prefecture", problems);
  return unlessRefused(problems, {
    names,
    basis,
    until,
    parent,
    division: around?.code ?? ("" as DivisionCode),
    level: around?.level ?? "prefecture",
    members: declared.members.map(({ unit }) => unit),
    resources,
    items: declared.items,
    leads,
  });
}

async function membersOf(reading: Reading, declared: TaskForceDeclaration, problems: Problem[]): Promise<readonly Unit[]> {
  const units = new Map((await reading.units.some(declared.members.map(({ unit }) => unit))).map((unit) => [unit.id, unit]));
  const found: Unit[] = [];
  for (const [at, { unit: id }] of declared.members.entries()) {
    const unit = units.get(id);
    const field = { field: `members.${at}.unit` };
    // A circle of task forces would end nowhere: neither gives to the other.
    if (await reading.taskForces.get(id)) problems.push(problem("task-force.of_task_force", { unit: id }, field));
    else if (unit?.state !== "active") problems.push(problem("input.unknown_reference", { kind: "unit", id }, field));
    else found.push(unit);
  }
  return found;
}

async function resourcesOf(reading: Reading, today: LocalDate, { id, members, until, basis }: TaskForceDeclaration, level: Unit["level"], problems: Problem[]): Promise<readonly SharedResource[]> {
  const classes = new Map((await reading.classes.all()).map((one) => [one.id, one]));
  const units = new Map((await reading.units.some(members.map(({ unit }) => unit))).map((unit) => [unit.id, unit]));
  const known = await reading.resources.byCodes(members.flatMap(({ resources }) => resources.map(({ resource }) => resource)));
  const borrowed = await reading.resources.dated([...known.values()].map((one) => one.id));
  const standing = await reading.loans.standing();
  const shared: SharedResource[] = [];
  for (const [m, { unit, resources }] of members.entries()) {
    for (const [r, { resource: code, amount }] of resources.entries()) {
      const place = `members.${m}.resources.${r}`;
      const resource = known.get(code);
      const of = resource && classes.get(resource.classId);
      if (!resource || !of) problems.push(problem("input.unknown_reference", { kind: "resource", id: code }, { field: `${place}.resource` }));
      else if (resource.unitId !== unit || borrowed.has(resource.id)) problems.push(problem("task-force.not_owned", { resource: code, unit }, { field: `${place}.resource` }));
      else {
        const from = firstWholeDay(today, until);
        const free = await freeInTerm(reading, resource, of, from, until);
        const one: SharedResource = { resource: code, lenderResource: resource.id, classId: resource.classId, unit, amount: amount ?? free };
        const terms = termOf(id, one, { from, to: until, basis });
        const setting = { today, class: of, resource: { ...resource, borrowed: false }, lender: units.get(unit)!, borrower: { id, level, state: "active" as const }, ofTaskForce: true, standing };
        const unlawful = loanProblems({ ...terms, amount: Math.max(one.amount, resource.limits.min) }, setting);
        problems.push(...unlawful.map((found) => ({ ...found, field: `${place}.${found.field === "amount" ? "amount" : "resource"}` })));
        if (unlawful.length === 0 && (free < one.amount || one.amount < resource.limits.min)) problems.push(problem("plan.not_free", { resource: code, date: from, free, amount: Math.max(one.amount, resource.limits.min), periods: 1 }, { field: `${place}.amount` }));
        shared.push(one);
      }
    }
  }
  return shared;
}

/** Today is half gone, and half given: what is to be free of it does not bind the days after. */
const firstWholeDay = (today: LocalDate, until: LocalDate): LocalDate => (until === today ? today : dayAfter(today));

interface Places {
  readonly divisions: readonly Division[];
  readonly parents: DivisionParents;
}

/** Members in whose name it would act; where an item is to be taken and no member is competent, or holds what it needs, that is refused. */
async function leadsOf(reading: Reading, today: LocalDate, { id, members, items }: TaskForceDeclaration, { divisions, parents }: Places, problems: Problem[]): Promise<readonly UnitId[]> {
  const [units, routing, pool, zones, duties] = [await reading.units.all(), await reading.reorganisations.routing(), await reading.pools.get(), await reading.zones.all(), await reading.duties.items()];
  const functionsOf = new Map(duties.map((duty) => [duty.item as string, duty.functions.filter(({ own }) => own).map((one) => one.class)]));
  const [offices, among] = [officesOf(units), new Set<string>(members.map(({ unit }) => unit))];
  const zoneById = new Map(zones.map((zone) => [zone.id as string, zone]));
  const authorities = (await reading.duties.leads(today)).filter(({ unitId, validFrom }) => among.has(unitId) && (validFrom === null || validFrom <= today)).map((lead) => ({ ...lead, jurisdiction: openJurisdiction(lead.jurisdiction, zoneById) }));
  const holds = (unit: UnitId, classId: ClassId, place: DivisionCode): boolean => authorities.some((lead) => lead.unitId === unit && lead.classId === classId && lead.jurisdiction.some((division) => liesIn(parents, place, division)));
  const leads = new Set<UnitId>();
  for (const [at, { item: code, divisions: named }] of items.entries()) {
    const field = { field: `items.${at}.item` };
    const item = await reading.items.published(code);
    const other = routing.takers?.find((taker) => taker.item === code && taker.unit !== id && (taker.divisions.length === 0 || named.length === 0 || taker.divisions.some((one) => named.some((place) => liesIn(parents, place, one) || liesIn(parents, one, place)))));
    if (other) problems.push(problem("task-force.item_taken", { item: code, other: other.unit }, field));
    const unknown = named.find((place) => !parents.has(place));
    if (!item) problems.push(problem("input.unknown_reference", { kind: "item", id: code }, field));
    else if (unknown !== undefined) problems.push(problem("input.unknown_reference", { kind: "division", id: unknown }, { field: `items.${at}.divisions` }));
    else {
      const places = named.length > 0 ? named : divisions.filter((one) => one.level === item.guide.level && (!pool || liesIn(parents, one.code, pool.division))).map((one) => one.code);
      const found = places.map((place) => ({ place, lead: leadAt(item.guide, place) })).filter(({ lead }) => named.length > 0 || (lead !== undefined && among.has(lead)));
      if (found.length === 0) problems.push(problem("task-force.no_member_competent", { item: code, division: pool?.division ?? "" }, field));
      for (const { place, lead } of found) {
        const lacking = lead === undefined || !among.has(lead) ? undefined : (functionsOf.get(code) ?? []).find((classId) => !holds(lead, classId, place));
        if (lead === undefined || !among.has(lead)) problems.push(problem("task-force.no_member_competent", { item: code, division: place }, field));
        else if (lacking !== undefined) problems.push(problem("task-force.function_not_held", { item: code, class: lacking, division: place }, field));
        else leads.add(lead);
      }
    }
  }
  return [...leads].sort();

  function leadAt(guide: ItemGuide, place: DivisionCode): UnitId | undefined {
    const office = lawfulUnit(guide, place, offices, parents, routing);
    return office.ok ? office.value.id : undefined;
  }
}

/** The innermost division that holds all of them, at a level that units have. */
function innermostAround(divisions: readonly Division[], parents: DivisionParents, units: readonly Unit[]): { readonly code: DivisionCode; readonly level: Unit["level"] } | undefined {
  const [first, ...others] = units;
  if (!first) return undefined;
  const levels = new Map(divisions.map((one) => [one.code, one.level]));
  for (const code of divisionChain(parents, first.division)) {
    const level = LEVELS.find((one) => one === levels.get(code));
    if (level !== undefined && others.every((unit) => liesIn(parents, unit.division, code))) return { code, level };
  }
  return undefined;
}

interface Term {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly basis: string;
}

const termOf = (borrower: UnitId, { classId, lenderResource, unit: lender, resource, amount }: SharedResource, { from, to, basis }: Term): PlannedLoan => ({ classId, lenderResource, lender, resource, borrower, amount, from, to, legalBasis: basis, why: null, without: null });

/** What is lent to it: to its last day what was agreed. Of each period it gets what is free of that: people go on asking while others agree. */
export const termsOf = (id: UnitId, { resources, until, basis }: TaskForceContent, today: LocalDate): readonly PlannedLoan[] =>
  resources.map((one) => ({ ...termOf(id, one, { from: today, to: until, basis }), partial: true }));

const dayAfter = (day: LocalDate): LocalDate => localDateOf((parseLocalDate(day) ?? 0) + 1);
