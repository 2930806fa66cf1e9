import type { Names } from "../../domain/catalogue/item.js";
import type { AssetId, PersonId, ResourceId, StepId, UnitId } from "../../domain/id.js";
import type { DayNumber, Instant, LocalDate } from "../../domain/instant.js";
import type { Kind } from "../../domain/pool/class.js";
import type { Spared } from "../../domain/rebalance/agreement.js";

export type DrainKind = "cordon" | "drain" | "failover";
export type DrainTarget = "unit" | "resource" | "asset";

/** Something gives nothing for some days: what is held stays (`cordon`), is moved (`drain`), or is moved since it failed (`failover`). */
export interface Drain {
  readonly id: number;
  readonly kind: DrainKind;
  readonly targetKind: DrainTarget;
  readonly target: string;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  readonly from: LocalDate;
  /** The last day; null: until it is lifted. */
  readonly to: LocalDate | null;
  readonly reason: string;
  /** Why it goes before dates that law sets. */
  readonly ground: string | null;
  /** Nothing is away: what lay outside these places and items was moved once, since an agreement serves them no more. */
  readonly spares: Spared | null;
  readonly declaredBy: string;
  readonly declaredAt: Instant;
  readonly liftedBy: string | null;
  readonly liftedAt: Instant | null;
  readonly liftedReason: string | null;
  /** The writer has answered it: what can be moved is moved. */
  readonly answered: boolean;
}

export type NewDrain = Omit<Drain, "id" | "unitNames" | "liftedBy" | "liftedAt" | "liftedReason" | "answered" | "spares"> & Partial<Pick<Drain, "spares">>;

/** A resource that a drain covers; of a derived one perhaps only an asset. */
export interface Drained {
  readonly resource: ResourceId;
  readonly code: string;
  readonly kind: Kind;
  readonly asset: AssetId | null;
}

/**
 * How a step stands that a drain moved, or could not move: `kept` at its time or before · `chosen` by its applicant, among the times held for them · `later` · `waits` for anybody ·
 * `refused` nobody can ever · `stays` a direct claim, or a number set by law · `over` it was begun or ended since.
 */
export type DrainedState = "kept" | "chosen" | "later" | "waits" | "refused" | "stays" | "over";

export interface DrainNotice {
  readonly step: StepId;
  readonly stepName: string;
  readonly state: DrainedState;
  /** Null: a direct claim, whose unit is to be told. */
  readonly request: { readonly publicId: string; readonly number: string; readonly itemNames: Names } | null;
  readonly unitId: UnitId;
  readonly wasAt: Instant | null;
  /** Null: nothing is arranged. */
  readonly isAt: Instant | null;
  readonly dueAt: Instant;
  readonly toldAt: Instant | null;
  readonly toldBy: string | null;
  readonly toldHow: string | null;
  /** Times held for its applicant to choose from; and when the last hold ends, or ended. */
  readonly held: readonly Instant[];
  readonly heldUntil: Instant | null;
}

/** A time that is held for whoever a drain moved. */
export interface Alternative {
  readonly drain: number;
  /** The direct claim that holds it, and its step. */
  readonly claimId: string;
  readonly heldBy: StepId;
  readonly startsAt: Instant;
  readonly until: Instant;
  /** `asked` it is not held yet · `held` · `over` it ended, was given back or could not be had. */
  readonly state: "asked" | "held" | "chosen" | "over";
  /** When the step was to begin before it was moved. */
  readonly wasAt: Instant | null;
}

/** Somebody whose time a drain could not keep, and who has fewer alternatives than they are to have. */
export interface ToOffer {
  readonly drain: number;
  readonly step: StepId;
  readonly number: string;
  readonly wasAt: Instant;
  readonly isAt: Instant | null;
}

/** A request whose unstarted hold would have to go, and the last day law allows it. */
export interface AtStake {
  readonly step: StepId;
  readonly number: string;
  readonly statutoryDueAt: Instant;
}

export interface DrainCounts {
  readonly moved: number;
  readonly kept: number;
  /** Somebody must still be told. */
  readonly open: number;
}

export interface Drains {
  /** Newest first; those of these units, and with `lifted` the others too. */
  list(filter: { readonly units: readonly UnitId[] | undefined; readonly lifted: boolean }): Promise<readonly (Drain & DrainCounts)[]>;
  get(id: number): Promise<Drain | null>;
  /** As `get`; others who would change it wait. */
  lock(id: number): Promise<Drain | null>;
  /** The one in force for the target. */
  inForce(kind: DrainTarget, target: string): Promise<Drain | null>;
  /** What a unit, a resource or an asset has that could be drained, whatever its kind. */
  covered(kind: DrainTarget, target: string): Promise<readonly Drained[]>;
  ofDrain(id: number): Promise<readonly Drained[]>;
  insert(drain: NewDrain, covered: readonly Drained[]): Promise<number>;
  lift(id: number, by: string, at: Instant, reason: string): Promise<void>;
  /** Unstarted holds of requests there on these days, the most urgent by law first. */
  atStake(resources: readonly ResourceId[], from: DayNumber, to: DayNumber | null, limit: number): Promise<readonly AtStake[]>;
  /** Assets of a derived resource that are away on the day. */
  awayOn(resource: ResourceId, day: DayNumber): Promise<readonly AssetId[]>;
  /** Steps of requests that hold something of the resource, inside these places and items. */
  heldWithin(resource: ResourceId, scope: Spared): Promise<readonly StepId[]>;
  /** Work a person has begun on what the resource gave, and not ended. */
  begunBy(person: PersonId, resource: ResourceId): Promise<readonly { readonly publicId: string; readonly step: StepId }[]>;
  /** Those who must be told first, then the others. */
  notices(id: number, limit: number): Promise<readonly DrainNotice[]>;
  /** Of steps at which their applicant is there and that have a time of day: the most urgent first. */
  toOffer(limit: number, alternatives: number): Promise<readonly ToOffer[]>;
  /** All that were ever held for a step; the earliest first. */
  alternatives(step: StepId): Promise<readonly Alternative[]>;
  addAlternative(to: ToOffer, claimId: string, startsAt: Instant, at: Instant): Promise<void>;
  choose(claimId: string, at: Instant): Promise<void>;
  /** Direct claims that still hold a time for somebody whose step began or ended otherwise. */
  leftOver(limit: number): Promise<readonly string[]>;
  tell(id: number, step: StepId, by: string, at: Instant, how: string): Promise<void>;
}
