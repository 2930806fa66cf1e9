import { workingDaysBetween } from "../../../domain/pool/calendar.js";
import { dayNumberOf, type Instant } from "../../../domain/instant.js";
import type { StepId } from "../../../domain/id.js";
import { deadlineStanding } from "../../../domain/request/deadline.js";
import { centreText } from "../../../text/portal-centre.js";
import type { DeadlineView } from "../components/deadline.js";
import type { PageCall } from "../page-route.js";

/** Rows of one page of a list. */
export const PAGE_ROWS = 25;

/** A query string without its empty parameters. */
export function queryString(parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== "") query.set(name, value);
  return query.toString();
}

export interface StepClock {
  readonly now: Instant;
  /** How a step that is not done stands to its date. */
  readonly calendar: (dueAt: Instant, now: Instant) => DeadlineView;
}

/** The pool's working days, for lights beside steps. */
export async function deadlineIn({ deps, pool }: PageCall): Promise<StepClock> {
  const [map, now] = [await deps.store.read(pool).catalogue.poolMap(), await deps.clock.now(pool)];
  return { now, calendar: (dueAt, at) => deadlineStanding(map.calendar, { receivedAt: Math.min(at, dueAt), dueAt, pausedAt: null, closedAt: null }, at) };
}

/** Working days between two instants, at least one: how long something took, as people count it. */
export async function workingDaysTaken({ deps, pool }: PageCall): Promise<(from: Instant, to: Instant, paused: number) => number> {
  const { calendar } = await deps.store.read(pool).catalogue.poolMap();
  return (from, to, paused) => Math.max(1, workingDaysBetween(calendar, dayNumberOf(from), dayNumberOf(to)) - paused);
}

/** Why a step has no place, in one phrase. */
export async function shortReason({ deps, pool, frame }: PageCall, step: StepId, state: "waiting" | "refused"): Promise<string> {
  const { t } = frame.voice;
  if (state === "refused") return t(centreText["queue.reason.refused"]);
  const figure = await deps.queueReader.waiting(pool, step);
  const first = figure?.value?.reasons[0];
  if (first === undefined) return t(centreText["queue.reason.unknown"]);
  const { blockedBy, rank, waiting } = first;
  return t(centreText["queue.rank"], { reason: t(centreText[`queue.reason.${blockedBy.rule}`]), rank, waiting });
}
