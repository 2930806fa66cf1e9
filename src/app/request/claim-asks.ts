import type { DivisionCode, UnitId } from "../../domain/id.js";
import type { PlannedStep } from "../../domain/request/plan.js";
import { claimantOf } from "../../domain/rebalance/task-force.js";
import { PLAIN_CLAIM, type ClaimAsk } from "../../scheduler/contract.js";

/** What a step of a recipe asks of the pool for a matter at a place, whose case is the unit's; of a task force, authority, money and data in the lead's name. */
export const claimAsks = ({ mode, claims }: Pick<PlannedStep, "mode" | "claims">, division: DivisionCode, unitId: UnitId, lead: UnitId | null = null): readonly ClaimAsk[] =>
  claims.map((claim) => ({
    ...PLAIN_CLAIM,
    classId: claim.class,
    amount: claim.amount,
    count: claim.count ?? 1,
    automatic: mode === "automatic",
    traits: claim.traits ?? [],
    scope: claim.scope,
    division,
    unitId: claimantOf(claim.class, unitId, lead),
    together: claim.together ?? false,
    slots: claim.slots ?? 1,
    spread: claim.spread ?? false,
    purpose: claim.purpose ?? null,
  }));
