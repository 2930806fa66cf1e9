import type { ItemGuide, Level, Names } from "../catalogue/item.js";
import type { DivisionCode, UnitId } from "../id.js";
import { divisionChain, type DivisionParents } from "../org/division.js";
import { problem } from "../problem.js";
import { ok, refused, type Result } from "../result.js";

/** What is asked of a unit to know whether it answers for a matter. */
export interface Office {
  readonly id: UnitId;
  readonly names: Names;
  readonly line: string;
  readonly level: Level;
  readonly division: DivisionCode;
}

/**
 * The unit that answers for an item at a place: the item's own holder, or the unit of its line and level whose
 * division holds the place. `offices` are active units that are open to the public.
 *
 * Where no such unit exists the refusal names the right one elsewhere: first the one above the place, then one
 * beneath it, then any of the line.
 */
export function competentUnit(
  item: Pick<ItemGuide, "line" | "level" | "unit">,
  place: DivisionCode,
  offices: readonly Office[],
  parents: DivisionParents,
): Result<Office> {
  const chain = divisionChain(parents, place);
  const absent = () => refused(problem("request.line_absent", { line: item.line, level: item.level, division: place }));
  if (item.unit !== undefined) {
    const holder = offices.find(({ id }) => id === item.unit);
    if (!holder) return absent();
    return chain.includes(holder.division) ? ok(holder) : elsewhere(item, place, holder);
  }
  const ofLine = offices.filter(({ line }) => line === item.line);
  const here = nearest(ofLine.filter(({ level }) => level === item.level), chain);
  if (here) return ok(here);
  const other =
    nearest(ofLine, chain) ??
    ofLine.find(({ level, division }) => level === item.level && divisionChain(parents, division).includes(place)) ??
    ofLine.find(({ level }) => level === item.level) ??
    ofLine[0];
  return other ? elsewhere(item, place, other) : absent();
}

/** The office with the innermost division around the place; among equals the smallest id. */
function nearest(offices: readonly Office[], chain: readonly DivisionCode[]): Office | undefined {
  for (const division of chain) {
    const [office] = offices.filter((each) => each.division === division).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    if (office) return office;
  }
  return undefined;
}

const elsewhere = (item: Pick<ItemGuide, "line" | "level">, place: DivisionCode, office: Office): Result<Office> =>
  refused(
    problem(
      "request.no_competent_unit",
      { line: item.line, level: item.level, division: place, unit: office.id, officeZh: office.names.zh, officeEn: office.names.en },
      { field: "division" },
    ),
  );
