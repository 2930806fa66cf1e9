import type { AllocationRules } from "../app/ports/allocation-rules.js";
import { allocationAnswers } from "./allocation.js";
import { openRules } from "./policy-book.js";
import type { PolicyFiles } from "./policy-files.js";

/** The writer's own evaluator, on rules that nobody is answered by. */
export const createAllocationRules =
  (files: PolicyFiles): AllocationRules =>
  (rules, places) => {
    const policy = openRules(files, 0, rules);
    return (questions) => allocationAnswers(policy, places, questions);
  };
