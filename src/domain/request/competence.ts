import type { ItemGuide, Level, Names } from "../catalogue/item.js";
import type { ClassId, DivisionCode, ItemCode, UnitId } from "../id.js";
import type { LocalDate } from "../instant.js";
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
  /** It gave its business to another: only places are found by it. */
  readonly ended?: true;
}

/** Where what belongs to one unit goes now: everything (after a merger), or one item (after a move or a ruling). */
export interface Route {
  readonly from: UnitId;
  readonly to: UnitId;
  readonly item: ItemCode | null;
}

/** A task force (专班) takes an item's cases where one of its members is competent. */
export interface Taker {
  readonly unit: UnitId;
  readonly item: ItemCode;
  /** Empty: wherever a member is competent. */
  readonly divisions: readonly DivisionCode[];
  readonly members: readonly UnitId[];
  /** Its last day. */
  readonly until?: LocalDate;
}

/** Whose a case is; of a task force's, with the organ that is responsible in law. */
export interface Competent extends Office {
  readonly lead?: Pick<Office, "id" | "names">;
}

/** Whose an item is in a division and those within it, whoever it would be otherwise: a contest was decided. */
export interface Ruled {
  readonly item: ItemCode;
  readonly division: DivisionCode;
  readonly to: UnitId;
}

/** What reforms and rulings made of who is competent by line and place. */
export interface Routing {
  /** Units that have ended and gave their business to another: places are still found by them. */
  readonly former: readonly Office[];
  readonly routes: readonly Route[];
  /** Absent: no contest was decided. */
  readonly ruled?: readonly Ruled[];
  /** Absent: no task force takes anything. */
  readonly takers?: readonly Taker[];
  /** Classes of which an agreement serves cases of one item alone. Absent: there are none. */
  readonly agreed?: readonly { readonly item: ItemCode; readonly classId: ClassId }[];
  /** Another when any rule, agreement or task force came or ended: whoever stores by a copy compares it. */
  readonly mark: string;
}

export const NO_ROUTING: Routing = { former: [], routes: [], mark: "0:0" };

/** Classes in which an agreement serves the item alone. */
export const agreedClasses = ({ agreed = [] }: Pick<Routing, "agreed">, item: ItemCode): readonly ClassId[] => agreed.flatMap((one) => (one.item === item ? [one.classId] : []));

/** Units one after another that may have been merged into the next. */
export const HOPS_MAX = 16;

/** Who answers now for what is the unit's by law; a rule for the item goes before one for everything. */
export function routed({ routes }: Pick<Routing, "routes">, unit: UnitId, item: ItemCode | null): UnitId {
  let at = unit;
  for (let hops = 0; hops < HOPS_MAX; hops += 1) {
    const from = routes.filter((route) => route.from === at);
    const next = from.find((route) => route.item !== null && route.item === item) ?? from.find((route) => route.item === null);
    if (!next) break;
    at = next.to;
  }
  return at;
}

/**
 * The unit that answers for an item at a place: the item's own holder, or the unit of its line and level whose
 * division holds the place; then whoever its business went to. `offices` are active units that are open to the public.
 *
 * Where no such unit exists the refusal names the right one elsewhere: first the one above the place, then one
 * beneath it, then any of the line.
 */
export function competentUnit(
  item: Pick<ItemGuide, "line" | "level" | "unit"> & { readonly item?: ItemCode },
  place: DivisionCode,
  offices: readonly Office[],
  parents: DivisionParents,
  routing: Routing = NO_ROUTING,
): Result<Competent> {
  const lead = lawfulUnit(item, place, offices, parents, routing);
  const takers = lead.ok && item.item !== undefined ? (routing.takers ?? []).filter((taker) => taker.item === item.item) : [];
  if (!lead.ok || takers.length === 0) return lead;
  const { id, names } = lead.value;
  const chain = divisionChain(parents, place);
  const taker = takers.find(
    ({ divisions, members }) => (divisions.length === 0 || divisions.some((division) => chain.includes(division))) && members.some((member) => routed(routing, member, item.item ?? null) === id),
  );
  const office = taker && offices.find((one) => one.id === taker.unit);
  return office ? ok({ ...office, lead: { id, names } }) : lead;
}

/** As `competentUnit`, whatever task forces take: the organ that is responsible in law. */
export function lawfulUnit(
  item: Pick<ItemGuide, "line" | "level" | "unit"> & { readonly item?: ItemCode },
  place: DivisionCode,
  offices: readonly Office[],
  parents: DivisionParents,
  routing: Routing = NO_ROUTING,
): Result<Office> {
  const ruled = ruledUnit(item.item, place, parents, routing);
  const decided = ruled === undefined ? undefined : offices.find(({ id }) => id === ruled);
  if (decided) return ok(decided);
  const lawful = byLaw(item, place, routing.former.length === 0 ? offices : [...offices, ...routing.former], parents);
  if (routing.routes.length === 0) return lawful.ok ? lawful : lawful.other ? elsewhere(item, place, lawful.other) : absent(item, place);
  const found = lawful.ok ? lawful.value : lawful.other;
  const now = found && routed(routing, found.id, item.item ?? null);
  const office = now === undefined ? undefined : offices.find(({ id }) => id === now);
  if (!office) return absent(item, place);
  return lawful.ok ? ok(office) : elsewhere(item, place, office);
}

/** Who has it by a ruling, the innermost one around the place, and whoever that unit's business went to since. */
function ruledUnit(item: ItemCode | undefined, place: DivisionCode, parents: DivisionParents, routing: Routing): UnitId | undefined {
  const rulings = item === undefined ? [] : (routing.ruled ?? []).filter((ruling) => ruling.item === item);
  if (rulings.length === 0) return undefined;
  const division = divisionChain(parents, place).find((around) => rulings.some((ruling) => ruling.division === around));
  const to = rulings.find((ruling) => ruling.division === division)?.to;
  return to && routed(routing, to, item ?? null);
}

type ByLaw = { readonly ok: true; readonly value: Office } | { readonly ok: false; readonly other: Office | undefined };

function byLaw(item: Pick<ItemGuide, "line" | "level" | "unit">, place: DivisionCode, offices: readonly Office[], parents: DivisionParents): ByLaw {
  const chain = divisionChain(parents, place);
  if (item.unit !== undefined) {
    const holder = offices.find(({ id }) => id === item.unit);
    return holder && chain.includes(holder.division) ? { ok: true, value: holder } : { ok: false, other: holder };
  }
  const ofLine = offices.filter(({ line }) => line === item.line);
  const here = nearest(ofLine.filter(({ level }) => level === item.level), chain);
  if (here) return { ok: true, value: here };
  const other =
    nearest(ofLine, chain) ??
    ofLine.find(({ level, division }) => level === item.level && divisionChain(parents, division).includes(place)) ??
    ofLine.find(({ level }) => level === item.level) ??
    ofLine[0];
  return { ok: false, other };
}

const absent = ({ line, level }: Pick<ItemGuide, "line" | "level">, place: DivisionCode): Result<Office> => refused(problem("request.line_absent", { line, level, division: place }));

/** The office with the innermost division around the place; among equals one that has not ended, then the smallest id. */
function nearest(offices: readonly Office[], chain: readonly DivisionCode[]): Office | undefined {
  for (const division of chain) {
    const here = offices.filter((each) => each.division === division).toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const office = here.find(({ ended }) => ended !== true) ?? here[0];
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
