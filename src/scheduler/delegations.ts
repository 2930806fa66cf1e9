import type { ClassId, UnitId } from "../domain/id.js";
import type { Instant } from "../domain/instant.js";
import type { Delegation } from "./contract.js";

const keyOf = (from: UnitId, to: UnitId, classId: ClassId): string => `${from} ${to} ${classId}`;

/** Who acts in whose name at the engine's time. Dates take effect by themselves: `moveTo` says what they changed. */
export class Delegations {
  private declared: readonly Delegation[] = [];
  private inForce = new Map<string, Delegation>();
  /** Holds may rest on a delegation: what an engine was loaded with may rest on one that ended while nobody wrote. */
  any = true;

  declare(declared: readonly Delegation[]): void {
    this.declared = declared;
    if (declared.length > 0) this.any = true;
  }

  /** No hold rests on a delegation that ended: until another is declared, or holds come back, nothing rests on any. */
  settled(): void {
    this.any = this.declared.length > 0;
  }

  /** What a thrown away batch gave back is held again, or a resource went to another unit, which may not act for the one whose claim it serves. */
  askAgain(): void {
    this.any = true;
  }

  chain(from: UnitId, to: UnitId, classId: ClassId): readonly number[] | undefined {
    return this.inForce.size === 0 ? undefined : this.inForce.get(keyOf(from, to, classId))?.chain;
  }

  /** Everybody who acts in the name of `from`. */
  of(from: UnitId, classId: ClassId): readonly UnitId[] {
    if (this.inForce.size === 0) return [];
    return [...this.inForce.values()].filter((one) => one.from === from && one.classId === classId).map(({ to }) => to);
  }

  /** Classes for which somebody may, or may no longer, act for another. */
  moveTo(now: Instant): ReadonlySet<ClassId> {
    if (this.declared.length === 0 && this.inForce.size === 0) return NONE;
    const next = new Map<string, Delegation>();
    for (const one of this.declared) {
      if (one.validFrom > now || (one.validTo !== null && one.validTo <= now)) continue;
      const key = keyOf(one.from, one.to, one.classId);
      const known = next.get(key);
      // Of several the shortest chain, then the oldest: the same after every restart.
      if (!known || before(one.chain, known.chain)) next.set(key, one);
    }
    const changed = new Set<ClassId>();
    for (const [key, { classId, chain }] of next) if (this.inForce.get(key)?.chain.join() !== chain.join()) changed.add(classId);
    for (const [key, { classId }] of this.inForce) if (!next.has(key)) changed.add(classId);
    this.inForce = next;
    return changed;
  }
}

const NONE: ReadonlySet<ClassId> = new Set();

const before = (a: readonly number[], b: readonly number[]): boolean => (a.length !== b.length ? a.length < b.length : (a[0] ?? 0) < (b[0] ?? 0));
