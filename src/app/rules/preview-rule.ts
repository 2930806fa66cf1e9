import type { PoolId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, startOfDay, type DayNumber, type Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { RawRecord } from "../../domain/record.js";
import { isInSeason, judgeRule, WEEK_MS, type RuleHold, type StandingRule } from "../../domain/rebalance/standing-rule.js";
import { ok, type Result } from "../../domain/result.js";
import { measure } from "../alerts/watch.js";
import type { AppDeps } from "../deps.js";
import { figuresOf } from "../figures/read-figures.js";
import type { Reading } from "../ports/store.js";
import { proposeRule } from "./rules.js";

/** How far back a rule is played. */
export const PREVIEW_DAYS = 30;
/** The hour of each day at which it is read: before halls close, when the most has gathered. */
const READ_AT_HOUR = 17;
const SEASON_AHEAD_DAYS = 366;

export interface RuleDay {
  readonly day: DayNumber;
  readonly measured: number | null;
  readonly turn: "on" | "off" | "held" | null;
  readonly held: RuleHold | null;
  readonly isOn: boolean;
}

export interface RulePreview {
  readonly rule: StandingRule;
  readonly hash: string;
  /** Oldest first; one reading a day. */
  readonly days: readonly RuleDay[];
  /** When its season next begins or goes on; null: it has none, or none within a year. */
  readonly nextDay: DayNumber | null;
}

/** What a rule would have done in the last thirty days, read once a day, and whether it may be proposed at all. Nothing is kept. */
export async function previewRule(deps: Pick<AppDeps, "store" | "authorizer" | "clock">, actor: Actor, pool: PoolId, record: RawRecord): Promise<Result<RulePreview>> {
  const tried = await proposeRule(deps, actor, pool, record, { trial: true });
  if (!tried.ok) return tried;
  const { content: rule, hash } = tried.value;
  const now = await deps.clock.now(pool);
  const today = dayNumberOf(now);
  const days = Array.from({ length: PREVIEW_DAYS }, (_, n) => today - PREVIEW_DAYS + 1 + n);
  const instants = days.map((day) => Math.min(now, startOfDay(day) + READ_AT_HOUR * 3_600_000));
  const readings = await readingsOf(deps.store.read(pool), rule, days, instants);
  return ok({ rule, hash, days: played(rule, days, instants, readings), nextDay: nextOf(rule, today) });
}

async function readingsOf(reading: Reading, { when }: StandingRule, days: readonly DayNumber[], instants: readonly Instant[]): Promise<readonly (number | null)[]> {
  if (when.kind === "schedule") return days.map(() => null);
  const { figure, windowDays } = when.reading;
  const scope = { class: when.reading.class ?? undefined, unit: when.reading.unit ?? undefined, division: when.reading.division ?? undefined };
  if (figure === "queue") return await reading.figures.queueAt(scope, instants);
  const found: (number | null)[] = [];
  for (const [n, day] of days.entries()) {
    const { whole } = await figuresOf(reading, { by: "pool", ...scope }, { from: day - windowDays + 1, to: day }, instants[n]!, { capacity: figure === "utilisation" });
    found.push(measure(when.reading, whole));
  }
  return found;
}

/** The rule's own judgement, day after day. How many looks in a row it needs is left out: there is one a day. */
function played({ when, limits }: StandingRule, days: readonly DayNumber[], instants: readonly Instant[], readings: readonly (number | null)[]): readonly RuleDay[] {
  const once = when.kind === "threshold" ? { ...when, readings: 1 } : when;
  let isOn = false;
  let switchedAt: Instant | null = null;
  const runs: Instant[] = [];
  return days.map((day, n): RuleDay => {
    const at = instants[n]!;
    const { turn, held } = judgeRule({ when: once, limits }, { isOn, readings: 0, switchedAt, runs: runs.filter((run) => run > at - WEEK_MS).length }, readings[n]!, at, true);
    if (turn === "on" || turn === "off") {
      isOn = turn === "on";
      switchedAt = at;
      if (isOn) runs.push(at);
    }
    return { day, measured: readings[n]!, turn, held, isOn };
  });
}

function nextOf({ when }: StandingRule, today: DayNumber): DayNumber | null {
  if (when.kind !== "schedule") return null;
  for (let day = today; day < today + SEASON_AHEAD_DAYS; day += 1) if (isInSeason(when, localDateOf(day))) return day;
  return null;
}
