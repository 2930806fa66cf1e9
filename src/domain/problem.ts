type BarredGround = "own-case" | "recusal" | "separation";

/**
 * Every refusal the product can give, with the facts that explain it.
 *
 * Codes are public: added freely, never renamed, never reused. Each code has a
 * status and words in both languages in `src/text/problems.ts`, and a line in
 * `docs/problems.md` (generated; a test keeps it so).
 */
export interface ProblemFacts {
  // input
  "input.invalid": { expected: string };
  "input.missing": Record<string, never>;
  "input.unknown_field": { name: string };
  "input.too_long": { max: number };
  "input.forbidden_character": { codePoint: string };
  "input.not_whole_number": { value: string };
  "input.out_of_range": { min: number; max: number };
  "input.malformed_json": { detail: string };
  "input.duplicate_key": { key: string };
  "input.forbidden_key": { key: string };
  "input.too_deep": { max: number };
  "input.too_large": { maxBytes: number };
  "input.unsupported_media_type": { expected: string };
  "input.unknown_reference": { kind: string; id: string };
  "input.duplicate": { kind: string; id: string };

  // tables
  "table.empty": Record<string, never>;
  "table.encoding_unknown": Record<string, never>;
  "table.format_unknown": Record<string, never>;
  "table.not_a_workbook": Record<string, never>;
  "table.workbook_too_large": { maxBytes: number };
  "table.sheet_missing": { sheet: string };
  "table.quote_open": Record<string, never>;
  "table.quote_misplaced": Record<string, never>;
  "table.row_too_long": { maxBytes: number };
  "table.too_many_rows": { max: number };
  "table.too_many_cells": { found: number; expected: number };
  "table.missing_columns": { columns: string };
  "table.unknown_column": { column: string };
  "table.duplicate_column": { column: string };
  "table.number_imprecise": { value: string };

  // a foreign catalogue
  "catalogue.task_type_unknown": { value: string };
  "catalogue.not_applied_for": { value: string };

  // sandboxes
  "sandbox.required": Record<string, never>;
  "sandbox.of_sandbox": Record<string, never>;
  "clock.backwards": Record<string, never>;

  // published instances
  "instance.too_short": { found: number };
  "instance.too_long": { found: number; expected: number };
  "instance.too_large": { agents: number; jobs: number; max: number };
  "instance.unsolvable": { instance: number };
  "instance.not_solved": { instance: number; seconds: number };

  // what-ifs
  "scenario.empty": Record<string, never>;
  "scenario.not_a_scenario": Record<string, never>;
  "scenario.day_past": { day: string; first: string };
  "scenario.day_beyond": { day: string; last: string };
  "scenario.too_long": { requests: number; max: number };
  "scenario.drain_of_nobody": Record<string, never>;
  "scenario.nothing_of_class": { unit: string; class: string };
  "scenario.asset_not_counted": { asset: string };
  "scenario.not_lendable": { class: string };
  "scenario.lent_to_itself": { unit: string };
  "scenario.too_few_to_lend": { unit: string; class: string; has: number; count: number };
  "scenario.rule_absent": { rule: string };
  "scenario.trace_twice": Record<string, never>;
  "scenario.trace_not_sent": { file: string };
  "what-if.too_many_under_way": { max: number };
  "what-if.too_many_kept": { max: number };
  "what-if.interrupted": Record<string, never>;

  // imports
  "import.has_bad_rows": { bad: number };
  "import.nothing_to_apply": Record<string, never>;
  "import.overtaken": { count: number; objects: string };
  "import.in_use": { count: number; object: string };
  "import.outside_scope": { unit: string };
  "import.interrupted": Record<string, never>;

