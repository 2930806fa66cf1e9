import type { Names } from "../../domain/catalogue/item.js";
import { rangeOf } from "../../domain/disparity/period.js";
import type { PoolId } from "../../domain/id.js";
import { parseLocalDate, type Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import { ok, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { AlarmKey, KeptAlarm } from "../ports/disparity.js";
import type { Page, PageAsked } from "../ports/page.js";
import { groupNames } from "./group-names.js";
import { settingsOf } from "./settings.js";

/** An alarm as it is listed: its figures stand in the reading of its period, as far as they are shown there. */
export interface AlarmLine extends AlarmKey {
  readonly id: number;
  readonly names: Names;
  /** Of the last reading that showed it. */
  readonly period: string;
  readonly raisedAt: Instant;
  readonly seenAt: Instant;
  readonly resolvedAt: Instant | null;
}

export async function listDisparityAlarms(deps: AppDeps, actor: Actor, pool: PoolId, page: PageAsked): Promise<Result<Page<AlarmLine>>> {
  const allowed = await deps.authorizer.may(actor, "disparity.read", { poolId: pool });
  if (!allowed.ok) return allowed;
  const read = deps.store.read(pool);
  const [{ period }, found, nameOf] = await Promise.all([settingsOf(read), read.disparities.alarms(page), groupNames(read)]);
  const line = ({ id, dimension, group, measure, periodFrom, raisedAt, seenAt, resolvedAt }: KeptAlarm): AlarmLine => ({
    id,
    dimension,
    group,
    names: nameOf(dimension, group),
    measure,
    period: rangeOf(period, parseLocalDate(periodFrom) ?? 0).name,
    raisedAt,
    seenAt,
    resolvedAt,
  });
  return ok({ next: found.next, rows: found.rows.map(line) });
}
