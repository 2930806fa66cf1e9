import type { ClassId, UnitId } from "../domain/id.js";
import type { ClaimAsk, PolicyQuestion } from "./contract.js";
import type { SupplyFacts } from "./profiles.js";
import type { CapacityClass } from "../domain/pool/class.js";
import type { StaticRule } from "../domain/pool/decision.js";
import type { Divisions } from "./divisions.js";

/** What a static rule may know beside the resource and the claim. */
export interface World {
  readonly divisions: Divisions;
  classOf(resource: Pick<SupplyFacts, "classId">): CapacityClass;
  /** The delegations by which `to` acts in the name of `from` now; undefined: it may not. */
  delegated(from: UnitId, to: UnitId, classId: ClassId): readonly number[] | undefined;
  /** Everybody who acts in the name of `from` now. */
  delegates(from: UnitId, classId: ClassId): readonly UnitId[];
  /** Undefined: not answered yet. Asking is what opens the question. */
  policyAllows(question: PolicyQuestion): boolean | undefined;
}

/** Fields of a claim a static rule can read: amounts, times and identities are for the rules of the moment. */
export type ShapeField = "classId" | "traits" | "scope" | "division" | "unitId" | "purpose" | "automatic";

/**
 * A static rule drops resources that could not serve a claim today nor on any other day.
 *
 * It runs once per shape and resource, when the shape is compiled; decisions only read what is left. Claims that
 * agree in every field some rule *reads* have one shape, so a rule sees exactly the fields it names: reading
 * another does not compile, and naming one more splits the shapes by it. There is no second list to keep.
 *
 * A rule is a pure function of resource, claim fields and world. When a resource, a class, the divisions or the
 * policy version change, the shapes that may be affected are compiled again.
 *
 * `keeps` answers `undefined` when it must wait for somebody outside (policy); the shape is then compiled later,
 * and its steps stay in the queue.
 *
 * @example
 * export const traits = staticRule({
 *   name: "traits",
 *   reads: ["traits"],
 *   keeps: (resource, claim) => claim.traits.every((trait) => resource.traits.includes(trait)),
 * });
 */
export interface Rule<F extends ShapeField = ShapeField> {
  /** Public: people read it in explanations. */
  readonly name: StaticRule;
  readonly reads: readonly F[];
  /** Of a resource it reads the unit and the class alone: it is asked once for each unit (`unitRule`). */
  readonly ofUnit?: true;
  keeps(resource: SupplyFacts, claim: Pick<ClaimAsk, F>, world: World): boolean | undefined;
  /** Of a rule about units: exactly those it keeps. With it, the rule is not asked about each unit. One rule has it. */
  unitsKept?(claim: Pick<ClaimAsk, F>, world: World): readonly UnitId[] | "all";
  /**
   * Whom it keeps, by key: those of whose keys the claim names one. With it, the rule is not asked about each
   * resource: a shape looks only at those it may keep. One rule has it.
   */
  readonly byKey?: {
    of(resource: SupplyFacts): readonly string[];
    wanted(claim: Pick<ClaimAsk, F>, world: World): readonly string[];
  };
}

/** The fields of a claim that make its shape, and nothing else of it. */
export type ShapeFacts = Pick<ClaimAsk, ShapeField>;

export const staticRule = <F extends ShapeField>(rule: Rule<F>): Rule<F> => rule;

/** A rule that reads of a resource its unit and class alone. */
export const unitRule = <F extends ShapeField>(
  rule: Omit<Rule<F>, "keeps" | "byKey" | "ofUnit"> & {
    keeps(resource: Pick<SupplyFacts, "unitId" | "classId">, claim: Pick<ClaimAsk, F>, world: World): boolean | undefined;
  },
): Rule<F> => ({ ...rule, ofUnit: true });