  // access and writes
  "access.sign_in_required": Record<string, never>;
  "access.forbidden": { action: string };
  "object.not_found": { kind: string };
  "object.generation_stale": { expected: number; actual: number };
  "object.generation_required": Record<string, never>;
  "object.transition_illegal": { kind: string; state: string; event: string };
  "idempotency.key_required": Record<string, never>;
  "idempotency.key_reused": Record<string, never>;
  "idempotency.in_flight": Record<string, never>;
  "service.overloaded": { retryAfterSeconds: number };
  "service.unavailable": { retryAfterSeconds: number };

  // amounts
  "amount.zero": Record<string, never>;
  "amount.negative": { value: string };
  "amount.fractional": { value: string };
  "amount.too_large": { max: number };
  "amount.not_multiple": { step: number };
  "amount.outside_limits": { min: number; max: number };

  // who may act
  "resource.second_lead": { class: string; division: string; unit: string; resource: string };
  "reorganisation.into_itself": { unit: string };
  "reorganisation.division_outside": { unit: string; division: string; into: string; intoDivision: string };
  "reorganisation.not_its_own": { unit: string; kind: string; id: string };
  "reorganisation.loans_stand": { unit: string; loans: number };
  "reorganisation.in_the_past": Record<string, never>;
  "reorganisation.changed_since": { what: string; count: number };
  "contest.one_party": Record<string, never>;
  "contest.matter_unclear": Record<string, never>;
  "contest.no_items": { class: string };
  "contest.open_already": { contest: number };
  "contest.not_a_party": { unit: string };
  "contest.not_coordinator": { coordinator: string };
  "contest.ruler_is_party": { unit: string };
  "contest.ruled_already": { ruling: number; unit: string };
  "contest.nothing_to_replace": Record<string, never>;
  "contest.begins_outside": { from: string; to: string };
  "contest.unit_outside": { unit: string; division: string };
  "contest.lacks_function": { unit: string; class: string; division: string };
  "contest.gave_away": { unit: string; item: string; to: string };
  "contest.ruled_elsewhere": { contest: number };
  "lead.not_a_function": { class: string };
  "lead.exception_too_long": { days: number };
  "paper.in_future": { occurred: string; now: string };
  "paper.too_old": { days: number; max: number };
  "paper.serial_taken": { serial: string; number: string };
  "paper.other_desk": { unit: string; division: string };
  "drain.not_drainable": { target: string; kind: string };
  "drain.nothing": { target: string };
  "drain.asset_not_counted": { asset: string };
  "drain.exists": { drain: number; target: string };
  "drain.days_past": { today: string };
  "drain.breaks_law": { count: number; requests: string };
  "delegation.to_oneself": Record<string, never>;
  "delegation.too_deep": { path: string };
  "delegation.not_delegable": { class: string };
  "delegation.kept_by_law": { class: string; lawZh: string; lawEn: string; article: string };
  "delegation.basis_required": Record<string, never>;
  "disparity.too_few": { min: number };
  "recusal.one_subject": Record<string, never>;
  "step.officer_barred": { ground: BarredGround };
  "step.delegation_ended": { unit: string };
  "step.not_without_officer": Record<string, never>;
  "step.not_in_hand": Record<string, never>;
  "deputy.barred": { ground: BarredGround };
  "deputy.of_another_unit": { unit: string };
  "designation.not_superior": { unit: string };
  "number.none_granted": { step: string };
  "number.annulled_already": { step: string };
  "number.request_open": { state: string };
  "referral.already_competent": { unit: string };
  "referral.not_competent": { unit: string; competent: string; competentZh: string; competentEn: string };
  "referral.part_of_bundle": Record<string, never>;
  "referral.item_absent": { pool: string };

