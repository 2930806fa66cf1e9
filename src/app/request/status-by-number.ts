import type { PoolId } from "../../domain/id.js";
import type { Actor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import { readRequestNumber } from "../../domain/request/number.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import { deadlineOf, stepLines, type StatusView } from "./request-view.js";
import { sameHash, statusCodeHash } from "./status-code.js";

export interface StatusAsked {
  readonly number: string;
  /** As printed on the receipt. */
  readonly code: string;
  /** Where the caller is: attempts are counted by it. */
  readonly address: string;
}

/**
 * How a request stands, by number and receipt code, for anybody who holds the receipt. A wrong number and a wrong code
 * get the same answer after the same work.
 */
export async function statusByNumber(deps: AppDeps, actor: Actor, pool: PoolId, { number, code, address }: StatusAsked): Promise<Result<StatusView>> {
  const allowed = await deps.authorizer.may(actor, "portal.read", { poolId: pool, public: true });
  if (!allowed.ok) return allowed;
  const wanted = readRequestNumber(number) ?? "";
  const counted = `${pool} ${wanted}`;
  const retryAfterSeconds = deps.statusAttempts.waitSeconds(counted, address);
  if (retryAfterSeconds > 0) return refused(problem("request.status_attempts", { retryAfterSeconds }));

  const read = deps.store.read(pool);
  const secret = await read.requests.statusSecret(wanted);
  const right = sameHash(statusCodeHash(deps.vault, code.slice(0, 40)), secret?.hash ?? statusCodeHash(deps.vault, ""));
  const record = secret && right ? await read.requests.record(secret.publicId) : undefined;
  if (!record) {
    deps.statusAttempts.failed(counted, address);
    return refused(problem("object.not_found", { kind: "request" }));
  }
  const [map, item, now] = await Promise.all([read.catalogue.poolMap(), read.items.version(record.item, record.itemVersion), deps.clock.now(pool)]);
  if (!item) throw new Error(`request ${record.number} has no item version ${record.item} ${record.itemVersion}`);
  return ok({
    number: record.number,
    itemNames: record.itemNames,
    unit: { names: record.unitNames, phone: record.unitPhone },
    lead: record.lead?.names ?? null,
    state: record.state,
    receivedAt: record.receivedAt,
    promisedDueAt: record.promisedDueAt,
    closedAt: record.closedAt,
    deadline: deadlineOf(map.calendar, record, now),
    steps: stepLines(record, item.guide).map(({ names, stage, state, startedAt, endedAt }) => ({ names, stage, state, startedAt, endedAt })),
  });
}
