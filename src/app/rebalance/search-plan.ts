import { randomUUID } from "node:crypto";
import { dayNumberOf, localDateOf } from "../../domain/instant.js";
import type { PoolId } from "../../domain/id.js";
import type { Actor, PersonActor } from "../../domain/policy/subject.js";
import { problem } from "../../domain/problem.js";
import type { RawRecord } from "../../domain/record.js";
import { parseWeights } from "../../domain/rebalance/declare-plan.js";
import type { PlanInput, PlanOutcome, ProposedMove } from "../../domain/rebalance/plan-input.js";
import type { PlanContent, PlanGoal } from "../../domain/rebalance/plan.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { WhatIfResult } from "../../domain/what-if/result.js";
import { planSearchText } from "../../text/plan-search.js";
import { say, type Language } from "../../text/text.js";
import type { AppDeps } from "../deps.js";
import type { NothingReason, PlanSearch, SearchEnd, SearchProgress, SearchTrial } from "../ports/plan-search.js";
import { beginWhatIf, removeWhatIf } from "../whatif/what-ifs.js";
import { PlanDesk } from "./plan-content.js";
import { beginAct, draftPlan, entryOf } from "./plans.js";
import { readPlanInput } from "./read-plan-input.js";
import { scenarioFor } from "./try-plan.js";

export type SearchDeps = Pick<AppDeps, "store" | "authorizer" | "clock" | "whatIfRunner" | "optimiser" | "planSearches">;

const BUDGET_MS = 25_000;
/** Played so often at most: each time a third of the loans is left out. */
const TRIALS_MAX = 4;
const LOOK_EVERY_MS = 200;
/** Times that what is not free any more is left out. */
const SETTLED_MAX = 5;
/** Of the whole, when the search ends and when the trials do. */
const PERCENT = { read: 5, searched: 35, tried: 95 } as const;

