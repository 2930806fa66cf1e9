/**
 * Everything anybody can do, as `object.act`. Closed: routes and pages declare one of these, the policy has a
 * rule for each, and both are compared with `==`, never matched as text.
 *
 * Acts mean the same on every object: `read` (one, or the list one may see), `export` (the whole list as a file),
 * `declare` (create or change), `retire`, `publish`. The other acts say what they do.
 */
export const ACTIONS = [
  // Open to anyone
  "portal.read",
  "api-description.read",
  "health.read",
  "metrics.read",
  "session.create",
  "session.end",
  "demo.step-in",

  // What the pool is made of
  "pool.create",
  "pool.read",
  "pool.declare",
  "unit.read",
  "unit.declare",
  "unit.retire",
  "unit.publish",
  "unit.export",
  "division.read",
  "division.declare",
  "zone.read",
  "zone.declare",
  "class.read",
  "class.declare",
  "trait.read",
  "trait.declare",
  "priority-class.read",
  "priority-class.declare",
  "calendar.read",
  "calendar.declare",
  "resource.read",
  "resource.declare",
  "resource.publish",
  "resource.retire",
  "resource.export",
  "asset.read",
  "asset.declare",
  "asset.retire",
  "asset.export",
  "cohort.read",
  "cohort.declare",
  "cohort.retire",
  "quota.read",
  "quota.declare",
  "quota.retire",
  "quota.export",
  "loan.read",
  "loan.recall",
  "loan.return",
  "sharing.read",
  "sharing.declare",
  "gap.read",
  "lead-exception.declare",
  "lead-exception.withdraw",

  // The catalogue
  "item.read",
  "item.declare",
  "item.confirm",
  "item.publish",
  "item.retire",
  "item.export",
  "bundle.read",
  "bundle.declare",
  "bundle.publish",
  "bundle.retire",

  // Ways in
  "import.read",
  "import.preview",
  "import.apply",
  "import.revert",
  "onboarding.read",
  "onboarding.submit",

  // Requests and the work on them
  "draft.read",
  "draft.write",
  "request.read",
  "request.read-answers",
  "request.submit",
  "request.receive",
  "request.withdraw",
  "request.supplement",
  "request.ask-supplement",
  "request.reconsider",
  "request.explain",
  "request.refer",
  "request.designate",
  "request.claim-priority",
  "request.confirm-priority",
  "request.withdraw-priority",
  "request.open-priority",
  "request.export",
  "step.read",
  "step.start",
  "step.complete",
  "step.reject",
  "step.annul",
  "step.automate",
  "step.hand-over",
  "step.name-deputy",
  "recusal.read",
  "recusal.declare",
  "recusal.withdraw",
  "delegation.read",
  "delegation.declare",
  "delegation.withdraw",
  "work-queue.read",

  // Capacity claimed without a request
  "offer.read",
  "direct-claim.read",
  "direct-claim.create",
  "direct-claim.change",
  "direct-claim.convene",
  "direct-claim.whistle",
  "request.appoint",

  // What the scheduler did
  "decision.read",
  "allocation.read",
  "movement.read",
  "usage.read",
  "queue.read",
  "queue.export",
  "overview.read",
  "pressure.read",
  "alert.read",
  "alert.acknowledge",
  "alert.declare",
  "alert.evaluate",
  "webhook.read",
  "webhook.declare",
  "public-register.read",
  "disparity.read",
  "disparity.declare",
  "disparity.watch",
  "operation.read",

  // Policy and people
  "policy.read",
  "policy.propose",
  "policy.approve",
  "policy.activate",
  "policy.withdraw",
  "role-grant.read",
  "role-grant.grant-unit-role",
  "role-grant.grant-pool-role",
  "role-grant.revoke-unit-role",
  "role-grant.revoke-pool-role",
  "person.read",
  "person.reveal",
  "person.change",
  "person.invite",
  "person.disable",
  "token.read",
  "token.create",
  "token.revoke",
  "enterprise.read",
  "enterprise.declare",
  "mandate.grant",
  "mandate.revoke",

  // The record, and trials beside it
  "audit.read",
  "audit.export",
  "clock.read",
  "clock.set",
  "sandbox.create",
  "sandbox.read",
  "sandbox.remove",
  "replay.run",
  "replay.submit",
  "what-if.read",
  "what-if.create",
  "what-if.cancel",
  "what-if.remove",

  // Capacity lent by plan
  "plan.read",
  "plan.propose",
  "plan.edit",
  "plan.try",
  "plan.consent",
  "plan.approve",
  "plan.refuse",
  "plan.withdraw",
  "plan.apply",
  "standing-limit.read",
  "standing-limit.declare",
] as const;

export type Action = (typeof ACTIONS)[number];

type ObjectOf<A extends string> = A extends `${infer O}.${string}` ? O : never;
/** The nouns of the policy. */
export type ObjectKind = ObjectOf<Action>;

const KNOWN: ReadonlySet<string> = new Set(ACTIONS);

export const isAction = (text: string): text is Action => KNOWN.has(text);

/** @example partsOf("request.submit") // { object: "request", act: "submit" } */
export function partsOf(action: Action): { readonly object: ObjectKind; readonly act: string } {
  const dot = action.indexOf(".");
  return { object: action.slice(0, dot) as ObjectKind, act: action.slice(dot + 1) };
}
