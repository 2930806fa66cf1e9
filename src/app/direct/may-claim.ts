import type { DivisionCode, PoolId, UnitId } from "../../domain/id.js";
import { liesIn } from "../../domain/org/division.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { refused, type Result } from "../../domain/result.js";
import type { ClaimAsk } from "../../scheduler/contract.js";
import type { AppDeps } from "../deps.js";
import type { Allowed } from "../ports/authorizer.js";
import type { Reading } from "../ports/store.js";

/**
 * Whether the actor may claim for the unit, and call every other unit the claims name. A unit is called by who stands
 * above it; a township calls those who answer for its own place (吹哨), and whether it may is a rule of its own.
 */
export async function mayClaim(deps: Pick<AppDeps, "authorizer">, read: Reading, actor: Actor, pool: PoolId, claimant: UnitId, claims: readonly ClaimAsk[]): Promise<Result<Allowed>> {
  const allowed = await deps.authorizer.may(actor, "direct-claim.create", { poolId: pool, unitId: claimant });
  if (!allowed.ok) return allowed;
  if ((await read.units.get(claimant))?.kind === "supplier") return refused(problem("supplier.claims_nothing", { unit: claimant }));
  for (const unit of new Set(claims.map(({ unitId }) => unitId))) {
    if (unit === claimant) continue;
    if ((await deps.authorizer.may(actor, "direct-claim.convene", { poolId: pool, unitId: unit })).ok) continue;
    if (!(await whistles(deps, read, actor, pool, claimant, unit))) return refused(problem("direct-claim.unit_not_called", { unit }));
  }
  return allowed;
}

async function whistles({ authorizer }: Pick<AppDeps, "authorizer">, read: Reading, actor: Actor, pool: PoolId, claimant: UnitId, called: UnitId): Promise<boolean> {
  const [from, to] = await Promise.all([read.units.get(claimant), read.units.get(called)]);
  if (from?.level !== "township" || !to) return false;
  if (!(await authorizer.may(actor, "direct-claim.whistle", { poolId: pool, unitId: claimant })).ok) return false;
  const parents = new Map<DivisionCode, DivisionCode | null>((await read.divisions.all()).map(({ code, parent }) => [code, parent]));
  return liesIn(parents, from.division, to.division);
}

