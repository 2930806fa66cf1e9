import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, PoolId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import { ADVANCE_MS_MAX, type PassingGround } from "../../domain/pool/order.js";
import type { AppDeps } from "../deps.js";
import type { PlacedStep } from "../ports/order.js";
import { stepNames } from "../request/request-view.js";

/** Which of two: the request that was asked about, or the other. */
export type Which = "one" | "other";

/** What puts a step where it stands, and what became of it. */
export interface PlaceTerms {
  readonly step: string;
  readonly names: Names;
  readonly state: PlacedStep["state"];
  readonly dueAt: Instant;
  readonly expectedMinutes: number;
  readonly arrivedAt: Instant;
  readonly ground: { readonly code: string; readonly names: Names | null; readonly minutes: number | null } | null;
  /** Due date less the work still to do, less what a ground moves it ahead; an absolute ground has no measure and is left out. */
  readonly keyAt: Instant;
  readonly decided: { readonly seq: number; readonly at: Instant; readonly outcome: "granted" | "refused"; readonly policyVersion: number } | null;
}

/** Two steps that ask one of the same classes. */
export interface PairOrder {
  readonly one: PlaceTerms;
  readonly other: PlaceTerms;
  readonly classes: readonly { readonly id: ClassId; readonly names: Names }[];
  /** From the engine, which knows who might serve both; or from the books, when one of them is over. */
  readonly from: "engine" | "books";
  /** Null: nothing that could serve one could serve the other, so neither is before the other. */
  readonly first: Which | null;
  /** The first term in which they differ. */
  readonly by: "priority" | "key" | "arrival" | "id" | "acceptance" | "quota" | "share" | null;
  /** They ask exactly the same: the second can never be served before the first. Null: not known from the books. */
  readonly sameAsk: boolean | null;
  /**
   * Who was answered first, if anybody was. `ground`: on what the later in order went before; `direct`: its decision names
   * this very step as the one it passed, and not one between the two.
   */
  readonly served: { readonly first: Which; readonly ground: PassingGround | null; readonly direct: boolean } | null;
}

/** Pairs told at most: the recipes of two requests could be multiplied. */
const PAIRS_MAX = 8;

export async function pairsOf(deps: AppDeps, pool: PoolId, mine: readonly PlacedStep[], theirs: readonly PlacedStep[]): Promise<readonly PairOrder[]> {
  const pairs = mine.flatMap((one) => theirs.flatMap((other) => (rivals(one, other) ? [{ one, other }] : [])));
  // Those that stand in the queue together say most.
  const chosen = pairs.toSorted((a, b) => weight(b) - weight(a)).slice(0, PAIRS_MAX);
  const words = await deps.store.read(pool).order.groundNames(chosen.flatMap(({ one, other }) => [one, other].flatMap(({ priority }) => priority?.ground ?? [])));
  return await Promise.all(chosen.map((pair) => compared(deps, pool, pair, words)));
}

interface Pair {
  readonly one: PlacedStep;
  readonly other: PlacedStep;
}

const begun = ({ state }: PlacedStep): boolean => state !== "blocked";
const open = ({ state }: PlacedStep): boolean => state === "ready" || state === "working";
const rivals = (one: PlacedStep, other: PlacedStep): boolean => begun(one) && begun(other) && one.classes.some(({ id }) => other.classes.some((its) => its.id === id));
const weight = ({ one, other }: Pair): number => [one, other].reduce((sum, step) => sum + (step.decision === null && open(step) ? 2 : open(step) ? 1 : 0), 0);

