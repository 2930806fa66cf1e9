import { localDateOf, parseLocalDate, type DayNumber } from "../../domain/instant.js";
import type { CapacityClass } from "../../domain/pool/class.js";
import { parseRule, type PolicyRule } from "../../domain/policy/rule.js";
import { problem, type Problem } from "../../domain/problem.js";
import { isEmpty, SCENARIO_LIMITS, type Scenario, type ScenarioDay, type ScenarioSpan } from "../../domain/what-if/scenario.js";

/** What a scenario may name. */
export interface ScenarioPlaces {
  readonly today: DayNumber;
  readonly classes: ReadonlyMap<string, Pick<CapacityClass, "kind" | "lend">>;
  readonly hasUnit: (id: string) => boolean;
  readonly hasDivision: (code: string) => boolean;
  readonly hasItem: (code: string) => boolean;
  readonly hasResource: (code: string) => boolean;
  readonly hasAsset: (code: string) => boolean;
  readonly hasPolicy: (version: number) => boolean;
}

/** Day numbers of a span. */
export interface DatedSpan {
  readonly first: DayNumber;
  readonly last: DayNumber;
}

/** The day that days count from. */
export const startOf = ({ start }: Scenario, today: DayNumber): DayNumber => (start === undefined ? today : (parseLocalDate(start) ?? today));

export const dayOf = (day: ScenarioDay, start: DayNumber): DayNumber => (typeof day === "number" ? start + day : (parseLocalDate(day) ?? start));

export const spanOf = ({ from, to }: ScenarioSpan, start: DayNumber): DatedSpan => ({ first: from === undefined ? start : dayOf(from, start), last: to === undefined ? Infinity : dayOf(to, start) });

/** The rules of the allocation policy that are written as text; those that are none are left out. */
export const rulesOf = (texts: readonly string[] | undefined): readonly PolicyRule[] =>
  (texts ?? []).flatMap((text) => {
    const rule = parseRule("allocation", cellsOf(text));
    return rule.ok ? [rule.value] : [];
  });

const cellsOf = (text: string): readonly string[] => text.split(",").map((cell) => cell.trim());

