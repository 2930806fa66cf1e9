import type { PoolId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { AlertRow, AlertTurn } from "../ports/alert.js";
import type { Transaction } from "../ports/store.js";

/** A turn of an alert as a CloudEvent (1.0, structured mode), laid out for every address in the transaction of the turn. */
export async function tellTurn(tx: Pick<Transaction, "alerts">, pool: PoolId, alert: AlertRow, turn: AlertTurn, at: Instant): Promise<void> {
  const { rule } = alert;
  const iso = (instant: Instant | null): string | null => (instant === null ? null : new Date(instant).toISOString());
  const event = {
    specversion: "1.0",
    id: `${alert.id}.${turn}`,
    source: `/api/v1/pools/${pool}/alerts`,
    type: `govpool.alert.${turn}`,
    subject: rule.id,
    time: iso(at),
    datacontenttype: "application/json",
    data: {
      alert: alert.id,
      rule,
      measured: alert.measured,
      figures: alert.figures,
      from: alert.from,
      to: alert.to,
      raisedAt: iso(alert.raisedAt),
      acknowledgedAt: iso(alert.acknowledgedAt),
      resolvedAt: iso(alert.resolvedAt),
    },
  };
  await tx.alerts.enqueue(alert.id, turn, JSON.stringify(event));
}
