import type { UnitId } from "../domain/id.js";
import type { PolicyAnswer, PolicyQuestion } from "./contract.js";
import type { ShapeFacts } from "./rule.js";
import { roomyBytes, type Bytes } from "./typed-arrays.js";

type Claim = Omit<PolicyQuestion, "resourceUnit">;

export const questionKey = (q: PolicyQuestion): string => JSON.stringify([q.claimUnit, q.resourceUnit, q.classId, q.scope, q.purpose]);

const claimKey = ({ claimUnit, classId, scope, purpose }: Claim): string => JSON.stringify([claimUnit, classId, scope, purpose]);

/** Claims that may be known without anybody looking who still asks them. */
const FULL_MIN = 1_024;

const ASKED = 1;
const DENIED = 2;
const ALLOWED = 3;

/** What one kind of claim was told, a byte for each unit whose resource it would use: 0 while nobody asked. */
class Told {
  said: Bytes = new Uint8Array(0);
  /** Units it is still to be told about. */
  open: UnitId[] = [];

  constructor(readonly claim: Claim) {}
}

/** What the policy of one version said, and what it is still to be asked. */
export class PolicyAnswers {
  version = 0;
  private readonly told = new Map<string, Told>();
  private full = FULL_MIN;
  private readonly asked = new Set<Told>();
  /** Questions nobody has answered yet. */
  openCount = 0;
  private readonly units = new Map<UnitId, number>();
  /** Questions come in rows about one claim: the last one is remembered. */
  private last: Told | undefined;

  /** True: a later version, so every answer is void. An engine that was loaded since knows later ones than its log. */
  activate(version: number): boolean {
    if (version <= this.version) return false;
    this.version = version;
    this.told.clear();
    this.asked.clear();
    this.openCount = 0;
    this.last = undefined;
    return true;
  }

  /** Undefined opens the question. */
  allows(question: PolicyQuestion): boolean | undefined {
    const told = this.of(question);
    const unit = this.numberOf(question.resourceUnit);
    const said = told.said[unit];
    if (said === ALLOWED) return true;
    if (said === DENIED) return false;
    if (said !== ASKED) {
      this.write(told, unit, ASKED);
      told.open.push(question.resourceUnit);
      this.openCount += 1;
      this.asked.add(told);
    }
    return undefined;
  }

  /** What was said, without opening the question. */
  known(question: PolicyQuestion): boolean | undefined {
    const said = this.told.get(claimKey(question))?.said[this.numberOf(question.resourceUnit)];
    return said === ALLOWED ? true : said === DENIED ? false : undefined;
  }

  take(version: number, answers: readonly PolicyAnswer[]): void {
    if (version !== this.version) return;
    // Of those that were answered alone: answers come in many pieces, and a million questions may be open.
    const touched = new Set<Told>();
    for (const answer of answers) {
      const told = this.of(answer);
      this.write(told, this.numberOf(answer.resourceUnit), answer.allowed ? ALLOWED : DENIED);
      touched.add(told);
    }
    for (const told of touched) {
      const before = told.open.length;
      told.open = told.open.filter((unit) => told.said[this.numberOf(unit)] === ASKED);
      this.openCount -= before - told.open.length;
      if (told.open.length === 0) this.asked.delete(told);
    }
  }

  /** Nobody asks for other claims any more. */
  keepOnly(shapes: Iterable<{ readonly facts: ShapeFacts }>): void {
    const kept = new Set<string>();
    for (const { facts: { unitId, classId, scope, purpose } } of shapes) kept.add(claimKey({ claimUnit: unitId, classId, scope, purpose }));
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
    for (const { claim: { claimUnit, classId, scope, purpose }, open: units } of this.asked) {
      for (const resourceUnit of units) open.push({ claimUnit, resourceUnit, classId, scope, purpose });
    }
    return open;
  }

  private write(told: Told, unit: number, said: number): void {
    told.said = roomyBytes(told.said, Math.max(unit + 1, this.units.size));
    told.said[unit] = said;
  }

  private numberOf(unit: UnitId): number {
    let number = this.units.get(unit);
    if (number === undefined) this.units.set(unit, (number = this.units.size));
    return number;
  }

  private of(claim: Claim): Told {
    const { claimUnit, classId, scope, purpose } = claim;
    const last = this.last?.claim;
    if (last && last.claimUnit === claimUnit && last.classId === classId && last.scope === scope && last.purpose === purpose) return this.last!;
    const key = claimKey(claim);
    let told = this.told.get(key);
    if (!told) this.told.set(key, (told = new Told({ claimUnit, classId, scope, purpose })));
    this.last = told;
    return told;
  }
}
