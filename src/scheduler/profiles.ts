import type { PeriodKind } from "../domain/pool/period.js";
import type { ResourceSupply } from "./contract.js";
import type { Field } from "./field.js";
import { IdIndex } from "./id-index.js";

/** What is declared of a resource beside its number, its generation and its capacity: all that a static rule may read. */
export type SupplyFacts = Omit<ResourceSupply, "id" | "generation" | "capacity" | "loaned">;

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
    for (let hash = this.hash(supply); ; hash += 1) {
      const at = this.byHash.find(hash);
      if (at === undefined) {
        const facts = factsOf(supply);
        const profile = new Profile(this.all.length, facts, this.kindOfClass(facts.classId));
        this.byHash.set(hash, profile.index);
        this.all.push(profile);
        return profile;
      }
      const profile = this.all[at]!;
      if (sameFacts(profile.facts, supply)) return profile;
    }
  }

  private hash(supply: SupplyFacts): number {
    let low = 0x811c9dc5;
    let high = 0x1b873593;
    const mix = (value: number): void => {
      low = Math.imul(low ^ value, 0x01000193);
      high = Math.imul(high ^ (value + (low >>> 7)), 0x85ebca6b);
    };
    mix(this.word(supply.unitId));
    mix(this.word(supply.classId));
    mix(this.word(supply.unitDivision));
    for (const trait of supply.traits) mix(this.word(trait));
    mix(-1);
    for (const division of supply.jurisdiction) mix(this.word(division));
    mix(supply.earmark === null ? -2 : this.word(supply.earmark));
    if (supply.agreement !== undefined) {
      const { inForce, items } = supply.agreement;
      mix(inForce ? -3 : -4);
      for (const one of items ?? []) mix(this.word(one));
    }
    mix((supply.offered ? 1 : 0) + (supply.automated ? 2 : 0));
    mix(supply.limits.min | 0);
    mix(supply.limits.max | 0);
    mix(supply.limits.step | 0);
    return (high >>> 12) * 4_294_967_296 + (low >>> 0);
  }

  private word(text: string): number {
    let word = this.words.get(text);
    if (word === undefined) this.words.set(text, (word = this.words.size));
    return word;
  }
}

/** Without what is each resource's own. */
const factsOf = ({ unitId, classId, traits, jurisdiction, unitDivision, limits, earmark, offered, automated, agreement }: SupplyFacts): SupplyFacts => ({
  unitId,
  classId,
  traits,
  jurisdiction,
  unitDivision,
  limits,
  earmark,
  offered,
  automated,
  ...(agreement && { agreement }),
});

const sameFacts = (a: SupplyFacts, b: SupplyFacts): boolean =>
  a.unitId === b.unitId &&
  a.classId === b.classId &&
  a.unitDivision === b.unitDivision &&
  a.earmark === b.earmark &&
  a.offered === b.offered &&
  a.automated === b.automated &&
  a.limits.min === b.limits.min &&
  a.limits.max === b.limits.max &&
  a.limits.step === b.limits.step &&
  sameList(a.traits, b.traits) &&
  sameList(a.jurisdiction, b.jurisdiction) &&
  sameAgreement(a.agreement, b.agreement);

function sameAgreement(a: SupplyFacts["agreement"], b: SupplyFacts["agreement"]): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.inForce !== b.inForce) return false;
  return a.items === null || b.items === null ? a.items === b.items : sameList(a.items, b.items);
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((one, at) => one === b[at]));
