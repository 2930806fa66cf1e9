import { calendarFacts } from "../../app/pool/write-basics.js";
import type { AssetRow } from "../../app/ports/asset.js";
import type { Bundle } from "../../domain/catalogue/bundle.js";
import type { Item } from "../../domain/catalogue/item.js";
import type { Unit } from "../../domain/org/unit.js";
import type { Calendar } from "../../domain/pool/calendar.js";
import type { CapacityClass, Measure } from "../../domain/pool/class.js";
import type { Resource } from "../../domain/pool/resource.js";
import type { Problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import type { Result } from "../../domain/result.js";
import { shownForm } from "./shown-request.js";

// How what is declared travels: objects of the register as the API shows them, bodies as the rule set reads them.

/** Money as digits, everything else as a number. */
export const amountOf = (measure: Measure, amount: number): number | string => (measure === "fen" ? BigInt(Math.round(amount)).toString() : amount);

/** The class tells how its amounts are written; its kind is the first part of its name, and only funds count fen. */
const measureOf = (classId: string): Measure => (classId.startsWith("funds.") ? "fen" : "piece");

const amountsOf = <K extends string>(measure: Measure, amounts: Readonly<Record<K, number>>): Record<K, number | string> =>
  Object.fromEntries(Object.entries<number>(amounts).map(([name, amount]) => [name, amountOf(measure, amount)])) as Record<K, number | string>;

export const shownClass = ({ id, kind, names, measure, period, horizonDays, per, lend, act, consumable, limits, labour, nonDelegable, source, generation }: CapacityClass) => ({
  class: id,
  kind,
  names,
  measure,
  period,
  horizon: horizonDays,
  per,
  lend,
  act,
  consumable,
  ...(labour && { labour: { minutesADay: labour.minutesADay, stretch: labour.stretchMinutes, ...labour.basis } }),
  ...(nonDelegable && { nonDelegable }),
  limits: amountsOf(measure, limits),
  source,
  generation,
});

export const shownCalendar = (calendar: Calendar) => ({
  ...(calendarFacts(calendar) as {
    layer: Calendar["layer"];
    base: string | null;
    names: Calendar["names"];
    week: Record<string, string[]>;
    days: { date: string; off: boolean; hours: string[] | null; name: Calendar["names"] | null }[];
    breaks: string[] | null;
    deadlines: { date: string; names: Calendar["names"]; days: number; percent: number; classes: string[] | null }[];
  }),
  calendar: calendar.id,
});

export const shownUnit = ({ id, calendarId, ...unit }: Unit) => ({ ...unit, unit: id, calendar: calendarId });

export function shownResource(resource: Resource) {
  const { code, unitId, classId, total, derived, reserved, overcommitPercent, limits, traits, jurisdiction, calendarId } = resource;
  const measure = measureOf(classId);
  return {
    code,
    unit: unitId,
    class: classId,
    total: total === null ? null : amountOf(measure, total),
    derived,
    reserved: amountOf(measure, reserved),
    overcommit: overcommitPercent,
    limits: amountsOf(measure, limits),
    traits: [...traits],
    jurisdiction: [...jurisdiction],
    calendar: calendarId,
    validFrom: resource.validFrom,
    validTo: resource.validTo,
    earmark: resource.earmark,
    legalBasis: resource.legalBasis,
    numberBasis: resource.numberBasis,
    automated: resource.automated,
    state: resource.state,
    source: resource.source,
    generation: resource.generation,
  };
}

export const shownAsset = ({ code, unitId, resource, label, calendarId, amount, traits, state, validFrom, validTo, generation }: AssetRow) => ({
  code,
  unit: unitId,
  resource,
  label,
  calendar: calendarId,
  amount,
  traits: [...traits],
  state,
  validFrom,
  validTo,
  generation,
});

export function shownItem({ code, version, state, guessed, guide, generation }: Item) {
  const { names, taskType, theme, themeNames, line, level, statutoryDays, promisedDays, visits, result, source } = guide;
  return {
    item: code,
    version,
    state,
    guessed,
    names,
    taskType,
    audience: [...guide.audience],
    theme,
    themeNames,
    line,
    level,
    unit: guide.unit ?? null,
    statutoryDays,
    promisedDays,
    visits,
    modes: [...guide.modes],
    basis: guide.basis.map((one) => ({ ...one })),
    conditions: [...guide.conditions],
    materials: guide.materials.map((one) => ({ ...one })),
    fee: { fen: String(guide.fee.fen), basis: guide.fee.basis ?? null },
    result,
    form: shownForm(guide.form),
    recipe: {
      steps: guide.recipe.steps.map(({ claims, after, notBy, ...step }) => ({
        ...step,
        after: [...after],
        ...(notBy && { notBy: { ...notBy, steps: [...notBy.steps] } }),
        claims: claims.map(({ traits, amount, ...claim }) => ({ ...claim, amount: amountOf(measureOf(claim.class), amount), ...(traits ? { traits: [...traits] } : {}) })),
      })),
    },
    source,
    generation,
  };
}

export const shownBundle = ({ code, names, lifeEvent, members, form, source, generation }: Bundle) => ({
  bundle: code,
  names,
  lifeEvent,
  items: members.map(({ item, after }) => ({ item, after: [...after] })),
  form: shownForm(form),
  source,
  generation,
});

/** Fields whose name in a table differs from their name in a body. */
const FIELDS: readonly (readonly [body: string, record: string])[] = [
  ["validFrom", "valid_from"],
  ["validTo", "valid_to"],
  ["legalBasis", "legal_basis"],
  ["numberBasis", "number_basis"],
  ["creditCode", "credit_code"],
  ["published", "public"],
  ["names.zh", "name_zh"],
  ["names.en", "name_en"],
];
const RECORD_FIELD = new Map(FIELDS);
const BODY_FIELD = new Map(FIELDS.map(([body, record]) => [record, body]));

/** A body as the rule set reads it. `keyField` is what the record calls the body's `code`. */
export function recordOf(body: Readonly<Record<string, unknown>>, keyField?: string): RawRecord {
  const fields = Object.entries(body).flatMap(([name, value]): [string, unknown][] => {
    if (value === undefined) return [];
    if (name === "code" && keyField !== undefined) return [[keyField, value]];
    if (name === "names" && keyField !== undefined) return Object.entries(value as Record<string, unknown>).map(([language, text]) => [`name_${language}`, text]);
    return [[RECORD_FIELD.get(name) ?? name, value]];
  });
  return Object.fromEntries(fields);
}

/** Problems in the words of the body that caused them. */
export function inBody<T>(result: Result<T>, keyField?: string): Result<T> {
  if (result.ok) return result;
  const renamed = (found: Problem): Problem => {
    if (found.field === undefined) return found;
    return { ...found, field: found.field === keyField && keyField !== "unit" ? "code" : (BODY_FIELD.get(found.field) ?? found.field) };
  };
  const [first, ...rest] = result.problems;
  return { ok: false, problems: [renamed(first), ...rest.map(renamed)] };
}
