import type { Contests } from "./contest.js";
import type { PoolId } from "../../domain/id.js";
import type { Agreements } from "./agreement.js";
import type { Alerts } from "./alert.js";
import type { Assets } from "./asset.js";
import type { AuditLog } from "./audit.js";
import type { AuditTrail } from "./audit-trail.js";
import type { CalendarBook } from "./calendar.js";
import type { Classes, Traits } from "./class.js";
import type { Catalogue } from "./catalogue.js";
import type { CommandLog } from "./commands.js";
import type { Decisions } from "./decision.js";
import type { Delegations } from "./delegation.js";
import type { Demand } from "./demand.js";
import type { Disparities } from "./disparity.js";
import type { DirectClaims } from "./direct-claim.js";
import type { Divisions, Zones } from "./division.js";
import type { Drains } from "./drain.js";
import type { Drafts } from "./draft.js";
import type { Duties } from "./duty.js";
import type { Emergencies } from "./emergency.js";
import type { Enterprises } from "./enterprise.js";
import type { Exports } from "./export.js";
import type { Figures } from "./figures.js";
import type { Imports } from "./import.js";
import type { Bundles, Items } from "./item.js";
import type { Loans } from "./loan.js";
import type { OrderBook } from "./order.js";
import type { People } from "./person.js";
import type { SearchBook } from "./plan-search.js";
import type { Plans } from "./plan.js";
import type { Proposals } from "./proposal.js";
import type { PolicyStore } from "./policy.js";
import type { Pools } from "./pool.js";
import type { PressureBook } from "./pressure.js";
import type { Priorities } from "./priority.js";
import type { Numbers } from "./number.js";
import type { Quotas } from "./quota.js";
import type { Recusals } from "./recusal.js";
import type { Referrals } from "./referral.js";
import type { Reorganisations } from "./reorganisation.js";
import type { ReplayBook } from "./replay.js";
import type { Requests } from "./request.js";
import type { Resources } from "./resource.js";
import type { PublicRegister } from "./public-register.js";
import type { RoleGrants } from "./role-grant.js";
import type { StandingRules } from "./standing-rule.js";
import type { TaskForces } from "./task-force.js";
import type { Units } from "./unit.js";
import type { Usage } from "./usage.js";
import type { WhatIfs } from "./what-if.js";
import type { WorkQueue } from "./work.js";

/**
 * What use cases need of the database, one repository per noun. Each noun's interface stands in
 * `app/ports/<noun>.ts` and is implemented in `postgres/queries/<noun>.ts`.
 */
export interface Transaction {
  readonly poolId: PoolId;
  readonly agreements: Agreements;
  readonly alerts: Alerts;
  readonly assets: Assets;
  readonly audit: AuditLog;
  readonly auditTrail: AuditTrail;
  readonly bundles: Bundles;
  readonly calendars: CalendarBook;
  readonly catalogue: Catalogue;
  readonly classes: Classes;
  readonly commands: CommandLog;
  readonly decisions: Decisions;
  readonly delegations: Delegations;
  readonly demand: Demand;
  readonly directClaims: DirectClaims;
  readonly disparities: Disparities;
  readonly divisions: Divisions;
  readonly drafts: Drafts;
  readonly drains: Drains;
  readonly duties: Duties;
  readonly emergencies: Emergencies;
  readonly enterprises: Enterprises;
  readonly exports: Exports;
  readonly figures: Figures;
  readonly imports: Imports;
  readonly items: Items;
  readonly order: OrderBook;
  readonly people: People;
  readonly planSearches: SearchBook;
  readonly plans: Plans;
  readonly proposals: Proposals;
  readonly policies: PolicyStore;
  readonly pools: Pools;
  readonly pressure: PressureBook;
  readonly priorities: Priorities;
  readonly recusals: Recusals;
  readonly numbers: Numbers;
  readonly loans: Loans;
  readonly quotas: Quotas;
  readonly referrals: Referrals;
  readonly contests: Contests;
  readonly reorganisations: Reorganisations;
  readonly replay: ReplayBook;
  readonly requests: Requests;
  readonly resources: Resources;
  readonly publicRegister: PublicRegister;
  readonly roleGrants: RoleGrants;
  readonly standingRules: StandingRules;
  readonly taskForces: TaskForces;
  readonly traits: Traits;
  readonly units: Units;
  readonly usage: Usage;
  readonly whatIfs: WhatIfs;
  readonly work: WorkQueue;
  readonly zones: Zones;
}

/** Reads outside a transaction; the same repositories, without the writing ones. */
export type Reading = Omit<Transaction, "audit" | "commands">;

export interface Store {
  /** Runs `work` in one transaction of one pool; a throw or a refusal rolls back. Deadlocks and serialization failures are retried. */
  transact<T>(pool: PoolId, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs `work` as `transact` does and takes everything back: a trial in full. Inside a joined transaction only its own part. */
  rehearse<T>(pool: PoolId, work: (tx: Transaction) => Promise<T>): Promise<T>;
  read(pool: PoolId): Reading;
}