/** Everything in a scenario that names what is not there, or says what cannot be. Nothing is run while there is any. */
export function scenarioProblems(scenario: Scenario, places: ScenarioPlaces): Problem[] {
  const { today } = places;
  const start = startOf(scenario, today);
  const last = start + scenario.days - 1;
  const problems: Problem[] = [];
  const unknown = (kind: string, id: string, field: string): void => void problems.push(problem("input.unknown_reference", { kind, id }, { field }));
  const unit = (id: string, field: string): void => void (places.hasUnit(id) || unknown("unit", id, field));
  const classAt = (id: string, field: string): void => void (places.classes.has(id) || problems.push(problem("class.unknown", { class: id }, { field })));
  const dayAt = (day: ScenarioDay | undefined, field: string): void => {
    if (day === undefined) return;
    const number = dayOf(day, start);
    if (number < today) problems.push(problem("scenario.day_past", { day: localDateOf(number), first: localDateOf(today) }, { field }));
  };
  const span = (of: ScenarioSpan, field: string): void => {
    dayAt(of.from, `${field}.from`);
    dayAt(of.to, `${field}.to`);
    const { first, last: end } = spanOf(of, start);
    if (end < first) problems.push(problem("validity.reversed", {}, { field: `${field}.to` }));
    else if (first > last) problems.push(problem("scenario.day_beyond", { day: localDateOf(first), last: localDateOf(last) }, { field: `${field}.from` }));
  };
  const demanded = ({ items, divisions }: { readonly items?: readonly string[] | undefined; readonly divisions?: readonly string[] | undefined }, field: string): void => {
    items?.forEach((code, at) => void (places.hasItem(code) || unknown("item", code, `${field}.items.${at}`)));
    divisions?.forEach((code, at) => void (places.hasDivision(code) || problems.push(problem("division.unknown", { division: code }, { field: `${field}.divisions.${at}` }))));
  };

  if (scenario.start !== undefined && start < today) problems.push(problem("scenario.day_past", { day: localDateOf(start), first: localDateOf(today) }, { field: "start" }));
  const latest = today + SCENARIO_LIMITS.daysMax - scenario.days;
  if (start > latest) problems.push(problem("scenario.day_beyond", { day: localDateOf(start), last: localDateOf(latest) }, { field: "start" }));
  if (isEmpty(scenario)) problems.push(problem("scenario.empty", {}));
  scenario.supply.forEach((change, at) => {
    if ("drain" in change) {
      const field = `supply.${at}.drain`;
      const { unit: id, class: classId, resource, asset } = change.drain;
      if (id === undefined && classId === undefined && resource === undefined && asset === undefined) problems.push(problem("scenario.drain_of_nobody", {}, { field }));
      if (id !== undefined) unit(id, `${field}.unit`);
      if (classId !== undefined) classAt(classId, `${field}.class`);
      if (resource !== undefined && !places.hasResource(resource)) unknown("resource", resource, `${field}.resource`);
      if (asset !== undefined && !places.hasAsset(asset)) unknown("asset", asset, `${field}.asset`);
      span(change.drain, field);
    } else if ("add" in change) {
      const field = `supply.${at}.add`;
      unit(change.add.unit, `${field}.unit`);
      classAt(change.add.class, `${field}.class`);
      span(change.add, field);
    } else {
      const field = `supply.${at}.lend`;
      const { lender, borrower, resource, class: classId } = change.lend;
      unit(lender, `${field}.lender`);
      unit(borrower, `${field}.borrower`);
      classAt(classId, `${field}.class`);
      if (resource !== undefined && !places.hasResource(resource)) unknown("resource", resource, `${field}.resource`);
      if (lender === borrower) problems.push(problem("scenario.lent_to_itself", { unit: lender }, { field: `${field}.borrower` }));
      if (places.classes.get(classId)?.lend === "none") problems.push(problem("scenario.not_lendable", { class: classId }, { field: `${field}.class` }));
      span(change.lend, field);
    }
  });
  scenario.demand.forEach((change, at) => {
    if ("surge" in change) {
      demanded(change.surge, `demand.${at}.surge`);
      span(change.surge, `demand.${at}.surge`);
    } else if ("cliff" in change) {
      const field = `demand.${at}.cliff`;
      demanded(change.cliff, field);
      dayAt(change.cliff.date, `${field}.date`);
      const day = dayOf(change.cliff.date, start);
      if (day > last) problems.push(problem("scenario.day_beyond", { day: localDateOf(day), last: localDateOf(last) }, { field: `${field}.date` }));
    } else {
      const first = scenario.demand.findIndex((other) => "trace" in other);
      if (first !== at) problems.push(problem("scenario.trace_twice", {}, { field: `demand.${at}.trace` }));
      change.trace.rows.forEach(([time], row) => {
        if (Number.isNaN(Date.parse(`${time.slice(0, 19)}Z`))) problems.push(problem("input.invalid", { expected: "YYYY-MM-DDTHH:MM" }, { field: `demand.${at}.trace.rows.${row}.0` }));
      });
    }
  });
  const { version, add, remove } = scenario.policy ?? {};
  if (version !== undefined && !places.hasPolicy(version)) unknown("policy", String(version), "policy.version");
  for (const [name, texts] of [["add", add], ["remove", remove]] as const) {
    texts?.forEach((text, at) => {
      const rule = parseRule("allocation", cellsOf(text), { field: `policy.${name}.${at}` });
      if (!rule.ok) problems.push(...rule.problems);
    });
  }
  const { cohorts = [], set = [], remove: without = [] } = scenario.quotas ?? {};
  for (const [name, rows] of [["set", set], ["remove", without]] as const) {
    rows.forEach(({ unit: id, class: classId }, at) => {
      unit(id, `quotas.${name}.${at}.unit`);
      classAt(classId, `quotas.${name}.${at}.class`);
      if (name === "set" && places.classes.get(classId)?.kind === "function") problems.push(problem("quota.of_function", { class: classId }, { field: `quotas.set.${at}.class` }));
    });
  }
  if (scenario.quotas && cohorts.length + set.length + without.length === 0 && scenario.quotas.halfLifeDays === undefined) problems.push(problem("scenario.empty", {}, { field: "quotas" }));
  return problems.slice(0, PROBLEMS_MAX);
}

/** Enough for a person to mend a file. */
const PROBLEMS_MAX = 50;
