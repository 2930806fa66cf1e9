import type { ClassId, PersonId, PoolId, RequestId, StepId, UnitId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Names, Stage } from "../../domain/catalogue/item.js";

export interface Referral {
  readonly ordinal: number;
  /** `referral` the first unit was not competent (移送) · `designation` a superior unit named another (指定管辖) · `reorganisation` a reform gave it another holder · `task-force` the virtual office that had it was dissolved · `ruling` a contest was decided. */
  readonly kind: "referral" | "designation" | "reorganisation" | "task-force" | "ruling";
  readonly fromUnitId: UnitId;
  readonly toUnitId: UnitId;
  readonly toPoolId: PoolId | null;
  readonly reason: string;
  readonly basis: string;
  readonly actorId: PersonId;
  readonly at: Instant;
  readonly deliveredAt: Instant | null;
}

/** A request on its way to another pool, with all that goes along. */
export interface LeavingRequest {
  readonly requestId: RequestId;
  readonly ordinal: number;
  readonly publicId: string;
  readonly toPoolId: PoolId;
  readonly toUnitId: UnitId;
  readonly answersSealed: string;
  readonly statusSecretHash: string;
  readonly filedBy: PersonId;
  readonly reason: string;
  readonly actorId: PersonId;
}

/** A step whose every officer takes no part, for the head of the unit. */
export interface StepWithoutOfficer {
  readonly step: StepId;
  readonly name: string;
  readonly stage: Stage;
  readonly publicId: string;
  readonly number: string;
  readonly itemNames: Names;
  readonly unitId: UnitId;
  readonly unitNames: Names;
  readonly dueAt: Instant;
  readonly refusedAt: Instant;
  readonly classes: readonly ClassId[];
}

export interface Referrals {
  of(request: RequestId): Promise<readonly Referral[]>;
  /** Writes the referral down and makes the other unit answer for the request and for what its open steps ask; of a task force, with the lead in whose name it acts. */
  move(request: RequestId, referral: Omit<Referral, "ordinal" | "deliveredAt">, openSteps: readonly StepId[], lead?: UnitId | null): Promise<void>;
  /** Referrals to other pools that have not arrived as far as this pool knows, oldest first. */
  undelivered(limit: number): Promise<readonly LeavingRequest[]>;
  delivered(request: RequestId, ordinal: number, at: Instant): Promise<void>;
  /** Marks a request that came from another pool. */
  cameFrom(publicId: string, pool: PoolId): Promise<void>;
  /** Refused because every officer takes no part: of these units' requests, or among these steps. */
  withoutOfficer(among: { readonly units: readonly UnitId[] } | { readonly steps: readonly StepId[] }): Promise<readonly StepWithoutOfficer[]>;
  /** Posts of a unit behind resources of these classes whose holder takes no part in the step, by asset. */
  barredPosts(step: StepId, unit: UnitId): Promise<readonly { readonly assetId: number; readonly code: string }[]>;
  nameDeputy(step: StepId, assetId: number, deputy: { readonly person: PersonId; readonly reason: string; readonly by: PersonId; readonly at: Instant }): Promise<void>;
}
