import type { Names } from "../../domain/catalogue/item.js";
import type { ClassId, PoolId, StepId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Actor } from "../../domain/policy/subject.js";
import type { PassingGround } from "../../domain/pool/order.js";
import { withoutSmallCells, type Counted } from "../../domain/pool/small-cells.js";
import { problem } from "../../domain/problem.js";
import { ok, refused, type Result } from "../../domain/result.js";
import type { AppDeps } from "../deps.js";
import type { PlacedStep } from "../ports/order.js";
import type { RequestOwnership } from "../ports/request.js";
import { factsOf } from "../request/act-on-case.js";
import { requestNamed } from "../request/request-named.js";
import { stepNames } from "../request/request-view.js";
import { pairsOf, type PairOrder } from "./pair-order.js";

/** A ground with its name; null: of several that few share, and that are therefore not told apart. */
export interface GroundCount {
  readonly ground: string | null;
  readonly names: Names | null;
  readonly count: number;
}

/** Where one waiting step stands, in counts: nothing here tells one of the others from another. */
export interface StepOrder {
  readonly step: string;
  readonly names: Names;
  readonly class: { readonly id: ClassId; readonly names: Names };
  /** When this was true; false: what the writer said last. */
  readonly at: Instant;
  readonly fresh: boolean;
  readonly ahead: {
    readonly total: number;
    readonly dueEarlier: number;
    readonly filedEarlier: number;
    readonly priority: readonly GroundCount[];
  };
  /** A ground of the step's own. */
  readonly own: { readonly ground: string; readonly names: Names | null } | null;
  /** Served since although they stood behind it; by the public code recorded with each decision, null as above. */
  readonly passed: { readonly from: Instant; readonly grounds: readonly { readonly ground: PassingGround | null; readonly count: number }[] };
}

/** Why others are before this request: for the one whose request it is. */
export interface OwnOrder {
  readonly kind: "counts";
  readonly publicId: string;
  readonly number: string;
  /** Steps that wait now. */
  readonly steps: readonly StepOrder[];
  /** Steps that wait and of which the writer says nothing at the moment. */
  readonly unanswered: number;
}

/** How two requests stand to one another, for those who may read both. */
export interface BetweenOrder {
  readonly kind: "between";
  readonly one: RequestLine;
  readonly other: RequestLine;
  /** By what both ask; none: they want nothing that is the same. */
  readonly pairs: readonly PairOrder[];
}

export interface RequestLine {
  readonly publicId: string;
  readonly number: string;
  readonly itemNames: Names;
  readonly unitNames: Names;
}

/** How many stand before each waiting step of a request, and on which grounds. */
export async function explainOrder(deps: AppDeps, actor: Actor, pool: PoolId, name: string): Promise<Result<OwnOrder>> {
  const found = await explainable(deps, actor, pool, name);
  return found.ok ? ok(await ownOrder(deps, actor, pool, found.value)) : found;
}

/**
 * Why one request is before another. Who may read both is told how the two compare; everybody else is told of their
 * own request what `explainOrder` says, whatever the other is, and whether or not it exists.
 */
export async function explainOrderBetween(deps: AppDeps, actor: Actor, pool: PoolId, name: string, otherName: string): Promise<Result<OwnOrder | BetweenOrder>> {
  const found = await explainable(deps, actor, pool, name);
  if (!found.ok) return found;
  const other = await explainable(deps, actor, pool, otherName);
  if (!other.ok || other.value.publicId === found.value.publicId) return ok(await ownOrder(deps, actor, pool, found.value));
  const read = deps.store.read(pool);
  const [mine, theirs] = await Promise.all([read.order.placed(found.value.publicId), read.order.placed(other.value.publicId)]);
  const lines = await Promise.all([found.value, other.value].map((owned) => lineOf(deps, pool, owned)));
  return ok({ kind: "between", one: lines[0]!, other: lines[1]!, pairs: await pairsOf(deps, pool, mine, theirs) });
}

async function explainable(deps: AppDeps, actor: Actor, pool: PoolId, name: string): Promise<Result<RequestOwnership>> {
  const owned = await requestNamed(deps.store.read(pool), name);
  if (!owned) return refused(problem("object.not_found", { kind: "request" }));
  const allowed = await deps.authorizer.may(actor, "request.explain", factsOf(pool, owned));
  return allowed.ok ? ok(owned) : allowed;
}

async function lineOf(deps: AppDeps, pool: PoolId, { publicId, number, item, itemVersion, unitId }: RequestOwnership): Promise<RequestLine> {
  const read = deps.store.read(pool);
  const [version, unit] = await Promise.all([read.items.version(item, itemVersion), read.units.get(unitId)]);
  return { publicId, number, itemNames: version?.guide.names ?? { zh: item, en: item }, unitNames: unit?.names ?? { zh: unitId, en: unitId } };
}

const waits = ({ state, decision }: PlacedStep): boolean => state === "ready" && decision === null;

async function ownOrder(deps: AppDeps, actor: Actor, pool: PoolId, owned: RequestOwnership): Promise<OwnOrder> {
  const read = deps.store.read(pool);
  const [placed, item, inside] = await Promise.all([
    read.order.placed(owned.publicId),
    read.items.version(owned.item, owned.itemVersion),
    deps.authorizer.may(actor, "allocation.read", factsOf(pool, owned)),
  ]);
  const waiting = placed.filter(waits);
  const told = await Promise.all(waiting.map((step) => stepOrder(deps, pool, step, item ? stepNames(item.guide, step.name) : { zh: step.name, en: step.name }, inside.ok)));
  const steps = told.filter((step) => step !== undefined);
  return { kind: "counts", publicId: owned.publicId, number: owned.number, steps, unanswered: waiting.length - steps.length };
}

async function stepOrder(deps: AppDeps, pool: PoolId, step: PlacedStep, names: Names, inside: boolean): Promise<StepOrder | undefined> {
  const read = deps.store.read(pool);
  const figure = await deps.queueReader.ahead(pool, step.id as StepId);
  const ahead = figure?.value;
  if (!figure || !ahead || ahead.class === null) return undefined;
  const passes = await read.order.passesOf(step.id, ahead.keyAt);
  const words = await read.order.groundNames([...ahead.byGround.map(({ ground }) => ground), ...(ahead.ground === null ? [] : [ahead.ground])]);
  const wanted = step.classes.find(({ id }) => id === ahead.class) ?? { id: ahead.class, names: { zh: ahead.class, en: ahead.class } };
  return {
    step: step.name,
    names,
    class: wanted,
    at: figure.at,
    fresh: figure.fresh,
    ahead: {
      total: ahead.total,
      dueEarlier: ahead.dueEarlier,
      filedEarlier: ahead.filedEarlier,
      priority: told(ahead.byGround, inside, () => true).map(({ ground, count }) => ({ ground, names: (ground !== null && words.get(ground)) || null, count })),
    },
    own: ahead.ground === null ? null : { ground: ahead.ground, names: words.get(ahead.ground) ?? null },
    // What was needed or free is no secret; what concerns persons is.
    passed: { from: passes.from, grounds: told(passes.grounds, inside, (ground) => ground === "recusal" || ground === "priority") },
  };
}

function told<G extends string>(counts: readonly Counted<G>[], inside: boolean, isPersonal: (ground: G) => boolean): readonly { readonly ground: G | null; readonly count: number }[] {
  if (inside) return counts;
  const { named, unnamed } = withoutSmallCells(counts, isPersonal);
  return unnamed === 0 ? named : [...named, { ground: null, count: unnamed }];
}
