import type { DivisionCode, UnitId } from "../domain/id.js";
import type { Divisions } from "./divisions.js";
import type { Field, FieldBook } from "./field.js";
import type { Profile, SupplyFacts } from "./profiles.js";
import type { ShapeFacts, World } from "./rule.js";
import { RULES } from "./rules/static-rules.js";
import { nearness } from "./score.js";

/*
 * Which supply of a class a claim can mean at all, found without looking at all of it.
 *
 * Rules fall into three kinds. One knows whom it keeps (`byKey`: the place); some read of a resource its unit alone
 * (`ofUnit`); the others read neither. Claims for one place that agree in what the others read share a catchment: its
 * profiles went through those rules once, for whoever claims. What is left for a shape is one question a unit.
 */

/** The rule that knows whom it keeps; those before it are counted for the whole class. */
const PLACE_AT = RULES.findIndex(({ byKey }) => byKey !== undefined);
const PLACE = RULES[PLACE_AT]!;
const BEFORE_PLACE = RULES.slice(0, PLACE_AT);
/** The rule that knows which units it keeps; the others about units are asked one by one. */
const NAMING_AT = RULES.findIndex(({ unitsKept }) => unitsKept !== undefined);
const NAMING = RULES[NAMING_AT]!;
const UNIT_RULES_AT = RULES.flatMap(({ ofUnit }, at) => (ofUnit && at !== NAMING_AT ? [at] : []));
const OTHERS_AT = RULES.flatMap(({ ofUnit, byKey }, at) => (ofUnit || byKey ? [] : [at]));

const readOf = (rules: typeof RULES) => [...new Set(rules.flatMap(({ reads }) => reads))];
const READ_BEFORE_PLACE = readOf(BEFORE_PLACE);
const OTHERS = OTHERS_AT.map((at) => RULES[at]!);
const READ_BY_OTHERS = readOf(OTHERS);

const NOWHERE = -1;
const MOVES_MAX = 2_048;
/** Profiles in the catchments of one class that are kept. More are made again when asked for: a purpose is free text. */
const CAUGHT_MAX = 200_000;
/** Counts of what the rules before that of the place drop, likewise. */
const BEFORE_MAX = 256;

/** What one unit has in a catchment. */
interface Part {
  /** Of any of its profiles: rules about units read its unit and class, which all of them share. */
  readonly facts: SupplyFacts;
  /** Whom all other rules keep. */
  readonly kept: Profile[];
  /** Whom one of the others drops, and which. */
  readonly out: { readonly at: number; readonly profile: Profile }[];
  /** The last of those rules; -1: none drops anybody. */
  outAt: number;
  /** Resources in `kept`; in `out`, by rule; in both. As of `Catchment.counted`. */
  left: number;
  size: number;
  dropped: number[];
}

/** What the rules leave of a catchment for one shape. */
export interface Survey {
  /** By rule, how many resources it drops first. */
  readonly dropped: number[];
  readonly left: number;
  /** Parts that every rule keeps, ascending. */
  readonly parts: readonly number[];
  /** The policy is still to be asked about some unit; those count as left. */
  readonly open: boolean;
  /** Units that were looked at. */
  readonly looked: number;
}

/** How near each place is, and the same as a text. */
interface Nearness {
  readonly of: ReadonlyMap<DivisionCode, number>;
  readonly text: string;
}

/** Profiles of one class that answer for a place, unit by unit. */
export class Catchment {
  private readonly parts: Part[] = [];
  private readonly partOf = new Map<UnitId, number>();
  private readonly places = new Set<DivisionCode>();
  private readonly near = new Map<string, Nearness>();
  private readonly fields = new Map<string, { readonly field: Field; readonly forget: () => void }>();
  /** Parts somebody is kept of. */
  private offering = 0;
  private counted = -1;
  /** Resources that came through the rules before that of the place; of them, those whom one of the others drops, by rule. */
  private passed = 0;
  private readonly out: number[] = RULES.map(() => 0);

  constructor(
    private readonly supply: ClassSupply,
    lists: readonly (readonly Profile[])[],
    /** How many the lists had when it was made. */
    readonly listed: number,
    /** Of this catchment and no other of the class. */
    mark: number,
    facts: ShapeFacts,
    world: World,
  ) {
    for (const list of lists) {
      for (const profile of list) {
        // One that answers for two places of one line stands in both lists.
        if (profile.mark === mark) continue;
        profile.mark = mark;
        this.take(profile, facts, world);
      }
    }
    for (const { kept } of this.parts) if (kept.length > 0) this.offering += 1;
  }

