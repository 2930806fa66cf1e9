import { problem, type Problem } from "../../domain/problem.js";
import type { ReachedLimit } from "../ports/request.js";

/** What an applicant who has as much as they may is told. */
export function limitProblem({ of, item, max }: ReachedLimit): Problem {
  if (of === "open") return item === null ? problem("request.too_many_open", { max }) : problem("request.too_many_of_item", { item, max });
  return item === null ? problem("request.too_many_holds", { max }) : problem("request.too_many_holds_of_item", { item, max });
}