async function compared(deps: AppDeps, pool: PoolId, { one, other }: Pair, words: ReadonlyMap<string, Names>): Promise<PairOrder> {
  const figure = open(one) && open(other) ? await deps.queueReader.compare(pool, one.id as StepId, other.id as StepId) : undefined;
  const live = figure?.fresh && figure.value.kind !== "unknown" ? figure.value : undefined;
  const order =
    live === undefined ? fromBooks(one, other)
    : live.kind === "apart" ? { first: null, by: null, sameAsk: false }
    : { first: live.first.step === one.id ? ("one" as const) : ("other" as const), by: live.by, sameAsk: live.sameAsk };
  const [mine, its] = await Promise.all([one, other].map((step) => terms(deps, pool, step, words)));
  return {
    one: mine!,
    other: its!,
    classes: one.classes.filter(({ id }) => other.classes.some((class_) => class_.id === id)),
    from: live === undefined ? "books" : "engine",
    ...order,
    served: order.first === null ? null : servedFirst(one, other, order.first),
  };
}

async function terms(deps: AppDeps, pool: PoolId, step: PlacedStep, words: ReadonlyMap<string, Names>): Promise<PlaceTerms> {
  const item = await deps.store.read(pool).items.version(step.item, step.itemVersion);
  const { priority, decision } = step;
  return {
    step: step.name,
    names: item ? stepNames(item.guide, step.name) : { zh: step.name, en: step.name },
    state: step.state,
    dueAt: step.dueAt,
    expectedMinutes: step.expectedMinutes,
    arrivedAt: step.arrivedAt,
    ground: priority && { code: priority.ground, names: words.get(priority.ground) ?? null, minutes: priority.minutes },
    keyAt: plainKey(step) - (priority === null || priority.minutes === null ? 0 : advanceOf(priority.minutes)),
    decided: decision && { seq: decision.seq, at: decision.decidedAt, outcome: decision.outcome, policyVersion: decision.policyVersion },
  };
}

const MINUTE_MS = 60_000;
const plainKey = ({ dueAt, expectedMinutes }: PlacedStep): number => dueAt - expectedMinutes * MINUTE_MS;
const advanceOf = (minutes: number): number => Math.min(Math.max(0, minutes * MINUTE_MS), ADVANCE_MS_MAX);

/** The order of `domain/pool/order.ts`, from what the tables say. A step that was answered stands at the key it was answered at. */
function fromBooks(one: PlacedStep, other: PlacedStep): Pick<PairOrder, "first" | "by" | "sameAsk"> {
  const absolute = (step: PlacedStep): boolean => step.priority?.minutes === null;
  const key = (step: PlacedStep): number => plainKey(step) - (step.priority?.minutes == null ? 0 : advanceOf(step.priority.minutes));
  const before = (a: number, b: number): Which => (a < b ? "one" : "other");
  if (absolute(one) !== absolute(other)) return { first: absolute(one) ? "one" : "other", by: plainFirst(one, other) === (absolute(one) ? "one" : "other") ? "key" : "priority", sameAsk: null };
  if (key(one) !== key(other)) {
    const first = before(key(one), key(other));
    return { first, by: plainFirst(one, other) === first ? "key" : "priority", sameAsk: null };
  }
  if (one.arrivedAt !== other.arrivedAt) return { first: before(one.arrivedAt, other.arrivedAt), by: "arrival", sameAsk: null };
  return { first: before(one.id, other.id), by: "id", sameAsk: null };
}

/** Who would be first if nobody had a ground; undefined: they would be level. */
const plainFirst = (one: PlacedStep, other: PlacedStep): Which | undefined =>
  plainKey(one) === plainKey(other) ? undefined : plainKey(one) < plainKey(other) ? "one" : "other";

/** Null: nobody was answered yet, or the later in order was answered before the other asked. */
function servedFirst(one: PlacedStep, other: PlacedStep, first: Which): PairOrder["served"] {
  const mine = one.decision?.seq ?? Infinity;
  const its = other.decision?.seq ?? Infinity;
  if (mine === its) return null;
  const which: Which = mine < its ? "one" : "other";
  if (which === first) return { first: which, ground: null, direct: false };
  const [passing, passed] = which === "one" ? [one, other] : [other, one];
  const decision = passing.decision!;
  // It was not there to be passed.
  if (passed.readyAt === null || decision.decidedAt < passed.readyAt) return null;
  return { first: which, ground: decision.passed?.ground ?? null, direct: decision.passed?.step === passed.id };
}