  // what the pool is made of
  "class.unknown": { class: string };
  "class.labour_not_allowed": { class: string };
  "asset.beyond_labour_limit": { minutes: number; limit: number };
  "trait.unknown": { trait: string };
  "division.unknown": { division: string };
  "object.exists": { kind: string; id: string };
  "unit.cycle": { path: string };
  "unit.not_empty": { units: number; resources: number };
  "unit.credit_code_invalid": { reason: "shape" | "check" };
  "unit.two_heads": { unit: string };
  "unit.incomplete": { unit: string; point: string };
  "calendar.cycle": { path: string };
  "calendar.base_above": { base: string };
  "calendar.never_works": { calendar: string };
  "validity.reversed": Record<string, never>;
  "resource.reserved_above_total": { total: number };
  "resource.unlimited_not_allowed": { class: string };
  "resource.earmark_required": Record<string, never>;
  "resource.earmark_not_allowed": { class: string };
  "resource.legal_basis_required": Record<string, never>;
  "resource.number_basis_required": Record<string, never>;
  "resource.number_basis_not_allowed": { class: string };
  "class.non_delegable_not_allowed": { class: string };
  "class.delegated": { class: string; delegations: string };
  "resource.jurisdiction_outside": { division: string; unitDivision: string };
  "resource.class_fixed": { class: string };
  "asset.resource_of_another_unit": { resource: string; unit: string };
  "item.promised_above_statutory": { statutory: number };
  "recipe.two_officers": { found: number };
  "recipe.discretion_automatic": { article: string };
  "recipe.automatic_officer": { class: string };
  "claim.slots_not_allowed": { class: string };
  "claim.purpose_required": { class: string };
  "claim.purpose_not_allowed": { class: string };
  "claim.deciding_needs_competent": { class: string };

  // quotas and limits
  "cohort.cycle": { path: string };
  "cohort.too_deep": { max: number };
  "cohort.in_use": { cohort: string; quotas: number; cohorts: number };
  "quota.of_function": { class: string };
  "quota.above_capacity": { cohort: string; class: string; nominal: number; capacity: number };
  "request.too_many_of_item": { item: string; max: number };
  "request.too_many_holds": { max: number };
  "request.too_many_holds_of_item": { item: string; max: number };

  // loans
  "loan.class_of_resource": { resource: string; class: string };
  "loan.not_lendable": { class: string };
  "loan.deciding_act": { class: string };
  "loan.does_not_come_back": { class: string };
  "loan.not_owned": { resource: string };
  "loan.not_offered": { resource: string };
  "loan.borrower_retired": { unit: string };
  "loan.to_itself": { unit: string };
  "loan.loop": { class: string; path: string };
  "loan.persons_upward": { lender: string; borrower: string };
  "loan.below_least_claim": { min: number };
  "loan.term_reversed": { from: string; to: string };
  "loan.term_past": { from: string; today: string };
  "loan.term_too_long": { days: number; max: number };
  "loan.too_many": { max: number };
  "loan.notice_too_short": { from: string; earliest: string };
  "loan.recall_above_loaned": { amount: number; loaned: number; free: number };
  "loan.part_leaves_too_little": { rest: number; min: number; loaned: number };
  "loan.too_many_parts": { max: number };
  "loan.back_after_term": { from: string; to: string };
  "loan.dated_resource": { resource: string };
  "loan.beyond_validity": { resource: string; validFrom: string; validTo: string };