  /** Asks about each unit that may be kept: those that are named, or all. O(those units). */
  survey(facts: ShapeFacts, world: World): Survey {
    this.count();
    const before = this.supply.droppedBefore(facts, world);
    const dropped = [...before.dropped];
    dropped[PLACE_AT] = dropped[PLACE_AT]! + before.left - this.passed;
    const named = this.named(facts, world);
    if (named) this.countUnnamed(named, dropped);
    const looked = named ? named.length : this.parts.length;
    const parts: number[] = [];
    let left = 0;
    let open = false;
    for (let nth = 0; nth < looked; nth += 1) {
      const at = named ? named[nth]! : nth;
      const part = this.parts[at]!;
      const by = dropsUnit(part, facts, world);
      for (const rule of OTHERS_AT) {
        const count = part.dropped[rule]!;
        if (count === 0) continue;
        // Who fails two rules is counted at the first.
        const first = by >= 0 && by < rule ? by : rule;
        dropped[first] = dropped[first]! + count;
      }
      if (by >= 0) {
        dropped[by] = dropped[by]! + part.left;
        continue;
      }
      open ||= by === OPEN;
      left += part.left;
      if (part.kept.length > 0) parts.push(at);
    }
    return { dropped, left, parts, open, looked };
  }

  /** Whoever is of no unit that is named is dropped by the rule that names them, unless by one before it. */
  private countUnnamed(named: readonly number[], dropped: number[]): void {
    let unnamed = this.passed;
    for (const at of named) unnamed -= this.parts[at]!.size;
    for (const rule of OTHERS_AT) {
      if (rule > NAMING_AT) break;
      let count = this.out[rule]!;
      for (const at of named) count -= this.parts[at]!.dropped[rule]!;
      dropped[rule] = dropped[rule]! + count;
      unnamed -= count;
    }
    dropped[NAMING_AT] = dropped[NAMING_AT]! + unnamed;
  }

  /** Parts of the units that are named, ascending; undefined: all are. A class that nobody declared has no parts, and no rule is asked about it. */
  private named(facts: ShapeFacts, world: World): readonly number[] | undefined {
    if (this.parts.length === 0) return undefined;
    const units = NAMING.unitsKept!(facts, world);
    if (units === "all") return undefined;
    const named = new Set<number>();
    for (const unitId of units) {
      const at = this.partOf.get(unitId);
      if (at !== undefined) named.add(at);
    }
    return [...named].sort((a, b) => a - b);
  }

  /** The field of what a survey left, and the claiming unit's own when there are others too: nearer than those in the same place. */
  fieldsOf(facts: ShapeFacts, parts: readonly number[], divisions: Divisions, book: FieldBook): { readonly field: Field; readonly own: Field | undefined } {
    const mine = this.partOf.get(facts.unitId);
    const hasOwn = mine !== undefined && parts.includes(mine);
    const onlyOwn = parts.length === (hasOwn ? 1 : 0);
    return {
      field: this.field(facts, parts, onlyOwn, divisions, book),
      own: hasOwn && !onlyOwn ? this.field(facts, [mine], true, divisions, book) : undefined,
    };
  }

  private take(profile: Profile, facts: ShapeFacts, world: World): void {
    let at = 0;
    while (at < OTHERS.length && OTHERS[at]!.keeps(profile.facts, facts, world)) at += 1;
    const by = OTHERS_AT[at];
    if (by !== undefined && by < PLACE_AT) return;
    const part = this.part(profile.facts);
    if (by === undefined) {
      part.kept.push(profile);
      this.places.add(profile.facts.unitDivision);
    } else {
      part.out.push({ at: by, profile });
      part.outAt = Math.max(part.outAt, by);
    }
  }

  private field(facts: ShapeFacts, parts: readonly number[], own: boolean, divisions: Divisions, book: FieldBook): Field {
    const near = this.nearness(facts, own, divisions);
    const key = `${this.nameOf(parts)}|${near.text}`;
    const known = this.fields.get(key);
    if (known) return book.share(known.field);
    const byNear: Profile[][] = [];
    for (const at of parts) {
      for (const profile of this.parts[at]!.kept) (byNear[near.of.get(profile.facts.unitDivision)!] ??= []).push(profile);
    }
    const field = book.of(byNear.flat(), near.of);
    const forget = (): void => void this.fields.delete(key);
    this.fields.set(key, { field, forget });
    field.whenDisbanded.add(forget);
    return field;
  }

