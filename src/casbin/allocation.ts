import type { AllocationPolicy } from "../app/ports/allocation-policy.js";
import type { PolicyPlaces, PolicySource } from "../app/ports/policy.js";
import { ANY } from "../domain/policy/rule.js";
import { unitRelation, type UnitRelation } from "../domain/policy/unit-relation.js";
import type { PolicyQuestion } from "../scheduler/contract.js";
import type { OpenPolicy, PolicyBook } from "./policy-book.js";

/** What a claim without a purpose asks for, as rules write it. */
const NO_EARMARK = "none";

/**
 * Answers `allocation` for the pool's writer: per shape and (unit, class), from the version it names. How the units stand
 * to one another is read from the tables, here or when the pool was loaded, so that a rule cannot be met by what a claim says of itself.
 */
export function createAllocationPolicy(
  book: PolicyBook,
  source: Pick<PolicySource, "places" | "activeVersion">,
): AllocationPolicy {
  return {
    // Not the book's half-second-old one: a writer that starts must not begin behind a command it has already taken.
    activeVersion: (pool) => source.activeVersion(pool),
    async answers(pool, version, questions) {
      const [policy, places] = await Promise.all([book.at(pool, version), source.places(pool)]);
      return allocationAnswers(policy, places, questions);
    },
  };
}

const sameClaim = (a: PolicyQuestion, b: PolicyQuestion): boolean =>
  a.claimUnit === b.claimUnit && a.classId === b.classId && a.scope === b.scope && a.purpose === b.purpose;

/** What the rules of one version say to each question, in their order. */
export function allocationAnswers({ evaluators }: Pick<OpenPolicy, "evaluators">, places: PolicyPlaces, questions: readonly PolicyQuestion[]): readonly boolean[] {
  let asked: PolicyQuestion | undefined;
  let said = new Map<UnitRelation, boolean>();
  return questions.map((question) => {
    const claiming = places.units.get(question.claimUnit);
    const owning = places.units.get(question.resourceUnit);
    const capacityClass = places.classes.get(question.classId);
    // A unit or class that is not there has no standing; `any` is a word of rules, not of purposes.
    if (!claiming || !owning || !capacityClass || question.purpose === ANY) return false;
    const relation = question.relation ?? unitRelation(claiming, owning, (id) => places.units.get(id));
    // Questions come in rows about one claim and hundreds of units, which stand to it in a few relations.
    if (!asked || !sameClaim(asked, question)) said = new Map();
    asked = question;
    let allowed = said.get(relation);
    if (allowed === undefined) {
      const earmark = question.purpose ?? NO_EARMARK;
      const words = [capacityClass.kind, question.classId, capacityClass.act, relation, question.scope, earmark];
      said.set(relation, (allowed = evaluators.allocation.ask(words).effect === "allow"));
    }
    return allowed;
  });
}
