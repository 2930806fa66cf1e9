import { refusalKind, type ClaimReason } from "../../domain/pool/decision.js";
import { problem, type Problem } from "../../domain/problem.js";

/** The scheduler's no in the words of a refusal; the first reason speaks. */
export function refusalProblem(reasons: readonly ClaimReason[]): Problem {
  const reason = reasons.find(({ outcome }) => outcome === "refused");
  const { rule, asked, most } = reason?.refusal ?? { rule: "capacity" as const, asked: 0, most: 0 };
  const named = { class: String(reason?.class ?? "") };
  switch (reason?.refusal ? refusalKind(reason.refusal) : "short") {
    case "invalid":
      return problem("direct-claim.impossible", { ...named, rule });
    case "short":
      return problem("direct-claim.short", { ...named, asked, most });
    case "stale":
      return problem("direct-claim.stale", named);
    case "in-use":
      return problem("direct-claim.in_use", named);
    case "forbidden":
      return problem("direct-claim.forbidden", named);
  }
}
