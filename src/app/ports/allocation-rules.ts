import type { PolicyRule } from "../../domain/policy/rule.js";
import type { PolicyQuestion } from "../../scheduler/contract.js";
import type { PolicyPlaces } from "./policy.js";

/** Answers the `allocation` questions by a set of rules that is in force nowhere: by the same evaluator as the writer's. */
export type AllocationRules = (rules: readonly PolicyRule[], places: PolicyPlaces) => (questions: readonly PolicyQuestion[]) => readonly boolean[];
