import type { PersonId } from "../../domain/id.js";
import type { Instant, LocalDate } from "../../domain/instant.js";
import type { AlertRule } from "../../domain/pool/alert.js";
import type { Page, PageAsked } from "./page.js";
import type { WrappedKey } from "./vault.js";

export interface AlertRuleRow extends AlertRule {
  readonly generation: number;
  /** Of the last look; null: nobody has looked since it was declared. */
  readonly checkedAt: Instant | null;
  readonly measured: number | null;
  readonly overSince: Instant | null;
}

export interface AlertRow {
  readonly id: string;
  /** As it was when the alert was raised. */
  readonly rule: AlertRule;
  readonly figures: Readonly<Record<string, number | null>>;
  readonly measured: number;
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly raisedAt: Instant;
  readonly resolvedAt: Instant | null;
  readonly acknowledgedAt: Instant | null;
  readonly acknowledgedBy: PersonId | null;
}

export type AlertTurn = "raised" | "acknowledged" | "resolved";

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly generation: number;
}

export interface Delivery {
  readonly id: string;
  readonly webhook: string;
  readonly alert: string;
  readonly type: AlertTurn;
  readonly state: "pending" | "delivered" | "given-up";
  readonly attempts: number;
  readonly nextAt: Instant;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: Instant;
  readonly endedAt: Instant | null;
}

export interface DueDelivery {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  readonly attempts: number;
  readonly wrappedKey: WrappedKey;
  readonly secretSealed: string;
}

export interface DeliveryOutcome {
  readonly at: Instant;
  readonly status: number | null;
  readonly error: string | null;
  /** `at`: try again then. */
  readonly next: { readonly at: Instant } | "delivered" | "given-up";
}

export interface Alerts {
  rules(): Promise<readonly AlertRuleRow[]>;
  /** What was known of its standing is forgotten. */
  saveRule(rule: AlertRule): Promise<number>;
  removeRule(id: string): Promise<boolean>;
  /** Rules whose interval is over, locked until the transaction ends; those another process looks at are left out. */
  dueRules(now: Instant, limit: number): Promise<readonly AlertRuleRow[]>;
  looked(id: string, look: { readonly checkedAt: Instant; readonly measured: number | null; readonly overSince: Instant | null }): Promise<void>;

  openOf(rule: string): Promise<AlertRow | undefined>;
  raise(alert: Omit<AlertRow, "id" | "resolvedAt" | "acknowledgedAt" | "acknowledgedBy">): Promise<AlertRow>;
  resolve(id: string, at: Instant): Promise<void>;
  lock(id: string): Promise<AlertRow | undefined>;
  acknowledge(id: string, by: PersonId, at: Instant): Promise<void>;
  /** Newest first. */
  list(filter: { readonly open?: boolean | undefined }, page: PageAsked): Promise<Page<AlertRow>>;
  /** Open ones that nobody has acknowledged. */
  unacknowledged(): Promise<number>;

  webhooks(): Promise<readonly Webhook[]>;
  /** `secret` undefined keeps the one there is. */
  saveWebhook(webhook: Omit<Webhook, "generation">, secret: { readonly wrappedKey: WrappedKey; readonly sealed: string } | undefined): Promise<void>;
  removeWebhook(id: string): Promise<boolean>;
  /** One message for each address that is enabled, to be sent at once whatever the pool's clock says. */
  enqueue(alert: string, type: AlertTurn, body: string): Promise<void>;
  /** Messages to send now, each kept from other processes until `until`. */
  take(now: Instant, until: Instant, limit: number): Promise<readonly DueDelivery[]>;
  ended(id: string, outcome: DeliveryOutcome): Promise<void>;
  /** Newest first. */
  deliveries(page: PageAsked): Promise<Page<Delivery>>;
}
