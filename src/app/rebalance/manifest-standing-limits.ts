import type { StandingLimitDeclaration } from "../../domain/rebalance/declare-standing-limit.js";
import { problem, type Problem } from "../../domain/problem.js";
import { ok, unlessRefused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { DeclaredRow, DeclaringAct, RowOutcome } from "../pool/declaring.js";
import { writeAll } from "../pool/write-basics.js";
import { limitKey } from "./standing-limits.js";

type Rows = readonly DeclaredRow<StandingLimitDeclaration>[];

/** Standing limits of a manifest. One it leaves out stays. */
export async function writeStandingLimits(act: DeclaringAct, rows: Rows): Promise<Result<readonly RowOutcome[]>> {
  if (rows.length === 0) return ok([]);
  const known = new Map((await act.tx.plans.standingLimits()).map(({ amount, generation, ...limit }) => [limitKey(limit), { facts: { amount }, generation }]));
  const put = async (limits: readonly StandingLimitDeclaration[]): Promise<void> => {
    for (const limit of limits) await act.tx.plans.putStandingLimit(limit);
  };
  return writeAll(act, rows, { kind: "standing-limit", action: "standing-limit.declare", known, keyOf: limitKey, factsOf: ({ amount }) => ({ amount }), put, command: null });
}

/** A limit is its unit's head's word: whoever applies a folder repeats those in force, and changes only their own. */
export async function limitsTheyMaySet({ authorizer }: Pick<AppDeps, "authorizer">, { tx, actor }: DeclaringAct, rows: Rows): Promise<Result<void>> {
  const inForce = new Map((await tx.plans.standingLimits()).map((limit) => [limitKey(limit), limit.amount]));
  const problems: Problem[] = [];
  for (const { declaration, place } of rows) {
    if (inForce.get(limitKey(declaration)) === declaration.amount) continue;
    const allowed = await authorizer.may(actor, "standing-limit.declare", { poolId: tx.poolId, unitId: declaration.unitId });
    if (!allowed.ok) problems.push(problem("access.forbidden", { action: "standing-limit.declare" }, place));
  }
  return unlessRefused(problems, undefined);
}
