import type { PersonId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Problem } from "../../domain/problem.js";
import type { PlanMark } from "../../domain/rebalance/plan.js";
import type { RuleHold, RuleState, StandingRule } from "../../domain/rebalance/standing-rule.js";
import type { Page, PageAsked } from "./page.js";

export interface StoredRule {
  readonly content: StandingRule;
  readonly hash: string;
  readonly state: RuleState;
  readonly generation: number;
  readonly proposed: PlanMark;
  readonly approved: PlanMark | null;
  readonly closedReason: string | null;
  readonly checkedAt: Instant | null;
  readonly measured: number | null;
  readonly readings: number;
  readonly isOn: boolean;
  readonly switchedAt: Instant | null;
}

/** What a rule did, or was kept from doing. */
export interface RuleFiring {
  readonly id: number;
  readonly rule: string;
  readonly at: Instant;
  readonly turn: "on" | "off" | "held";
  readonly hash: string;
  readonly measured: number | null;
  readonly threshold: number | null;
  readonly held: RuleHold | null;
  readonly plan: number | null;
  readonly loans: readonly number[];
  readonly drains: readonly number[];
  readonly order: number | null;
  readonly problems: readonly Problem[];
}

export interface StandingRules {
  all(): Promise<readonly StoredRule[]>;
  get(id: string): Promise<StoredRule | null>;
  /** As `get`; others who would change it wait. */
  lock(id: string): Promise<StoredRule | null>;
  /** New, or written anew: it waits for approval again. */
  propose(rule: StandingRule, hash: string, by: PersonId, at: Instant): Promise<void>;
  approve(id: string, hash: string, by: PersonId, at: Instant): Promise<void>;
  setState(id: string, state: RuleState, reason: string | null, by: PersonId, at: Instant): Promise<void>;
  looked(id: string, look: { readonly at: Instant; readonly measured: number | null; readonly readings: number }): Promise<void>;
  switched(id: string, isOn: boolean, at: Instant): Promise<void>;
  record(firing: Omit<RuleFiring, "id">): Promise<void>;
  /** Newest first. */
  firings(id: string, page: PageAsked): Promise<Page<RuleFiring>>;
  /** The newest of one kind; or of any. */
  lastFiring(id: string, turn?: RuleFiring["turn"]): Promise<RuleFiring | null>;
  runsSince(id: string, since: Instant): Promise<number>;
}
