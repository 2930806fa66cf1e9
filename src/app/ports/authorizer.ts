import type { PoolId } from "../../domain/id.js";
import type { Action } from "../../domain/policy/action.js";
import type { ObjectFacts } from "../../domain/policy/relation.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { Result } from "../../domain/result.js";

/** A permission given: what audit records and decisions keep of it. */
export interface Allowed {
  readonly policyVersion: number;
  /** The rule that allowed, as it stands in the table: `clerk, step, complete, own, allow`. */
  readonly rule: string;
}

/**
 * The first line of every use case.
 *
 * @example
 * const allowed = await deps.authorizer.may(actor, "request.withdraw", { poolId, personId: request.applicantId });
 * if (!allowed.ok) return allowed;
 */
export interface Authorizer {
  /**
   * May the actor do this to that? Pass facts of the row that was loaded, in the transaction that changes it.
   *
   * Refusals: `access.sign_in_required` when nobody is signed in and the public never may; `object.not_found`, to the
   * last word as if the thing did not exist, when the actor may not even read it; else `access.forbidden`.
   */
  may(actor: Actor, action: Action, object: ObjectFacts): Promise<Result<Allowed>>;

  /** Whether a visitor must sign in before the thing is looked for: asked by routes, so that a 401 tells nothing. */
  needsSignIn(actor: Actor, action: Action): Promise<boolean>;

  /** The version that answers now, at most a second old. */
  version(pool: PoolId): Promise<number>;
}
