import type { Names } from "../../domain/catalogue/item.js";
import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { QueuedStep, QueueFilter } from "../ports/decision.js";
import type { Page, PageAsked } from "../ports/page.js";
import { stepNames } from "../request/request-view.js";
import type { WaitingRule } from "../../domain/pool/decision.js";
import { directText } from "../../text/direct-claims.js";

/** A step without a place, and what it lacks. */
export interface QueueLine extends QueuedStep {
  readonly stepNames: Names;
  /** Undefined: the writer did not answer. */
  readonly waitingFor: { readonly rule: WaitingRule; readonly classNames: Names; readonly rank: number } | undefined;
}

export interface QueueList extends Page<QueueLine> {
  readonly counts: { readonly waiting: number; readonly refused: number };
}

/** Everything without a place: what waits, or what nobody could give, by due date. */
export async function listQueue(deps: AppDeps, actor: Actor, pool: PoolId, filter: QueueFilter, page: PageAsked): Promise<Result<QueueList>> {
  const allowed = await deps.authorizer.may(actor, "queue.read", filter.unit === undefined ? { poolId: pool } : { poolId: pool, unitId: filter.unit });
  if (!allowed.ok) return allowed;
  const read = deps.store.read(pool);
  const [{ rows, next }, counts] = await Promise.all([read.decisions.queue(filter, page), read.decisions.queueCounts()]);
  return ok({ rows: await Promise.all(rows.map((row) => lineOf(deps, pool, filter.state, row))), next, counts });
}

async function lineOf(deps: AppDeps, pool: PoolId, state: QueueFilter["state"], row: QueuedStep): Promise<QueueLine> {
  const [item, figure] = await Promise.all([
    row.asks.kind === "request" ? deps.store.read(pool).items.version(row.asks.item, row.asks.itemVersion) : undefined,
    state === "waiting" ? deps.queueReader.waiting(pool, row.step) : undefined,
  ]);
  const reason = figure?.value?.reasons[0];
  const need = reason && row.needs.find(({ classId }) => classId === reason.class);
  return {
    ...row,
    stepNames: row.asks.kind === "direct-claim" ? directText.claim : item ? stepNames(item.guide, row.name) : { zh: row.name, en: row.name },
    waitingFor: reason && need && { rule: reason.blockedBy.rule, classNames: need.names, rank: reason.rank },
  };
}
