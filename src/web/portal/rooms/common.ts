import { instant } from "../../../contract/schemas/common.js";
import type { Instant } from "../../../domain/instant.js";
import { deadlineStanding } from "../../../domain/request/deadline.js";
import type { DeadlineView } from "../components/deadline.js";
import type { Officer } from "../../../app/persons/officers.js";
import type { Voice } from "../../../text/voice.js";
import type { PageCall } from "../page-route.js";

/** Rows of one page of a list. */
export const PAGE_ROWS = 25;

/** A colleague by the name the reader can read. */
export const officerLabel = ({ language }: Voice, { personId, name, latinName }: Officer): string => (language === "en" ? latinName : null) || name || personId;

/** A query string without its empty parameters. */
export function queryString(parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined && value !== "") query.set(name, value);
  return query.toString();
}

/** The instant of a form's field, written as the API takes it; undefined: it is none. */
export function instantOf(text: string): Instant | undefined {
  const found = instant.safeParse(text);
  return found.success ? Date.parse(found.data) : undefined;
}

export interface StepClock {
  readonly now: Instant;
  /** How a step that is not done stands to its date. */
  readonly standing: (dueAt: Instant, now: Instant) => DeadlineView;
}

/** The pool's working days, for lights beside steps. */
export async function stepClock({ deps, pool }: PageCall): Promise<StepClock> {
  const [map, now] = [await deps.store.read(pool).catalogue.poolMap(), await deps.clock.now(pool)];
  return { now, standing: (dueAt, at) => deadlineStanding(map.calendar, { receivedAt: Math.min(at, dueAt), dueAt, pausedAt: null, closedAt: null }, at) };
}
