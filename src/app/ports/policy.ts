import type { ClassId, PersonId, PoolId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Effect, PolicyCase, PolicyModel, PolicyRule } from "../../domain/policy/rule.js";
import type { UnitPlace } from "../../domain/policy/unit-relation.js";
import type { Act, Kind } from "../../domain/pool/class.js";

/**
 * `proposed` waits for a second person · `approved` may be activated · `active` answers now, one in each pool ·
 * `superseded` answered once · `withdrawn` was given up. Only the newest change of the active version can be
 * activated, so active versions count upwards.
 */
export type PolicyState = "proposed" | "approved" | "active" | "superseded" | "withdrawn";

export interface PolicyVersion {
  readonly version: number;
  /** The version it changes; 0 for a pool's first. */
  readonly baseVersion: number;
  readonly state: PolicyState;
  readonly reason: string;
  /** SHA-256 of the rules, hex. */
  readonly contentHash: string;
  readonly proposedBy: PersonId;
  readonly proposedAt: Instant;
  readonly approvedBy: PersonId | null;
  readonly approvedAt: Instant | null;
  /** The content the approver saw. */
  readonly approvedHash: string | null;
  readonly activatedBy: PersonId | null;
  readonly activatedAt: Instant | null;
}

/** What those who answer questions read. On connections of its own: it is asked inside other transactions. */
export interface PolicySource {
  /** 0 when the pool has none: it is not there yet. */
  activeVersion(pool: PoolId): Promise<number>;
  /** Rules of a version and the hash they were stored under. */
  load(pool: PoolId, version: number): Promise<{ readonly contentHash: string; readonly rules: readonly PolicyRule[] }>;
  /** Units above this one, nearest first. */
  ancestorsOf(pool: PoolId, unit: UnitId): Promise<readonly UnitId[]>;
  /** What `allocation` reads of units and classes. */
  places(pool: PoolId): Promise<PolicyPlaces>;
}

export interface PolicyPlaces {
  readonly units: ReadonlyMap<UnitId, UnitPlace>;
  readonly classes: ReadonlyMap<ClassId, { readonly kind: Kind; readonly act: Act }>;
}

/** What the use cases about the policy do in their transaction. */
export interface PolicyStore {
  /** The active version; others who would change it wait until this transaction ends. */
  lockActive(): Promise<PolicyVersion | null>;
  get(version: number): Promise<PolicyVersion | null>;
  list(): Promise<readonly PolicyVersion[]>;
  rules(version: number): Promise<readonly PolicyRule[]>;
  /** The rules in force; null when the pool has none yet. */
  activeRules(): Promise<readonly PolicyRule[] | null>;
  /** `object.act` of every rule about access that is or was in force. */
  actsHeard(): Promise<ReadonlySet<string>>;
  /** Stores a new version under the next number, which it returns. */
  insert(draft: {
    readonly baseVersion: number;
    readonly state: "proposed" | "active";
    readonly reason: string;
    readonly contentHash: string;
    readonly proposedBy: PersonId;
    readonly proposedAt: Instant;
    readonly rules: readonly PolicyRule[];
  }): Promise<number>;
  approve(version: number, by: PersonId, at: Instant, hash: string): Promise<void>;
  /** Makes it the active one and the former active one superseded. */
  activate(version: number, by: PersonId, at: Instant): Promise<void>;
  withdraw(version: number): Promise<void>;
  /** Tells the writer that something it may have relied on was withdrawn: it forgets what it assumed and decides again. */
  raiseRevocations(): Promise<void>;
}

export interface CaseOutcome {
  readonly case: PolicyCase;
  readonly effect: Effect;
  /** The rule that decided, when one did. */
  readonly rule: string | null;
}

/** What a change of rules does, before it is made. */
export interface PolicyEffect {
  readonly added: readonly PolicyRule[];
  readonly removed: readonly PolicyRule[];
  /** Named cases whose answer changes. `after` is the new answer. */
  readonly flipped: readonly { readonly case: PolicyCase; readonly after: Effect }[];
  /** Every cell of the matrix whose answer changes. */
  readonly cells: readonly { readonly model: PolicyModel; readonly question: readonly string[]; readonly after: Effect }[];
  /** Something that was allowed is allowed no longer. */
  readonly withdraws: boolean;
}

/** Tries rule sets out without putting them to use. */
export interface PolicyWorkbench {
  /** The rules a pool starts with. */
  readonly defaults: readonly PolicyRule[];
  hash(rules: readonly PolicyRule[]): string;
  cases(rules: readonly PolicyRule[]): readonly CaseOutcome[];
  /** Who × what, as text. */
  matrix(rules: readonly PolicyRule[]): string;
  compare(before: readonly PolicyRule[], after: readonly PolicyRule[]): PolicyEffect;
}
