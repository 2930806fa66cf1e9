import { randomBytes } from "node:crypto";
import type { PoolId } from "../../domain/id.js";
import { actorIdOf, type Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { Delivery, Webhook } from "../ports/alert.js";
import type { Page, PageAsked } from "../ports/page.js";

export const WEBHOOKS_MAX = 20;
/** Where a secret stands: one that was moved elsewhere does not open. */
export const SECRET_PURPOSE = "webhooks.secret";

type Deps = Pick<AppDeps, "store" | "authorizer" | "clock">;

export async function listWebhooks({ store, authorizer }: Deps, actor: Actor, pool: PoolId): Promise<Result<readonly Webhook[]>> {
  const allowed = await authorizer.may(actor, "webhook.read", { poolId: pool });
  return allowed.ok ? ok(await store.read(pool).alerts.webhooks()) : allowed;
}

export async function listDeliveries({ store, authorizer }: Deps, actor: Actor, pool: PoolId, page: PageAsked): Promise<Result<Page<Delivery>>> {
  const allowed = await authorizer.may(actor, "webhook.read", { poolId: pool });
  return allowed.ok ? ok(await store.read(pool).alerts.deliveries(page)) : allowed;
}

export interface WebhookGiven {
  readonly url: string;
  readonly enabled: boolean;
  /** Signs with another secret from now on. */
  readonly newSecret: boolean;
}

/** @returns the secret where a new one was made: shown this once, and kept sealed. */
export async function declareWebhook(
  deps: Deps & Pick<AppDeps, "vault" | "webhookSender">,
  actor: Actor,
  pool: PoolId,
  id: string,
  { url, enabled, newSecret }: WebhookGiven,
): Promise<Result<{ readonly webhook: Omit<Webhook, "generation">; readonly secret: string | null }>> {
  const allowed = await deps.authorizer.may(actor, "webhook.declare", { poolId: pool });
  if (!allowed.ok) return allowed;
  const checked = deps.webhookSender.check(url);
  if (!checked.ok) return checked;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx) => {
    const all = await tx.alerts.webhooks();
    const before = all.find((one) => one.id === id);
    if (!before && all.length >= WEBHOOKS_MAX) return refused(problem("webhook.too_many", { max: WEBHOOKS_MAX }));
    const webhook = { id, url: checked.value, enabled };
    const secret = before && !newSecret ? null : `whsec_${randomBytes(32).toString("base64")}`;
    const wrappedKey = deps.vault.newKey();
    await tx.alerts.saveWebhook(webhook, secret === null ? undefined : { wrappedKey, sealed: deps.vault.seal(wrappedKey, SECRET_PURPOSE, secret) });
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "webhook.declare", objectKind: "webhook", objectId: id, ...(before ? { before } : {}), after: { ...webhook, newSecret: secret !== null }, policyVersion: allowed.value.policyVersion });
    return ok({ webhook, secret });
  });
}

/** With it goes what was still to be sent there, and the log of what was. */
export async function removeWebhook(deps: Deps, actor: Actor, pool: PoolId, id: string): Promise<Result<void>> {
  const allowed = await deps.authorizer.may(actor, "webhook.declare", { poolId: pool });
  if (!allowed.ok) return allowed;
  const at = await deps.clock.now(pool);
  return await deps.store.transact(pool, async (tx): Promise<Result<void>> => {
    if (!(await tx.alerts.removeWebhook(id))) return refused(problem("object.not_found", { kind: "webhook" }));
    await tx.audit.append({ occurredAt: at, actorId: actorIdOf(actor), act: "webhook.declare", objectKind: "webhook", objectId: id, after: { removed: true }, policyVersion: allowed.value.policyVersion });
    return ok(undefined);
  });
}
