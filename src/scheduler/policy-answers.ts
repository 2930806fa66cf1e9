import type { UnitId } from "../domain/id.js";
import { UNIT_RELATIONS, unitRelation, type UnitPlace } from "../domain/policy/unit-relation.js";
import type { PolicyAnswer, PolicyQuestion } from "./contract.js";
import type { ShapeFacts } from "./rule.js";
import { roomyBytes, type Bytes } from "./typed-arrays.js";

type Claim = Pick<PolicyQuestion, "claimUnit" | "classId" | "scope" | "purpose">;

export const questionKey = (q: PolicyQuestion): string => JSON.stringify([q.claimUnit, q.resourceUnit, q.classId, q.scope, q.purpose]);

/** @param claimUnit Null: of whoever stands to the other unit as a relation says. */
const claimKey = (claimUnit: UnitId | null, { classId, scope, purpose }: Omit<Claim, "claimUnit">): string => JSON.stringify([claimUnit, classId, scope, purpose]);

/** Claims that may be known without anybody looking who still asks them. */
const FULL_MIN = 1_024;

const ASKED = 1;
const DENIED = 2;
const ALLOWED = 3;

/** What one kind of claim was told, a byte for each relation, or for each unit whose resource it would use: 0 while nobody asked. */
class Told {
  said: Bytes = new Uint8Array(UNIT_RELATIONS.length);
  /** What it is still to be told: of those that are alike, one. */
  open: { readonly at: number; readonly question: PolicyQuestion }[] = [];
}

/** Relations of one unit to others, by their number; 0: not looked up. */
interface Row {
  to: Bytes;
}

const UNKNOWN = 1;
/** The first relation, in a row. */
const KNOWN = 2;

/** What the policy of one version said, and what it is still to be asked. */
export class PolicyAnswers {
  version = 0;
  private readonly told = new Map<string, Told>();
  private full = FULL_MIN;
  private readonly asked = new Set<Told>();
  /** Questions nobody has answered yet. */
  openCount = 0;
  private readonly numbers = new Map<UnitId, number>();
  private units: ReadonlyMap<UnitId, UnitPlace> = new Map();
  private readonly rows = new Map<UnitId, Row>();
  /** Questions come in rows about one claim: what the last one was about is remembered. */
  private last: { readonly claim: Claim; readonly row: Row; readonly alike: Told; alone: Told | undefined } | undefined;

  /** How units stand to one another. What was said about others is void. */
  declare(units: ReadonlyMap<UnitId, UnitPlace>): void {
    this.units = units;
    this.rows.clear();
    this.forget();
  }

  /** True: a later version, so every answer is void. An engine that was loaded since knows later ones than its log. */
  activate(version: number): boolean {
    if (version <= this.version) return false;
    this.version = version;
    this.forget();
    return true;
  }

  private forget(): void {
    this.told.clear();
    this.asked.clear();
    this.openCount = 0;
    this.last = undefined;
  }

  /** Undefined opens the question. */
  allows(question: PolicyQuestion): boolean | undefined {
    const unit = this.numberOf(question.resourceUnit);
    const relation = this.relationOf(question, unit);
    const told = this.of(question, relation);
    const at = relation === undefined ? unit : relation;
    const said = told.said[at];
    if (said === ALLOWED) return true;
    if (said === DENIED) return false;
    if (said !== ASKED) {
      this.write(told, at, ASKED);
      told.open.push({ at, question: relation === undefined ? question : { ...question, relation: UNIT_RELATIONS[relation]! } });
      this.openCount += 1;
      this.asked.add(told);
    }
    return undefined;
  }

  /** What was said, without opening the question. */
  known(question: PolicyQuestion): boolean | undefined {
    const unit = this.numberOf(question.resourceUnit);
    const relation = this.relationOf(question, unit);
    const said = this.told.get(claimKey(relation === undefined ? question.claimUnit : null, question))?.said[relation ?? unit];
    return said === ALLOWED ? true : said === DENIED ? false : undefined;
  }