  // plans
  "emergency.begins_past": { today: string };
  "emergency.sunset_past": { today: string };
  "emergency.too_long": { days: number; max: number };
  "emergency.level_waits": { level: number };
  "emergency.not_at_once": Record<string, never>;
  "emergency.no_power": Record<string, never>;
  "emergency.every_case_of_what": Record<string, never>;
  "emergency.not_in_force": { document: string; state: string };
  "emergency.power_not_given": { document: string; power: string };
  "emergency.out_of_scope": { document: string; id: string };
  "emergency.class_not_given": { document: string; class: string };
  "emergency.above_limit": { unit: string; class: string; amount: number; limit: number };
  "emergency.beyond_sunset": { to: string; last: string };
  "emergency.nothing_owed": Record<string, never>;
  "emergency.not_to_take_back": Record<string, never>;
  "rule.proposes_nothing": { rule: string };
  "emergency.not_booked_yet": Record<string, never>;
  "emergency.too_many": { max: number };
  "rule.one_action": Record<string, never>;
  "rule.is_on": { rule: string };
  "rule.too_many": { max: number };
  "task-force.until_past": { until: string; today: string };
  "task-force.not_owned": { resource: string; unit: string };
  "task-force.of_task_force": { unit: string };
  "task-force.function_not_held": { item: string; class: string; division: string };
  "task-force.no_member_competent": { item: string; division: string };
  "task-force.item_taken": { item: string; other: string };
  "task-force.consent_missing": { unit: string };
  "task-force.consent_not_asked": { unit: string };
  "task-force.consented_already": { unit: string };
  "task-force.takes_no_referral": { unit: string };
  "task-force.not_as_proposed": { taskForce: string; fields: string };
  "task-force.is_no_organ": { unit: string };
  "agreement.provider_is_organ": { unit: string };
  "agreement.purchaser_is_no_organ": { unit: string };
  "agreement.term_reversed": { from: string; until: string };
  "agreement.term_past": { until: string; today: string };
  "agreement.term_too_long": { years: number };
  "agreement.class_not_assisting": { class: string };
  "agreement.total_below_period": { class: string; total: number; period: number };
  "agreement.overlaps": { other: string; class: string };
  "agreement.required": { resource: string; unit: string; class: string };
  "agreement.standard_missing": { resource: string; agreement: string; traits: string };
  "agreement.above_ceiling": { agreement: string; class: string; ceiling: number; offered: number };
  "agreement.not_lent": { resource: string };
  "agreement.leaves_gap": { from: string; today: string };
  "agreement.parties_fixed": { agreement: string };
  "agreement.stands": { agreement: string };
  "supplier.is_no_organ": { unit: string };
  "supplier.claims_nothing": { unit: string };
  "unit.kind_fixed": { unit: string; kind: string };
  "plan.empty": Record<string, never>;
  "plan.too_many_loans": { max: number };
  "plan.lender_short": { lender: string; class: string; free: number; amount: number };
  "plan.bound": { state: string };
  "plan.content_changed": { changes: string };
  "plan.thing_changed": { kind: string; id: string; seen: number; now: number };
  "plan.thing_gone": { kind: string; id: string };
  "plan.thing_new": { kind: string; id: string };
  "plan.not_free": { resource: string; date: string; free: number; amount: number; periods: number };
  "plan.consent_missing": { unit: string; class: string; amount: number; limit: number };
  "plan.consent_not_asked": { unit: string };
  "plan.consented_already": { unit: string };
  "plan.expired": Record<string, never>;
  "plan.nothing_to_take_back": Record<string, never>;
  "plan.goal_empty": Record<string, never>;
  "plan.search_running": Record<string, never>;
  "plan.search_interrupted": Record<string, never>;
  "what-if.kept_by_plan": { plan: number };

  // two persons
  "approval.second_person_required": Record<string, never>;
  "approval.same_person": Record<string, never>;
  "approval.heads_unit": { unit: string };
  "approval.approver_too_new": Record<string, never>;
  "approval.nobody_else": Record<string, never>;

  // changes of quotas and overcommit that need a second person
  "proposal.nothing_changes": Record<string, never>;
  "proposal.open_already": { proposal: number };
  "proposal.content_changed": { seen: string; actual: string };
  "proposal.thing_changed": { kind: string; id: string; changes: string };
  "proposal.expired": Record<string, never>;
  "overcommit.two_persons": { resource: string; percent: number; now: number };

  // manifests
  "manifest.syntax": { detail: string };
  "manifest.not_utf8": Record<string, never>;
  "manifest.too_many_files": { max: number };
  "manifest.unreadable": { detail: string };
  "manifest.kind_unknown": { kind: string };
  "manifest.version_unknown": { expected: string };
  "manifest.column_missing": { column: string };
  "manifest.no_pool": Record<string, never>;
  "manifest.pool_twice": Record<string, never>;