  /** Nobody looks it up any more: its fields, which others may have, are not to hold it. */
  letGo(): void {
    for (const { field, forget } of this.fields.values()) field.whenDisbanded.delete(forget);
  }

  /** Which parts, in as few words as may be. */
  private nameOf(parts: readonly number[]): string {
    if (parts.length === this.offering) return "all";
    if (parts.length * 2 <= this.offering) return parts.join();
    const kept = new Set(parts);
    return `-${this.parts.flatMap((part, at) => (part.kept.length > 0 && !kept.has(at) ? [at] : [])).join()}`;
  }

  private nearness(facts: ShapeFacts, own: boolean, divisions: Divisions): Nearness {
    const key = `${facts.division}${own ? "!" : ""}`;
    let near = this.near.get(key);
    if (!near) {
      const of = new Map([...this.places].map((place) => [place, nearness(facts, place, own, divisions)]));
      this.near.set(key, (near = { of, text: [...of.values()].join("") }));
    }
    return near;
  }

  private part(facts: SupplyFacts): Part {
    const known = this.partOf.get(facts.unitId);
    if (known !== undefined) return this.parts[known]!;
    const part: Part = { facts, kept: [], out: [], outAt: -1, left: 0, size: 0, dropped: RULES.map(() => 0) };
    this.partOf.set(facts.unitId, this.parts.length);
    this.parts.push(part);
    return part;
  }

  /** Resources went from one profile into another since they were counted. */
  private count(): void {
    if (this.counted === this.supply.moved) return;
    this.counted = this.supply.moved;
    this.passed = 0;
    this.out.fill(0);
    for (const part of this.parts) {
      part.left = 0;
      for (const { size } of part.kept) part.left += size;
      part.size = part.left;
      if (part.outAt >= 0) {
        part.dropped.fill(0);
        for (const { at, profile } of part.out) {
          part.dropped[at] = part.dropped[at]! + profile.size;
          this.out[at] = this.out[at]! + profile.size;
          part.size += profile.size;
        }
      }
      this.passed += part.size;
    }
  }
}

const OPEN = -2;

/** The rule that drops the unit; -1: none does, or nobody comes as far as the rules that would; OPEN: an answer is missing. */
function dropsUnit({ facts: resource, kept, outAt }: Part, facts: ShapeFacts, world: World): number {
  for (const at of UNIT_RULES_AT) {
    if (kept.length === 0 && outAt < at) return -1;
    const keeps = RULES[at]!.keeps(resource, facts, world);
    if (keeps === undefined) return OPEN;
    if (!keeps) return at;
  }
  return -1;
}

interface Before {
  readonly facts: ShapeFacts;
  readonly dropped: number[];
  left: number;
}

/** The profiles of one class, and what moved among them. */
export class ClassSupply {
  readonly profiles: Profile[] = [];
  /** By the keys of the rule of the place. */
  private readonly byKey = new Map<string, Profile[]>();
  /** By what the rules before that one read: how many resources they drop. */
  private readonly before = new Map<string, Before>();
  /** Least recently asked for first. */
  private readonly catchments = new Map<string, Catchment>();
  /** Profiles in them, and one for each. */
  private caught = 0;
  /** From, to, from, to …; NOWHERE: from nowhere. `forgotten` moves came before the first that is kept. */
  private moves: number[] = [];
  private forgotten = 0;
  /** Catchments. */
  private made = 0;

  /** How many resources came, or went from one profile to another. */
  get moved(): number {
    return this.forgotten + this.moves.length / 2;
  }

  /** False: the profile is known. */
  add(profile: Profile): boolean {
    if (profile.supplied) return false;
    profile.supplied = true;
    this.profiles.push(profile);
    for (const list of this.listsOf(profile.facts)) list.push(profile);
    return true;
  }