  take(version: number, answers: readonly PolicyAnswer[]): void {
    if (version !== this.version) return;
    // Of those that were answered alone: answers come in many pieces, and a million questions may be open.
    const touched = new Set<Told>();
    for (const answer of answers) {
      const unit = this.numberOf(answer.resourceUnit);
      const relation = this.relationOf(answer, unit);
      const told = this.of(answer, relation);
      this.write(told, relation ?? unit, answer.allowed ? ALLOWED : DENIED);
      touched.add(told);
    }
    for (const told of touched) {
      const before = told.open.length;
      told.open = told.open.filter(({ at }) => told.said[at] === ASKED);
      this.openCount -= before - told.open.length;
      if (told.open.length === 0) this.asked.delete(told);
    }
  }

  /** Nobody asks for other claims any more. */
  keepOnly(shapes: Iterable<{ readonly facts: ShapeFacts }>): void {
    const kept = new Set<string>();
    for (const { facts } of shapes) {
      kept.add(claimKey(facts.unitId, facts));
      kept.add(claimKey(null, facts));
    }
    for (const [key, told] of this.told) {
      if (kept.has(key)) continue;
      this.told.delete(key);
      this.asked.delete(told);
      this.openCount -= told.open.length;
    }
    this.last = undefined;
    this.full = Math.max(FULL_MIN, 2 * this.told.size);
  }

  /** So many claims were told something that it is worth while to look who still asks. */
  get isFull(): boolean {
    return this.told.size > this.full;
  }

  get size(): number {
    return this.told.size;
  }

  open(): PolicyQuestion[] {
    const open: PolicyQuestion[] = [];
    for (const told of this.asked) for (const { question } of told.open) open.push(question);
    return open;
  }

  private write(told: Told, at: number, said: number): void {
    told.said = roomyBytes(told.said, at + 1);
    told.said[at] = said;
  }

  private numberOf(unit: UnitId): number {
    let number = this.numbers.get(unit);
    if (number === undefined) this.numbers.set(unit, (number = this.numbers.size));
    return number;
  }

  /** Its place among the relations; undefined: one of the two units is not known. */
  private relationOf({ claimUnit, resourceUnit }: Pick<PolicyQuestion, "claimUnit" | "resourceUnit">, unit: number): number | undefined {
    const row = this.last?.claim.claimUnit === claimUnit ? this.last.row : this.rowOf(claimUnit);
    const known = row.to[unit];
    if (known !== undefined && known >= KNOWN) return known - KNOWN;
    if (known === UNKNOWN) return undefined;
    const [claiming, owning] = [this.units.get(claimUnit), this.units.get(resourceUnit)];
    const relation = claiming && owning && UNIT_RELATIONS.indexOf(unitRelation(claiming, owning, (id) => this.units.get(id)));
    row.to = roomyBytes(row.to, Math.max(unit + 1, this.numbers.size));
    row.to[unit] = relation === undefined ? UNKNOWN : KNOWN + relation;
    return relation;
  }

  private rowOf(unit: UnitId): Row {
    let row = this.rows.get(unit);
    if (!row) this.rows.set(unit, (row = { to: new Uint8Array(0) }));
    return row;
  }

  private of(question: PolicyQuestion, relation: number | undefined): Told {
    const { claimUnit, classId, scope, purpose } = question;
    const last = this.last?.claim;
    if (!last || last.claimUnit !== claimUnit || last.classId !== classId || last.scope !== scope || last.purpose !== purpose) {
      this.last = { claim: { claimUnit, classId, scope, purpose }, row: this.rowOf(claimUnit), alike: this.toldOf(null, question), alone: undefined };
    }
    if (relation !== undefined) return this.last!.alike;
    return (this.last!.alone ??= this.toldOf(claimUnit, question));
  }

  private toldOf(claimUnit: UnitId | null, claim: Omit<Claim, "claimUnit">): Told {
    const key = claimKey(claimUnit, claim);
    let told = this.told.get(key);
    if (!told) this.told.set(key, (told = new Told()));
    return told;
  }
}
