import type { ClassId, DivisionCode, RequestId, ResourceId, StepId, TraitId, UnitId } from "../../../src/domain/id.js";
import type { CapacityClass } from "../../../src/domain/pool/class.js";
import type { Period } from "../../../src/domain/pool/period.js";
import { PLAIN_CLAIM, PLAIN_STEP, type ClaimAsk, type Decision, type Effort, type ResourceSupply, type StepAsk } from "../../../src/scheduler/contract.js";
import { Pool } from "../../support/books.js";

/** Monday 2 March 2026, nine in the morning in Xingyi. */
export const NINE = Date.UTC(2026, 2, 2, 1);
export const DAY_MS = 86_400_000;
export const TODAY: Period = Math.floor((NINE + 8 * 3_600_000) / DAY_MS);

const day = (id: string): CapacityClass => ({
  id: id as ClassId,
  kind: "staff",
  names: { zh: id, en: id },
  measure: "minute",
  period: "day",
  horizonDays: 1,
  per: "unit",
  lend: "work",
  act: "assisting",
  consumable: false,
  limits: { min: 1, max: 1_000_000, step: 1 },
  source: null,
  generation: 1,
});

/** Claims of a step: class → amount, or a claim with more to it. */
export type Asked = Readonly<Record<string, number | (Partial<ClaimAsk> & { readonly amount: number })>>;

/**
 * A pool in which threads of §3 are played: units `north` and `south` of one county, any number of day classes. What an
 * engine had to do is counted, never timed.
 */
export class Yard {
  readonly pool: Pool;
  private readonly known = new Set<string>();
  private readonly supplies = new Map<number, ResourceSupply>();
  private counted: Effort;

  constructor(decisionsPerTurn = 1_000) {
    this.pool = new Pool(decisionsPerTurn);
    this.pool.books.now = NINE;
    this.counted = this.pool.engine.effort();
  }

  /** A resource that gives so much today (and so much on the days that follow). */
  desk(id: number, classId: string, gives: number | readonly number[], more: Partial<ResourceSupply> & { readonly unit?: string; readonly peak?: number } = {}): void {
    const { unit = "north", peak, ...fields } = more;
    if (!this.known.has(classId)) this.pool.say({ kind: "classes", classes: [day(classId)] });
    this.known.add(classId);
    const amounts = typeof gives === "number" ? [gives] : gives;
    const supply: ResourceSupply = {
      id: id as ResourceId,
      unitId: unit as UnitId,
      classId: classId as ClassId,
      traits: [] as TraitId[],
      jurisdiction: ["522301" as DivisionCode],
      unitDivision: "522301" as DivisionCode,
      limits: { min: 1, max: 1_000_000, step: 1 },
      earmark: null,
      offered: true,
      automated: false,
      generation: (this.supplies.get(id)?.generation ?? 0) + 1,
      capacity: { first: TODAY, amounts, peak: peak ?? Math.max(...amounts) },
      ...fields,
    };
    this.supplies.set(id, supply);
    this.pool.say({ kind: "resources", resources: [supply] });
  }

  ask(id: number, asked: Asked, more: Partial<StepAsk> & { readonly unit?: string; readonly dueInDays?: number } = {}): StepAsk {
    const { unit = "north", dueInDays = 20, ...fields } = more;
    return {
      id: id as StepId,
      requestId: id as RequestId,
      attempt: 1,
      arrivedAt: NINE - DAY_MS + id,
      dueAt: NINE + dueInDays * DAY_MS,
      expectedMinutes: 0,
      ...PLAIN_STEP,
      claims: Object.entries(asked).map(([classId, given]) => ({
        ...PLAIN_CLAIM,
        scope: "pool" as const,
        division: "522301" as DivisionCode,
        unitId: unit as UnitId,
        classId: classId as ClassId,
        ...(typeof given === "number" ? { amount: given } : given),
      })),
      ...fields,
    };
  }

  ready(...steps: readonly StepAsk[]): void {
    this.pool.say({ kind: "ready", steps });
  }

  end(...steps: readonly number[]): void {
    for (const step of steps) this.pool.say({ kind: "ended", step: step as StepId, settle: this.pool.books.steps.get(step as StepId)!.ask.claims.map((_, at) => ({ claim: (step * 64 + at) as never, amount: 0 })) });
  }

  drop(...steps: readonly number[]): void {
    this.pool.say({ kind: "dropped", steps: steps as readonly StepId[] });
  }

  /** What is decided until nothing more can be: the ids, in the order of decisions. */
  decide(): { readonly granted: readonly number[]; readonly refused: readonly number[]; readonly turns: number } {
    const batches = this.pool.decide();
    const decisions: readonly Decision[] = batches.flatMap((batch) => batch.decisions);
    return {
      granted: decisions.filter(({ outcome }) => outcome === "granted").map(({ step }) => step),
      refused: decisions.filter(({ outcome }) => outcome === "refused").map(({ step }) => step),
      turns: batches.filter((batch) => batch.decisions.length > 0).length,
    };
  }

  /** What it cost since this was last asked. */
  effort(): { readonly tries: number; readonly wakes: number } {
    const { tries, wakes } = this.pool.engine.effort();
    const since = { tries: tries - this.counted.tries, wakes: wakes - this.counted.wakes };
    this.counted = this.pool.engine.effort();
    return since;
  }

  waits(step: number) {
    return this.pool.engine.whyWaiting(step as StepId, this.pool.books.now)?.reasons[0];
  }

  holds(step: number): readonly string[] {
    return (this.pool.books.steps.get(step as StepId)?.holds ?? []).map(({ resource, period, amount }) => `${resource}@${period - TODAY}*${amount}`);
  }
}

export const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
