import { parseCohortId, type CohortId } from "../id.js";
import { ancestorsOf, cyclesIn } from "../org/tree.js";
import { problem, type Problem } from "../problem.js";
import { RecordReader } from "../record.js";
import { unlessRefused, type Result } from "../result.js";
import { COHORT_DEPTH_MAX, type Cohort } from "./quota.js";

export type CohortDeclaration = Omit<Cohort, "generation">;

/** `{ cohort, parent?, names }` Its parent may be declared after it: `cohortTreeProblems` looks at them together. */
export function declareCohort(record: unknown): Result<CohortDeclaration> {
  const reader = new RecordReader(record, []);
  const declared = { id: reader.id("cohort", parseCohortId), parent: reader.optionalId("parent", parseCohortId), names: reader.names("names") };
  reader.end();
  return unlessRefused(reader.problems, declared);
}

/** Parents that do not exist, parents in a circle, and what stands too deep, by cohort. */
export function cohortTreeProblems(cohorts: ReadonlyMap<string, Pick<Cohort, "id" | "parent">>): ReadonlyMap<CohortId, Problem> {
  const found = new Map<CohortId, Problem>();
  const parents = new Map([...cohorts.values()].map(({ id, parent }) => [id, parent]));
  for (const { id, parent } of cohorts.values()) {
    if (parent !== null && !cohorts.has(parent)) found.set(id, problem("input.unknown_reference", { kind: "cohort", id: parent }, { field: "parent" }));
    else if (ancestorsOf(parents, id).length >= COHORT_DEPTH_MAX) found.set(id, problem("cohort.too_deep", { max: COHORT_DEPTH_MAX }, { field: "parent" }));
  }
  for (const cycle of cyclesIn(cohorts.values())) {
    const path = [...cycle, cycle[0]].join(" → ");
    for (const id of cycle) found.set(id, problem("cohort.cycle", { path }, { field: "parent" }));
  }
  return found;
}
