import type { Names } from "../../domain/catalogue/item.js";
import type { PoolId, UnitId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { QueuedStep, QueueFilter } from "../ports/decision.js";
import type { Page, PageAsked } from "../ports/page.js";
import { readableUnits, within } from "../pool/readable-units.js";
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
  /** Whose queue the actor may see; undefined: every unit's. */
  readonly readable: readonly UnitId[] | undefined;
}

export interface QueueAsked extends Omit<QueueFilter, "units"> {
  readonly unit?: UnitId | undefined;
}

/** Everything without a place: what waits, or what nobody could give, by due date; of the units whose queue the actor may see, and so are the counts. */
export async function listQueue(deps: AppDeps, actor: Actor, pool: PoolId, { unit, ...asked }: QueueAsked, page: PageAsked): Promise<Result<QueueList>> {
  const readable = await readableUnits(deps, actor, pool, "queue.read");
  if (!readable.ok) return readable;
  const filter = { ...asked, units: within(readable.value, unit) };
  const read = deps.store.read(pool);
  const [{ rows, next }, counts] = await Promise.all([read.decisions.queue(filter, page), read.decisions.queueCounts(readable.value)]);
  return ok({ rows: await Promise.all(rows.map((row) => lineOf(deps, pool, asked.state, row))), next, counts, readable: readable.value });
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