  /** As `add` of each. The rule of the place reads a unit and its list of places alone: where both are the same, the lists are found once. */
  addMany(profiles: readonly Profile[]): void {
    const found = new Map<readonly DivisionCode[], { readonly unitId: UnitId; readonly lists: readonly Profile[][] }>();
    for (const profile of profiles) {
      if (profile.supplied) continue;
      profile.supplied = true;
      this.profiles.push(profile);
      const { jurisdiction, unitId } = profile.facts;
      let of = found.get(jurisdiction);
      if (of?.unitId !== unitId) found.set(jurisdiction, (of = { unitId, lists: this.listsOf(profile.facts) }));
      for (const list of of.lists) list.push(profile);
    }
  }

  private listsOf(facts: SupplyFacts): Profile[][] {
    const keys = new Set(PLACE.byKey!.of(facts));
    return [...keys].map((key) => {
      let list = this.byKey.get(key);
      if (!list) this.byKey.set(key, (list = []));
      return list;
    });
  }

  /** A resource went from one profile into another; both are known. */
  move(from: Profile | undefined, to: Profile, world: World): void {
    if (this.moves.length >= 2 * MOVES_MAX) {
      this.forgotten += this.moves.length / 2;
      this.moves = [];
    }
    this.moves.push(from?.index ?? NOWHERE, to.index);
    for (const counted of this.before.values()) {
      if (from) countBefore(counted, from, -1, world);
      countBefore(counted, to, 1, world);
    }
  }

  /** So many resources came at once that everything is counted anew. */
  moveMany(): void {
    this.forgotten = this.moved + 1;
    this.moves = [];
    this.forget();
  }

  /** From and to of each move since so many had been made; undefined: they are no longer known. */
  movesSince(moved: number): readonly number[] | undefined {
    return moved < this.forgotten ? undefined : this.moves.slice(2 * (moved - this.forgotten));
  }

  /** What rules read beside resources and claims is another now. */
  forget(): void {
    this.before.clear();
    for (const catchment of this.catchments.values()) catchment.letGo();
    this.catchments.clear();
    this.caught = 0;
  }

  /** The catchment a claim's supply lies in. O(1) once somebody asked for the place; `look` is told what making it costs. */
  catchment(facts: ShapeFacts, world: World, look: (profiles: number) => void): Catchment {
    const lists: Profile[][] = [];
    let key = keyOf(facts, READ_BY_OTHERS);
    let listed = 0;
    for (const wanted of PLACE.byKey!.wanted(facts, world)) {
      const list = this.byKey.get(wanted);
      if (!list) continue;
      lists.push(list);
      listed += list.length;
      key += `\n${wanted}`;
    }
    const known = this.catchments.get(key);
    this.catchments.delete(key);
    if (known?.listed === listed) {
      this.catchments.set(key, known);
      return known;
    }
    if (known) this.drop(known);
    look(listed);
    const catchment = new Catchment(this, lists, listed, (this.made += 1), facts, world);
    this.catchments.set(key, catchment);
    this.caught += listed + 1;
    for (const [oldest, gone] of this.catchments) {
      if (this.caught <= CAUGHT_MAX || gone === catchment) break;
      this.catchments.delete(oldest);
      this.drop(gone);
    }
    return catchment;
  }

  private drop(catchment: Catchment): void {
    this.caught -= catchment.listed + 1;
    catchment.letGo();
  }

  get caughtCount(): number {
    return this.caught;
  }

  /** What the rules before that of the place drop: they read little, so that few kinds of claims share the counts. */
  droppedBefore(facts: ShapeFacts, world: World): Readonly<Before> {
    const key = keyOf(facts, READ_BEFORE_PLACE);
    let counted = this.before.get(key);
    if (!counted) {
      counted = { facts, dropped: RULES.map(() => 0), left: 0 };
      for (const profile of this.profiles) countBefore(counted, profile, profile.size, world);
      this.before.set(key, counted);
      if (this.before.size > BEFORE_MAX) this.before.delete(this.before.keys().next().value!);
    }
    return counted;
  }
}

function countBefore(counted: Before, profile: Profile, by: number, world: World): void {
  const at = BEFORE_PLACE.findIndex((rule) => rule.keeps(profile.facts, counted.facts, world) === false);
  if (at < 0) counted.left += by;
  else counted.dropped[at] = counted.dropped[at]! + by;
}

const keyOf = (facts: ShapeFacts, fields: readonly (keyof ShapeFacts)[]): string => JSON.stringify(fields.map((field) => facts[field]));
