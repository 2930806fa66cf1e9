import type { LoanId, PersonId, RequestId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { EarlyEnd, EmergencyOrder, EmergencyPower } from "../../domain/emergency/order.js";
import type { Page, PageAsked } from "./page.js";

export type NewOrder = Omit<EmergencyOrder, "id" | "signedBy" | "signedAt" | "endedAt" | "endedAs" | "endedReason" | "settledAt">;

/** What is otherwise asked for first. */
export type Owed = "evidence" | "consent";

export interface NewUse {
  readonly order: number;
  readonly power: EmergencyPower;
  readonly by: string;
  readonly at: Instant;
  readonly request: RequestId | null;
  readonly loan: LoanId | null;
  readonly rule: string | null;
  readonly reason: string;
  readonly owed: Owed | null;
}

/** One use of a power, with what it was used for as people name it. */
export interface EmergencyUse {
  readonly id: number;
  readonly order: number;
  readonly document: string;
  readonly power: EmergencyPower;
  readonly by: string;
  readonly at: Instant;
  readonly request: { readonly id: RequestId; readonly publicId: string; readonly number: string } | null;
  readonly loan: { readonly id: LoanId; readonly lender: UnitId; readonly borrower: UnitId; readonly class: string; readonly amount: number } | null;
  readonly rule: string | null;
  /** The unit of the case, or the lender. */
  readonly unitId: UnitId | null;
  readonly reason: string;
  readonly owed: Owed | null;
  readonly toldBy: PersonId | null;
  readonly toldAt: Instant | null;
  readonly endedAt: Instant | null;
}

/** Orders of the headquarters, and every use of what they allow. */
export interface Emergencies {
  insert(order: NewOrder): Promise<number>;
  get(id: number): Promise<EmergencyOrder | null>;
  /** As `get`; others who would change it wait. */
  lock(id: number): Promise<EmergencyOrder | null>;
  hasDocument(document: string): Promise<boolean>;
  /** Newest first, each with the number of its uses and how many of them still count. */
  list(page: PageAsked): Promise<Page<EmergencyOrder & { readonly uses: number; readonly standing: number }>>;
  /** Not settled yet: in force, ahead, waiting, or over a moment ago. */
  unsettled(): Promise<readonly EmergencyOrder[]>;
  sign(id: number, by: PersonId, at: Instant): Promise<void>;
  end(id: number, end: { readonly at: Instant; readonly as: EarlyEnd; readonly by: string; readonly reason: string }): Promise<void>;
  /** It does not end before its sunset after all. */
  resume(id: number): Promise<void>;
  settled(id: number, at: Instant): Promise<void>;

  recordUses(uses: readonly NewUse[]): Promise<void>;
  /** Newest first. */
  uses(order: number, page: PageAsked): Promise<Page<EmergencyUse>>;
  /** Oldest first: of an order's uses those that still count. */
  standingUses(order: number, limit: number): Promise<readonly EmergencyUse[]>;
  use(id: number): Promise<EmergencyUse | null>;
  endUses(ids: readonly number[], at: Instant): Promise<void>;
  madeGood(id: number, by: PersonId, at: Instant): Promise<void>;
  /** Public ids of open requests of these items in these divisions (none: anywhere) that the ground was not claimed for, nor given by this order, oldest first. */
  withoutGround(scope: { readonly order: number; readonly divisions: readonly string[]; readonly items: readonly string[]; readonly ground: string }, limit: number): Promise<readonly string[]>;
}
