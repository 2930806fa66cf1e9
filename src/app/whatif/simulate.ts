import { createHash } from "node:crypto";
import type { KnownDemand } from "../../domain/demand/known-demand.js";
import { dayNumberOf, localDateOf, type DayNumber } from "../../domain/instant.js";
import type { WhatIfResult } from "../../domain/what-if/result.js";
import type { Scenario } from "../../domain/what-if/scenario.js";
import { ok, type Result } from "../../domain/result.js";
import { createEngine } from "../../scheduler/engine.js";
import type { AllocationRules } from "../ports/allocation-rules.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import { NO_CHANGES, type SupplyChanges } from "./changed-supply.js";
import { drawArrivals, SAME_DEMAND } from "./demand.js";
import { countyOf, groupChanges, namesOf, requestChanges, runFigures, weekFigures } from "./figures.js";
import { declaredOf } from "./copied-pool.js";
import { planScenario, type PlannedScenario } from "./plan-scenario.js";
import { runTwin } from "./twin.js";
import type { TwinOutcome } from "./twin-run.js";

export interface SimulationDeps {
  readonly rules: AllocationRules;
  /** From 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/** Requests shown by themselves. */
const REQUESTS_SHOWN = 200;
/** Points of the queue over time. */
const POINTS_MAX = 400;

/** Plays a copy of a pool twice with one seed: as it is, and as the scenario says. Changes nothing anywhere. */
export function simulate(copy: PoolCopy, demand: KnownDemand, scenario: Scenario, { rules, onProgress }: SimulationDeps): Result<WhatIfResult> {
  const planned = planScenario(scenario, copy, demand.rows);
  if (!planned.ok) return planned;
  const { range, until } = planned.value;
  const items = new Map(copy.items.map(({ guide }) => [guide.item as string, guide]));
  const week = firstWeekOf(planned.value.supply, dayNumberOf(copy.at), dayNumberOf(until - 1));
  const run = (of: Pick<PlannedScenario, "supply" | "demand" | "rules" | "quotas">, begun: number): TwinOutcome =>
    runTwin({
      copy,
      supply: of.supply,
      arrivals: drawArrivals(demand.rows, items, range, of.demand),
      quotas: of.quotas,
      seed: scenario.seed,
      until,
      week,
      createEngine: () => createEngine({ digest: sha256 }),
      answers: rules(of.rules, copy.places),
      onProgress: (share) => onProgress(begun + share / 2),
    });
  const base = run({ supply: NO_CHANGES, demand: SAME_DEMAND, rules: copy.rules, quotas: null }, 0);
  const changed = run(planned.value, 1 / 2);
  onProgress(1);

  const names = namesOf(copy);
  const { classes } = declaredOf(copy);
  const every = Math.max(1, Math.ceil(base.queue.length / POINTS_MAX));
  const result: Omit<WhatIfResult, "hash"> = {
    scenario,
    pool: copy.poolId,
    copiedAt: new Date(copy.at).toISOString(),
    from: localDateOf(dayNumberOf(copy.at)),
    to: localDateOf(dayNumberOf(until - 1)),
    demand: demand.from,
    base: runFigures(base, until, classes, names),
    changed: runFigures(changed, until, classes, names),
    queue: base.queue.flatMap(({ at, ...was }, n) => {
      const is = changed.queue[n];
      return n % every === 0 && is ? [{ at: new Date(at).toISOString(), base: was, scenario: { waiting: is.waiting, open: is.open } }] : [];
    }),
    units: groupChanges(base, changed, until, ({ unitId }) => unitId, names.unit),
    divisions: groupChanges(base, changed, until, ({ division }) => countyOf(division), names.division),
    items: groupChanges(base, changed, until, ({ item }) => item, names.item),
    ...(week && { week: { from: localDateOf(week.first), to: localDateOf(week.last), base: weekFigures(base, week), changed: weekFigures(changed, week) } }),
    requests: requestChanges(base, changed, until, base.official, REQUESTS_SHOWN),
  };
  return ok({ ...result, hash: sha256(JSON.stringify(result)) });
}

const WEEK = 7;

/** As a plan's effect is measured: from the first day of its loans, for seven days or until the last of them is over. */
function firstWeekOf({ cuts }: SupplyChanges, today: DayNumber, end: DayNumber): { readonly first: DayNumber; readonly last: DayNumber } | undefined {
  const loans = cuts.filter(({ lends }) => lends);
  if (loans.length === 0) return undefined;
  const first = Math.max(today, Math.min(...loans.map((cut) => cut.first)));
  return { first, last: Math.max(first, Math.min(first + WEEK - 1, end, Math.max(...loans.map((cut) => cut.last)))) };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
