import type { Names } from "../../domain/catalogue/item.js";
import type { PoolId, ResourceId } from "../../domain/id.js";
import type { Instant } from "../../domain/instant.js";
import type { Funnel, Help, StaticRule, WaitingReason, WaitingRule } from "../../domain/pool/decision.js";
import type { Period } from "../../domain/pool/period.js";
import type { Amount } from "../../domain/quantity.js";
import type { DecidedStep, Decisions, NamedResource } from "../ports/decision.js";
import type { QueueReader } from "../ports/queue-reader.js";
import { asked, type ClaimAsked } from "./claim-asked.js";

/** A change that was tried: with it alone, the step is granted now. */
export type Change =
  /** `resource`: only for readers who may look into the pool. */
  | { readonly kind: "capacity"; readonly unitNames: Names; readonly resource: string | null; readonly amount: Amount; readonly periods: readonly Period[] }
  | { readonly kind: "ahead-leave"; readonly count: number }
  | { readonly kind: "rule"; readonly rule: StaticRule; readonly resources: number };

export interface WaitingClaim extends ClaimAsked {
  readonly funnel: Funnel;
  readonly rule: WaitingRule;
  readonly asked: Amount;
  readonly mostFree: Amount;
  readonly rank: number;
  readonly waiting: number;
  readonly expectedAt: Instant | null;
  readonly expectedEarliestAt: Instant | null;
  readonly expectedLatestAt: Instant | null;
  /** Each of these alone would be enough; none: no single change is known to be. */
  readonly wouldHelp: readonly Change[];
}

/** `at` null: the writer did not answer, and never did. */
export interface WaitingAnswer {
  readonly kind: "waiting";
  readonly at: Instant | null;
  readonly fresh: boolean;
  readonly claims: readonly WaitingClaim[];
}

interface Asking {
  readonly pool: PoolId;
  /** The reader may look into the pool. */
  readonly inside: boolean;
  readonly queue: QueueReader;
  readonly decisions: Pick<Decisions, "resources">;
}

/** Why a step waits, from what its pool's writer knows of it now. */
export async function explainWaiting(step: DecidedStep, { pool, inside, queue, decisions }: Asking): Promise<WaitingAnswer> {
  const figure = await queue.waiting(pool, step.id);
  const reasons = figure?.value?.reasons ?? [];
  const named = await decisions.resources(reasons.flatMap(({ wouldHelp }) => wouldHelp.flatMap((help) => (help.kind === "capacity" ? [help.resource] : []))));
  const claims = reasons.flatMap((reason): WaitingClaim[] => {
    const claim = step.claims.find(({ id }) => id === reason.claim);
    return claim ? [{ ...asked(claim), ...told(reason), wouldHelp: reason.wouldHelp.flatMap((help) => change(help, named, inside)) }] : [];
  });
  return { kind: "waiting", at: figure?.at ?? null, fresh: figure?.fresh ?? false, claims };
}

const told = ({ funnel, blockedBy, rank, waiting, expectedAt, expectedEarliestAt, expectedLatestAt }: WaitingReason) => ({
  funnel,
  ...blockedBy,
  rank,
  waiting,
  expectedAt,
  expectedEarliestAt,
  expectedLatestAt,
});

function change(help: Help, named: ReadonlyMap<ResourceId, NamedResource>, inside: boolean): Change[] {
  switch (help.kind) {
    case "capacity": {
      const resource = named.get(help.resource);
      return resource ? [{ kind: "capacity", unitNames: resource.unitNames, resource: inside ? resource.code : null, amount: help.amount, periods: help.periods }] : [];
    }
    case "ahead-leave":
      return [{ kind: "ahead-leave", count: help.count }];
    case "rule":
      return [{ kind: "rule", rule: help.rule, resources: help.resources }];
  }
}
