import type { Level } from "../catalogue/item.js";
import type { DivisionCode, UnitId } from "../id.js";

/**
 * How the unit that owns a resource stands to the unit that claims it.
 * `own` the same unit · `superior` above it in the tree, or the same line at the division around it · `subordinate`
 * the reverse · `same-division` another line at the same place · `same-line` the same line elsewhere · `other`.
 */
export const UNIT_RELATIONS = ["own", "superior", "subordinate", "same-division", "same-line", "other"] as const;
export type UnitRelation = (typeof UNIT_RELATIONS)[number];

/** What the relation reads of a unit. */
export interface UnitPlace {
  readonly unitId: UnitId;
  readonly parentId: UnitId | null;
  readonly divisionCode: DivisionCode;
  readonly line: string;
  readonly level: Level;
}

/** Deeper than any tree of units; a longer chain is a cycle that slipped in, and ends as "not above". */
const DEPTH_MAX = 32;

export function unitRelation(
  claiming: UnitPlace,
  owning: UnitPlace,
  unitOf: (id: UnitId) => UnitPlace | undefined,
): UnitRelation {
  if (claiming.unitId === owning.unitId) return "own";
  if (isAbove(owning, claiming, unitOf) || leadsLine(owning, claiming)) return "superior";
  if (isAbove(claiming, owning, unitOf) || leadsLine(claiming, owning)) return "subordinate";
  if (claiming.divisionCode === owning.divisionCode) return "same-division";
  return claiming.line === owning.line ? "same-line" : "other";
}

function isAbove(upper: UnitPlace, lower: UnitPlace, unitOf: (id: UnitId) => UnitPlace | undefined): boolean {
  let at: UnitPlace | undefined = lower;
  for (let depth = 0; depth < DEPTH_MAX && at?.parentId != null; depth += 1) {
    if (at.parentId === upper.unitId) return true;
    at = unitOf(at.parentId);
  }
  return false;
}

const leadsLine = (upper: UnitPlace, lower: UnitPlace): boolean =>
  upper.line === lower.line &&
  upper.divisionCode !== lower.divisionCode &&
  lower.divisionCode.startsWith(stem(upper.divisionCode));

/** GB/T 2260 fills the levels beneath with zeros: 522300 is the stem 5223 and holds 522301. */
const stem = (code: DivisionCode): string => code.replace(/^(\d{2})0000$|^(\d{4})00$/, "$1$2");
