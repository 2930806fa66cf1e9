import type { Item, ItemGuide, Names, RecipeClaim } from "../catalogue/item.js";
import type { ClassId, DivisionCode } from "../id.js";
import type { CapacityClass } from "../pool/class.js";
import type { Resource } from "../pool/resource.js";
import { divisionChain, liesIn, type DivisionParents } from "./division.js";
import type { Unit } from "./unit.js";

/** What a unit must have before the public may apply to it, in the order it is best done. */
export const CHECKLIST_POINTS = [
  "names", "credit-code", "division", "address", "phone", "calendar",
  "head", "officer", "legal-basis",
  "items-complete", "items-confirmed", "items-supplied",
] as const;
export type ChecklistPoint = (typeof CHECKLIST_POINTS)[number];

/** One thing that a point finds wanting. */
export interface ChecklistGap {
  /** Code of the item or the resource. */
  readonly object: string;
  readonly names: Names | null;
  /** Of `items-supplied`: the classes nobody supplies. */
  readonly classes: readonly ClassId[];
}

export interface ChecklistEntry {
  readonly point: ChecklistPoint;
  readonly done: boolean;
  readonly gaps: readonly ChecklistGap[];
}

/** A resource as the checklist looks at it; its jurisdiction with zones opened. */
export type Supply = Pick<Resource, "code" | "unitId" | "classId" | "traits" | "earmark" | "legalBasis" | "state"> & { readonly jurisdiction: readonly DivisionCode[] };

export interface ChecklistFacts {
  readonly unit: Unit;
  readonly divisionKnown: boolean;
  readonly heads: number;
  /** Posts in service that stand behind staff resources of the unit and that an officer holds. */
  readonly officers: number;
  /** Published items the unit answers for. */
  readonly items: readonly Item[];
  /** The unit's own resources, and of others' whatever may serve its items. */
  readonly supplies: readonly Supply[];
  readonly classes: ReadonlyMap<string, Pick<CapacityClass, "kind" | "act">>;
  readonly parents: DivisionParents;
}

const HAN = /\p{Script=Han}/u;

/** What is done and what is missing. */
export function checklist(facts: ChecklistFacts): readonly ChecklistEntry[] {
  const { unit, items, supplies, classes } = facts;
  const own = supplies.filter(({ unitId, state }) => unitId === unit.id && state !== "retired");
  const gapsOf: Partial<Record<ChecklistPoint, readonly ChecklistGap[]>> = {
    "legal-basis": own.filter(({ classId, legalBasis }) => classes.get(classId)?.kind === "function" && !legalBasis).map(({ code }) => ({ object: code, names: null, classes: [] })),
    "items-complete": items.filter(({ guide }) => !isComplete(guide)).map(gapOf),
    "items-confirmed": items.filter(({ guessed }) => guessed).map(gapOf),
    "items-supplied": items.flatMap((item) => {
      const unserved = claimsOf(item.guide).filter((claim) => !supplies.some((supply) => serves(supply, claim, facts)));
      return unserved.length === 0 ? [] : [{ ...gapOf(item), classes: [...new Set(unserved.map((claim) => claim.class))].sort() }];
    }),
  };
  const said: Partial<Record<ChecklistPoint, boolean>> = {
    // Catalogues from elsewhere repeat the Chinese name where an English one is missing.
    names: unit.names.zh !== "" && unit.names.en !== "" && !HAN.test(unit.names.en),
    "credit-code": unit.creditCode !== null,
    division: facts.divisionKnown,
    address: unit.address !== null,
    phone: unit.phone !== null,
    calendar: unit.calendarId !== null,
    head: facts.heads > 0,
    officer: facts.officers > 0,
  };
  return CHECKLIST_POINTS.map((point) => {
    const gaps = gapsOf[point] ?? [];
    return { point, done: said[point] ?? gaps.length === 0, gaps };
  });
}

/** The unit answers for the item: it is its holder, or it leads the item's line at the item's level. */
export const answersFor = ({ id, line, level }: Unit, guide: Pick<ItemGuide, "unit" | "line" | "level">): boolean =>
  guide.unit === undefined ? guide.line === line && guide.level === level : guide.unit === id;

export const claimsOf = ({ recipe }: Pick<ItemGuide, "recipe">): readonly RecipeClaim[] => recipe.steps.flatMap(({ claims }) => claims);

/** The same filters as the scheduler's, asked without a place: somewhere in the unit's division the claim can be met. */
export function serves(supply: Supply, claim: RecipeClaim, { unit, classes, parents }: Pick<ChecklistFacts, "unit" | "classes" | "parents">): boolean {
  if (supply.classId !== claim.class || supply.state !== "published") return false;
  if (!(claim.traits ?? []).every((trait) => supply.traits.includes(trait))) return false;
  if (classes.get(claim.class)?.kind === "funds" && supply.earmark !== (claim.purpose ?? null)) return false;
  if (supply.unitId !== unit.id && (claim.scope === "competent" || classes.get(claim.class)?.act === "deciding")) return false;
  const around = divisionChain(parents, unit.division);
  return supply.jurisdiction.some((division) => around.includes(division) || liesIn(parents, division, unit.division));
}

const isComplete = ({ names, result, basis, recipe }: ItemGuide): boolean =>
  [names, result].every(({ zh, en }) => zh !== "" && en !== "") && basis.length > 0 && recipe.steps.length > 0;

const gapOf = ({ code, guide }: Item): ChecklistGap => ({ object: code, names: guide.names, classes: [] });
