import type { PeriodKind } from "../domain/pool/period.js";
import type { ResourceSupply } from "./contract.js";
import type { Field } from "./field.js";
import { IdIndex } from "./id-index.js";
import type { SuppliedWhere } from "./loaded-rows.js";

/** What is declared of a resource beside its number, its generation and its capacity: all that a static rule may read. */
export type SupplyFacts = Omit<ResourceSupply, "id" | "generation" | "capacity" | "loaned">;
/** Of that what is not where it is. */
type WhatFacts = Omit<SupplyFacts, keyof SuppliedWhere>;

/** Resources of which the same is declared. Rules run once for all of them. */
export class Profile {
  /** How many resources it has, and the first of them; the others follow by `ResourceTable.nextOf`. */
  size = 0;
  first = -1;
  /** Who counts its members among their candidates. */
  fields: Field[] = NO_FIELDS;
  /** Its class has it. */
  supplied = false;
  /** The last catchment that took it up. */
  mark = 0;

  constructor(
    readonly index: number,
    readonly facts: SupplyFacts,
    readonly kind: PeriodKind,
  ) {}
}

const NO_FIELDS: Field[] = [];

export function joinField(profile: Profile, field: Field): void {
  if (profile.fields === NO_FIELDS) profile.fields = [field];
  else profile.fields.push(field);
}

export function leaveField(profile: Profile, field: Field): void {
  const { fields } = profile;
  const at = fields.indexOf(field);
  if (at < 0) return;
  fields[at] = fields[fields.length - 1]!;
  fields.pop();
}

/** Finds the profile of what is declared, or begins one. A profile nobody has any more stays: it may come back. */
export class ProfileBook {
  readonly all: Profile[] = [];
  private readonly byHash = new IdIndex();
  private readonly words = new Map<string, number>();

  constructor(private readonly kindOfClass: (classId: SupplyFacts["classId"]) => PeriodKind) {}

  of(supply: SupplyFacts): Profile {
    return this.find(joint(this.hashOfWhere(supply), this.hashOfWhat(supply)), supply, supply);
  }

  /** Finds those of many whose facts come in two parts, by the numbers of these. Each part is hashed once, however many pairs there are. */
  ofParts(wheres: readonly SuppliedWhere[], whats: readonly WhatFacts[]): (where: number, what: number) => Profile {
    const hashesOfWhere = wheres.map((where) => this.hashOfWhere(where));
    const hashesOfWhat = whats.map((what) => this.hashOfWhat(what));
    const pairs = new IdIndex();
    return (where, what) => {
      const pair = where * PARTS_MAX + what;
      const known = pairs.find(pair);
      if (known !== undefined) return this.all[known]!;
      const profile = this.find(joint(hashesOfWhere[where]!, hashesOfWhat[what]!), wheres[where]!, whats[what]!);
      pairs.set(pair, profile.index);
      return profile;
    };
  }

  private find(joint: number, where: SuppliedWhere, what: WhatFacts): Profile {
    for (let hash = joint; ; hash += 1) {
      const at = this.byHash.find(hash);
      if (at === undefined) {
        const profile = new Profile(this.all.length, factsOf(where, what), this.kindOfClass(what.classId));
        this.byHash.set(hash, profile.index);
        this.all.push(profile);
        return profile;
      }
      const profile = this.all[at]!;
      if (sameWhere(profile.facts, where) && sameWhat(profile.facts, what)) return profile;
    }
  }

  private hashOfWhere({ unitId, unitDivision, jurisdiction }: SuppliedWhere): number {
    const mixed = new Mixed();
    mixed.add(this.word(unitId));
    mixed.add(this.word(unitDivision));
    for (const division of jurisdiction) mixed.add(this.word(division));
    return mixed.hash();
  }

  private hashOfWhat({ classId, traits, earmark, agreement, offered, automated, limits }: WhatFacts): number {
    const mixed = new Mixed();
    mixed.add(this.word(classId));
    for (const trait of traits) mixed.add(this.word(trait));
    mixed.add(earmark === null ? -2 : this.word(earmark));
    if (agreement !== undefined) {
      const { inForce, items } = agreement;
      mixed.add(inForce ? -3 : -4);
      for (const one of items ?? []) mixed.add(this.word(one));
    }
    mixed.add((offered ? 1 : 0) + (automated ? 2 : 0));
    mixed.add(limits.min | 0);
    mixed.add(limits.max | 0);
    mixed.add(limits.step | 0);
    return mixed.hash();
  }

  private word(text: string): number {
    let word = this.words.get(text);
    if (word === undefined) this.words.set(text, (word = this.words.size));
    return word;
  }
}

/** Two numbers below it are one number. */
const PARTS_MAX = 2 ** 26;
const HIGH = 4_294_967_296;

/** 52 bits of what was added. */
class Mixed {
  private low = 0x811c9dc5;
  private high = 0x1b873593;

  add(value: number): void {
    this.low = Math.imul(this.low ^ value, 0x01000193);
    this.high = Math.imul(this.high ^ (value + (this.low >>> 7)), 0x85ebca6b);
  }

  hash(): number {
    return (this.high >>> 12) * HIGH + (this.low >>> 0);
  }
}

/** Of two hashes one. */
function joint(a: number, b: number): number {
  const low = Math.imul((a | 0) ^ ((b | 0) >>> 15) ^ ((b | 0) << 17), 0x01000193);
  const high = Math.imul(Math.floor(a / HIGH) ^ (Math.floor(b / HIGH) + (low >>> 7)), 0x85ebca6b);
  return (high >>> 12) * HIGH + (low >>> 0);
}

/** Without what is each resource's own. */
const factsOf = ({ unitId, unitDivision, jurisdiction }: SuppliedWhere, { classId, traits, limits, earmark, offered, automated, agreement }: WhatFacts): SupplyFacts =>
  agreement
    ? { unitId, classId, traits, jurisdiction, unitDivision, limits, earmark, offered, automated, agreement }
    : { unitId, classId, traits, jurisdiction, unitDivision, limits, earmark, offered, automated };

const sameWhere = (a: SuppliedWhere, b: SuppliedWhere): boolean => a.unitId === b.unitId && a.unitDivision === b.unitDivision && sameList(a.jurisdiction, b.jurisdiction);

const sameWhat = (a: WhatFacts, b: WhatFacts): boolean =>
  a.classId === b.classId &&
  a.earmark === b.earmark &&
  a.offered === b.offered &&
  a.automated === b.automated &&
  a.limits.min === b.limits.min &&
  a.limits.max === b.limits.max &&
  a.limits.step === b.limits.step &&
  sameList(a.traits, b.traits) &&
  sameAgreement(a.agreement, b.agreement);

function sameAgreement(a: SupplyFacts["agreement"], b: SupplyFacts["agreement"]): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.inForce !== b.inForce) return false;
  return a.items === null || b.items === null ? a.items === b.items : sameList(a.items, b.items);
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((one, at) => one === b[at]));
