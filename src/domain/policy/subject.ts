import type { PersonId, PoolId, UnitId } from "../id.js";

/**
 * `public` is everybody, signed in or not; `applicant` is everybody who is signed in; `system` is the process
 * itself, acting for whoever operates it. Nobody can be granted these three.
 */
export const ROLES = [
  "public",
  "applicant",
  "agent",
  "clerk",
  "registrar",
  "unit-head",
  "pool-admin",
  "policy-admin",
  "auditor",
  "system",
] as const;
export type Role = (typeof ROLES)[number];

/** Held for one unit; what they may do reaches the units beneath only where a rule says so. */
export const UNIT_ROLES = ["clerk", "registrar", "unit-head"] as const;
export type UnitRole = (typeof UNIT_ROLES)[number];

/** Held for the whole pool, at most one of them by one person: who runs it, who sets its rules, who watches both. */
export const POOL_ROLES = ["pool-admin", "policy-admin", "auditor"] as const;
export type PoolRole = (typeof POOL_ROLES)[number];

export type GrantedRole = UnitRole | PoolRole;

export const isUnitRole = (role: string): role is UnitRole => (UNIT_ROLES as readonly string[]).includes(role);
export const isPoolRole = (role: string): role is PoolRole => (POOL_ROLES as readonly string[]).includes(role);

export type HeldRole =
  | { readonly role: UnitRole; readonly unitId: UnitId }
  | { readonly role: PoolRole };

/** The person may act for this enterprise. */
export interface Mandate {
  /** Unified social credit code. */
  readonly enterpriseCode: string;
  readonly enterpriseName: string;
}

/** How the caller reached us. */
export type Channel = "portal" | "api" | "cli" | "counter" | "paper" | "replay";

/** The languages the portal speaks. */
export type FiledLanguage = "zh" | "en";

/** Who acts, in one pool, as of the moment the call came in. Loaded for every call, never kept. */
export type Actor = PersonActor | AnonymousActor | SystemActor;

export interface PersonActor {
  readonly kind: "person";
  readonly poolId: PoolId;
  readonly personId: PersonId;
  readonly displayName: string;
  /** In Latin letters, where the person has such a name. */
  readonly latinName?: string;
  /** The person's key, wrapped, as it was read with the person: what they say is sealed under it. Null once it was destroyed. */
  readonly wrappedKey?: string | null;
  readonly roles: readonly HeldRole[];
  readonly mandates: readonly Mandate[];
  readonly channel: Channel;
  /** The language the call asked for; absent: it named none. */
  readonly language?: FiledLanguage;
}

export interface AnonymousActor {
  readonly kind: "anonymous";
  readonly poolId: PoolId;
  readonly channel: Channel;
}

/** The process itself: first load of a pool, local commands of the operator. `task` names why, for the record. */
export interface SystemActor {
  readonly kind: "system";
  readonly poolId: PoolId;
  readonly task: string;
}

/** The units a person holds roles in, each once; nobody else has any. */
export const unitsHeld = (actor: Actor): readonly UnitId[] => (actor.kind === "person" ? [...new Set(actor.roles.flatMap((held) => ("unitId" in held ? [held.unitId] : [])))] : []);

/** How records name the actor. */
export const actorIdOf = (actor: Actor): string => {
  switch (actor.kind) {
    case "person":
      return actor.personId;
    case "anonymous":
      return "public";
    case "system":
      return `system:${actor.task}`;
  }
};

/** Author of what the release itself brings, such as the first version of a pool's policy. No person has it. */
export const SYSTEM_PERSON = "00000000-0000-0000-0000-000000000000" as PersonId;

/** Pages beside any pool: nobody has a role there. */
export const NO_POOL = "" as PoolId;