  // requests and the work on them
  "recipe.cycle": { steps: string };
  "request.no_competent_unit": { line: string; level: string; division: string; unit: string; officeZh: string; officeEn: string };
  "request.line_absent": { line: string; level: string; division: string };
  "request.audience_wrong": { audience: string };
  "request.mandate_required": { enterprise: string };
  "request.too_many_open": { max: number };
  "request.over": { state: string };
  "priority.claimed_already": { code: string };
  "priority.not_claimed": { code: string };
  "priority.second_person": { code: string };
  "request.status_attempts": { retryAfterSeconds: number };
  "draft.too_many": { max: number };
  "step.not_granted": Record<string, never>;

  // capacity claimed without a request
  "direct-claim.impossible": { class: string; rule: string };
  "direct-claim.short": { class: string; asked: number; most: number };
  "direct-claim.stale": { class: string };
  "direct-claim.in_use": { class: string };
  "direct-claim.forbidden": { class: string };
  "direct-claim.state_illegal": { state: string };
  "direct-claim.change_pending": Record<string, never>;
  "direct-claim.too_many_open": { max: number };
  "direct-claim.unit_not_called": { unit: string };
  "appointment.not_offered": { step: string };
  "step.settle_above_held": { asked: number; held: number };

  // usage and figures
  "usage.range_reversed": { from: string; to: string };
  "usage.range_too_long": { days: number; max: number };
  "usage.dimension_unknown": { name: string; known: string };

  // alerts
  "alert.figure_unknown": { name: string; known: string };
  "alert.value_not_a_number": Record<string, never>;
  "alert.value_out_of_range": { figure: string; min: number; max: number };
  "alert.clear_beyond_value": { value: number; clear: number };
  "alert.time_out_of_range": { min: number; max: number };
  "alert.too_many_rules": { max: number };
  "webhook.url_invalid": Record<string, never>;
  "webhook.not_https": { host: string };
  "webhook.address_private": { host: string };
  "webhook.too_many": { max: number };

  // policy
  "policy.rule_malformed": { expected: string };
  "policy.rule_twice": { rule: string };
  "policy.action_unknown": { action: string };
  "policy.empty": { model: string };
  "policy.no_change": Record<string, never>;
  "policy.base_changed": { base: number; active: number };
  "policy.second_person_required": Record<string, never>;
  "policy.approver_too_new": Record<string, never>;
  "policy.content_changed": Record<string, never>;

  // people, roles, signing in
  "role.conflict": { role: string; held: string };
  "role.unit_required": { role: string };
  "identity.credentials_wrong": Record<string, never>;
  "identity.too_many_attempts": { retryAfterSeconds: number };
  "identity.link_invalid": Record<string, never>;
  "identity.password_weak": { min: number };
  "identity.login_name_taken": { name: string };
  "identity.demo_refused": Record<string, never>;
  "identity.provider_refused": { reason: string };
  "identity.token_invalid": Record<string, never>;
  "identity.number_invalid": { reason: "form" | "division" | "date" | "check" };
  "identity.phone_invalid": Record<string, never>;
  "csrf.refused": { reason: string };
}

export type ProblemCode = keyof ProblemFacts;

/** Where in the input the problem lies. `field` is a path such as `claims.0.amount`. */
export interface ProblemPlace {
  readonly field?: string;
  readonly file?: string;
  readonly line?: number;
}

export type ProblemOf<C extends ProblemCode> = {
  readonly code: C;
  readonly facts: ProblemFacts[C];
} & ProblemPlace;

export type Problem = { [C in ProblemCode]: ProblemOf<C> }[ProblemCode];

/**
 * @example problem("input.out_of_range", { min: 1, max: 500 }, { field: "total" })
 */
export function problem<C extends ProblemCode>(
  code: C,
  facts: ProblemFacts[C],
  place: ProblemPlace = {},
): Problem {
  return { code, facts, ...place } as Problem;
}
