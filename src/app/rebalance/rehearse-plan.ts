import { createHash } from "node:crypto";
import type { KnownDemand } from "../../domain/demand/known-demand.js";
import type { UnitId } from "../../domain/id.js";
import { dayNumberOf, localDateOf, parseLocalDate, startOfDay, type DayNumber } from "../../domain/instant.js";
import { Calendars } from "../../domain/pool/calendars.js";
import type { PlanOutcome, ProposedMove } from "../../domain/rebalance/plan-input.js";
import type { PlanGoal } from "../../domain/rebalance/plan.js";
import { ok, type Result } from "../../domain/result.js";
import type { GroupChange, RunFigures } from "../../domain/what-if/result.js";
import type { Scenario } from "../../domain/what-if/scenario.js";
import { createEngine } from "../../scheduler/engine.js";
import type { AllocationRules } from "../ports/allocation-rules.js";
import type { Optimiser } from "../ports/optimiser.js";
import type { PoolCopy } from "../ports/pool-copy.js";
import { Supply } from "../scheduling/supply.js";
import type { Cut, Extra, SupplyChanges } from "../whatif/changed-supply.js";
import { declaredOf, resourcesOf } from "../whatif/copied-pool.js";
import { copyAfter } from "../whatif/copy-after.js";
import { drawArrivals } from "../whatif/demand.js";
import { groupChanges, namesOf, runFigures } from "../whatif/figures.js";
import { outlookAfter } from "../whatif/outlook-after.js";
import { planScenario } from "../whatif/plan-scenario.js";
import { runTwin } from "../whatif/twin.js";
import type { TwinOutcome } from "../whatif/twin-run.js";
import { OUTLOOK_DAYS, planGround } from "./read-plan-input.js";
import { helps, withoutHurtful } from "./search-plan.js";

export interface RehearsalAsked {
  /** What is different from the declared pool all the while: of its days, the first ones lead in. */
  readonly scenario: Scenario;
  readonly leadDays: number;
  readonly goal: PlanGoal;
  /** The other demand that comes after the plan was made: the same rates, drawn anew. */
  readonly cameSeed: number;
}

export interface RehearsalDeps {
  readonly rules: AllocationRules;
  readonly optimiser: Optimiser;
  readonly budgetMs: number;
  readonly say: (phase: "lead" | "search" | "predict" | "came", round: number) => void;
}

/** Without the plan and with it, under one demand. */
export interface Pair {
  readonly base: RunFigures;
  readonly changed: RunFigures;
  readonly units: readonly GroupChange[];
}

export interface Rehearsal {
  readonly from: string;
  /** The day on which the plan is made. */
  readonly madeOn: string;
  readonly to: string;
  /** Open then, and steps that wait. */
  readonly backlog: { readonly open: number; readonly waiting: number };
  readonly outcome: PlanOutcome;
  /** Those that are left after they were played. */
  readonly moves: readonly ProposedMove[];
  readonly predicted: Pair;
  readonly came: Pair;
}

const TRIALS_MAX = 4;

/**
 * Makes a plan for a pool that was busy for a while, and plays what it predicts beside what comes under another draw of the same demand: nobody
 * who plans knows who will come.
 */