/** Looks for a plan, in the background. Whoever may propose loans between all units of the pool may ask for it. */
export async function beginPlanSearch(deps: SearchDeps, actor: Actor, poolId: PoolId, record: RawRecord, language: Language): Promise<Result<PlanSearch>> {
  const allowed = await deps.authorizer.may(actor, "plan.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const mayPropose = actor.kind === "person" && (await deps.authorizer.may(actor, "plan.propose", { poolId, unitId: null })).ok;
  if (!mayPropose) return refused(problem("access.forbidden", { action: "plan.propose" }));
  const goal = parseWeights(record);
  if (!goal.ok) return goal;
  const at = await deps.clock.now(poolId);
  await abandoned(deps, poolId);
  const begun = await deps.planSearches.begin(poolId, { goal: goal.value, by: actor.personId, at }, (tell) => new Search(deps, actor, poolId, goal.value, language, tell).run());
  return begun ? ok(begun) : refused(problem("plan.search_running", {}));
}

export async function readPlanSearch(deps: Pick<SearchDeps, "store" | "authorizer">, actor: Actor, poolId: PoolId, id: string): Promise<Result<PlanSearch>> {
  const allowed = await deps.authorizer.may(actor, "plan.read", { poolId, unitId: null });
  if (!allowed.ok) return allowed;
  const found = await living(deps, poolId, () => deps.store.read(poolId).planSearches.get(id));
  return found ? ok(found) : refused(problem("object.not_found", { kind: "plan-search" }));
}

/** The last one of the pool, for a page that shows what became of it. */
export async function latestPlanSearch(deps: Pick<SearchDeps, "store" | "authorizer">, actor: Actor, poolId: PoolId): Promise<PlanSearch | null> {
  const allowed = await deps.authorizer.may(actor, "plan.propose", { poolId, unitId: null });
  return allowed.ok ? await living(deps, poolId, () => deps.store.read(poolId).planSearches.latest()) : null;
}

/** A process that works on one says so every second. */
const IDLE_MS = 15_000;

const abandoned = ({ store }: Pick<SearchDeps, "store">, poolId: PoolId): Promise<void> =>
  store.transact(poolId, ({ planSearches }) => planSearches.abandon(IDLE_MS, { state: "failed", problems: [problem("plan.search_interrupted", {})] }));

/** One whose process is gone is not told as under way. */
async function living(deps: Pick<SearchDeps, "store">, poolId: PoolId, read: () => Promise<PlanSearch | null>): Promise<PlanSearch | null> {
  const found = await read();
  if (found?.end !== null) return found;
  await abandoned(deps, poolId);
  return await read();
}

type Played = { readonly id: string; readonly result: WhatIfResult };

class Search {
  constructor(
    private readonly deps: SearchDeps,
    private readonly actor: PersonActor,
    private readonly poolId: PoolId,
    private readonly goal: PlanGoal,
    private readonly language: Language,
    private readonly tell: (progress: Partial<SearchProgress>) => void,
  ) {}

  async run(): Promise<SearchEnd> {
    const { store, clock, optimiser } = this.deps;
    const { input, waiting } = await readPlanInput(store.read(this.poolId), await clock.now(this.poolId), this.goal);
    this.tell({ phase: "searching", percent: PERCENT.read, classes: input.classes.length });
    if (input.classes.length === 0) return nothing("no-class");
    if (input.limits.movesMax === 0) return nothing("budget-spent");
    const outcome = await optimiser.plan(input, {
      budgetMs: BUDGET_MS,
      onProgress: ({ solved, classes, moves, gap }) => this.tell({ solved, classes, moves, gap, percent: PERCENT.read + Math.round(((PERCENT.searched - PERCENT.read) * solved) / Math.max(1, classes)) }),
    });
    this.tell({ phase: "trying", percent: PERCENT.searched, moves: outcome.moves.length, gap: outcome.gap });
    if (outcome.moves.length === 0) return nothing(whyNothing(input, outcome, waiting));
    return await this.#tried(outcome.moves);
  }

  /** Plays what was found beside doing nothing, and leaves out what hurts, until it helps or nothing is left. */
  async #tried(found: readonly ProposedMove[]): Promise<SearchEnd> {
    let moves = found;
    let trial: SearchTrial | null = null;
    for (let played = 0; played < TRIALS_MAX && moves.length > 0; played += 1) {
      const settled = await this.#settled(moves);
      if (settled === null) return nothing("not-free", trial);
      moves = settled.moves;
      const one = await this.#play(settled.content, played);
      if (!one.ok) return { state: "failed", problems: one.problems };
      const { base, changed } = one.value.result;
      trial = { breaches: [base.requests.breaches, changed.requests.breaches], p90: [base.waits.p90, changed.waits.p90], dropped: found.length - moves.length };
      if (helps(one.value.result, this.goal)) return await this.#drafted(moves, one.value, trial);
      // What was tried in vain is nobody's to look through.
      await removeWhatIf(this.deps, this.actor, one.value.id);
      moves = withoutHurtful(moves, one.value.result);
    }
    return nothing("tried-worse", trial);
  }

  /** The loans as the pool can make them now; what is not free any more is left out. Null: none of it is. */
  async #settled(found: readonly ProposedMove[]): Promise<{ readonly moves: readonly ProposedMove[]; readonly content: PlanContent } | null> {
    const reading = this.deps.store.read(this.poolId);
    let moves = found;
    for (let tries = 0; tries < SETTLED_MAX && moves.length > 0; tries += 1) {
      const today = localDateOf(dayNumberOf(await this.deps.clock.now(this.poolId)));
      const content = await (await PlanDesk.open(reading, today)).settle({ title: this.#title(moves), goal: this.goal, loans: moves.map(wishOf) }, "optimiser");
      if (content.ok) return { moves, content: content.value };
      const bad = new Set(content.problems.map(({ field }) => Number(field?.split(".")[1])));
      moves = moves.filter((_, at) => !bad.has(at));
    }
    return null;
  }

  async #play(content: PlanContent, played: number): Promise<Result<Played>> {
    const { deps, actor, poolId } = this;
    const id = randomUUID();
    const begun = await beginWhatIf(deps, actor, { id, scenario: scenarioFor(content.title, content, localDateOf(dayNumberOf(await deps.clock.now(poolId)))) });
    if (!begun.ok) return begun;
    const part = (PERCENT.tried - PERCENT.searched) / TRIALS_MAX;
    for (;;) {
      const one = await deps.store.read(poolId).whatIfs.get(id);
      if (one?.result) return ok({ id, result: one.result });
      if (!one || (one.state !== "waiting" && one.state !== "running")) return refused(one?.problems[0] ?? problem("what-if.interrupted", {}));
      this.tell({ percent: Math.round(PERCENT.searched + part * (played + one.progress / 100)) });
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  async #drafted(moves: readonly ProposedMove[], { id: whatIf }: Played, trial: SearchTrial): Promise<SearchEnd> {
    this.tell({ phase: "drafting", percent: PERCENT.tried, moves: moves.length });
    const { deps, actor, poolId } = this;
    const record: RawRecord = {
      title: this.#title(moves),
      goal: { ...this.goal },
      loans: moves.map((move) => ({ class: move.classId, lender: move.lender, resource: null, borrower: move.borrower, amount: move.amount, from: move.from, to: move.to, legalBasis: null, ...wordsOf(move) })),
    };
    const drafted = await draftPlan(deps, actor, poolId, record, "optimiser");
    if (!drafted.ok) return { state: "failed", problems: drafted.problems };
    const { id, hash } = drafted.value;
    const allowed = await deps.authorizer.may(actor, "plan.try", { poolId, unitId: null });
    if (allowed.ok) {
      await deps.store.transact(poolId, async (tx) => {
        const act = await beginAct(deps, tx, actor.personId, allowed.value.policyVersion);
        await tx.plans.setTrial(id, { whatIf, hash });
        await tx.audit.append(entryOf(act, "plan.try", id, { after: { hash, whatIf } }));
      });
    }
    return { state: "found", plan: id, trial };
  }

  #title(moves: readonly ProposedMove[]): string {
    return say(this.language, planSearchText.title, { from: moves.reduce((least, { from }) => (from < least ? from : least), "9999"), n: moves.length });
  }
}

