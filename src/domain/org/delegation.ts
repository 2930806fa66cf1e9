import type { ClassId, UnitId } from "../id.js";
import type { Instant } from "../instant.js";
import { problem } from "../problem.js";
import { ok, refused, type Result } from "../result.js";

/** Longest number of a written instrument. */
export const DOCUMENT_MAX = 200;

/** One unit lets another act in its name (委托): for one class, within dates. */
export interface DeclaredDelegation {
  readonly id: number;
  readonly from: UnitId;
  readonly to: UnitId;
  readonly classId: ClassId;
  /** Its law lets the other unit delegate further. */
  readonly onward: boolean;
  readonly validFrom: Instant;
  /** Exclusive; null: until withdrawn. */
  readonly validTo: Instant | null;
}

/** Who may act in whose name, with the declared delegations it rests on, from the first unit onwards. */
export interface ActingFor {
  readonly chain: readonly number[];
  readonly from: UnitId;
  readonly to: UnitId;
  readonly classId: ClassId;
  readonly validFrom: Instant;
  readonly validTo: Instant | null;
}

/** More links than any law allows; a circle ends here too. */
const CHAIN_MAX = 4;

/** Every pair that follows from what is declared: one step, and further only from links whose law lets it go on. */
export function actingFor(declared: readonly DeclaredDelegation[]): ActingFor[] {
  const found: ActingFor[] = [];
  const follow = (so: ActingFor, last: DeclaredDelegation): void => {
    found.push(so);
    if (!last.onward || so.chain.length >= CHAIN_MAX) return;
    for (const next of declared) {
      if (next.from !== so.to || next.classId !== so.classId || next.to === so.from) continue;
      const validFrom = Math.max(so.validFrom, next.validFrom);
      const validTo = earlier(so.validTo, next.validTo);
      if (validTo !== null && validTo <= validFrom) continue;
      follow({ ...so, chain: [...so.chain, next.id], to: next.to, validFrom, validTo }, next);
    }
  };
  for (const one of declared) {
    const { id, from, to, classId, validFrom, validTo } = one;
    follow({ chain: [id], from, to, classId, validFrom, validTo }, one);
  }
  return found;
}

/**
 * Delegated power may not be delegated further unless its law says so (Administrative Licensing Law art. 24): the new one
 * neither continues nor is continued by another of the same class whose law is silent.
 */
export function mayDelegate(added: Omit<DeclaredDelegation, "id">, others: readonly DeclaredDelegation[]): Result<void> {
  if (added.from === added.to) return refused(problem("delegation.to_oneself", {}, { field: "to" }));
  const meets = others.filter((one) => one.classId === added.classId && overlap(one, added));
  if (meets.some((one) => one.from === added.from && one.to === added.to)) {
    return refused(problem("object.exists", { kind: "delegation", id: `${added.from} → ${added.to}` }, { field: "to" }));
  }
  const before = meets.find((one) => one.to === added.from && !one.onward);
  const after = added.onward ? undefined : meets.find((one) => one.from === added.to);
  const first = before?.from ?? (after ? added.from : undefined);
  if (first === undefined) return ok();
  return refused(problem("delegation.too_deep", { path: [first, before ? added.from : added.to, before ? added.to : (after?.to ?? "")].join(" → ") }, { field: "to" }));
}

const earlier = (a: Instant | null, b: Instant | null): Instant | null => (a === null ? b : b === null ? a : Math.min(a, b));

type Dated = Pick<DeclaredDelegation, "validFrom" | "validTo">;
const overlap = (a: Dated, b: Dated): boolean => (a.validTo === null || b.validFrom < a.validTo) && (b.validTo === null || a.validFrom < b.validTo);