export async function rehearse(copy: PoolCopy, demand: KnownDemand, { scenario, leadDays, goal, cameSeed }: RehearsalAsked, deps: RehearsalDeps): Promise<Result<Rehearsal>> {
  const planned = planScenario(scenario, copy, demand.rows);
  if (!planned.ok) return planned;
  const { range, until, rules, quotas, supply, demand: changes } = planned.value;
  const items = new Map(copy.items.map(({ guide }) => [guide.item as string, guide]));
  const cut = startOfDay(range.first + leadDays);
  const run = (of: PoolCopy, seed: number, lent: SupplyChanges, end: number): TwinOutcome =>
    runTwin({
      copy: of,
      supply: { cuts: [...supply.cuts, ...lent.cuts], extras: [...supply.extras, ...lent.extras] },
      arrivals: drawArrivals(demand.rows, items, { ...range, seed }, changes).filter(({ at }) => at >= of.at),
      quotas,
      seed,
      until: end,
      createEngine: () => createEngine({ digest: (text) => createHash("sha256").update(text).digest("hex") }),
      answers: deps.rules(rules, copy.places),
      onProgress: () => {},
    });

  deps.say("lead", 0);
  const lead = run(copy, scenario.seed, NOTHING_LENT, cut);
  const busy = copyAfter(copy, lead, cut);
  deps.say("search", 0);
  const { classes } = declaredOf(copy);
  const { input } = planGround({
    today: dayNumberOf(cut),
    goal,
    outlook: outlookAfter(busy, lead, OUTLOOK_DAYS),
    units: new Map(copy.map.offices.map((one) => [one.id, one])),
    quotas: quotas?.quotas ?? [],
    known: [],
    halfHours: halfHoursOf(copy, dayNumberOf(cut)),
    classes,
    traits: resourcesOf(copy).filter(({ offered }) => offered),
  });
  const outcome = await deps.optimiser.plan(input, { budgetMs: deps.budgetMs });
  const names = namesOf(copy);
  const figures = (one: TwinOutcome): RunFigures => runFigures(one, until, classes, names);
  const pair = (base: TwinOutcome, changed: TwinOutcome): Pair => ({ base: figures(base), changed: figures(changed), units: groupChanges(base, changed, until, ({ unitId }) => unitId, names.unit) });

  deps.say("predict", 0);
  const alone = run(busy, scenario.seed, NOTHING_LENT, until);
  let { moves } = outcome;
  let predicted = pair(alone, alone);
  for (let round = 1; round <= TRIALS_MAX && moves.length > 0; round += 1) {
    deps.say("predict", round);
    predicted = pair(alone, run(busy, scenario.seed, lentBy(moves, busy), until));
    if (helps(predicted, goal)) break;
    moves = withoutHurtful(moves, predicted);
    predicted = pair(alone, alone);
  }
  deps.say("came", 0);
  const cameAlone = run(busy, cameSeed, NOTHING_LENT, until);
  const came = moves.length === 0 ? pair(cameAlone, cameAlone) : pair(cameAlone, run(busy, cameSeed, lentBy(moves, busy), until));
  const open = busy.requests.length;
  const waiting = busy.requests.reduce((sum, { steps }) => sum + steps.filter(({ state }) => state === "ready").length, 0);
  return ok({ from: localDateOf(range.first), madeOn: localDateOf(dayNumberOf(cut)), to: localDateOf(range.last), backlog: { open, waiting }, outcome, moves, predicted, came });
}

const NOTHING_LENT: SupplyChanges = { cuts: [], extras: [] };

function halfHoursOf(copy: PoolCopy, today: DayNumber): readonly number[] {
  const pool = declaredOf(copy);
  const calendars = new Calendars(pool.calendars);
  return Array.from({ length: OUTLOOK_DAYS }, (_, at) => {
    const counts = pool.calendars.map(({ id }) => calendars.halfHours(id, today + at).length).sort((a, b) => a - b);
    return counts[counts.length >> 1] ?? 0;
  });
}

/** Each move as loans of the lender's resources that give most, one after another, until its amount is together. */
function lentBy(moves: readonly ProposedMove[], copy: PoolCopy): SupplyChanges {
  const all = resourcesOf(copy).filter(({ offered, loan }) => offered && loan === undefined);
  const supply = new Supply(declaredOf(copy), dayNumberOf(copy.at));
  const given = new Map<number, number>();
  let nextId = all.reduce((most, { id }) => Math.max(most, id), 0);
  const lent: { cut: Cut; extra: Extra }[] = [];
  for (const { classId, lender, borrower, amount, from, to } of moves) {
    const left = all
      .filter((one) => one.classId === classId && one.unitId === lender)
      .map((one) => ({ one, free: peakOf(supply.window(one)) - (given.get(one.id) ?? 0) }))
      .sort((a, b) => b.free - a.free || a.one.id - b.one.id);
    let wanted = amount;
    for (const { one, free } of left) {
      const taken = Math.min(wanted, free);
      if (taken <= 0) break;
      wanted -= taken;
      given.set(one.id, (given.get(one.id) ?? 0) + taken);
      const cut: Cut = { resource: one.id, first: parseLocalDate(from)!, last: parseLocalDate(to)!, lacks: { amount: taken }, knownOn: -Infinity, lends: true };
      const place = copy.places.units.get(borrower)!;
      const declared = { ...one, id: (nextId += 1) as typeof one.id, generation: 1, unitId: borrower as UnitId, unitDivision: place.divisionCode, jurisdiction: [place.divisionCode] };
      lent.push({ cut, extra: { declared, from: { lender: one, cut } } });
    }
  }
  return { cuts: lent.map(({ cut }) => cut), extras: lent.map(({ extra }) => extra) };
}

const peakOf = (window: ReturnType<Supply["window"]>): number => (window === "unlimited" ? 0 : window.peak);