const nothing = (reason: NothingReason, trial: SearchTrial | null = null): SearchEnd => ({ state: "nothing", reason, trial });

function whyNothing({ classes }: PlanInput, { before }: PlanOutcome, waiting: number): NothingReason {
  if (waiting === 0 && before.late === 0 && before.waitDays === 0) return "nobody-waits";
  if (classes.every(({ units, least }) => units.every(({ lendable }) => lendable < least))) return "nobody-spares";
  return "not-worth";
}

const wishOf = (move: ProposedMove) => ({ classId: move.classId, lender: move.lender, resource: null, borrower: move.borrower, amount: move.amount, from: move.from, to: move.to, legalBasis: null, ...wordsOf(move) });

/** Why a loan is proposed, and what happens without it, in both languages. */
function wordsOf({ borrowerLoadPercent, lenderLoadPercent, without }: ProposedMove) {
  const loads = { borrower: shownLoad(borrowerLoadPercent), lender: shownLoad(lenderLoadPercent) };
  const more = { late: Math.max(0, Math.round(without.late)), days: Math.max(0, Math.round(without.waitDays)) };
  const both = (text: (typeof planSearchText)["why" | "why.nothing" | "without" | "without.waits"], facts: Record<string, string | number>) => ({ zh: say("zh", text, facts), en: say("en", text, facts) });
  return {
    why: borrowerLoadPercent === Infinity ? both(planSearchText["why.nothing"], loads) : both(planSearchText.why, loads),
    without: more.late > 0 ? both(planSearchText.without, more) : both(planSearchText["without.waits"], more),
  };
}

const shownLoad = (percent: number): number => Math.min(9_999, percent);

/** Better in what the goal weighs, and worse in nothing that counts: more breaches, more that nobody can meet, or longer waits with as many. */
export function helps({ base, changed }: Pick<WhatIfResult, "base" | "changed">, { breaches, wait }: PlanGoal): boolean {
  const fewer = base.requests.breaches - changed.requests.breaches;
  const shorter = base.waits.mean - changed.waits.mean;
  if (fewer < 0 || changed.requests.unservable > base.requests.unservable) return false;
  if (fewer === 0 && shorter < 0) return false;
  return breaches + wait === 0 || fewer > 0 || shorter > 0;
}

/** Without a third of the loans: first those whose lender is worse off, most first, then those that promise least. */
export function withoutHurtful(moves: readonly ProposedMove[], { units }: Pick<WhatIfResult, "units">): readonly ProposedMove[] {
  const harm = new Map(units.map(({ key, base, scenario }) => [key, [scenario.breaches - base.breaches, scenario.meanWait - base.meanWait] as const]));
  const harmOf = ({ lender }: ProposedMove): readonly [number, number] => harm.get(lender) ?? [0, 0];
  const worst = [...moves].sort((a, b) => harmOf(b)[0] - harmOf(a)[0] || Math.max(0, harmOf(b)[1]) - Math.max(0, harmOf(a)[1]) || a.benefit - a.disruption - (b.benefit - b.disruption));
  const left = new Set(worst.slice(Math.ceil(moves.length / 3)));
  return moves.filter((move) => left.has(move));
}
